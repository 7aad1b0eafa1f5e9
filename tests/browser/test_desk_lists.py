"""The desk's lists and clocks in a real browser: many chats at once by keyboard, what the bot leads, a wrong clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from dialogs.playbooks.loading import load_playbook
from storage.cases.cases import find_case
from storage.staff.accounts import Role
from tests.browser.conftest import NewContext
from tests.browser.test_sound import violations
from tests.desk.scenery import PASSWORD, Office, office
from tests.desk.shop import filed, id_of, page_of

PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office"), load_playbook("shop")) as made:
        made.hire("mei", capacity=1000)
        made.hire("sam", Role.SUPERVISOR, capacity=1000)
        yield made


def at_desk(place: Office, context: BrowserContext, login: str, path: str) -> Page:
    page = context.new_page()
    page.goto(place.house.address + path)
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    expect(page.locator("main h1").first).to_be_visible()
    return page


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_an_outage_is_resolved_for_several_by_keyboard(new_context: NewContext, place: Office) -> None:
    references = [filed(place, place.at_work("mei"))[2] for _ in range(2)]
    mei = at_desk(place, new_context(viewport=PHONE), "mei", "/desk/inbox")
    for key in ("j", "x", "j", "x", "m"):
        mei.keyboard.press(key)
    mei.get_by_label("every one of these customers").fill("The payment page was down. It works again.")
    mei.get_by_label("Why it had happened").fill("an outage")
    mei.keyboard.press("Enter")
    expect(mei.get_by_label("Why it had happened")).to_be_focused()
    assert fits(mei)
    mei.keyboard.press("Tab")
    mei.keyboard.press("Enter")
    expect(mei.locator(".said.done")).to_have_text("Done for 2 chats.")
    assert [place.rows(find_case, each).case.state for each in references] == ["resolved", "resolved"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_lists(new_context: NewContext, place: Office, scheme: str) -> None:
    place.house.visitor().say("My kettle AM2611180042 broke", language="en")
    filed(place, place.at_work("sam"))
    sam = at_desk(place, new_context(color_scheme=scheme, viewport=PHONE), "sam", "/desk/inbox?view=all")
    sam.locator("#more summary").click()
    assert fits(sam)
    assert not violations(sam)
    sam.goto(place.house.address + "/desk/led")
    expect(sam.locator(".thread").first).to_be_visible()
    assert fits(sam)
    assert not violations(sam)


def test_what_the_bot_leads_comes_goes_and_is_taken_over_without_losing_ones_place(
    new_context: NewContext, place: Office
) -> None:
    first = place.house.visitor()
    first.say("My blender broke after two days", language="en")
    sam = at_desk(place, new_context(), "sam", "/desk/inbox")
    sam.keyboard.press("g")
    sam.keyboard.press("b")
    mine = sam.locator(f"#led-{id_of(first)}")
    expect(mine).to_be_visible()
    mine.get_by_role("link").focus()
    second = place.house.visitor()
    second.say("My kettle AM2611180042 leaks", language="en")
    expect(sam.locator(f"#led-{id_of(second)}")).to_be_visible()
    expect(mine.get_by_role("link")).to_be_focused()
    second.say("a person please", language="en")
    expect(sam.locator(f"#led-{id_of(second)}")).to_have_count(0)
    mine.get_by_role("button").click()
    expect(sam.locator(".standing")).to_have_text("You have this chat.")
    assert sam.url.endswith(page_of(first))


def test_clocks_count_by_the_server_s_time_whatever_that_of_the_workplace_says(
    new_context: NewContext, place: Office
) -> None:
    _, path, _ = filed(place, place.at_work("mei"))
    context = new_context()
    context.clock.install(time=datetime.now().astimezone() - timedelta(days=400, minutes=7))
    mei = at_desk(place, context, "mei", path)
    expect(mei.locator("#composer [role=tablist]")).to_be_visible()
    count = mei.locator("[data-due]").first
    context.clock.fast_forward("00:21")
    due = datetime.fromisoformat(count.get_attribute("data-due") or "")
    left = (due - place.clock()).total_seconds() / 3600
    assert 2 < left < 48
    expect(count).to_have_text(f"in {round(left)} hours")
