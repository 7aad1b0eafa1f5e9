"""Each route of a chat × role × team × who has the chat: whoever may not, cannot, and nothing is changed by trying."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dialogs.playbooks.playbook import Playbook
from staff.chat import load_chat
from storage.staff.accounts import Role, find_login
from tests.desk.scenery import Browser, Office, office
from tests.desk.shop import act, filed

TEAM, OTHER = "product", "payments"
READ = ("", "/side", "/events")
OF_THE_TEAM = ("note", "unsent", "slot", "file", "priority", "tags", "reopen", "link", "merge")
OF_THE_HOLDER = ("transfer", "snooze", "hand-back", "resolve")
WRITING = ("reply", "writing")
OF_SUPERVISORS = ("pull", "assign")


@pytest.fixture(scope="module")
def place(playbook: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office"), playbook) as opened:
        for role in Role:
            opened.hire(f"{role.value}-in", role, teams=(TEAM,))
            opened.hire(f"{role.value}-out", role, teams=(OTHER,))
        opened.hire("chief", Role.SUPERVISOR, capacity=100)
        opened.hire("holder", teams=(TEAM,), capacity=100)
        opened.hire("guest", teams=(OTHER,), capacity=100)
        yield opened


@pytest.fixture(scope="module")
def people(place: Office) -> dict[str, Browser]:
    logins = [f"{role.value}-{where}" for role in Role for where in ("in", "out")]
    return {login: place.at_work(login) for login in (*logins, "chief", "holder", "guest")}


@pytest.fixture(scope="module")
def chats(place: Office, people: dict[str, Browser]) -> dict[str, str]:
    """The page of one chat that somebody has, and of one that waits; both of one team."""
    return {"held": given(place, people, "staff:", "holder"), "free": given(place, people, f"team:{TEAM}")}


def given(place: Office, people: dict[str, Browser], to: str, login: str = "") -> str:
    """The page of a chat about a product, which the chief has passed on."""
    _, page, _ = filed(place, people["chief"])
    receiver = to + (place.rows(find_login, login).id if login else "")
    assert act(people["chief"], page, "transfer", to=receiver).status_code == 303
    return page


def allowed(person: str, chat: str, what: str) -> bool:
    """The table: who may do what."""
    role, _, where = person.partition("-")
    senior = role in ("supervisor", "administrator")
    if where == "out":
        return False
    if what in OF_SUPERVISORS:
        return senior
    if what in WRITING:
        return False
    if what in OF_THE_HOLDER:
        return senior
    return True


EVERYBODY = [f"{role.value}-{where}" for role in Role for where in ("in", "out")]
EVERYTHING = (*OF_THE_TEAM, *OF_THE_HOLDER, *WRITING, *OF_SUPERVISORS, "claim")


@pytest.mark.parametrize("chat", ["held", "free"])
@pytest.mark.parametrize("person", EVERYBODY)
def test_whoever_has_not_the_chat_may_do_what_the_table_says(
    place: Office, people: dict[str, Browser], chats: dict[str, str], person: str, chat: str
) -> None:
    page, browser = chats[chat], people[person]
    conversation = page.rpartition("/")[2]
    before = place.rows(load_chat, conversation)
    for path in READ:
        assert (browser.begin(page + path).status_code == 200) is allowed(person, chat, "see"), path
    for what in EVERYTHING:
        # A form without an id of its own: whoever is let in is told that it is not complete.
        answer = act(browser, page, what, "incomplete", kind="?")
        assert (answer.status_code != 403) is allowed(person, chat, what), what
    assert place.rows(load_chat, conversation) == before


def test_the_holder_may_do_all_but_what_supervisors_do(
    place: Office, people: dict[str, Browser], chats: dict[str, str]
) -> None:
    for what in EVERYTHING:
        answer = act(people["holder"], chats["held"], what, "incomplete", kind="?")
        assert (answer.status_code == 403) is (what in OF_SUPERVISORS), what


def test_who_was_passed_a_chat_of_another_team_has_it_and_nobody_else_of_theirs_sees_it(
    place: Office, people: dict[str, Browser]
) -> None:
    page = given(place, people, "staff:", "guest")
    assert people["guest"].get(page).status_code == 200
    assert act(people["guest"], page, "reply", text="Hello from the other team.").status_code == 303
    assert people["agent-out"].get(page).status_code == 403
