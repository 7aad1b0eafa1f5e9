"""Everything a step wants done is done, in the same transaction."""

from __future__ import annotations

from complaints.lifecycle import State
from complaints.record import Attachment
from dialogs.flows.effects import Button
from dialogs.flows.events import Said, Tapped
from engine.turn.processor import TurnProcessor
from storage.audit.verify import verify
from storage.cases import cases
from storage.conversations.conversations import load_state
from storage.conversations.threads import waiting_threads
from storage.db.database import Database
from storage.files import attachments
from storage.tables.core import playbook_versions
from tests.turn.scenery import KEY, a_case, event


async def test_a_filed_case_can_be_found_and_its_timeline_read(door: TurnProcessor, database: Database) -> None:
    outcome = await door.take(event("ann", "e1", "file my broken kettle"))
    await door.take(event("ann", "e2", "change"))
    with database.read() as conn:
        filed = cases.find_case(conn, "C-2611-000001")
        assert filed is not None
        assert filed.conversation_id == outcome.conversation_id
        assert filed.case == a_case("C-2611-000001", "file my broken kettle").moved(State.WITHDRAWN)
        assert [line.action for line in cases.timeline(conn, filed)] == ["opened", "withdrawn"]
        assert cases.timeline(conn, filed)[1].detail == {"why": "asked"}
        assert list(verify(conn, KEY)) == []


async def test_cases_are_listed_newest_first_in_pages(door: TurnProcessor, database: Database) -> None:
    for n in range(5):
        await door.take(event(f"c{n}", "e", "file it"))
    with database.read() as conn:
        first = cases.list_cases(conn, limit=3)
        second = cases.list_cases(conn, after=first[-1].case.reference, limit=3)
        none = cases.list_cases(conn, filters=cases.Filters(state="closed"))
    assert [one.case.reference[-1] for one in first + second] == list("54321")
    assert none == []


async def test_a_tap_is_kept_in_the_words_of_its_button(door: TurnProcessor) -> None:
    asked = await door.take(event("ann", "e1", "ask me"))
    assert asked.answers[0].buttons == (Button("b1", "好的"),)
    tapped = await door.take(event("ann", "e2", Tapped("b1")))
    assert [(message.author, message.text) for message in tapped.messages] == [
        ("customer", "好的"),
        ("bot", "2 tapped b1"),
    ]


async def test_a_forged_tap_leaves_no_words_of_the_customer(door: TurnProcessor) -> None:
    tapped = await door.take(event("ann", "e1", Tapped("forged")))
    assert [message.author for message in tapped.messages] == ["bot"]


async def test_a_file_belongs_to_the_chat_it_was_sent_in_and_to_no_other(
    door: TurnProcessor, database: Database
) -> None:
    photo = Attachment("ab" * 32, "kettle.jpg", "image/jpeg", 1234)
    ann = await door.take(event("ann", "e1", Said("", (photo,))))
    bob = await door.take(event("bob", "e1", "hello"))
    assert ann.messages[0].files == (photo,)
    with database.read() as conn:
        assert attachments.find_attachment(conn, ann.conversation_id, photo.digest) == photo
        assert attachments.find_attachment(conn, bob.conversation_id, photo.digest) is None


async def test_asking_for_a_person_puts_the_chat_in_the_queue(door: TurnProcessor, database: Database) -> None:
    outcome = await door.take(event("ann", "e1", "person please"))
    with database.read() as conn:
        (waiting,) = waiting_threads(conn)
        state = load_state(conn, outcome.conversation_id)
    assert (waiting.conversation_id, waiting.reason, waiting.state) == (outcome.conversation_id, "wanted", "waiting")
    assert state is not None
    assert state.controller == "queue"


async def test_the_playbook_in_use_is_kept_whole(door: TurnProcessor, database: Database) -> None:
    await door.take(event("ann", "e1", "hello"))
    with database.read() as conn:
        assert conn.execute(playbook_versions.select()).one().version == "0123456789ab"


async def test_a_watcher_wakes_when_its_conversation_moves_and_not_for_another(door: TurnProcessor) -> None:
    ann = (await door.take(event("ann", "e1", "hello"))).conversation_id
    async with door.watch(ann) as wake:
        await door.take(event("bob", "e1", "hello"))
        assert not wake.is_set()
        await door.take(event("ann", "e2", "hello"))
        assert wake.is_set()
    assert door._watchers == {}
