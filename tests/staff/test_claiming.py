"""One chat, one holder; one colleague, no more than they can carry."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from dialogs.flows.effects import Refused
from dialogs.flows.staff import Claimed, HandedBack, Noted, Replied, Transferred
from dialogs.playbooks.playbook import Playbook
from storage.audit.verify import verify
from storage.conversations.notes import notes_of
from storage.conversations.threads import loads
from storage.conversations.transcript import messages_after
from storage.db.database import Database, open_database
from storage.tables.core import audit
from tests.staff.conftest import Office, opened

COLLEAGUES = 50
DOORS = {"sqlite": 1, "postgresql": 4}
"""Processes that share the database, each with connections of its own: their claims contend for the rows' locks."""


@asynccontextmanager
async def offices(database: Database, url: str, shop: Playbook, folder: Path) -> AsyncIterator[list[Office]]:
    async with AsyncExitStack() as stack:
        shared = [database, *(open_database(url) for _ in range(1, DOORS[database.dialect.name]))]
        for each in shared[1:]:
            stack.callback(each.close)
        yield [await stack.enter_async_context(opened(each, shop, folder)) for each in shared]


@pytest.mark.prove
@pytest.mark.timeout(1800)
async def test_of_fifty_who_claim_a_chat_at_once_one_has_it_and_the_rest_know_who(
    database: Database, database_url: str, shop: Playbook, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    contests = int(request.config.getoption("--contests"))
    won: Counter[str] = Counter()
    async with offices(database, database_url, shop, tmp_path / "files") as doors:
        people = [await doors[0].hires(f"P{n}", capacity=contests) for n in range(COLLEAGUES)]
        for chat in (f"c{n}" for n in range(contests)):
            await doors[0].says(chat, "a person please")
            claims = (doors[n % len(doors)].acts(one, chat, Claimed(), f"{n}") for n, one in enumerate(people))
            outcomes = await asyncio.gather(*claims)
            holder = doors[0].thread(chat).agent
            name = next(one.name for one in people if one.id == holder)
            refused = [outcome.refused for outcome in outcomes if outcome.refused]
            assert refused == [Refused("taken", name)] * (COLLEAGUES - 1)
            won[name] += 1
        with database.read() as conn:
            claimed = conn.scalar(select(func.count()).where(audit.c.action == "claimed"))
    assert claimed == won.total() == contests


async def test_nobody_carries_more_than_they_can_however_many_are_claimed_at_once(office: Office) -> None:
    li = await office.hires("Li", capacity=3)
    chats = [f"c{n}" for n in range(12)]
    for chat in chats:
        await office.says(chat, "a person please")
    outcomes = await asyncio.gather(*(office.acts(li, chat, Claimed()) for chat in chats))
    assert sum(outcome.refused is None for outcome in outcomes) == 3
    with office.database.read() as conn:
        assert loads(conn, office.database.dialect, [li.id]) == {li.id: 3}


async def test_what_is_given_back_makes_room(office: Office) -> None:
    li = await office.hires("Li", capacity=1)
    for chat in ("a", "b"):
        await office.says(chat, "a person please")
    await office.acts(li, "a", Claimed())
    assert (await office.acts(li, "b", Claimed())).refused == Refused("full")
    await office.acts(li, "a", HandedBack())
    assert (await office.acts(li, "b", Claimed())).refused is None


async def test_an_act_that_comes_twice_is_done_once(office: Office) -> None:
    li = await office.hires("Li")
    await office.says("a", "a person please")
    await office.acts(li, "a", Claimed())
    first = await office.acts(li, "a", Replied("Good morning"), "form-1")
    again = await office.acts(li, "a", Replied("Good morning"), "form-1")
    assert again.repeated
    assert again.messages == first.messages
    with office.database.read() as conn:
        said = [m.text for m in messages_after(conn, office.id_of("a"), 0) if m.author == "agent"]
    assert said == ["Good morning"]


async def test_an_act_that_was_refused_and_comes_again_is_tried_again_and_never_thought_done(office: Office) -> None:
    li, wang = await office.hires("Li"), await office.hires("Wang")
    await office.says("a", "a person please")
    await office.acts(wang, "a", Claimed())
    for _ in range(2):
        assert (await office.acts(li, "a", Claimed(), "form-1")).refused == Refused("taken", "Wang")
    await office.acts(wang, "a", HandedBack())
    assert (await office.acts(li, "a", Claimed(), "form-1")).refused is None
    assert office.thread("a").agent == li.id


async def test_a_note_is_kept_and_stands_in_no_transcript(office: Office) -> None:
    li = await office.hires("Li")
    await office.says("a", "a person please")
    await office.acts(li, "a", Noted("he was rude to Wang, be patient"))
    with office.database.read() as conn:
        assert [note.text for note in notes_of(conn, office.id_of("a"))] == ["he was rude to Wang, be patient"]
        assert not any("rude" in m.text for m in messages_after(conn, office.id_of("a"), 0))


async def test_over_transfers_every_reply_is_said_once_or_refused_and_no_word_of_the_customer_is_lost(
    office: Office,
) -> None:
    li, wang = await office.hires("Li"), await office.hires("Wang")
    await office.says("a", "a person please")
    await office.acts(li, "a", Claimed())
    refused = set()
    for n in range(10):
        giver, taker = (li, wang) if n % 2 == 0 else (wang, li)
        replied, _, _ = await asyncio.gather(
            office.acts(giver, "a", Replied(f"agent {n}")),
            office.says("a", f"customer {n}"),
            office.acts(giver, "a", Transferred(to=taker.id, name=taker.name)),
        )
        if replied.refused:
            assert replied.refused == Refused("not_yours", taker.name)
            refused.add(f"agent {n}")
    with office.database.read() as conn:
        said = messages_after(conn, office.id_of("a"), 0)
        assert list(verify(conn, b"a key for tests only")) == []
    assert [m.seq for m in said] == list(range(1, len(said) + 1))
    assert sorted(m.text for m in said if m.author == "agent") == sorted({f"agent {n}" for n in range(10)} - refused)
    assert [m.text for m in said if m.author == "customer"][1:] == [f"customer {n}" for n in range(10)]
