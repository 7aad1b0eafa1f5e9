"""Signing in at an issuer (OpenID Connect), a real one on this machine: what it opens, and what it cannot."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from bot.refusal import BadSettings
from bot.settings import load_settings
from bot.wiring.accounts import issuer as issuer_of
from handlers.desk.accounts.accounts import Accounts
from handlers.desk.accounts.issuer import Client, Issuer
from storage.staff.account_log import notes
from storage.staff.accounts import Role, disable_staff, find_login, find_staff
from storage.staff.issuer_identities import find_identity
from tests.desk.conftest import OpenOffice
from tests.desk.local_issuer import CLIENT, SECRET, LocalIssuer, issuing
from tests.desk.scenery import NOON, PASSWORD, Browser, Office, said

ROLES = {"desk-admins": Role.ADMINISTRATOR, "desk": Role.AGENT}


@dataclass
class Joint:
    """The desk, and the issuer that it trusts."""

    place: Office
    issuer: LocalIssuer

    def comes(self, browser: Browser, begin: str = "/desk/sign-in/issuer") -> httpx.Response:
        """Goes to the issuer and back; what the desk then answers."""
        return browser.get(self.way_back(browser, begin))

    def way_back(self, browser: Browser, begin: str = "/desk/sign-in/issuer") -> str:
        sent = browser.get(begin)
        assert sent.status_code == 303, sent.text
        assert sent.headers["location"].startswith(self.issuer.url), said(browser.get(sent.headers["location"]))
        back = httpx.get(sent.headers["location"]).headers["location"]
        return back.removeprefix(self.place.house.address)


@pytest.fixture
def joint(open_office: OpenOffice) -> Iterator[Joint]:
    clocks: list[Office] = []
    with issuing(lambda: clocks[0].clock() if clocks else NOON) as issuer:
        accounts = Accounts(issuer=Issuer(Client(issuer.url, CLIENT, SECRET, "Example", "realm.roles", ROLES)))
        place = open_office(accounts=accounts)
        clocks.append(place)
        place.hire("mei")
        place.hire("ada", Role.ADMINISTRATOR)
        issuer.claims = {"realm": {"roles": ["desk", "other"]}, "preferred_username": "Lee", "name": "Lee Wong"}
        yield Joint(place, issuer)


def test_whoever_has_a_role_there_gets_an_account_and_the_same_one_next_time(joint: Joint) -> None:
    browser = joint.place.browser()
    assert "Sign in with Example" in browser.get("/desk/sign-in").text
    answer = joint.comes(browser, "/desk/sign-in/issuer?next=/desk/account")
    assert answer.headers["location"] == "/desk/account"
    assert browser.is_in()
    lee = joint.place.rows(find_login, "lee")
    assert (lee.name, lee.role) == ("Lee Wong", Role.AGENT)
    assert joint.place.browser().sign_in("lee", "").status_code == 422, "there is no password to guess"
    joint.issuer.claims = {"realm": {"roles": ["desk-admins", "desk"]}, "preferred_username": "renamed"}
    assert joint.comes(joint.place.browser()).headers["location"] == "/desk"
    assert joint.place.rows(find_staff, lee.id).role is Role.ADMINISTRATOR, "the highest, from the next sign-in on"
    told = [(note.actor, note.action) for note in joint.place.rows(notes, lee.id)]
    assert ("issuer", "role set") in told
    assert ("issuer", "added") in told


def test_without_a_role_there_nobody_gets_in(joint: Joint) -> None:
    joint.issuer.claims = {"realm": {"roles": ["other"]}, "preferred_username": "lee"}
    browser = joint.place.browser()
    joint.comes(browser)
    assert not browser.is_in()
    assert "does not open this desk" in said(browser.get("/desk/sign-in"))
    assert joint.place.rows(find_login, "lee") is None


def test_roles_that_only_userinfo_tells_count_if_it_is_about_the_same_person(joint: Joint) -> None:
    joint.issuer.claims = {"preferred_username": "lee"}
    joint.issuer.userinfo = {"sub": "somebody else", "realm": {"roles": ["desk"]}}
    assert joint.comes(joint.place.browser()).headers["location"] == "/desk/sign-in"
    joint.issuer.userinfo["sub"] = joint.issuer.subject
    assert joint.comes(joint.place.browser()).headers["location"] == "/desk"


def test_an_account_is_never_taken_over_by_its_name_or_mail(joint: Joint) -> None:
    """Whoever may choose their name or an unverified address at the issuer is nobody here by that."""
    ada = joint.place.rows(find_login, "ada")
    joint.issuer.claims |= {"preferred_username": "ada", "email": "ada", "email_verified": False}
    assert joint.comes(joint.place.browser()).headers["location"] == "/desk"
    other = joint.place.rows(find_identity, joint.issuer.url, joint.issuer.subject)
    assert other != ada.id
    assert joint.place.rows(find_staff, other).login.startswith("ada-")


def test_a_closed_account_stays_out(joint: Joint) -> None:
    browser = joint.place.browser()
    joint.comes(browser)
    with joint.place.database.write() as conn:
        lee = find_login(conn, "lee")
        assert lee
        disable_staff(conn, lee.id, joint.place.clock())
    assert not browser.is_in()
    joint.comes(again := joint.place.browser())
    assert not again.is_in()


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"}, {"nonce": None}, {"aud": "another desk"}, {"aud": [CLIENT, "other"], "azp": "other"},
        {"iss": "https://evil.example"}, {"exp": 1}, {"exp": None}, {"sub": None}, {"sub": ["a"]}, {"iat": None},
    ],
)  # fmt: skip
def test_a_token_that_is_not_for_this_sign_in_opens_nothing(joint: Joint, lie: dict[str, object]) -> None:
    joint.issuer.claims |= lie
    browser = joint.place.browser()
    assert joint.comes(browser).headers["location"] == "/desk/sign-in"
    assert not browser.is_in()


def test_a_token_that_somebody_else_signed_or_nobody_opens_nothing(joint: Joint) -> None:
    joint.issuer.published = RSAKey.generate_key(2048)
    assert joint.comes(joint.place.browser()).headers["location"] == "/desk/sign-in"
    joint.issuer.published, joint.issuer.algorithm = None, "none"
    assert joint.comes(joint.place.browser()).headers["location"] == "/desk/sign-in"
    joint.issuer.algorithm = "RS256"
    assert joint.comes(joint.place.browser()).headers["location"] == "/desk", "its keys are looked up anew"


def test_an_answer_counts_once_and_in_the_browser_that_was_sent(joint: Joint) -> None:
    here, elsewhere = joint.place.browser(), joint.place.browser()
    back = joint.way_back(here)
    assert elsewhere.get(back).headers["location"] == "/desk/sign-in"
    elsewhere.http.cookies.set("amends-issuer", here.http.cookies["amends-issuer"])
    assert elsewhere.get(back).headers["location"] == "/desk/sign-in", "nor with the cookie of the other"
    asked = parse_qs(urlsplit(back).query)
    forged = f"/desk/sign-in/issuer/back?code={asked['code'][0]}&state={'0' * 43}"
    assert here.get(forged).headers["location"] == "/desk/sign-in"
    mixed = f"{back.split('&iss=')[0]}&iss=https%3A%2F%2Fevil.example"
    assert here.get(mixed).headers["location"] == "/desk/sign-in"
    assert here.get(back).headers["location"] == "/desk"
    assert joint.place.browser().get(back).headers["location"] == "/desk/sign-in"


def test_it_takes_too_long_when_it_takes_ten_minutes(joint: Joint) -> None:
    browser = joint.place.browser()
    back = joint.way_back(browser)
    joint.place.clock.pass_by(minutes=11)
    assert browser.get(back).headers["location"] == "/desk/sign-in"


def test_an_account_of_ours_is_joined_by_its_owner_and_then_opened_by_both(joint: Joint) -> None:
    mei = joint.place.at_work("mei")
    assert mei.post("/desk/account/issuer/join", {}, "/desk").status_code == 422, "it takes a proof"
    assert mei.get("/desk/account/issuer/join?begun=x").headers["location"] == "/desk/account"
    page = mei.post("/desk/account/issuer/join", {"password": PASSWORD}, "/desk").text
    link = page.split('href="/desk/account/issuer/join', 1)[1].split('"', 1)[0]
    joint.comes(mei, f"/desk/account/issuer/join{link}")
    assert "may sign in there" in said(mei.get("/desk/account"))
    browser = joint.place.browser()
    assert joint.comes(browser).headers["location"] == "/desk"
    assert "Mei" in browser.get("/desk").text
    ada = joint.place.at_work("ada")
    page = ada.post("/desk/account/issuer/join", {"password": PASSWORD}, "/desk").text
    link = page.split('href="/desk/account/issuer/join', 1)[1].split('"', 1)[0]
    joint.comes(ada, f"/desk/account/issuer/join{link}")
    assert "belongs to somebody else" in said(ada.get("/desk/account"))
    assert mei.post("/desk/account/issuer/leave", {"password": PASSWORD}, "/desk").status_code == 303
    assert joint.place.rows(find_identity, joint.issuer.url, joint.issuer.subject) is None


def test_whoever_has_no_password_shows_it_by_signing_in_there_anew(joint: Joint) -> None:
    lee = joint.place.browser()
    joint.comes(lee)
    asked = lee.post("/desk/account/sessions/end-others", {}, "/desk/account/password")
    assert asked.status_code == 422
    assert "Sign in again at Example" in asked.text
    assert 'type="password"' not in asked.text
    joint.issuer.claims["auth_time"] = int(joint.place.clock().timestamp()) - 3600
    joint.comes(lee, "/desk/account/issuer/prove")
    assert lee.post("/desk/account/sessions/end-others", {}, "/desk/account/password").status_code == 422
    del joint.issuer.claims["auth_time"]
    joint.issuer.subject = "somebody else"
    joint.comes(lee, "/desk/account/issuer/prove")
    assert lee.post("/desk/account/sessions/end-others", {}, "/desk/account/password").status_code == 422
    joint.issuer.subject = "248289761001"
    joint.comes(lee, "/desk/account/issuer/prove")
    assert joint.issuer.asked[-1]["prompt"] == "login"
    assert joint.issuer.asked[-1]["max_age"] == "0"
    assert lee.post("/desk/account/sessions/end-others", {}, "/desk/account/password").status_code == 303


def test_an_issuer_that_is_away_or_says_odd_things_of_itself_is_an_ordinary_failure(joint: Joint) -> None:
    for odd in (
        {"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/token"},
        {"authorization_endpoint": None}, {"jwks_uri": 5},
    ):  # fmt: skip
        joint.issuer.configuration = odd
        browser = joint.place.browser()
        assert browser.get("/desk/sign-in/issuer").headers["location"] == "/desk/sign-in"
        assert "did not work" in said(browser.get("/desk/sign-in"))


def test_settings_name_the_issuer_and_what_cannot_be_is_refused(tmp_path: Path) -> None:
    known = {"data_dir": tmp_path, "oidc_client_id": "desk"}
    assert issuer_of(load_settings(data_dir=tmp_path)) is None
    made = issuer_of(
        load_settings(oidc_issuer="https://id.example", oidc_roles="desk=agent, a=b=administrator", **known)
    )
    assert made
    assert made.name == "id.example"
    assert made.client.roles == {"desk": Role.AGENT, "a=b": Role.ADMINISTRATOR}
    for wrong in ({"oidc_issuer": "http://id.example"}, {"oidc_issuer": "https://id.example", "oidc_roles": "a=king"}):
        with pytest.raises(BadSettings):
            issuer_of(load_settings(**known, **wrong))


def test_nobody_loads_the_libraries_of_what_is_not_used(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom bot.app import build, create_asgi\nfrom bot.settings import load_settings\n"
        f"create_asgi(build(load_settings(understanding='rules', data_dir={str(tmp_path)!r})))\n"
        "print([name for name in ('joserfc', 'webauthn', 'zxcvbn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
