"""What administrators do to the accounts of others."""

from __future__ import annotations

import re

import pytest

from storage.staff.account_log import notes, verify_staff_log
from storage.staff.accounts import Role, find_login
from tests.desk.scenery import PASSWORD, Browser, Office, said
from tests.turn.scenery import KEY

FORM = {
    "login": "Lee",
    "name": "Lee Wong",
    "role": "agent",
    "capacity": "5",
    "languages": "zh，en",
    "skills": "refunds",
    "password": PASSWORD,
}
PROOF = {"password": PASSWORD}


def made_password(page: str) -> str:
    return re.search(r'<code class="secret">([^<]+)</code>', page)[1]


def test_a_new_account_signs_in_with_its_one_password_and_first_chooses_another(place: Office, ada: Browser) -> None:
    page = ada.post("/desk/staff", {**FORM, "team": ["logistics", "web"]}, "/desk")
    password, lee = made_password(page.text), place.browser()
    kept = place.rows(find_login, "lee")
    assert (kept.teams, kept.languages, kept.capacity) == (("logistics", "web"), ("zh", "en"), 5)
    assert lee.sign_in("lee", password).status_code == 303
    assert lee.get("/desk").headers["location"] == "/desk/account/password"
    assert "data-alerts" not in lee.get("/desk/account/password").text, "nothing rings for them yet"
    own = {"password": password, "new": "nine loud umbrellas", "again": "nine loud umbrellas"}
    lee.post("/desk/account/password", own, "/desk/account/password")
    assert lee.is_in()
    assert "data-alerts" in lee.get("/desk").text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"login": "MEI"}, "taken"),
        ({"login": "two words"}, "no blanks"),
        ({"name": " "}, "name has"),
        ({"capacity": "many"}, "number"),
        ({"capacity": "2000"}, "number"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_is_kept(ada: Browser, form: dict[str, str], words: str) -> None:
    answer = ada.post("/desk/staff", {**FORM, **form}, "/desk")
    assert answer.status_code == 422
    assert words in said(answer)
    assert "refunds" in answer.text


def test_a_closed_account_is_out_at_once_and_in_again_when_it_is_opened(place: Office, ada: Browser) -> None:
    mei, key = place.at_work("mei"), place.rows(find_login, "mei").id
    ada.post(f"/desk/staff/{key}/disable", PROOF, "/desk")
    assert not mei.is_in()
    assert place.browser().sign_in("mei").status_code == 422
    ada.post(f"/desk/staff/{key}/enable", PROOF, "/desk")
    assert place.browser().sign_in("mei").status_code == 303


def test_a_changed_role_counts_from_the_next_click(place: Office, ada: Browser) -> None:
    mei, key = place.at_work("mei"), place.rows(find_login, "mei").id
    assert mei.get("/desk/staff").status_code == 403
    ada.post(f"/desk/staff/{key}", {**FORM, "role": "administrator"}, "/desk")
    assert mei.get("/desk/staff").status_code == 200


def test_nobody_locks_themselves_out(place: Office, ada: Browser) -> None:
    key = place.rows(find_login, "ada").id
    acts = ("", "/disable", "/sign-out", "/password", "/second-step/off", "/enable")
    assert {ada.post(f"/desk/staff/{key}{act}", FORM, "/desk").status_code for act in acts} == {403}
    assert "own account" in ada.get(f"/desk/staff/{key}").text
    assert place.rows(find_login, "ada").role is Role.ADMINISTRATOR
    assert not place.rows(find_login, "ada").disabled


def test_a_new_password_and_signing_out_end_all_sessions(place: Office, ada: Browser) -> None:
    mei, key = place.at_work("mei"), place.rows(find_login, "mei").id
    ada.post(f"/desk/staff/{key}/sign-out", PROOF, "/desk")
    assert not mei.is_in()
    mei.sign_in("mei")
    page = ada.post(f"/desk/staff/{key}/password", PROOF, "/desk")
    assert not mei.is_in()
    assert place.browser().sign_in("mei", made_password(page.text)).status_code == 303


def test_everything_done_to_accounts_is_in_the_log_which_shows_when_it_was_altered(place: Office, ada: Browser) -> None:
    ada.post("/desk/staff", FORM, "/desk")
    key = place.rows(find_login, "lee").id
    for act in ("disable", "enable", "sign-out", "password"):
        ada.post(f"/desk/staff/{key}/{act}", PROOF, "/desk")
    told = [note.action for note in place.rows(notes, key)]
    assert told == ["password set", "signed out", "enabled", "disabled", "added"]
    assert "Ada" in ada.get(f"/desk/staff/{key}").text
    with place.database.read() as conn:
        assert not list(verify_staff_log(conn, KEY))


def test_a_name_that_is_markup_is_shown_as_what_it_is(place: Office, ada: Browser) -> None:
    evil = '"><script>alert(1)</script>'
    page = ada.post("/desk/staff", {**FORM, "name": evil, "team": [evil], "skills": evil, "login": "x<b>"}, "/desk")
    key = place.rows(find_login, "x<b>").id
    for text in (page.text, ada.get("/desk/staff").text, ada.get(f"/desk/staff/{key}").text, ada.get("/desk").text):
        assert "<script>alert" not in text
        assert "x<b>" not in text
