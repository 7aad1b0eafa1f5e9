"""Ringing for everybody at once, and visitors who only mean to disturb."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count as counting
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from dialogs.flows.events import Event, Said, Tapped
from dialogs.flows.staff import (
    Acted,
    Blocked,
    Claimed,
    HandedBack,
    LetThrough,
    MarkedSpam,
    PutOnFile,
    Resolved,
    StaffAct,
    Unbarred,
)
from dialogs.flows.state import changed, from_json, to_json
from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from engine.timers import Timers
from engine.turn.outcome import Outcome
from handlers.http.blocked_networks import Bars
from storage.analytics import figures
from storage.audit.reading import happenings
from storage.audit.verify import verify
from storage.cases.cases import cases_in
from storage.conversations.conversations import conversation_id
from storage.conversations.inbox import MOST_COUNTED, InboxQuery, ViewerScope, count_aside, page_of
from storage.conversations.threads import Thread, find_thread, waiting_threads
from storage.conversations.transcript import last_messages
from storage.db.database import Database
from storage.db.timestamps import utc_now
from storage.security.alert_rate import Rate
from storage.security.blocked_networks import block_network, blocked_networks, unblock_network
from storage.security.events import SecurityEventKind, newest
from storage.staff.accounts import Role, Staff
from storage.tables.core import conversations, threads, timers
from tests.conftest import sized
from tests.desk.scenery import Office as Desk
from tests.desk.scenery import office as desk_office
from tests.desk.scenery import said
from tests.desk.shop import id_of
from tests.desk.test_inbox import together
from tests.edges.scenery import JPEG
from tests.staff.conftest import Office, opened

Tried = Callable[[int], None]
RATE = Rate(minute=10, hour=30)
ANYWHERE, ELSEWHERE = "a1" * 12, "b2" * 12
SPARKS = "My charger is on fire and somebody is hurt, please help"


@pytest.fixture(scope="session")
def shop() -> Playbook:
    return load_playbook("shop")


@pytest.fixture
async def office(database: Database, shop: Playbook, tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(database, shop, tmp_path / "files", rate=RATE) as made:
        yield made


_numbers = counting()


async def says(
    office: Office, chat: str, text: str, source: str = ANYWHERE, channel: str = "web", **more: Any
) -> Outcome:
    event = Event(f"e{next(_numbers)}", channel, "default", chat, office.now, Said(text), "en", "", source, **more)
    return await office.door.take(event)


def bot_said(outcome: Outcome) -> str:
    return "\n".join(message.text for message in outcome.messages if message.author != "customer")


def states(office: Office, chats: list[str]) -> dict[str, int]:
    found = [office.thread(chat).state for chat in chats]
    return {state: found.count(state) for state in set(found)}


@pytest.mark.prove
async def test_invented_emergencies_ring_only_so_often(office: Office, tried: Tried) -> None:
    """Hundreds of emergencies are invented from one address (300 filled every agent's offers in 2 s)"""
    chats = [f"c{n}" for n in range(sized(60, 300))]
    people = [await office.hires(f"P{n}", capacity=40) for n in range(3)]
    told = [bot_said(await says(office, chat, SPARKS)) for chat in chats]
    tried(len(chats))
    assert states(office, chats) == {"waiting": 10, "aside": len(chats) - 10}
    assert sum("A great many people" in words for words in told) == len(chats) - 10
    assert await replace(office.giving_out(), rate=RATE).give_out() == 10
    assert sum(office.thread(chat).agent in {one.id for one in people} for chat in chats) == 10


async def test_an_honest_one_from_elsewhere_rings_at_once(office: Office, tried: Tried) -> None:
    """Behind a flood somebody really needs help"""
    for n in range(30):
        await says(office, f"c{n}", SPARKS)
    await office.hires("Li", capacity=50)
    words = bot_said(await says(office, "honest", SPARKS, ELSEWHERE))
    await replace(office.giving_out(), rate=RATE).give_out()
    tried(30)
    assert office.thread("honest").state == "offered"
    assert "A great many people" not in words


async def test_everybody_may_still_ask_and_the_surplus_moves_up(office: Office, tried: Tried) -> None:
    """An office or a mobile network shares one address, and is not to be shut out for it"""
    chats = [f"c{n}" for n in range(25)]
    for chat in chats:
        assert bot_said(await says(office, chat, "a person please"))
    giving_out = replace(office.giving_out(), rate=RATE)
    for minutes, waiting in ((0, 10), (1.1, 20), (1.1, 25)):
        office.waits(minutes=minutes)
        await giving_out.give_out()
        assert states(office, chats).get("waiting") == waiting
    tried(25)
    assert count(office, "aside") == 0


def count(office: Office, state: str) -> int:
    with office.database.read() as conn:
        page = page_of(conn, office.database.dialect, ViewerScope("x", ()), InboxQuery(state=state), limit=MOST_COUNTED)
        if state == "aside":
            assert count_aside(conn, ViewerScope("x", ())) == len(page.threads)
    return len(page.threads)


async def test_in_an_hour_no_more_ring_than_may(office: Office, tried: Tried) -> None:
    """A flood that is slow enough for the minute"""
    giving_out, rung = replace(office.giving_out(), rate=RATE), 0
    for n in range(60):
        office.waits(seconds=30)
        await says(office, f"c{n}", "a person please")
        await giving_out.give_out()
    rung = count(office, "waiting")
    tried(60)
    assert rung == 30


async def test_one_telegram_chat_cannot_ring_on_and_on(office: Office, tried: Tried) -> None:
    """Where no address is known, one chat asks for a person again and again"""
    li = await office.hires("Li", capacity=50)
    rang = 0
    for _ in range(15):
        office.waits(seconds=1)
        await says(office, "t", "a person please", "", "telegram")
        chat = _telegram(office)
        rang += chat.state == "waiting"
        await office.acting.act(chat.conversation_id, _acted(li, Claimed()), f"x{next(_numbers)}")
        await office.acting.act(chat.conversation_id, _acted(li, HandedBack()), f"x{next(_numbers)}")
    tried(15)
    assert rang == 10


def _telegram(office: Office) -> Thread:
    with office.database.read() as conn:
        found = find_thread(conn, conversation_id("telegram", "default", "t"))
    assert found is not None
    return found


def _acted(staff: Staff, act: StaffAct) -> Acted:
    return Acted(staff.id, staff.name, act)


async def test_a_supervisor_lets_one_through(office: Office) -> None:
    for n in range(12):
        await says(office, f"c{n}", "a person please")
    sam = await office.hires("Sam", Role.SUPERVISOR)
    assert office.thread("c11").state == "aside"
    await office.acts(sam, "c11", LetThrough())
    assert office.thread("c11").state == "waiting"
    with office.database.read() as conn:
        limited = newest(conn, kind=SecurityEventKind.LIMITED)
        audit = [one.action for one in happenings(conn, office.id_of("c11"))]
    assert {event.detail["what"] for event in limited} == {"waits_aside"}
    assert audit[-2:] == ["waits_aside", "let_through"] or "let_through" in audit


async def test_a_blocked_visitor_hears_one_line_and_then_nothing(office: Office, tried: Tried) -> None:
    """Somebody who was blocked goes on writing"""
    li = await office.hires("Li")
    await says(office, "c", "a person please")
    await office.acts(li, "c", Blocked())
    assert "closed by a colleague" in bot_said(await says(office, "c", "hello?"))
    later = [bot_said(await says(office, "c", f"{SPARKS} {n}")) for n in range(20)]
    tried(21)
    assert not any(later)
    assert office.thread("c").state == "blocked"
    with office.database.read() as conn:
        (event,) = newest(conn, kind=SecurityEventKind.BLOCKED)
        assert (event.actor, event.subject, event.detail["what"]) == (li.id, office.id_of("c"), "blocked")
        assert any(SPARKS in message.text for message in last_messages(conn, office.id_of("c")))
        assert not list(verify(conn, b"a key for tests only"))


async def test_a_block_is_lifted_and_the_bot_goes_on(office: Office) -> None:
    sam = await office.hires("Sam", Role.SUPERVISOR)
    await says(office, "c", "a person please")
    for act in (Blocked(), Blocked(), Unbarred(), Unbarred()):
        await office.acts(sam, "c", act)
    assert bot_said(await says(office, "c", "a person please"))
    assert office.thread("c").state == "waiting"


async def test_spam_is_closed_without_a_case_and_counted_nowhere(office: Office, tried: Tried) -> None:
    """A case is filed only to spoil the figures"""
    li = await office.hires("Li")
    reference = await _filed(office, "c", li)
    assert _counted(office) == (1, 2)
    await office.acts(li, "c", MarkedSpam())
    tried(1)
    assert _counted(office) == (0, 0)
    assert office.thread("c").state == "spam"
    with office.database.read() as conn:
        assert [case.spam for case in cases_in(conn, office.id_of("c"))] == [True]
        kinds = set(conn.scalars(select(timers.c.kind).where(timers.c.conversation_id == office.id_of("c"))))
        assert not kinds & {"clock", "queue", "survey"}
        assert any(one.action == "marked_spam" for one in happenings(conn, office.id_of("c")))
    await office.acts(li, "c", Unbarred())
    assert _counted(office) == (1, 2)
    assert reference
    with office.database.read() as conn:
        assert not list(verify(conn, b"a key for tests only"))


async def _filed(office: Office, chat: str, li: Staff) -> str:
    """A case on file and resolved, so that it is in both kinds of figures."""
    await says(office, chat, "My parcel AM2611180042 is five days late, a person please")
    await office.acts(li, chat, Claimed())
    await office.acts(li, chat, PutOnFile())
    reference = office.thread(chat).reference
    await office.acts(li, chat, Resolved(reference, "It is on its way", "the courier"))
    return reference


def _counted(office: Office) -> tuple[int, int]:
    """Resolutions and promises."""
    scope = figures.FigureScope(office.now - timedelta(days=1), office.now + timedelta(days=1))
    with office.database.read() as conn:
        resolutions = sum(line.counts["resolutions"] for line in figures.answers(conn, scope))
        return resolutions, sum(line.counts["all"] for line in figures.keeping(conn, scope))


async def test_no_survey_follows_spam(office: Office) -> None:
    li = await office.hires("Li")
    await _filed(office, "c", li)
    await office.acts(li, "c", MarkedSpam())
    office.waits(days=5)
    fired = await Timers(office.database, office.door.take, clock=lambda: office.now).fire_due()
    with office.database.read() as conn:
        words = [message.text for message in last_messages(conn, office.id_of("c")) if message.author == "bot"]
    assert fired >= 0
    assert not any("put right" in text or "how it went" in text for text in words[2:])


async def test_a_blocked_network_is_not_heard_for_a_while(database: Database, tried: Tried) -> None:
    """The visitor who was blocked begins a new chat each time"""
    now = utc_now()
    with database.write() as conn:
        block_network(conn, database.dialect, ANYWHERE, now + timedelta(hours=1), "sam", now)
        block_network(conn, database.dialect, ANYWHERE, now + timedelta(hours=2), "sam", now)
    bars = Bars(database, lambda: now)
    bars.look()
    tried(1)
    assert (bars.holds(ANYWHERE), bars.holds(ELSEWHERE), bars.holds("")) == (True, False, False)
    assert bars.holds(ELSEWHERE, ANYWHERE)  # one that was blocked before the keys were rotated
    assert not Bars(database, lambda: now + timedelta(hours=3)).holds(ANYWHERE)
    with database.write() as conn:
        assert unblock_network(conn, ANYWHERE)
        assert not blocked_networks(conn, now)


async def test_nobody_of_a_blocked_network_rings(office: Office, tried: Tried) -> None:
    """From a network that is not heard, new chats are begun"""
    words = [bot_said(await says(office, f"c{n}", SPARKS, barred=True)) for n in range(5)]
    tapped = Event("tap", "web", "default", "c0", office.now, Tapped("~0123456789"), barred=True)
    assert not bot_said(await office.door.take(tapped))
    tried(6)
    assert all("closed by a colleague" in one for one in words)
    with office.database.read() as conn:
        assert not waiting_threads(conn)


@pytest.fixture(scope="module")
def desk(shop: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk_office(tmp_path_factory.mktemp("office"), shop) as opened_desk:
        opened_desk.hire("mei", capacity=100)
        opened_desk.hire("sam", Role.SUPERVISOR, capacity=100)
        opened_desk.hire("lena", teams=("privacy",))
        yield opened_desk


def test_at_the_desk_many_are_marked_at_once_and_only_a_supervisor_undoes_it(desk: Desk, tried: Tried) -> None:
    """A flood is cleared away in one go, and what was no spam comes back"""
    visitors = [desk.house.visitor() for _ in range(5)]
    for visitor in visitors:
        visitor.say("a person please", language="en")
    chats = [id_of(visitor) for visitor in visitors]
    mei, sam, lena = (desk.at_work(name) for name in ("mei", "sam", "lena"))
    assert "Done for 5 chats." in said(together(mei, "spam", *chats))
    assert {desk.rows(find_thread, chat).state for chat in chats} == {"spam"}
    assert not visitors[0].say("hello")[1:][1:]
    assert "Ask a supervisor" in said(together(mei, "unbar", *chats))
    assert "Done for 5 chats." in said(together(sam, "unbar", *chats))
    assert {desk.rows(find_thread, chat).state for chat in chats} == {"done"}
    tried(10)
    assert lena.post(f"/desk/chats/{chats[0]}/spam", {"act": "0" * 32}).status_code in (303, 403, 404)


def test_a_blocked_visitor_can_send_no_files_either(desk: Desk, tried: Tried) -> None:
    """Blocked, and the disk is filled all the same"""
    visitor = desk.house.visitor()
    visitor.say("a person please", language="en")
    mei = desk.at_work("mei")
    mei.post(f"/desk/chats/{id_of(visitor)}/block", {"act": "1" * 32})
    tried(1)
    assert visitor.upload("a.jpg", JPEG).status_code == 403
    page = desk.at_work("sam").get(f"/desk/chats/{id_of(visitor)}").text
    assert "unbar" in page


def test_a_supervisor_blocks_a_network_and_no_agent_does(desk: Desk, tried: Tried) -> None:
    """An agent would shut out everybody who shares an address with somebody rude"""
    event = Event("n1", "web", "default", "of-a-network", desk.clock(), Said("a person please"), "en", "", ANYWHERE)
    asyncio.run(desk.desk.door.take(event))
    chat = conversation_id("web", "default", "of-a-network")
    mei, sam = desk.at_work("mei"), desk.at_work("sam")
    form = {"hours": "24"}
    assert mei.post(f"/desk/chats/{chat}/block", {"act": "2" * 32, **form}).status_code == 403
    assert not desk.rows(blocked_networks, desk.clock())
    assert sam.post(f"/desk/chats/{chat}/block", {"act": "3" * 32, **form}).status_code == 303
    tried(1)
    until = desk.rows(blocked_networks, desk.clock())[ANYWHERE]
    assert timedelta(hours=23) < until - desk.clock() < timedelta(hours=25)
    assert desk.rows(find_thread, chat).state == "blocked"
    assert sam.post(f"/desk/chats/{chat}/unbar", {"act": "4" * 32}).status_code == 303
    assert not desk.rows(blocked_networks, desk.clock())
    noted = [event.detail["what"] for event in desk.rows(newest, 100, SecurityEventKind.BLOCKED)]
    assert {"network_blocked", "network_unblocked", "blocked", "unblocked"} <= set(noted)


def test_supervisors_see_who_waits_aside_and_agents_let_nobody_ring(desk: Desk, tried: Tried) -> None:
    """Who waits aside is forgotten there, or let through by anybody"""
    chat = desk.house.visitor()
    chat.say("a person please", language="en")
    of_id = id_of(chat)
    _set_aside(desk, of_id)
    mei, sam = desk.at_work("mei"), desk.at_work("sam")
    page = sam.get("/desk/inbox?view=all").text
    assert 'id="view-aside"' in page
    assert 'id="view-aside"' not in mei.get("/desk/inbox?view=all").text
    assert of_id in sam.get("/desk/inbox?view=all&state=aside").text
    assert "Ask a supervisor" in said(together(mei, "let_through", of_id))
    assert mei.post(f"/desk/chats/{of_id}/let-through", {"act": "5" * 32}).status_code == 403
    assert sam.post(f"/desk/chats/{of_id}/let-through", {"act": "6" * 32}).status_code == 303
    tried(2)
    assert desk.rows(find_thread, of_id).state == "waiting"


def _set_aside(desk: Desk, of_id: str) -> None:
    """As if too many had rung: the state is what a crowded step leaves."""
    with desk.database.write() as conn:
        row = conn.execute(select(conversations.c.state).where(conversations.c.id == of_id)).one()
        state = from_json(row.state)
        assert state.queue.holding is not None
        aside = changed(state, holding=replace(state.queue.holding, aside=True))
        conn.execute(update(conversations).where(conversations.c.id == of_id).values(state=to_json(aside)))
        conn.execute(update(threads).where(threads.c.conversation_id == of_id).values(state="aside"))
