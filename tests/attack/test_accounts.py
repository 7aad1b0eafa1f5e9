"""Attacks on accounts of the staff: a stolen session, locking out, floods, probing for logins."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import IO
from urllib.parse import quote

import pyotp
import pytest

from storage.staff.accounts import find_login
from storage.staff.passwords import Passwords
from tests.attack.conftest import Tried
from tests.conftest import sized
from tests.desk.conftest import OpenOffice, open_office, place, playbook  # noqa: F401 - fixtures
from tests.desk.scenery import PASSWORD, Browser, Office, said

NEW = "nine loud umbrellas"
ODD = (
    "",
    " ",
    "\0",
    "a\0b",
    "x" * 5000,
    "\ufdfa" * 999,
    "\u202e",
    "\ud7ff\ufffd",
    "😀" * 300,
    "%00",
    "'\"<",
    "-1",
    "²",
)
"""Values that no form of ours sends."""


def stolen(place: Office, login: str) -> Browser:  # noqa: F811
    """A browser of somebody who got hold of a session's cookie, and of nothing else."""
    owner, thief = place.at_work(login), place.browser()
    thief.http.cookies.set("amends-session", owner.http.cookies["amends-session"])
    assert thief.is_in()
    return thief


def test_a_stolen_administrator_s_session_takes_the_account_over(place: Office, tried: Tried) -> None:  # noqa: F811
    """A stolen administrator's session changes password, second step or roles"""
    ada, mei = place.rows(find_login, "ada"), place.rows(find_login, "mei")
    thief = stolen(place, "ada")
    page = thief.get("/desk/account/second-step").text
    offer = re.search(r'name="offer" value="([^"]+)"', page)
    secret = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page)
    assert offer
    assert secret
    code = pyotp.TOTP(secret[1].replace(" ", "")).at(place.clock())
    accomplice = {"login": "evil", "name": "Evil", "role": "administrator", "capacity": "5"}
    acts: list[tuple[str, dict[str, str]]] = [
        ("/desk/account/password", {"new": NEW, "again": NEW}),
        ("/desk/account/password", {"new": NEW, "again": NEW, "password": "a guess of mine"}),
        ("/desk/account/second-step", {"offer": offer[1], "code": code}),
        ("/desk/account/second-step/off", {}),
        ("/desk/account/second-step/codes", {}),
        ("/desk/account/sessions/end-others", {}),
        ("/desk/account/passkeys/new", {"name": "mine"}),
        ("/desk/account/passkeys", {"created": "{}"}),
        ("/desk/account/telegram", {}),
        ("/desk/staff", accomplice),
        (f"/desk/staff/{mei.id}", {**accomplice, "name": "Mei"}),
        *((f"/desk/staff/{mei.id}/{act}", {}) for act in ("password", "disable", "sign-out", "second-step/off")),
        *((f"/desk/staff/{ada.id}/{act}", {}) for act in ("password", "second-step/off", "sign-out")),
    ]
    for path, form in acts:
        answer = thief.post(path, form, "/desk")
        assert answer.status_code == 422, path
        assert "Is it you?" in answer.text
    tried(len(acts))
    assert place.rows(find_login, "evil") is None
    assert place.rows(find_login, "mei") == mei
    assert not place.rows(find_login, "ada").has_second_step
    assert place.browser().sign_in("ada").status_code == 303, "her password is what it was"


def test_a_thief_who_waits_for_the_owner_s_proof(place: Office, tried: Tried) -> None:  # noqa: F811
    """A thief with a session waits until its owner has shown who they are, and then acts"""
    owner = place.at_work("ada")
    thief = place.browser()
    thief.http.cookies.set("amends-session", owner.http.cookies["amends-session"])
    mei = place.rows(find_login, "mei")
    proof = owner.post(f"/desk/staff/{mei.id}/sign-out", {"password": PASSWORD}, "/desk")
    assert proof.status_code == 303
    assert owner.post(f"/desk/staff/{mei.id}/sign-out", {}, "/desk").status_code == 303, "is not asked twice"
    assert thief.post(f"/desk/staff/{mei.id}/disable", {}, "/desk").status_code == 422
    tried(1)
    place.clock.pass_by(minutes=6)
    assert owner.post(f"/desk/staff/{mei.id}/sign-out", {}, "/desk").status_code == 422, "is asked again"


