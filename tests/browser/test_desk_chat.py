"""A customer and colleagues in real browsers: live, both ways, with nothing lost, doubled, leaked or executed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import APIResponse, BrowserContext, Locator, Page, Route, expect

from dialogs.playbooks.loading import load_playbook
from storage.staff.accounts import Role
from tests.browser.conftest import NewContext, bubbles, opened, photo, say
from tests.browser.test_sound import violations
from tests.desk.scenery import PASSWORD, Office, office
from tests.desk.shop import act, filed, heard, page_of, waiting
from tests.edges.scenery import Visitor

STORY = "The teapot I ordered arrived broken"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office"), load_playbook("shop")) as made:
        for login, role in (("mei", Role.AGENT), ("wang", Role.AGENT), ("sam", Role.SUPERVISOR)):
            made.hire(login, role, capacity=1000)
        yield made


def at_desk(place: Office, context: BrowserContext, login: str, path: str, *, live: bool = True) -> Page:
    """The page of a chat, opened by somebody who has just signed in; with its scripts at work, where it has any."""
    page = context.new_page()
    page.goto(place.house.address + path)
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    expect(page.locator("#chat")).to_be_visible()
    expect(page.locator("#composer [role=tablist]")).to_be_visible(visible=live)
    return page


def customer_page(place: Office, context: BrowserContext) -> tuple[Page, str]:
    """A customer who asked for a person, in their own browser, and the address of the chat at the desk."""
    page = opened(context, place.house.address)
    say(page, STORY)
    expect(bubbles(page).last).to_be_visible()
    say(page, "I want to talk to a person")
    expect(bubbles(page, "customer")).to_have_count(2)
    page.wait_for_timeout(300)
    token = page.evaluate("Object.values(localStorage).find((v) => /^[\\w-]{43,}$/.test(v.replaceAll('\"', '')))")
    return page, page_of(Visitor(place.house.client(), token.replace('"', "")))


def entries(page: Page, kind: str) -> Locator:
    return page.locator(f"#log .entry.{kind} .text")


def reply(page: Page, text: str) -> None:
    page.locator("#tab-reply").click()
    page.locator("#reply").fill(text)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#reply")).to_have_value("")


def note(page: Page, text: str) -> None:
    page.locator("#tab-note").click()
    page.locator("#note").fill(text)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#note")).to_have_value("")


def test_a_chat_is_claimed_answered_and_handed_back_live(new_context: NewContext, place: Office) -> None:
    customer, path = customer_page(place, new_context())
    mei = at_desk(place, new_context(), "mei", path)
    mei.keyboard.press("c")
    expect(mei.locator(".standing")).to_have_text("You have this chat.")
    expect(bubbles(customer, "notice").last).to_contain_text("Mei is here")

    mei.keyboard.press("r")
    mei.keyboard.type("Good morning.")
    expect(customer.locator("#typing")).to_contain_text("Mei is writing")
    mei.keyboard.press("Control+Enter")
    expect(bubbles(customer, "agent")).to_have_text(["Good morning."])
    expect(customer.locator(".msg.agent .name")).to_have_text("Mei")

    customer.locator("#words").press_sequentially("It came")
    expect(mei.locator("#company")).to_contain_text("The customer is writing")
    customer.locator("#words").press("Enter")
    expect(entries(mei, "customer").last).to_have_text("It came")
    expect(mei.locator("#company")).not_to_contain_text("The customer is writing")

    note(mei, "Looks like the courier.")
    expect(entries(mei, "note")).to_have_text(["Looks like the courier."])
    customer.reload()
    expect(bubbles(customer, "agent")).to_have_count(1)
    assert "courier" not in customer.locator("#log").inner_text()

    mei.locator("#do-hand-back summary").click()
    mei.locator("#do-hand-back button").click()
    expect(mei.locator(".standing")).to_have_text("The bot has this chat.")
    before = bubbles(customer).count()
    say(customer, "What happens next?")
    expect(bubbles(customer)).not_to_have_count(before)
    expect(entries(mei, "bot").last).to_be_visible()


def test_files_go_both_ways(new_context: NewContext, place: Office) -> None:
    customer, path = customer_page(place, new_context())
    mei = at_desk(place, new_context(), "mei", path)
    mei.keyboard.press("c")
    customer.set_input_files("#picker", [{"name": "茶壶.png", "mimeType": "image/png", "buffer": photo()}])
    expect(customer.locator("#tray li")).to_have_attribute("data-state", "done")
    say(customer, "a photo")
    shown = mei.locator(".entry.customer a.file")
    expect(shown).to_contain_text("茶壶.png")
    expect(shown.locator("img")).to_have_js_property("naturalWidth", 640)
    with mei.expect_download() as saved:
        shown.click()
    assert saved.value.path().read_bytes() == photo()
    mei.locator("#part-reply [type=file]").set_input_files(
        [{"name": "label.png", "mimeType": "image/png", "buffer": photo()}]
    )
    reply(mei, "and ours")
    expect(customer.locator(".msg.agent .picture img")).to_have_js_property("naturalWidth", 640)


def test_nothing_is_lost_or_doubled_when_the_line_is_cut(new_context: NewContext, place: Office) -> None:
    visitor, path = waiting(place)
    mei = at_desk(place, new_context(), "mei", path)
    mei.keyboard.press("c")
    expect(mei.locator("#reply")).to_be_visible()
    said = []
    for cut in range(4):
        mei.context.set_offline(True)
        expect(mei.locator("#line")).to_contain_text("The connection is gone")
        for n in range(3):
            said.append(f"message {cut}-{n}")
            visitor.say(said[-1])
        mei.context.set_offline(False)
        expect(entries(mei, "customer").last).to_have_text(said[-1])
        expect(mei.locator("#line")).to_contain_text("nothing was missed")
    shown = entries(mei, "customer").all_inner_texts()
    assert [each for each in shown if each.startswith("message ")] == said
    ids = mei.locator("#log .entry").evaluate_all("all => all.map((e) => e.id)")
    assert len(ids) == len(set(ids))


def test_what_somebody_types_is_left_alone_while_the_page_lives_on(new_context: NewContext, place: Office) -> None:
    visitor, path = waiting(place)
    mei = at_desk(place, new_context(), "mei", path)
    mei.keyboard.press("c")
    expect(mei.locator("#reply")).to_be_visible()
    mei.locator("#put-draft-item summary").click()
    field = mei.locator("#put-draft-item [name=value]")
    field.fill("a blue teapot")
    visitor.say("and the cup is broken too")
    expect(entries(mei, "customer").last).to_contain_text("cup is broken")
    mei.wait_for_timeout(500)
    expect(field).to_be_focused()
    expect(field).to_have_value("a blue teapot")
    field.press("Enter")
    expect(mei.locator("#part-record")).to_contain_text("changed by Mei")
    expect(entries(mei, "note")).to_have_text(["Item: teapot → a blue teapot"])


def test_what_was_begun_is_there_after_a_reload_and_gone_once_sent(new_context: NewContext, place: Office) -> None:
    _, path = waiting(place)
    mei = at_desk(place, new_context(), "mei", path)
    mei.keyboard.press("c")
    expect(mei.locator("#reply")).to_be_visible()
    with mei.expect_response("**/unsent"):
        mei.locator("#reply").press_sequentially("Half a sen")
    mei.reload()
    expect(mei.locator("#reply")).to_have_value("Half a sen")
    reply(mei, "A whole sentence.")
    mei.reload()
    expect(mei.locator("#reply")).to_have_value("")


def test_a_prepared_answer_is_chosen_by_keyboard_edited_and_sent(new_context: NewContext, place: Office) -> None:
    visitor, path = waiting(place)
    mei = at_desk(place, new_context(), "mei", path)
    mei.keyboard.press("c")
    expect(mei.locator("#reply")).to_be_visible()
    mei.keyboard.press("r")
    mei.keyboard.press("/")
    expect(mei.locator("[data-macro]").first).to_be_focused()
    mei.keyboard.press("ArrowDown")
    expect(mei.locator("[data-macro=photo]")).to_be_focused()
    mei.keyboard.press("Enter")
    expect(mei.locator("#reply")).to_be_focused()
    mei.keyboard.press("End")
    mei.keyboard.type(" Thank you.")
    mei.keyboard.press("Control+Enter")
    expect(entries(mei, "agent").last).to_contain_text("photo of the teapot")
    expect(mei.locator("#part-summary .tag")).to_have_text("waiting_for_photo")
    expect(mei.locator(".standing")).to_contain_text("Put aside until")
    assert heard(visitor)[-1][1].endswith("Thank you.")


def test_a_menu_that_somebody_is_in_stays_while_what_it_offers_changes(new_context: NewContext, place: Office) -> None:
    """A prepared answer names what the chat is about, or an hour; the menu was put anew under the hand, and shut."""
    _, path = waiting(place)
    mei = at_desk(place, new_context(), "mei", path)
    mei.keyboard.press("c")
    expect(mei.locator("#reply")).to_be_visible()
    mei.keyboard.press("r")
    mei.keyboard.press("/")
    mei.keyboard.press("ArrowDown")
    offered = mei.locator("[data-macro=photo]")
    expect(offered).to_be_focused()
    act(place.at_work("mei"), path, "slot", slot="item", value="samovar")
    expect(mei.locator("#log")).to_contain_text("samovar")
    mei.wait_for_timeout(500)
    expect(offered).to_be_focused()
    mei.keyboard.press("Enter")
    expect(mei.locator("#reply")).to_have_value(re.compile("teapot"))
    expect(offered).to_have_attribute("data-text", re.compile("samovar"))


def test_others_who_look_are_named(new_context: NewContext, place: Office) -> None:
    _, path = waiting(place)
    mei = at_desk(place, new_context(), "mei", path)
    sam = at_desk(place, new_context(), "sam", path)
    expect(mei.locator("#company")).to_contain_text("Also here: Sam")
    expect(sam.locator("#company")).to_contain_text("Also here: Mei")
    sam.close()
    expect(mei.locator("#company")).not_to_contain_text("Sam")


def test_who_loses_a_race_is_told_and_sees_the_winner(new_context: NewContext, place: Office) -> None:
    _, path = waiting(place)
    mei = at_desk(place, new_context(), "mei", path)
    mei.route("**/side", lambda route: route.abort())
    act(place.at_work("wang"), path, "claim")
    mei.keyboard.press("c")
    expect(mei.locator("#status")).to_have_text("Wang has this chat already.")


def test_what_changes_while_the_page_reads_itself_anew_is_shown_too(new_context: NewContext, place: Office) -> None:
    """Two acts in quick succession: the page had read the first, and waited for a focus to leave to read the second."""
    _, path = waiting(place)
    mei = at_desk(place, new_context(), "mei", path)
    held: list[tuple[Route, APIResponse]] = []
    mei.route("**/side", lambda route: route.continue_() if held else held.append((route, route.fetch())))
    wang = place.at_work("wang")
    act(wang, path, "claim")
    while not held:
        mei.wait_for_timeout(50)
    act(wang, path, "hand-back")
    mei.wait_for_timeout(500)
    ((route, response),) = held
    route.fulfill(response=response)
    expect(mei.locator(".standing")).to_have_text("The bot has this chat.")


def test_the_page_works_without_a_single_script(new_context: NewContext, place: Office) -> None:
    visitor, path = waiting(place)
    mei = at_desk(place, new_context(java_script_enabled=False), "mei", path, live=False)
    mei.get_by_role("button", name="Take this chat").click()
    mei.get_by_role("textbox", name="To the customer").fill("By plain forms.")
    mei.get_by_role("button", name="Send to the customer").click()
    expect(entries(mei, "agent")).to_have_text(["By plain forms."])
    mei.get_by_role("textbox", name="Private note").fill("Between us.")
    mei.get_by_role("button", name="Keep the note").click()
    expect(entries(mei, "note")).to_have_text(["Between us."])
    assert heard(visitor)[-1] == ("Mei", "By plain forms.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(new_context: NewContext, place: Office, scheme: str) -> None:
    visitor, path, _reference = filed(place, place.at_work("mei"))
    digest = visitor.upload("photo.png", photo()).json()["digest"]
    visitor.say("with a photo", files=[digest])
    mei = at_desk(place, new_context(color_scheme=scheme), "mei", path)
    reply(mei, "Good morning.")
    assert not violations(mei)
    note(mei, "Between us.")
    mei.evaluate("document.querySelectorAll('.beside details').forEach((d) => { d.open = true; })")
    assert not violations(mei)
    mei.locator("#tab-reply").click()
    mei.locator("#part-macros summary").click()
    assert not violations(mei)
    mei.keyboard.press("Escape")
    mei.locator("#log").focus()
    mei.keyboard.press("?")
    expect(mei.locator("dialog")).to_be_visible()
    assert not violations(mei)
    other = at_desk(place, new_context(color_scheme=scheme), "wang", path)
    assert not violations(other)


def test_a_phone_shows_it_all_with_large_targets_and_without_scrolling_sideways(
    new_context: NewContext, place: Office
) -> None:
    visitor, path, _ = filed(place, place.at_work("mei"))
    visitor.say("x" * 300 + " https://shop.example/" + "y" * 200)
    page = at_desk(place, new_context(viewport={"width": 360, "height": 740}), "mei", path)
    page.evaluate("document.querySelectorAll('.beside details').forEach((d) => { d.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    small = page.evaluate(
        """[...document.querySelectorAll("button, select, input:not([type=hidden]), summary, nav a, a.file")]
        .filter((b) => b.checkVisibility() && !(b.type === "checkbox" && b.closest("label")))
        .filter((b) => { const r = b.getBoundingClientRect(); return r.width < 24 || r.height < 24; })
        .map((b) => b.outerHTML)"""
    )
    assert small == []


def test_the_log_is_announced_and_can_be_reached(new_context: NewContext, place: Office) -> None:
    _, path = waiting(place)
    mei = at_desk(place, new_context(), "mei", path)
    log = mei.get_by_role("log")
    expect(log).to_have_attribute("tabindex", "0")
    assert urlsplit(mei.url).path == path
