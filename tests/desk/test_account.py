"""What somebody does to their own account."""

from __future__ import annotations

import re

import pyotp
import pytest

from storage.staff.account_log import notes
from storage.staff.accounts import StaffPresence, find_login
from tests.desk.scenery import PASSWORD, Browser, Office, said

NEW = "nine loud umbrellas"


def change(browser: Browser, **form: str) -> object:
    return browser.post("/desk/account/password", {"password": PASSWORD, "new": NEW, "again": NEW, **form}, "/desk")


def test_another_password_signs_every_other_browser_out_and_renews_this_one(place: Office, mei: Browser) -> None:
    elsewhere, before = place.at_work("mei"), mei.http.cookies["amends-session"]
    assert change(mei).status_code == 303
    assert mei.is_in()
    assert mei.http.cookies["amends-session"] != before
    assert not elsewhere.is_in()
    assert place.browser().sign_in("mei").status_code == 422
    assert place.browser().sign_in("mei", NEW).status_code == 303


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"password": "not mine at all"}, "present password"),
        ({"again": "something else here"}, "differ"),
        ({"new": "short", "again": "short"}, "10 to 200"),
        ({"new": "aaaaaaaaaaaa", "again": "aaaaaaaaaaaa"}, "too easy"),
        ({"new": "meimeimeimei1", "again": "meimeimeimei1"}, "too easy"),
        ({"new": "1234567890", "again": "1234567890"}, "commonest"),
        ({"new": PASSWORD, "again": PASSWORD}, "the old one"),
    ],
)
def test_a_password_that_will_not_do_is_refused_with_the_reason(mei: Browser, form: dict[str, str], words: str) -> None:
    answer = change(mei, **form)
    assert answer.status_code == 422
    assert words in said(answer)


def test_a_browser_left_open_does_not_let_others_try_passwords(mei: Browser) -> None:
    answers = [said(change(mei, password="a guess of mine")) for _ in range(6)]
    assert "please wait a minute" in answers[-1]
    assert "please wait" in said(change(mei)), "the right one too must wait"


def test_sessions_are_listed_and_ended_one_by_one_or_all_others(place: Office, mei: Browser) -> None:
    phone = place.browser(**{"User-Agent": "A phone"})
    phone.sign_in("mei")
    page = mei.get("/desk/account").text
    assert "A phone" in page
    other = re.findall(r'name="session" value="([0-9a-f]{64})"', page)
    assert len(other) == 1, "one's own is not offered"
    assert (
        mei.post("/desk/account/sessions/end", {"session": other[0], "password": PASSWORD}, "/desk").status_code == 303
    )
    assert not phone.is_in()
    assert mei.is_in()
    phone.sign_in("mei")
    mei.post("/desk/account/sessions/end-others", {"password": PASSWORD}, "/desk")
    assert not phone.is_in()
    assert mei.is_in()


def test_nobody_ends_a_session_of_somebody_else(place: Office, mei: Browser) -> None:
    sam = place.at_work("sam")
    sam2 = place.at_work("sam")
    listed = re.findall(r'name="session" value="([0-9a-f]{64})"', sam.get("/desk/account").text)
    assert (
        mei.post("/desk/account/sessions/end", {"session": listed[0], "password": PASSWORD}, "/desk").status_code == 404
    )
    assert sam2.is_in()


def test_a_second_step_is_set_up_with_a_code_that_fits_and_taken_away_with_the_password(
    place: Office, mei: Browser
) -> None:
    page = mei.get("/desk/account/second-step").text
    assert "<svg role=" in page
    offer = re.search(r'name="offer" value="([^"]+)"', page)[1]
    secret = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")
    wrong = mei.post("/desk/account/second-step", {"offer": offer, "code": "000000", "password": PASSWORD}, "/desk")
    assert "does not fit" in said(wrong)
    assert secret in wrong.text.replace(" ", ""), "the same secret is offered again"
    code = pyotp.TOTP(secret).at(place.clock())
    done = mei.post("/desk/account/second-step", {"offer": offer, "code": code, "password": PASSWORD}, "/desk")
    codes = re.findall(r"<li><code>([a-z0-9-]{14})</code></li>", done.text)
    assert len(set(codes)) == 10
    again = place.browser()
    assert "/desk/sign-in/code" in again.sign_in("mei").headers["location"]
    assert again.post("/desk/sign-in/code", {"code": code}).status_code == 422, "the code that proved it is used up"
    assert mei.post("/desk/account/second-step/off", {"password": "no"}, "/desk").status_code == 422
    assert mei.post("/desk/account/second-step/off", {"password": PASSWORD}, "/desk").status_code == 303
    assert place.browser().sign_in("mei").headers["location"] == "/desk"
    actions = [note.action for note in place.rows(notes, place.rows(find_login, "mei").id)]
    assert actions[:3] == ["signed in", "second step off", "second step on"]


