"""A chat's stream: everything once, in one order, wherever the line was cut; and for nobody who may not read it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from random import Random

import pytest
from sqlalchemy import insert, update

from dialogs.playbooks.playbook import Playbook
from staff.presence import Participant
from storage.delivery.outbox import row_of
from storage.staff.accounts import Role, disable_staff, find_login
from storage.tables.core import outbox
from tests.desk.scenery import Browser, Office, office
from tests.desk.shop import act, id_of, shown, taken, waiting

CUTS = 60
ENTRY = re.compile(r'<article class="entry (\w+)" id="(\w[\w-]*)"')


@pytest.fixture(scope="module")
def place(playbook: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office"), playbook) as opened:
        for login, role in (("mei", Role.AGENT), ("wang", Role.AGENT), ("sam", Role.SUPERVISOR)):
            opened.hire(login, role, capacity=1000)
        yield opened


@pytest.fixture(scope="module")
def mei(place: Office) -> Browser:
    return place.at_work("mei")


def events(browser: Browser, page: str, cursor: str) -> Iterator[dict[str, str]]:
    """The stream's events after a cursor, for as long as one reads."""
    asked = {"Accept": "text/event-stream", "Last-Event-ID": cursor, "Sec-Fetch-Site": "same-origin"}
    with browser.http.stream("GET", f"{page}/events", headers=asked) as answer:
        assert answer.status_code == 200, answer.status_code
        event: dict[str, str] = {}
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if line and not line.startswith(":"):
                event[name] = f"{event[name]}\n{value}" if name in event else value
            elif event:
                yield event
                event = {}


def cursor_of(browser: Browser, page: str) -> str:
    found = re.search(r'data-cursor="([\d-]+)"', browser.get(page).text)
    assert found
    return found[1]


def next_of(stream: Iterator[dict[str, str]], name: str) -> str:
    """The data of the next event of a name."""
    return next(event["data"] for event in stream if event.get("event") == name)


