"""Signing in: who gets in, who does not, and what nobody learns on the way."""

from __future__ import annotations

import pyotp
import pytest
from argon2 import PasswordHasher

from storage.staff.accounts import StaffPresence, find_login
from storage.staff.passwords import Passwords, keep_password, kept_password
from storage.staff.second_steps import keep_totp
from tests.desk.conftest import OpenOffice
from tests.desk.scenery import PASSWORD, QUICK, Browser, Office, said


def test_the_right_password_opens_the_desk_and_signing_out_closes_it(place: Office) -> None:
    browser = place.browser()
    assert not browser.is_in()
    assert browser.sign_in("mei").headers["location"] == "/desk"
    assert browser.is_in()
    assert browser.post("/desk/sign-out", page="/desk").headers["location"] == "/desk/sign-in"
    assert not browser.is_in()
    assert browser.sign_in("mei").status_code == 303, "one can sign in again"


def test_whoever_signs_out_for_the_day_is_offered_no_chat(place: Office) -> None:
    """For ten minutes more chats were offered to whoever had gone home, five minutes each."""
    desktop, phone = place.at_work("mei"), place.at_work("mei")
    desktop.post("/desk/presence", {"presence": "available"}, "/desk")
    phone.post("/desk/sign-out", page="/desk")
    assert place.rows(find_login, "mei").presence is StaffPresence.AVAILABLE, "the other browser is still there"
    desktop.post("/desk/sign-out", page="/desk")
    assert place.rows(find_login, "mei").presence is StaffPresence.AWAY


def test_a_login_is_the_same_however_it_is_written(place: Office) -> None:
    assert place.browser().sign_in(" MEI ").status_code == 303


def test_a_wrong_password_and_an_unknown_login_get_the_same_words(place: Office) -> None:
    wrong, unknown = place.browser().sign_in("mei", "not it at all"), place.browser().sign_in("nobody", "not it at all")
    assert wrong.status_code == unknown.status_code == 422
    assert said(wrong) == said(unknown) != ""


def test_one_is_led_back_to_what_one_wanted_and_never_out_of_the_desk(place: Office) -> None:
    asked = place.browser().get("/desk/account?x=1")
    assert asked.headers["location"] == "/desk/sign-in?next=/desk/account%3Fx%3D1"
    assert place.browser().sign_in("mei", next="/desk/account?x=1").headers["location"] == "/desk/account?x=1"
    for bad in ("https://evil.example", "//evil.example", "/desk//evil.example\\@", "/deskevil", "javascript:1"):
        location = place.browser().sign_in("mei", next=bad).headers["location"]
        assert location == "/desk", bad


@pytest.mark.parametrize("login", ["mei", "nobody"])
def test_after_five_failures_one_waits_longer_each_time_whether_or_not_the_login_exists(
    place: Office, login: str
) -> None:
    browser = place.browser()
    assert [browser.sign_in(login, "wrong wrong wrong").status_code for _ in range(5)] == [422] * 5
    locked = browser.sign_in(login)
    assert locked.status_code == 429
    assert int(locked.headers["retry-after"]) == 60
    assert "wait a minute" in said(locked)
    place.clock.pass_by(seconds=31)
    assert browser.sign_in(login, "wrong wrong wrong").status_code == 422
    place.clock.pass_by(seconds=31)
    assert browser.sign_in(login).status_code == 429, "the second wait is twice as long"
    assert place.desk.tally["sign_ins_locked"] == 2


def test_waiting_out_the_lock_lets_the_right_password_in(place: Office) -> None:
    browser = place.browser()
    for _ in range(5):
        browser.sign_in("mei", "wrong wrong wrong")
    place.clock.pass_by(seconds=31)
    assert browser.sign_in("mei").status_code == 303


def test_a_session_ends_after_its_time_and_when_it_is_not_used(open_office: OpenOffice) -> None:
    place = open_office()
    place.hire("mei")
    unused = place.at_work("mei")
    place.clock.pass_by(minutes=121)
    assert not unused.is_in()
    used = place.at_work("mei")
    for _ in range(11):
        place.clock.pass_by(minutes=60)
        assert used.is_in()
    place.clock.pass_by(minutes=61)
    assert not used.is_in(), "twelve hours are over"


def test_pages_that_renew_themselves_keep_nobody_signed_in(place: Office) -> None:
    """A busy inbox asked for its list so often that a desk left alone never locked itself."""
    left = place.at_work("mei")
    for _ in range(3):
        place.clock.pass_by(minutes=39)
        assert left.get("/desk/inbox", **{"X-Unattended": "1"}).status_code == 200
    place.clock.pass_by(minutes=4)
    assert not left.is_in()