def test_a_secret_that_was_not_offered_to_this_account_is_not_taken(place: Office, mei: Browser) -> None:
    sams = re.search(r'name="offer" value="([^"]+)"', place.at_work("sam").get("/desk/account/second-step").text)[1]
    for offer in (sams, "JBSWY3DPEHPK3PXP", ""):
        mei.post("/desk/account/second-step", {"offer": offer, "code": "123456", "password": PASSWORD}, "/desk")
    assert not place.rows(find_login, "mei").has_second_step


def test_new_recovery_codes_end_the_old_ones(place: Office, mei: Browser) -> None:
    page = mei.get("/desk/account/second-step").text
    offer = re.search(r'name="offer" value="([^"]+)"', page)[1]
    secret = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")
    first = mei.post(
        "/desk/account/second-step",
        {"offer": offer, "code": pyotp.TOTP(secret).at(place.clock()), "password": PASSWORD},
        "/desk",
    )
    old = re.findall(r"<li><code>([a-z0-9-]{14})", first.text)
    second = mei.post("/desk/account/second-step/codes", {"password": PASSWORD}, "/desk")
    assert not set(old) & set(re.findall(r"<li><code>([a-z0-9-]{14})", second.text))
    browser = place.browser()
    browser.sign_in("mei")
    assert browser.post("/desk/sign-in/code", {"code": old[0]}).status_code == 422


def test_presence_is_set_from_any_page_and_htmx_gets_only_the_switch(place: Office, mei: Browser) -> None:
    answer = mei.post(
        "/desk/presence", {"presence": "busy"}, "/desk", Referer=f"{place.house.address}/desk/account?x=1"
    )
    assert answer.headers["location"] == "/desk/account?x=1"
    assert place.rows(find_login, "mei").presence is StaffPresence.BUSY
    part = mei.post("/desk/presence", {"presence": "available"}, "/desk", **{"HX-Request": "true"})
    assert part.text.lstrip().startswith("<form")
    assert re.search(r'value="available" aria-pressed="true"', part.text)
    assert mei.post("/desk/presence", {"presence": "dancing"}, "/desk").status_code == 400


def test_htmx_needs_no_field_for_its_token_goes_in_a_header(place: Office, mei: Browser) -> None:
    token = {"X-CSRF-Token": mei.token("/desk"), "Origin": place.house.address, "HX-Request": "true"}
    assert mei.http.post("/desk/presence", data={"presence": "away"}, headers=token).status_code == 200


def test_the_language_is_the_accounts_then_the_cookies_then_the_browsers(place: Office) -> None:
    browser = place.browser(**{"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"})
    assert '<html lang="zh"' in browser.get("/desk/sign-in").text
    browser.post("/desk/language", {"language": "en"})
    assert '<html lang="en"' in browser.get("/desk/sign-in").text
    browser.sign_in("mei")
    browser.post("/desk/account", {"language": "zh", "timezone": "Asia/Shanghai"}, "/desk")
    assert '<html lang="zh"' in browser.get("/desk").text
    assert '<html lang="en"' in place.at_work("sam").get("/desk").text, "and is nobody else's"


def test_times_stand_in_the_readers_zone(place: Office, mei: Browser) -> None:
    mei.post("/desk/account", {"language": "en", "timezone": "Asia/Shanghai"}, "/desk")
    page = mei.get("/desk/account").text
    at = re.search(r'<time datetime="(\S+?)">([^<]+)</time>', page)
    from datetime import datetime
    from zoneinfo import ZoneInfo

    here = datetime.fromisoformat(at[1]).astimezone(ZoneInfo("Asia/Shanghai"))
    assert at[2].endswith(f"{here:%H:%M}")
    assert mei.post("/desk/account", {"timezone": "Mars/Olympus"}, "/desk").status_code == 400


def test_a_notice_is_shown_once_and_cannot_be_forged(mei: Browser) -> None:
    mei.post("/desk/account", {"language": "", "timezone": ""}, "/desk")
    assert said(mei.get("/desk")) == "Saved."
    assert said(mei.get("/desk")) == ""
    mei.http.cookies.set("amends-flash", "WyJkb25lIiwiaGkiXQ==." + "0" * 64)
    assert said(mei.get("/desk")) == ""
