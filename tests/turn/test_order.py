"""Within a chat order is kept; between chats nothing crosses."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.turn.processor import TurnProcessor
from storage.conversations.conversations import conversation_id
from storage.conversations.transcript import messages_after
from storage.db.database import Database
from storage.files.attachments import FileStore
from tests.real.tables import with_tables
from tests.turn.conftest import OpenDoor
from tests.turn.scenery import KEY, NOON, Literal, StandIn, event, step


async def test_messages_of_one_chat_are_answered_in_the_order_they_came(
    door: TurnProcessor, database: Database
) -> None:
    outcomes = await asyncio.gather(*(door.take(event("ann", f"e{n}", f"word {n}")) for n in range(100)))
    assert [outcome.answers[0].text for outcome in outcomes] == [f"{n + 1} word {n}" for n in range(100)]
    with database.read() as conn:
        kept = messages_after(conn, outcomes[0].conversation_id, 0)
    assert [message.seq for message in kept] == list(range(1, 201))
    assert [message.text for message in kept[::2]] == [f"word {n}" for n in range(100)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 6)), min_size=1, max_size=60))
def test_whatever_the_interleaving_each_chat_is_as_if_it_were_alone(told: list[tuple[str, int]]) -> None:
    """Each chat gets its own events, once each, in their order, whoever writes beside it."""
    with tempfile.TemporaryDirectory() as folder:
        database = with_tables(f"sqlite:///{folder}/a.db")
        asyncio.run(_tell(database, Path(folder), told))
        with database.read() as conn:
            for chat in {chat for chat, _ in told}:
                first_times = list(dict.fromkeys(n for teller, n in told if teller == chat))
                kept = messages_after(conn, conversation_id("test", "shop", chat), 0)
                expected = [f"{place} {chat}{n}" for place, n in enumerate(first_times, start=1)]
                assert [message.text for message in kept if message.author == "bot"] == expected
        database.close()


async def _tell(database: Database, folder: Path, told: list[tuple[str, int]]) -> None:
    files = FileStore(folder / "files")
    door = TurnProcessor(
        database,
        StandIn(),
        Literal(),
        step=step,
        clock=lambda: NOON,
        files=files,
        audit_key=KEY,  # type: ignore[arg-type]
    )
    door.start()
    await asyncio.gather(*(door.take(event(chat, f"e{n}", f"{chat}{n}")) for chat, n in told))
    await door.stop()


async def test_what_comes_in_one_round_of_the_loop_is_one_transaction(database: Database, open_door: OpenDoor) -> None:
    """Of a hundred that Telegram brings at once the first was taken alone, and cost a commit of its own."""
    async with open_door(database) as door:
        await asyncio.gather(*(door.take(event(f"chat{number}", "e1", "hello")) for number in range(100)))
        assert (door.tally.batches, door.tally.largest_batch) == (1, 100)


async def test_what_came_before_the_door_closes_is_still_taken(database: Database, open_door: OpenDoor) -> None:
    async with open_door(database) as door:
        taken = asyncio.gather(*(door.take(event(f"chat{number}", "e1", "hello")) for number in range(5)))
        await asyncio.sleep(0)
        await door.stop()
        assert [outcome.turn for outcome in await taken] == [1] * 5
