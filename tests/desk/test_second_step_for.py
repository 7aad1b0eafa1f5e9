"""Who must have a second step sets it up before anything else, and what is odd about a sign-in is noted."""

from __future__ import annotations

import re

import pyotp
import pytest

from engine.security_log import SecurityLog
from handlers.desk.accounts.accounts import Accounts
from storage.db.database import Database
from storage.security.events import SecurityEvent, newest
from storage.staff.accounts import Role, find_login
from tests.desk.conftest import OpenOffice
from tests.desk.scenery import PASSWORD, Browser, Office


@pytest.fixture
def strict(open_office: OpenOffice) -> Office:
    place = open_office(accounts=Accounts(second_step_for=frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})))
    place.hire("mei", Role.AGENT)
    place.hire("ada", Role.ADMINISTRATOR)
    place.hire("new", Role.SUPERVISOR, must_change=True)
    return place


def set_up(place: Office, browser: Browser) -> None:
    page = browser.get("/desk/account/second-step").text
    assert "Your role needs a second step" in page
    offer, secret = re.search(r'name="offer" value="([^"]+)"', page), re.search(r'secret">([A-Z2-7 ]+)<', page)
    assert offer
    assert secret
    code = pyotp.TOTP(secret[1].replace(" ", "")).at(place.clock())
    form = {"offer": offer[1], "code": code, "password": PASSWORD}
    assert "Keep these codes" in browser.post("/desk/account/second-step", form, "/desk/account/password").text


def test_a_role_that_must_have_one_gets_nowhere_without_it(strict: Office) -> None:
    ada = strict.at_work("ada")
    for path in ("/desk", "/desk/staff", "/desk/account", "/desk/inbox", "/desk/account/passkeys"):
        assert ada.get(path).headers["location"] == "/desk/account/second-step", path
    made = ada.post("/desk/staff", {"login": "evil", "password": PASSWORD}, "/desk/account/password")
    assert made.headers["location"] == "/desk/account/second-step"
    set_up(strict, ada)
    assert ada.is_in()
    assert ada.get("/desk/staff").status_code == 200


def test_the_other_roles_are_left_alone(strict: Office) -> None:
    assert strict.at_work("mei").is_in()


def test_a_password_of_one_s_own_comes_before_it(strict: Office) -> None:
    new = strict.at_work("new")
    assert new.get("/desk").headers["location"] == "/desk/account/password"
    own = {"password": PASSWORD, "new": "nine loud umbrellas", "again": "nine loud umbrellas"}
    new.post("/desk/account/password", own, "/desk/account/password")
    assert new.get("/desk").headers["location"] == "/desk/account/second-step"


def test_whoever_switches_it_off_or_gets_such_a_role_is_asked_for_it_at_the_next_click(strict: Office) -> None:
    ada, mei = strict.at_work("ada"), strict.at_work("mei")
    set_up(strict, ada)
    form = {"name": "Mei", "role": "supervisor", "capacity": "5"}
    ada.post(f"/desk/staff/{strict.rows(find_login, 'mei').id}", form, "/desk")
    assert mei.get("/desk").headers["location"] == "/desk/account/second-step"
    ada.post("/desk/account/second-step/off", {}, "/desk")
    assert ada.get("/desk").headers["location"] == "/desk/account/second-step"


@pytest.fixture
def logged(open_office: OpenOffice, database: Database) -> Office:
    place = open_office(security=SecurityLog(database))
    place.hire("mei")
    return place


def events(place: Office) -> list[SecurityEvent]:
    """The oldest first."""
    log = place.desk.security
    assert log
    log.flush()
    with log.database.read() as conn:
        return newest(conn)[::-1]


def test_good_failed_locked_and_odd_sign_ins_are_in_the_security_log(logged: Office) -> None:
    known, mei = logged.at_work("mei"), logged.rows(find_login, "mei").id
    stranger = logged.browser()
    for _ in range(6):
        stranger.sign_in("mei", "a secret I mistyped")
    stranger.sign_in("my secret as login", "x")
    logged.clock.pass_by(minutes=16)
    assert logged.browser().sign_in("mei").status_code == 303
    known.post("/desk/account/sessions/end-others", {"password": "wrong"}, "/desk")
    told = [(event.kind.value, event.subject, event.detail.get("odd", "")) for event in events(logged)]
    assert told == [
        ("sign_in", mei, ""),
        *[("sign_in_failed", mei, "")] * 5,
        ("sign_in_locked", mei, ""),
        ("sign_in_failed", "", ""),
        ("sign_in_odd", mei, "new browser, after 5 failures"),
        ("sign_in_failed", mei, ""),
    ]
    assert "secret" not in repr(events(logged)), "what is typed in the wrong field is nobody's to read"
