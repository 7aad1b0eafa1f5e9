"""A turn that cannot be taken is set aside alone, and its customer is told."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from engine.turn.processor import TurnProcessor, Unavailable
from engine.turn.quarantine import PLAIN, apology
from storage.db.database import Database
from storage.files.attachments import FileStore
from storage.tables.core import quarantine
from tests.turn.conftest import OpenDoor
from tests.turn.scenery import StandIn, event


async def test_a_poisoned_turn_is_set_aside_and_the_rest_of_its_batch_goes_through(
    door: TurnProcessor, database: Database
) -> None:
    events = [event(f"chat{n % 5}", f"e{n}", "poison me" if n == 13 else f"word {n}") for n in range(30)]
    outcomes = await asyncio.gather(*map(door.take, events))
    assert [n for n, outcome in enumerate(outcomes) if outcome.quarantined] == [13]
    assert all(outcome.answers[0].author == "bot" for n, outcome in enumerate(outcomes) if n != 13)
    assert [message.author for message in outcomes[13].messages] == ["customer", "notice"]
    assert outcomes[13].answers[0].text == "抱歉，这条消息我们没能处理。"
    with database.read() as conn:
        row = conn.execute(select(quarantine)).one()
    assert row.event_id == "e13"
    assert "no flow can digest this" in row.error
    assert "poison me" in row.event


async def test_a_quarantined_event_sent_again_is_no_endless_loop(door: TurnProcessor, database: Database) -> None:
    first = await door.take(event("ann", "e1", "poison"))
    again = await door.take(event("ann", "e1", "poison"))
    assert again.repeated
    assert again.messages == first.messages
    assert door.tally.quarantined == 1


async def test_the_chat_goes_on_after_a_poisoned_turn(door: TurnProcessor) -> None:
    await door.take(event("ann", "e1", "one"))
    await door.take(event("ann", "e2", "poison"))
    assert (await door.take(event("ann", "e3", "two"))).answers[0].text == "2 two"


async def test_an_event_that_cannot_be_admitted_is_set_aside_whole_and_alone(
    door: TurnProcessor, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(*_: object) -> None:
        raise ValueError("no store can digest this")

    monkeypatch.setattr(FileStore, "keep_text", refusing)
    story = "long " * 2_000
    lost, taken = await asyncio.gather(door.take(event("ann", "e1", story)), door.take(event("bob", "e2", "hello")))
    assert (lost.quarantined, taken.answers[0].text) == (True, "1 hello")
    assert (lost.messages[0].author, lost.messages[0].text) == ("customer", story)
    assert (await door.take(event("ann", "e1", story))).messages == lost.messages
    with database.read() as conn:
        assert "no store can digest this" in conn.execute(select(quarantine)).one().error


async def test_a_door_whose_worker_is_gone_says_so_and_keeps_nobody_waiting(
    database: Database, open_door: OpenDoor
) -> None:
    async with open_door(database) as door:
        assert door.alive
        door._queue.put(None)
        door._thread.join()
        assert not door.alive
        with pytest.raises(Unavailable):
            await door.take(event("ann", "e1", "hello"))


async def test_an_understanding_that_fails_on_one_text_poisons_only_that_turn(database: Database, open_door) -> None:  # type: ignore[no-untyped-def]
    class Choosy:
        def read(self, utterances):  # type: ignore[no-untyped-def]
            from dialogs.understanding.reading import Reading

            assert all("xyzzy" not in utterance.text for utterance in utterances)
            return [Reading(utterance.text) for utterance in utterances]

    async with open_door(database) as door:
        door._understanding = Choosy()
        texts = ["one", "two xyzzy", "three"]
        outcomes = await asyncio.gather(*(door.take(event(text, "e", text)) for text in texts))
    assert [outcome.quarantined for outcome in outcomes] == [False, True, False]


def test_without_words_for_it_the_apology_is_plain() -> None:
    class Wordless(StandIn):
        def words(self, language: str):  # type: ignore[no-untyped-def]
            raise KeyError(language)

    assert apology(Wordless(), "zh") == PLAIN  # type: ignore[arg-type]