def test_everything_comes_once_and_in_order_however_often_the_line_is_cut(place: Office, mei: Browser) -> None:
    customer, page = taken(place, mei)
    cursor, got, chance, busy, last = cursor_of(mei, page), [], Random(7), True, threading.Event()

    def talk() -> None:
        writer = place.at_work("mei")
        for n in range(CUTS // 2):
            customer.say(f"customer {n}")
            act(writer, page, "reply", text=f"agent {n}")
            act(writer, page, "note", text=f"note {n}")
            act(writer, page, "tags", tags=f"tag{n}")
        last.set()  # before the last word, or who reads that one would wait for another
        customer.say("That is all.")

    talking = threading.Thread(target=talk)
    talking.start()
    cuts = 0
    while busy or cuts < CUTS:
        busy, left = not last.is_set(), chance.randint(1, 4)
        cuts += 1
        for event in events(mei, page, cursor):
            if event.get("event") == "entries":
                got += ENTRY.findall(event["data"])
            # As a browser does: what was cut off before its number is asked for again.
            if "id" in event:
                cursor = event["id"]
                left -= 1
            if left <= 0 or (last.is_set() and cursor == cursor_of(mei, page)):
                break
    talking.join()
    seen = [key for _, key in dict.fromkeys(got)]
    whole = [key for _, key in ENTRY.findall(mei.get(f"{page}?all=1").text)]
    assert seen == whole[-len(seen) :]
    assert len([kind for kind, _ in dict.fromkeys(got) if kind != "event"]) == 3 * (CUTS // 2) + 1


@pytest.mark.timed
def test_a_message_is_at_the_desk_at_once(place: Office, mei: Browser) -> None:
    customer, page = taken(place, mei)
    stream = events(mei, page, cursor_of(mei, page))
    next(stream)
    took = []
    for n in range(20):
        begun = time.monotonic()
        customer.say(f"number {n}")
        assert f"number {n}" in next_of(stream, "entries")
        took.append(time.monotonic() - begun)
    assert sorted(took)[len(took) // 2] < 0.3, took


def test_who_writes_and_who_looks_is_seen_and_goes_again(place: Office, mei: Browser) -> None:
    customer, page = taken(place, mei)
    stream = events(mei, page, cursor_of(mei, page))
    next(stream)
    other = events(place.at_work("sam"), page, "0-0-0")
    next(other)
    assert "Sam" in next_of(stream, "company")
    other.close()
    assert "Sam" not in next_of(stream, "company")
    assert customer.http.post("/chat/typing", headers=customer.headers).status_code == 204
    assert "The customer is writing" in next_of(stream, "company")
    customer.say("there")
    assert "The customer is writing" not in next_of(stream, "company")


def test_the_customer_sees_the_holder_write_and_nobody_else(place: Office, mei: Browser) -> None:
    customer, page = taken(place, mei)
    assert place.at_work("wang").post(f"{page}/writing", {}, page).status_code == 403
    with customer.following() as stream:
        next(event for event in stream if event.get("event") == "message")
        mei.post(f"{page}/writing", {}, page)
        typing = next(event["data"] for event in stream if event.get("event") == "typing")
    assert typing == {"on": True, "by": "Mei"}


def test_nobody_is_remembered_where_no_page_is_open(place: Office) -> None:
    company = place.desk.company
    for n in range(1000):
        company.writes(f"chat {n}", Participant("x", "X"))
    assert not [each for each in company.conversations() if each.startswith("chat ")]


def test_how_far_each_message_has_come_is_shown_and_told(place: Office, mei: Browser) -> None:
    customer, page = taken(place, mei)
    act(mei, page, "reply", text="on its way to you")
    seq = max(int(key[1:]) for _, key in ENTRY.findall(mei.get(page).text) if key.startswith("m"))
    with place.database.write() as conn:
        conn.execute(insert(outbox), row_of(id_of(customer), seq, "telegram", "agent", 0))
    assert "… on its way" in shown(mei.get(page))
    stream = events(mei, page, cursor_of(mei, page))
    assert "on its way" in next_of(stream, "standing")
    for state, reason, words in (
        ("retry", "502", "waiting to be sent again"), ("sent", "", "✓ sent"),
        ("unknown", "timeout", "It is not known whether this arrived."), ("dead", "blocked", "This did not arrive."),
    ):  # fmt: skip
        with place.database.write() as conn:
            conn.execute(update(outbox).where(outbox.c.seq == seq).values(state=state, reason=reason))
        customer.say("?")
        told = next_of(stream, "standing")
        assert words in " ".join(told.split())
        assert reason in told


@pytest.mark.parametrize("cursor", ["x", "1-2", "1-2-3-4", "-1-0-0", "9" * 12 + "-0-0", "1-2-３"])
def test_a_cursor_that_is_none_is_refused(place: Office, mei: Browser, cursor: str) -> None:
    _, page = waiting(place)
    assert mei.get(f"{page}/events?after={cursor}").status_code == 400


def test_another_sites_page_reads_nothing(place: Office, mei: Browser) -> None:
    _, page = waiting(place)
    asked = {"Accept": "text/event-stream", "Sec-Fetch-Site": "cross-site"}
    assert mei.get(f"{page}/events", **asked).status_code == 403


def test_a_stream_says_goodbye_when_the_chat_goes_to_a_team_of_which_one_is_not(place: Office) -> None:
    place.hire("lena", teams=("care", "logistics"), capacity=100)
    lena, sam = place.at_work("lena"), place.at_work("sam")
    _, page = waiting(place)
    stream = events(lena, page, cursor_of(lena, page))
    next(stream)
    act(sam, page, "claim")
    act(sam, page, "transfer", to="team:payments")
    assert any(event.get("event") == "gone" for event in stream)
    known = place.rows(find_login, "lena")
    with place.database.write() as conn:
        disable_staff(conn, known.id, place.clock())
    assert lena.get(page).status_code == 303
