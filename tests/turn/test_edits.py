"""A message that was edited: both versions stay, each edit counts once, and one that changes nothing is none."""

from __future__ import annotations

import asyncio

from dialogs.flows.events import Said
from engine.turn.processor import Outcome, TurnProcessor
from storage.audit.verify import verify
from storage.conversations.conversations import conversation_id
from storage.conversations.transcript import Message, last_messages
from storage.db.database import Database
from tests.turn.scenery import KEY, event


def _said(database: Database) -> list[Message]:
    with database.read() as conn:
        found = last_messages(conn, conversation_id("test", "shop", "ann"))
        assert list(verify(conn, KEY)) == []
    return [message for message in found if message.author == "customer"]


async def _edit(door: TurnProcessor, name: str, text: str, of: str = "message:1") -> Outcome:
    return await door.take(event("ann", name, Said(text, edits=of)))


async def test_both_versions_stay_and_an_edit_delivered_twice_is_one(door: TurnProcessor, database: Database) -> None:
    await door.take(event("ann", "message:1", "one"))
    first = await _edit(door, "7", "two")
    again = await _edit(door, "7", "two")
    assert again.repeated
    assert again.messages == first.messages
    assert [(each.text, each.edits) for each in _said(database)] == [("one", 0), ("two", 1)]


async def test_what_changes_nothing_is_compared_with_the_newest_version(
    door: TurnProcessor, database: Database
) -> None:
    await door.take(event("ann", "message:1", "one"))
    assert (await _edit(door, "7", "one")).messages == ()
    await _edit(door, "8", "two")
    assert (await _edit(door, "9", "two")).messages == ()
    await _edit(door, "10", "one")
    assert [each.text for each in _said(database)] == ["one", "two", "one"]


async def test_a_message_and_its_edits_may_come_in_one_batch(door: TurnProcessor, database: Database) -> None:
    events = [event("ann", "message:1", "one"), *(event("ann", n, Said(n, edits="message:1")) for n in ("7", "8"))]
    events.append(event("ann", "9", Said("8", edits="message:1")))
    await asyncio.gather(*(door.take(each) for each in events))
    assert [(each.text, each.edits) for each in _said(database)] == [("one", 0), ("7", 1), ("8", 1)]


async def test_another_chat_s_message_is_never_found(door: TurnProcessor, database: Database) -> None:
    await door.take(event("bob", "message:1", "one"))
    await _edit(door, "7", "two")
    assert [(each.text, each.edits) for each in _said(database)] == [("two", 0)]