def test_guessing_the_password_in_a_stolen_session(place: Office, tried: Tried) -> None:  # noqa: F811
    """A thief with a session guesses the password where the account is changed"""
    thief, mei = stolen(place, "mei"), place.rows(find_login, "mei")
    for number in range(20):
        thief.post("/desk/account/sessions/end-others", {"password": f"my guess {number}"}, "/desk")
    tried(20)
    assert place.desk.tally["sign_ins_failed"] == 5, "the others were not even judged"
    right = thief.post("/desk/account/sessions/end-others", {"password": PASSWORD}, "/desk")
    assert "please wait" in said(right)
    assert place.rows(find_login, "mei") == mei


def test_an_administrator_cannot_act_on_themselves_through_the_people_page(place: Office, tried: Tried) -> None:  # noqa: F811
    """An administrator's own account is changed by the page for others"""
    ada = place.at_work("ada")
    own = place.rows(find_login, "ada").id
    acts = ("", "/password", "/second-step/off", "/sign-out", "/disable", "/enable")
    for act in acts:
        assert ada.post(f"/desk/staff/{own}{act}", {"password": PASSWORD}, "/desk").status_code == 403, act
    tried(len(acts))


def test_locking_a_colleague_out(place: Office, tried: Tried) -> None:  # noqa: F811
    """Bad sign-ins with somebody's login lock them out"""
    known = place.at_work("mei")
    known.post("/desk/sign-out", page="/desk")
    attacker = place.browser()
    for number in range(40):
        attacker.sign_in("mei", f"wrong {number}")
    tried(40)
    assert attacker.sign_in("mei").status_code == 429, "the attacker waits"
    assert known.sign_in("mei").status_code == 303, "mei does not, in her browser"


def test_a_known_browser_of_one_login_is_none_of_another(place: Office, tried: Tried) -> None:  # noqa: F811
    """One's own known browser, or a forged one, is used to guess a colleague's password"""
    sam = place.at_work("sam")
    sam.post("/desk/sign-out", page="/desk")
    forged = place.browser()
    forged.http.cookies.set("amends-known", sam.http.cookies["amends-known"][:-1] + "0")
    for browser in (sam, forged):
        answers = [browser.sign_in("mei", f"wrong {number}").status_code for number in range(7)]
        assert 429 in answers
    known = place.at_work("ada")
    assert [known.sign_in("ada", "wrong wrong").status_code for _ in range(6)][-1] == 429, "own failures count there"
    tried(20)


@pytest.mark.parametrize("path", ["/desk/sign-in", "/desk/sign-in/code", "/desk/language"])
def test_odd_values_in_the_forms_of_strangers(place: Office, tried: Tried, path: str) -> None:  # noqa: F811
    """Empty, overlong, NUL and odd Unicode in every field that a stranger may send"""
    names = ("login", "password", "next", "code", "language", "passkey", "challenge", "nothing")
    stranger = place.browser()
    for _ in range(7):
        stranger.sign_in("", "")  # the sixth gave 500
    for value in ODD:
        answers = [stranger.post(path, {name: value}) for name in names]
        answers += [stranger.post(path, dict.fromkeys(names, value)), stranger.get(f"{path}?next={quote(value[:500])}")]
        assert not [answer.status_code for answer in answers if answer.status_code >= 500], repr(value[:9])
        tried(len(answers))


