"""The desk in a real browser: accessible in both themes, usable without scripts, and kept by the strict policy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from dialogs.playbooks.loading import load_playbook
from storage.staff.accounts import Role, find_login
from tests.browser.conftest import NewContext
from tests.browser.test_sound import violations
from tests.desk.scenery import PASSWORD, Office, office
from tests.desk.shop import act, waiting


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office"), load_playbook("shop")) as opened:
        opened.hire("ada", Role.ADMINISTRATOR)
        opened.hire("mei", Role.AGENT, teams=("logistics", "web"), languages=("zh", "en"), skills=("refunds",))
        opened.hire("sam", Role.SUPERVISOR)
        waiting(opened)
        yield opened


def sign_in(page: Page, place: Office, login: str = "ada", path: str = "/desk") -> None:
    page.goto(place.house.address + path)
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("details.me")).to_be_visible()


def pages_of(place: Office) -> list[str]:
    mei = place.rows(find_login, "mei").id
    account = ["/desk/account", "/desk/account/password", "/desk/account/second-step", "/desk/account/passkeys"]
    board = ["/desk/board", "/desk/board/cases?figure=received"]
    figures = ["/desk/figures", "/desk/figures/cases?figure=resolutions"]
    return [
        "/desk",
        "/desk/inbox?view=all",
        *account,
        *board,
        *figures,
        "/desk/staff",
        "/desk/staff/new",
        f"/desk/staff/{mei}",
        "/desk/nowhere",
    ]


def test_a_page_that_was_cut_off_says_so_for_as_long_and_rings_for_what_came_meanwhile(
    new_context: NewContext, place: Office
) -> None:
    """An answer that was an error, as a proxy gives while the server begins anew, ended its stream for good."""
    page, (customer, chat) = new_context().new_page(), waiting(place)
    sign_in(page, place, "ada")
    page.goto(place.house.address + chat)
    page.keyboard.press("c")
    expect(page.locator(".standing.mine")).to_be_visible()
    page.goto(place.house.address + "/desk/inbox")
    expect(page.locator(".thread")).to_have_count(1)
    place.desk.closing.begun = True
    page.route("**/desk/inbox/stream", lambda route: route.fulfill(status=502))
    customer.say("are you there?")
    expect(page.locator("#lost")).to_be_visible()
    assert not violations(page)
    place.desk.closing.begun = False
    page.unroute("**/desk/inbox/stream")
    expect(page.locator("#lost")).to_be_hidden(timeout=20_000)
    expect(page).to_have_title("(1) Inbox · Amends")
    act(place.at_work("ada"), chat, "hand-back")


def test_what_a_page_asks_for_by_itself_does_not_count_as_work(new_context: NewContext, place: Office) -> None:
    page, (customer, chat) = new_context().new_page(), waiting(place)
    sign_in(page, place, "ada", "/desk/inbox?view=all")
    expect(page.locator(f"#t-{chat.rsplit('/', 1)[1]}")).to_be_visible()
    with page.expect_request("**/desk/inbox?*") as asked:
        customer.say("are you there?")
    assert asked.value.headers["x-unattended"] == "1"
    page.goto(place.house.address + chat)
    with page.expect_request("**/side") as asked:
        customer.say("hello?")
    assert asked.value.headers["x-unattended"] == "1"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(new_context: NewContext, place: Office, scheme: str) -> None:
    page = new_context(color_scheme=scheme).new_page()
    page.goto(place.house.address + "/desk/sign-in")
    assert not violations(page)
    page.get_by_label("Login").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert not violations(page)
    sign_in(page, place)
    for path in pages_of(place):
        page.goto(place.house.address + path)
        assert not violations(page), path
    page.locator("summary").click()
    assert not violations(page), "the open menu"


def test_axe_finds_nothing_in_the_colours_that_somebody_chose_against_their_systems(
    new_context: NewContext, place: Office
) -> None:
    for scheme, choose in (("light", "Dark colours"), ("dark", "Light colours")):
        page = new_context(color_scheme=scheme).new_page()
        sign_in(page, place)
        page.locator("summary").click()
        page.get_by_role("button", name=choose).click()
        page.goto(place.house.address + "/desk/staff")
        expect(page.locator("html")).to_have_attribute("data-theme", choose.split()[0].lower())
        assert not violations(page)


def test_everything_works_without_a_single_script(new_context: NewContext, place: Office) -> None:
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, place, "mei", "/desk/account")
    page.get_by_role("button", name="Busy").click()
    expect(page.get_by_role("button", name="Busy")).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(place.house.address + "/desk/account")
    page.locator("summary").click()
    page.get_by_role("button", name="中文").click()
    expect(page.locator("h1")).to_have_text("我的账号")
    page.locator("summary").click()
    page.get_by_role("button", name="English").click()
    page.locator("summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status").first).to_have_text("You are signed out.")


def test_the_presence_switch_changes_in_place_and_keeps_the_focus(new_context: NewContext, place: Office) -> None:
    page = new_context().new_page()
    sign_in(page, place, "sam")
    page.evaluate("window.same = true")
    page.get_by_role("button", name="Available").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Available")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Available")).to_be_focused()
    assert page.evaluate("window.same"), "the page was not loaded anew"


def test_htmx_says_what_went_wrong_and_leads_to_the_sign_in_page(new_context: NewContext, place: Office) -> None:
    page = new_context().new_page()
    sign_in(page, place, "sam")
    page.route("**/desk/presence", lambda route: route.abort())
    page.get_by_role("button", name="Busy").click()
    expect(page.locator("#status")).to_contain_text("That did not work")
    page.unroute("**/desk/presence")
    page.context.clear_cookies()
    page.get_by_role("button", name="Away").click()
    expect(page).to_have_url(place.house.address + "/desk/sign-in")


def test_the_second_step_can_be_scanned_and_is_asked_for(new_context: NewContext, place: Office) -> None:
    page = new_context().new_page()
    sign_in(page, place, "mei", "/desk/account/second-step")
    picture = page.get_by_role("img", name="QR code for your authenticator app")
    expect(picture).to_be_visible()
    box = picture.bounding_box()
    assert box
    assert box["width"] >= 200


def test_a_phone_shows_every_page_without_scrolling_sideways(new_context: NewContext, place: Office) -> None:
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    sign_in(page, place)
    for path in pages_of(place):
        page.goto(place.house.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_every_target_is_large_enough_to_hit(new_context: NewContext, place: Office) -> None:
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    sign_in(page, place)
    for path in pages_of(place):
        page.goto(place.house.address + path)
        small = page.evaluate(
            """[...document.querySelectorAll("button, select, input:not([type=hidden]), summary, nav a")]
            .filter((b) => b.checkVisibility() && !(b.type === "checkbox" && b.closest("label")))
            .filter((b) => { const r = b.getBoundingClientRect(); return r.width < 24 || r.height < 24; })
            .map((b) => b.outerHTML)"""
        )
        assert not small, path


def test_the_keyboard_reaches_the_content_first_and_sees_where_it_is(new_context: NewContext, place: Office) -> None:
    page = new_context().new_page()
    sign_in(page, place)
    page.goto(place.house.address + "/desk/staff")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Add somebody")).to_be_focused()


def test_what_comes_before_a_page_has_its_first_line_rings_when_it_has(new_context: NewContext, place: Office) -> None:
    """A page whose stream had told it nothing yet did not know since when it was cut off, and rang for nothing."""
    page, (customer, chat) = new_context().new_page(), waiting(place)
    sign_in(page, place, "ada")
    page.goto(place.house.address + chat)
    page.keyboard.press("c")
    expect(page.locator(".standing.mine")).to_be_visible()
    page.route("**/desk/inbox/stream", lambda route: route.fulfill(status=502))
    page.goto(place.house.address + "/desk/inbox")
    expect(page.locator("#lost")).to_be_visible()
    customer.say("are you there?")
    page.unroute("**/desk/inbox/stream")
    expect(page.locator("#lost")).to_be_hidden(timeout=20_000)
    expect(page).to_have_title("(1) Inbox · Amends")
