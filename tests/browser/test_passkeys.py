"""Passkeys in a real browser with a device of its own: made, used to sign in and to show that it is you, removed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import CDPSession, Page, expect

from dialogs.playbooks.loading import load_playbook
from handlers.desk.accounts.accounts import Accounts
from storage.staff.accounts import Role, find_login
from storage.staff.passkeys import list_passkeys
from tests.browser.conftest import NewContext
from tests.browser.test_sound import violations
from tests.desk.scenery import PASSWORD, TOKEN, Office, office

OPTIONS = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    accounts = Accounts(second_step_for=frozenset({Role.ADMINISTRATOR}))
    with office(tmp_path_factory.mktemp("office"), load_playbook("shop"), accounts=accounts) as opened:
        opened.hire("mei")
        opened.hire("ada", Role.ADMINISTRATOR)
        yield opened


def home(place: Office) -> str:
    """Passkeys are made for a name, and this machine's is `localhost`."""
    return place.house.address.replace("127.0.0.1", "localhost")


def device(page: Page, **more: Any) -> tuple[CDPSession, str]:
    """A device that holds passkeys, whose user is always there."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": {**OPTIONS, **more}})
    return session, made["authenticatorId"]


def sign_in(page: Page, place: Office, login: str = "mei") -> None:
    page.goto(f"{home(place)}/desk/sign-in")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("details.me")).to_be_visible()


def sign_out(page: Page) -> None:
    page.context.clear_cookies()


def add_passkey(page: Page, place: Office, name: str = "My laptop") -> None:
    page.goto(f"{home(place)}/desk/account/passkeys")
    page.get_by_label("A name for a new one").fill(name)
    page.get_by_role("button", name="Add a passkey").click()
    if page.get_by_role("heading", name="Is it you?").is_visible():
        assert not violations(page)
        page.get_by_label("Your password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
    assert not violations(page)
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("status").filter(has_text="is added")).to_be_visible()


def test_a_passkey_is_made_signs_in_without_a_password_proves_and_is_removed(
    new_context: NewContext, place: Office
) -> None:
    page = new_context().new_page()
    device(page)
    sign_in(page, place)
    add_passkey(page, place)
    assert not violations(page)
    expect(page.get_by_role("row", name="My laptop")).to_be_visible()
    sign_out(page)
    page.goto(f"{home(place)}/desk/sign-in?next=/desk/account/passkeys")
    assert not violations(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Your passkeys")).to_be_visible()
    page.get_by_role("button", name="Remove My laptop").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("status").filter(has_text="is removed")).to_be_visible()
    assert place.rows(list_passkeys, place.rows(find_login, "mei").id) == []
    sign_out(page)
    page.goto(f"{home(place)}/desk/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("did not fit")


def test_somebody_has_several_and_no_device_twice(new_context: NewContext, place: Office) -> None:
    page = new_context().new_page()
    session, first = device(page)
    sign_in(page, place)
    add_passkey(page, place, "Laptop")
    page.goto(f"{home(place)}/desk/account/passkeys")
    page.get_by_label("A name for a new one").fill("Again")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.locator("#status")).to_contain_text("No passkey was made")
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": first})
    device(page)
    add_passkey(page, place, "Key on my ring")
    names = [each.name for each in place.rows(list_passkeys, place.rows(find_login, "mei").id)]
    assert names == ["Laptop", "Key on my ring"]


def test_a_device_that_does_not_check_its_user_signs_nobody_in(new_context: NewContext, place: Office) -> None:
    page = new_context().new_page()
    session, made = device(page)
    sign_in(page, place)
    add_passkey(page, place)
    sign_out(page)
    session.send("WebAuthn.setUserVerified", {"authenticatorId": made, "isUserVerified": False})
    page.goto(f"{home(place)}/desk/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("#status")).to_contain_text("No passkey was used")


def test_an_answer_of_a_device_counts_once_and_for_what_it_was_asked(new_context: NewContext, place: Office) -> None:
    """What goes over the wire is sent again: by the same browser, by another, and altered."""
    page = new_context().new_page()
    device(page)
    sign_in(page, place)
    add_passkey(page, place)
    sign_out(page)
    page.goto(f"{home(place)}/desk/sign-in")
    with page.expect_request(lambda asked: asked.method == "POST") as sent:
        page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("details.me")).to_be_visible()
    form = httpx.QueryParams(sent.value.post_data)
    guest = sent.value.all_headers()["cookie"].split("amends-guest=", 1)[1].split(";")[0]
    for altered in ({}, {"challenge": ""}, {"passkey": "{}"}, {"passkey": changed(form["passkey"])}):
        with httpx.Client(base_url=place.house.address, headers={"Origin": place.house.address}) as again:
            again.cookies.set("amends-guest", guest)
            answer = again.post("/desk/sign-in", data={**dict(form), **altered})
            assert answer.status_code == 422, altered
    other = place.browser()
    token = TOKEN.search(other.get("/desk/sign-in").text)
    assert token
    assert other.post("/desk/sign-in", {**dict(form), "csrf": token[1]}).status_code == 422


def changed(answer: str) -> str:
    told = json.loads(answer)
    told["response"]["signature"] = "A" + told["response"]["signature"][1:-1] + "A"
    return json.dumps(told)


def test_whoever_must_have_a_second_step_sets_it_up_first_and_a_passkey_is_one(
    new_context: NewContext, place: Office
) -> None:
    page = new_context().new_page()
    device(page)
    sign_in(page, place)
    add_passkey(page, place)
    with place.database.write() as conn:
        conn.exec_driver_sql("UPDATE staff SET role = 'administrator' WHERE login = 'mei'")
    page.goto(f"{home(place)}/desk/staff")
    expect(page.get_by_role("heading", name="A second step when you sign in")).to_be_visible()
    sign_out(page)
    page.goto(f"{home(place)}/desk/sign-in?next=/desk/staff")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Staff")).to_be_visible()