def test_signing_in_gives_a_new_session_each_time_and_ends_the_one_before(place: Office) -> None:
    browser = place.at_work("mei")
    before = browser.http.cookies["amends-session"]
    token = browser.token("/desk")
    browser.http.cookies.delete("amends-guest")
    assert browser.post("/desk/sign-in", {"login": "mei", "password": PASSWORD, "csrf": token}).status_code == 303
    assert browser.http.cookies["amends-session"] != before
    old = place.browser()
    old.http.cookies.set("amends-session", before)
    assert not old.is_in()


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(place: Office) -> None:
    cookie = place.browser().sign_in("mei").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_behind_https_the_cookie_is_bound_to_the_host(open_office: OpenOffice) -> None:
    place = open_office(public_url="https://help.example")
    place.hire("mei")
    page = place.browser().get("/desk/sign-in").headers["set-cookie"]
    assert page.startswith("__Host-amends-guest=")
    assert "Secure" in page


def test_a_hash_weaker_than_todays_is_made_anew_at_the_next_sign_in(open_office: OpenOffice) -> None:
    place = open_office(passwords=Passwords(PasswordHasher(time_cost=2, memory_cost=128, parallelism=1)))
    mei = place.hire("mei")
    with place.database.write() as conn:
        keep_password(conn, mei.id, Passwords(QUICK).hash(PASSWORD))
    weak = place.rows(kept_password, mei.id)
    for _ in range(2):
        assert place.browser().sign_in("mei").status_code == 303
    assert "m=64,t=1" in weak
    assert "m=128,t=2" in place.rows(kept_password, mei.id)


def with_second_step(place: Office, login: str) -> tuple[str, tuple[str, ...]]:
    secret = pyotp.random_base32()
    with place.database.write() as conn:
        staff = find_login(conn, login)
        assert staff
        return secret, keep_totp(conn, staff.id, place.desk.seal, secret, 0)


def first_step(place: Office, login: str) -> Browser:
    browser = place.browser()
    assert browser.sign_in(login, next="/desk/account").headers["location"] == "/desk/sign-in/code?next=/desk/account"
    assert not browser.is_in()
    return browser


def test_with_a_second_step_the_password_alone_opens_nothing(place: Office) -> None:
    secret, _ = with_second_step(place, "mei")
    browser = first_step(place, "mei")
    code = pyotp.TOTP(secret).at(place.clock())
    answer = browser.post("/desk/sign-in/code", {"code": f"{code[:3]} {code[3:]}", "next": "/desk/account"})
    assert answer.headers["location"] == "/desk/account"
    assert browser.is_in()


def test_a_code_is_taken_once(place: Office) -> None:
    secret, _ = with_second_step(place, "mei")
    code = pyotp.TOTP(secret).at(place.clock())
    assert first_step(place, "mei").post("/desk/sign-in/code", {"code": code}).status_code == 303
    again = first_step(place, "mei").post("/desk/sign-in/code", {"code": code})
    assert again.status_code == 422
    assert "used already" in said(again)


def test_a_recovery_code_signs_in_once(place: Office) -> None:
    _, codes = with_second_step(place, "mei")
    assert first_step(place, "mei").post("/desk/sign-in/code", {"code": codes[3].upper()}).status_code == 303
    assert first_step(place, "mei").post("/desk/sign-in/code", {"code": codes[3]}).status_code == 422
    assert first_step(place, "mei").post("/desk/sign-in/code", {"code": codes[4]}).status_code == 303


def test_codes_cannot_be_tried_at_will_even_by_beginning_again(place: Office) -> None:
    with_second_step(place, "mei")
    answers = [first_step(place, "mei").post("/desk/sign-in/code", {"code": "000000"}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_half_a_sign_in_is_good_for_five_minutes_and_in_one_browser(place: Office) -> None:
    secret, _ = with_second_step(place, "mei")
    here, elsewhere = first_step(place, "mei"), place.browser()
    elsewhere.http.cookies.set("amends-half", here.http.cookies["amends-half"])
    code = pyotp.TOTP(secret).at(place.clock())
    assert elsewhere.post("/desk/sign-in/code", {"code": code}).headers["location"] == "/desk/sign-in"
    place.clock.pass_by(minutes=6)
    code = pyotp.TOTP(secret).at(place.clock())
    assert here.post("/desk/sign-in/code", {"code": code}).headers["location"] == "/desk/sign-in"
    assert not here.is_in()


def test_a_secret_moved_to_another_account_opens_nothing(place: Office) -> None:
    secret, _ = with_second_step(place, "mei")
    with_second_step(place, "sam")
    with place.database.write() as conn:
        conn.exec_driver_sql("UPDATE staff SET totp = (SELECT totp FROM staff WHERE login = 'mei') WHERE login = 'sam'")
        kept = conn.exec_driver_sql("SELECT totp FROM staff WHERE login = 'mei'").scalar_one()
    assert secret not in kept
    code = pyotp.TOTP(secret).at(place.clock())
    assert first_step(place, "sam").post("/desk/sign-in/code", {"code": code}).status_code == 503
