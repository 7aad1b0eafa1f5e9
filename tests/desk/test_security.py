"""The security log at the desk: who saw which chat, who saved what; and never a word that a customer wrote."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.security_log import SAME_VIEW, SecurityLog
from handlers.desk.reports.security_log import KINDS
from storage.security.events import SecurityEvent, SecurityEventKind, newest, record
from storage.staff.accounts import find_login
from storage.staff.tokens import create_token
from storage.tables.security import security_events
from tests.desk.scenery import Browser, Office
from tests.desk.shop import filed, id_of, shown, waiting

PAGE = Path(__file__).parents[2] / "docs" / "security-events.md"


def noted(place: Office, kind: SecurityEventKind) -> list[SecurityEvent]:
    security = place.desk.security
    assert security
    security.flush()
    found = place.rows(newest, 500, kind)
    assert isinstance(found, list)
    return found


def test_whoever_opens_a_chat_is_noted_once_in_a_while(place: Office, mei: Browser) -> None:
    visitor, page = waiting(place)
    for address in (page, f"{page}/side", page):
        assert mei.get(address).status_code == 200
    (seen,) = noted(place, SecurityEventKind.CHAT_VIEWED)
    account = place.rows(find_login, "mei").id
    assert (seen.actor, seen.subject, seen.address) == (account, id_of(visitor), "127.0.0.1")
    place.clock.pass_by(seconds=SAME_VIEW.total_seconds() + 1)
    mei.get(page)
    assert len(noted(place, SecurityEventKind.CHAT_VIEWED)) == 2


def test_that_events_came_too_fast_to_be_kept_is_told_and_breaks_no_page(place: Office, ada: Browser) -> None:
    """The sentence was filled in twice, the second time without what it names: the page would have been a fault."""
    assert place.desk.security
    place.desk.security.dropped = 2
    shown_page = ada.get("/desk/security")
    assert shown_page.status_code == 200
    assert "2 events came too fast" in shown_page.text


def test_a_chat_that_one_may_not_see_was_not_seen(place: Office) -> None:
    place.hire("lena", teams=("logistics",))
    lena, mei = place.at_work("lena"), place.at_work("mei")
    _, page, _ = filed(place, mei)
    before = len(noted(place, SecurityEventKind.CHAT_VIEWED))
    assert lena.get(page).status_code in (403, 404)
    assert len(noted(place, SecurityEventKind.CHAT_VIEWED)) == before


def test_a_case_that_a_token_reads_is_noted(place: Office, mei: Browser) -> None:
    with place.database.write() as conn:
        token = create_token(conn, "crm", place.clock())
    *_, reference = filed(place, mei)
    with place.house.client(headers={"Authorization": f"Bearer {token}"}) as http:
        assert http.get(f"/api/v1/cases/{reference}").status_code == 200
        assert http.get(f"/api/v1/cases/{reference}").status_code == 200
    (seen,) = noted(place, SecurityEventKind.CASE_VIEWED)
    assert (seen.actor, seen.subject, seen.detail) == ("token crm", reference, {"by": "api"})


def test_saving_a_table_is_noted_and_so_is_saving_the_log(place: Office, ada: Browser) -> None:
    assert ada.get("/desk/figures/follow-up.csv").status_code == 200
    saved = ada.get("/desk/security.csv")
    assert saved.status_code == 200
    assert [event.detail["what"] for event in noted(place, SecurityEventKind.EXPORTED)] == ["security", "follow-up"]
    again = list(csv.DictReader(StringIO(ada.get("/desk/security.csv").text.removeprefix("\ufeff"))))
    assert [row["actor name"] for row in again if row["kind"] == "exported"] == ["Ada", "Ada"]


def test_the_page_shows_what_is_asked_for_page_by_page(place: Office, ada: Browser) -> None:
    mei = place.rows(find_login, "mei").id
    with place.database.write() as conn:
        record(conn, [_event(place, n, mei if n % 3 == 0 else "", f"C-{n:03d}") for n in range(150)])
    seen: list[str] = []
    address = "/desk/security?kind=case_viewed"
    while address:
        page = ada.get(address)
        seen += re.findall(r"<bdi>(C-\d{3})</bdi>", page.text)
        following = re.search(r'<a href="([^"]+)">Next page</a>', page.text)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"C-{n:03d}" for n in reversed(range(150))]
    hers = ada.get("/desk/security?kind=case_viewed&who=mei").text
    assert re.findall(r"<bdi>(C-\d{3})</bdi>", hers) == [f"C-{n:03d}" for n in reversed(range(0, 150, 3))]
    assert "There are none." in shown(ada.get("/desk/security?who=nobody"))
    assert "saw a case" in shown(ada.get("/desk/security?kind=bogus&after=bogus"))


def test_the_page_speaks_chinese(place: Office) -> None:
    ada = place.browser(**{"Accept-Language": "zh"})
    assert ada.sign_in("ada").status_code == 303
    assert "安全日志" in shown(ada.get("/desk/security"))


def test_what_is_old_is_forgotten(place: Office) -> None:
    log = SecurityLog(place.database, keeps=timedelta(days=30), clock=place.clock)
    with place.database.write() as conn:
        record(conn, [_event(place, n, "", "old") for n in range(1200)])
    place.clock.pass_by(days=31)
    with place.database.write() as conn:
        record(conn, [_event(place, 0, "", "new")])
    log.sweep()
    assert {event.subject for event in place.rows(newest, 2000)} == {"new"}


def test_no_word_of_a_customer_s_is_in_the_log(place: Office, mei: Browser, ada: Browser) -> None:
    secrets = ("Quetzalina Brumby", "quetzal@zoo.example", "+44 20 7946 0018", "AM2611189999", "zeppelinesque")
    visitor, page = waiting(
        place, f"My name is {secrets[0]}, {secrets[1]}, {secrets[2]}", f"My order {secrets[3]} came {secrets[4]} broken"
    )
    with place.database.write() as conn:
        token = create_token(conn, "reader", place.clock())
    for browser in (mei, ada):
        for address in (page, f"{page}/side", "/desk/inbox?q=zeppelinesque", "/desk/figures/promises.csv"):
            browser.get(address)
    assert ada.get("/desk/security?who=zeppelinesque").status_code == 200
    with place.house.client(headers={"Authorization": f"Bearer {token}"}) as http:
        http.get("/api/v1/cases/quetzal@zoo.example")
    visitor.say("zeppelinesque again")
    noted(place, SecurityEventKind.CHAT_VIEWED)
    with place.database.read() as conn:
        rows = "\n".join(map(str, conn.execute(select(security_events))))
        assert (conn.scalar(select(func.count()).select_from(security_events)) or 0) >= 3
    assert not [part for word in secrets for part in (word, *word.split()) if len(part) > 5 and part in rows]


def test_every_kind_is_described_and_every_description_is_of_a_kind() -> None:
    described = set(re.findall(r"^\| `(\w+)` \|", PAGE.read_text(), re.MULTILINE))
    assert described == {kind.value for kind in SecurityEventKind}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_kind_is_called_is_translated(place: Office, kind: SecurityEventKind) -> None:
    assert place.desk.screens.words["zh"].gettext(KINDS[kind]) != KINDS[kind]


def _event(place: Office, n: int, actor: str, subject: str) -> SecurityEvent:
    at = place.clock() + timedelta(milliseconds=n)
    return SecurityEvent(at, SecurityEventKind.CASE_VIEWED, actor, subject)
