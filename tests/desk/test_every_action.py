"""Each form of a chat's page is an action of `staff.actions`: it asks for the right in the table, once, and obeys."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fastapi.routing import APIRoute

from handlers.desk.csrf import ZONE
from handlers.desk.router import router
from staff.actions import action, bulk
from staff.actions.access import forbidden
from staff.actions.refusals import ActionForbidden
from staff.actions.times import snooze_time
from staff.chat import Chat
from staff.rights import Right
from storage.conversations.threads import Thread, find_thread
from storage.staff.accounts import Role, Staff, change_staff, find_login
from tests.desk.scenery import Browser, Office
from tests.desk.shop import act, id_of, taken
from tests.desk.test_inbox import together

FORMS = {
    "claim": Right.CLAIM, "pull": Right.PULL, "assign": Right.ASSIGN, "transfer": Right.TRANSFER,
    "snooze": Right.SNOOZE, "hand-back": Right.HAND_BACK, "reply": Right.REPLY, "writing": Right.REPLY,
    "note": Right.NOTE, "unsent": Right.NOTE, "slot": Right.EDIT, "file": Right.EDIT, "priority": Right.EDIT,
    "progress": Right.EDIT, "tags": Right.EDIT, "danger": Right.EDIT, "false-alarm": Right.EDIT,
    "resolve": Right.RESOLVE, "reopen": Right.REOPEN, "link": Right.MERGE, "merge": Right.MERGE, "spam": Right.BAR,
    "block": Right.BAR, "unbar": Right.UNBAR, "let-through": Right.LET_THROUGH, "offer": Right.OFFER,
    "offer/withdraw": Right.OFFER, "offer/answer": Right.OFFER, "offer/approve": Right.APPROVE,
    "offer/done": Right.FULFIL,
}  # fmt: skip
TOGETHER = {
    "claim": (Right.CLAIM, {}), "hand_back": (Right.HAND_BACK, {}), "assign": (Right.ASSIGN, {"to": "mei"}),
    "snooze": (Right.SNOOZE, {"until": "1h"}), "tag": (Right.EDIT, {"tag": "late"}),
    "priority": (Right.EDIT, {"priority": "urgent"}), "category": (Right.EDIT, {"category": "payment"}),
    "resolve": (Right.RESOLVE, {"outcome": "Done.", "cause": "courier"}), "spam": (Right.BAR, {}),
    "block": (Right.BAR, {}), "unbar": (Right.UNBAR, {}), "let_through": (Right.LET_THROUGH, {}),
}  # fmt: skip
PAGE = "/desk/chats/{id}/"


class Asked(list[Right]):
    """The rights that were asked for; nobody has any of them, but to see."""

    def __call__(self, staff: Staff, chat: Chat, right: Right) -> ActionForbidden | None:
        if right is Right.SEE:
            return None
        self.append(right)
        return ActionForbidden()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    rights = Asked()
    monkeypatch.setattr(action, "forbidden", rights)
    return rights


@pytest.fixture
def sam(place: Office) -> Browser:
    return place.at_work("sam")


def thread(place: Office, page: str) -> Thread:
    found = place.rows(find_thread, page.rpartition("/")[2])
    assert isinstance(found, Thread)
    return found


def test_the_table_has_every_form_of_a_chat(place: Office) -> None:
    routes = [one for one in router(place.desk).routes if isinstance(one, APIRoute) and "POST" in one.methods]
    assert {one.path.removeprefix(PAGE) for one in routes if one.path.startswith(PAGE)} == FORMS.keys()
    assert TOGETHER.keys() == bulk.CHOICES


def test_each_form_asks_once_for_its_right_and_does_nothing_without_it(
    place: Office, mei: Browser, sam: Browser, request: pytest.FixtureRequest
) -> None:
    _, page = taken(place, mei)
    before, rights = thread(place, page), request.getfixturevalue("asked")
    for form, right in FORMS.items():
        rights.clear()
        assert act(sam, page, form, text="Hello.", kind="note").status_code == 403, form
        assert rights == [right], form
    assert thread(place, page) == before


def test_so_does_each_choice_for_several_chats(
    place: Office, mei: Browser, sam: Browser, request: pytest.FixtureRequest
) -> None:
    visitor, page = taken(place, mei)
    before, rights = thread(place, page), request.getfixturevalue("asked")
    for choice, (right, fields) in TOGETHER.items():
        rights.clear()
        named = {**fields, "to": place.rows(find_login, "mei").id} if "to" in fields else fields
        together(sam, choice, id_of(visitor), **named)
        assert rights == [right], choice
    assert thread(place, page) == before


def test_the_forms_are_let_in_by_the_one_check_that_the_table_of_rights_has(place: Office) -> None:
    """What the tests above put in its place."""
    assert action.forbidden is forbidden


@pytest.mark.parametrize(
    ("account", "cookie", "zone"),
    [("America/New_York", "Europe/London", "America/New_York"), ("", "Europe/London", "Europe/London"), ("", "", "")],
)
def test_tomorrow_at_nine_is_on_the_clock_of_whoever_says_so(
    place: Office, account: str, cookie: str, zone: str
) -> None:
    lin = place.hire("lin", Role.AGENT)
    with place.database.write() as conn:
        change_staff(conn, lin.id, {"timezone": account})
    browser = place.at_work("lin")
    if cookie:
        browser.http.cookies.set(ZONE, cookie)
    _, page = taken(place, browser)
    before = place.clock()
    act(browser, page, "snooze", until="tomorrow")
    there = ZoneInfo(zone or place.desk.playbook.file.timezone)
    expected = {snooze_time("tomorrow", "", at, there) for at in (before, place.clock() + timedelta(seconds=1))}
    until: datetime | None = thread(place, page).snoozed_until
    assert until in expected