def test_odd_values_in_the_forms_of_accounts(place: Office, tried: Tried) -> None:  # noqa: F811
    """Empty, overlong, NUL and odd Unicode in every field of the forms about accounts"""
    ada, mei = place.at_work("ada"), place.rows(find_login, "mei").id
    ada.post("/desk/account/sessions/end-others", {"password": PASSWORD}, "/desk")
    fields = {
        "/desk/account": ("language", "timezone"),
        "/desk/account/password": ("new", "again"),
        "/desk/account/sessions/end": ("session",),
        "/desk/account/second-step": ("offer", "code", "carried"),
        "/desk/account/passkeys/new": ("name", "passkey", "challenge"),
        "/desk/account/passkeys": ("name", "created", "challenge"),
        "/desk/account/passkeys/remove": ("id",),
        "/desk/staff": ("login", "name", "role", "team", "languages", "skills", "capacity"),
        f"/desk/staff/{mei}": ("name", "role", "team", "languages", "skills", "capacity"),
        "/desk/presence": ("presence",),
    }
    good = {"login": "lee", "name": "Lee", "role": "agent", "capacity": "5"}
    for path, names in fields.items():
        for value in ODD:
            for name in names:
                base = good if path.startswith("/desk/staff") else {}
                answer = ada.post(path, {**base, name: value}, "/desk")
                assert answer.status_code < 500, (path, name, value[:9])
                tried(1)
    for headers in ({"HX-Request": "true", "HX-Current-URL": "http://["}, {"Referer": "http://["}, {"Host": "[::1"}):
        for browser in (ada, place.browser()):
            assert browser.get("/desk", **headers).status_code < 500, headers
            assert browser.get("/desk/sign-in", **headers).status_code < 500, headers
        assert ada.post("/desk/presence", {"presence": "away"}, "/desk", **headers).status_code < 500, headers
        tried(5)
    for path in ("/desk/staff/%00", "/desk/staff/a%00b", "/desk/account?x=%00"):
        assert ada.get(path).status_code == 404


@pytest.mark.timed
def test_asking_by_time_whether_a_login_exists(open_office: OpenOffice, tried: Tried) -> None:  # noqa: F811
    """Whether a login exists, is told by how long a wrong password takes"""
    place = open_office()  # noqa: F811
    for number in range(12):
        place.hire(f"mei{number}")
    took: dict[str, list[float]] = {"mei": [], "nobody": []}
    browser = place.browser()
    browser.token()
    for number in range(12):
        for kind, times in took.items():
            for _ in range(2):  # fewer than make a suspect, who waits
                began = time.perf_counter()
                assert browser.sign_in(f"{kind}{number}", "wrong wrong").status_code == 422
                times.append(time.perf_counter() - began)
    tried(48)
    there, not_there = (median(times) for times in took.values())
    # The quick hash of tests leaves the rest in plain sight; in between lie noise and nothing else.
    assert abs(there - not_there) < 0.4 * max(there, not_there)


@pytest.mark.timed
@pytest.mark.prove
@pytest.mark.parametrize("logins", ["mei", "many"])
def test_a_flood_of_bad_sign_ins(open_office: OpenOffice, tried: Tried, logins: str) -> None:  # noqa: F811
    """A flood of bad sign-ins keeps honest people from signing in"""
    place = open_office(passwords=Passwords())  # noqa: F811
    place.hire("mei")
    place.hire("sam")
    known = place.at_work("sam")
    many = sized(60, 240)
    quiet = [honest(place, known) for _ in range(5)]
    with flooding(place.house.address, many, logins) as pipe:
        held = [honest(place, known) for _ in range(5)]
        assert not pipe.closed
    tried(many)
    slower = median(held) / median(quiet)
    print(f"quiet {median(quiet):.3f} s, in the flood {median(held):.3f} s: {slower:.2f} times")
    assert slower <= 2


def honest(place: Office, known: Browser) -> float:  # noqa: F811
    """Seconds that an honest sign-in takes: of the slower of one in a known browser and one in a new one."""
    stranger = place.browser()
    took = []
    for browser in (known, stranger):
        browser.post("/desk/sign-out", page="/desk") if browser.is_in() else browser.token()
        browser.token()
        began = time.perf_counter()
        assert browser.sign_in("sam").status_code == 303
        took.append(time.perf_counter() - began)
    return max(took)


class flooding:  # noqa: N801 - reads as what it does
    """A flood that has begun, and that ends with the block."""

    def __init__(self, address: str, many: int, logins: str) -> None:
        self.command = [sys.executable, "-m", "tests.attack.flood", address, str(many), logins]

    def __enter__(self) -> IO[str]:
        root = Path(__file__).parents[2]
        self.process = subprocess.Popen(self.command, cwd=root, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        assert self.process.stdout.readline().strip() == "begun"
        return self.process.stdout

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
