"""Whole turns with a language model beside them: real doors, real databases, real HTTP."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest

from complaints.lifecycle import State
from dialogs.flows.events import Event, Said, Tapped
from dialogs.flows.state import Conversation, Question, Surveying, changed
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from engine.providers.llm.model import LanguageModel
from engine.turn.outcome import Outcome
from engine.turn.processor import TurnProcessor
from engine.turn.reading_context import context_of
from storage.conversations.conversations import conversation_id, load_state
from storage.db.database import Database
from storage.files.attachments import FileStore
from tests.llm import stand_in as moods
from tests.llm.conftest import DEADLINE, NOON, TOLD, Asking
from tests.llm.stand_in import StandIn, shown
from tests.step import step
from tests.turn.scenery import a_case

OpenDoor = Callable[..., Any]
PERSON = {"acts": ["person"]}


@pytest.fixture
def open_door(database: Database, shop: Playbook, local: LocalUnderstanding, tmp_path: Path) -> OpenDoor:
    """Doors to the same database; with a language model beside one, or without."""

    @asynccontextmanager
    async def opened(advisor: LanguageModel | None = None, patience: float = 60.0) -> AsyncIterator[TurnProcessor]:
        door = TurnProcessor(
            database, shop, local, step=step, clock=lambda: NOON,
            files=FileStore(tmp_path / "files"), audit_key=b"language model", patience=patience, advisor=advisor,
        )  # fmt: skip
        door.start()
        try:
            yield door
        finally:
            await door.stop()
            if advisor:
                await advisor.close()

    return opened


def event(chat: str, body: Said | Tapped | str) -> Event:
    said = Said(body) if isinstance(body, str) else body
    return Event(uuid4().hex, "test", "shop", chat, NOON, said, "en", "Europe/London")


def state_of(database: Database, chat: str) -> Conversation:
    with database.read() as conn:
        return load_state(conn, conversation_id("test", "shop", chat)) or Conversation()


def words(outcome: Outcome) -> str:
    return "\n".join(message.text for message in outcome.messages if message.author != "customer")


async def test_what_it_hears_is_what_the_turn_goes_by(
    open_door: OpenDoor, asking: Asking, stand_in: StandIn, database: Database
) -> None:
    text = "so the thing with the spout gave up the ghost on me and nobody at your end wants to know"
    item = {"fact": "item", "words": "thing with the spout"}
    stand_in.reads = lambda *_: {"acts": ["complain"], "category": "product_quality", "facts": [item]}
    async with open_door(asking()) as door:
        await door.take(event("ann", text))
    draft = state_of(database, "ann").intake.draft
    assert draft is not None
    assert draft.record.category == "product_quality"
    assert draft.record.item == "thing with the spout"


async def test_each_text_is_asked_about_in_the_context_that_the_one_before_it_left(
    open_door: OpenDoor, asking: Asking, stand_in: StandIn, database: Database
) -> None:
    texts = [TOLD, "it was that big one from the spring catalogue", "somewhere around the twelfth, I think it was"]
    async with open_door(asking()) as door:
        await asyncio.gather(*(door.take(event("ann", text)) for text in texts))
    contexts = [shown(request)[1] for request in stand_in.requests]
    assert [shown(request)[0] for request in stand_in.requests] == texts
    assert contexts[0] == {}
    assert contexts[1]["complaint_being_taken"]["story"] == TOLD
    assert contexts[1]["asked"]
    assert contexts[1]["said_before"]
    assert contexts[2]["asked"] != contexts[1]["asked"] or contexts[2] != contexts[1]


async def test_nobody_waits_for_what_it_says_of_another_chat(
    open_door: OpenDoor, asking: Asking, stand_in: StandIn
) -> None:
    asked = threading.Event()

    def mood(reply: moods.Answer, one: StandIn, request: dict[str, Any]) -> None:
        asked.set()
        (moods.hanging if "kettle" in shown(request)[0] else moods.well)(reply, one, request)

    stand_in.mood = mood
    async with open_door(asking(deadline=8.0)) as door:
        begun = monotonic()
        slow = asyncio.create_task(door.take(event("ann", TOLD)))
        await asyncio.to_thread(asked.wait, 30)
        for body in ("hello", "the parcel from last week never turned up here", Tapped("stale")):
            await door.take(event("bob", body))
        took = monotonic() - begun
        assert not slow.done()
        assert words(await slow), "it is answered in the end, by our own reading"
    assert took < 6.0


async def test_what_it_heard_in_a_context_that_is_past_is_not_believed(
    open_door: OpenDoor, asking: Asking, stand_in: StandIn, database: Database
) -> None:
    """Another process goes on with the chat while the model thinks; it would have brought a person."""
    asked, go_on = threading.Event(), threading.Event()

    def thinking(reply: moods.Answer, one: StandIn, request: dict[str, Any]) -> None:
        asked.set()
        go_on.wait(30)
        moods.well(reply, one, request)

    stand_in.mood, stand_in.reads = thinking, lambda _text, _context: PERSON
    model = asking()
    async with open_door(model) as door, open_door() as elsewhere:
        waiting = asyncio.create_task(door.take(event("ann", "well that is how it went, more or less, I suppose")))
        await asyncio.to_thread(asked.wait, 30)
        await elsewhere.take(event("ann", TOLD))
        go_on.set()
        await waiting
        assert state_of(database, "ann").controller == "bot"
        assert model.counters()["understanding_llm_moved_on_total"] == 1
        await door.take(event("bob", "well that is how it went, more or less, I suppose"))
        assert state_of(database, "bob").controller == "queue", "where nothing moved on it is believed"


async def test_taps_and_commands_are_never_asked_about(open_door: OpenDoor, asking: Asking, stand_in: StandIn) -> None:
    async with open_door(asking()) as door:
        outcome = await door.take(event("ann", "hello"))
        for message in outcome.messages:
            for button in message.buttons:
                await door.take(event("ann", Tapped(button.id)))
        for text in ("help", "status", "start over", "yes", "talk to a human"):
            await door.take(event("ann", text))
    assert not stand_in.requests


async def test_a_model_that_does_not_answer_costs_a_turn_its_deadline_and_no_more(
    open_door: OpenDoor, asking: Asking, stand_in: StandIn, database: Database
) -> None:
    stand_in.mood = moods.hanging
    async with open_door(asking(deadline=DEADLINE)) as door:
        assert words(await door.take(event("ann", TOLD)))
    draft = state_of(database, "ann").intake.draft
    assert draft is not None
    assert draft.record.story == TOLD


async def test_with_too_little_of_the_caller_s_patience_left_nobody_is_asked(
    open_door: OpenDoor, asking: Asking, stand_in: StandIn
) -> None:
    async with open_door(asking(), patience=5.1) as door:
        assert words(await door.take(event("ann", TOLD)))
    assert not stand_in.requests


async def test_a_chat_that_a_colleague_has_is_read_here_alone() -> None:
    assert context_of(Conversation(controller="agent"), ()).attended
    assert context_of(changed(Conversation(), barred="spam"), ()).attended
    assert not context_of(Conversation(controller="queue"), ()).attended


def test_an_open_offer_and_a_survey_say_what_a_reply_replies_to() -> None:
    case = replace(a_case("C-2611-000001"), state=State.REMEDY_OFFERED, waiting_since=NOON)
    offered = context_of(Conversation(), [case])
    assert (offered.asked, offered.offer) == ("offer", "what our colleague offered in case C-2611-000001")
    settled = replace(case, state=State.RESOLVED, waiting_since=None, resolved_at=NOON)
    assert context_of(Conversation(), [settled]).asked == "after_resolved"
    survey = changed(Conversation(asked=Question("survey")), survey=Surveying(case.reference, "solved"))
    surveyed = context_of(survey, [settled])
    assert (surveyed.asked, surveyed.survey, surveyed.about) == ("survey_solved", "solved", case.reference)
    again = changed(Conversation(asked=Question("reopen")), focus=case.reference)
    assert context_of(again, [settled]).offer == "to open a settled case again"


async def test_nothing_it_writes_reaches_a_customer(
    open_door: OpenDoor, asking: Asking, stand_in: StandIn, database: Database
) -> None:
    said = moods.answer(acts=["complain"], category="product_quality", reply="CANARY", message="CANARY")
    stand_in.mood = moods.writing("CANARY " + json.dumps({**said, "facts": [{"fact": "item", "words": "CANARY"}]}))
    async with open_door(asking()) as door:
        told = [
            words(await door.take(event("ann", text))) for text in (TOLD, "it was the other kind you sell, I think")
        ]
    assert "CANARY" not in "\n".join(told)
    assert "CANARY" not in repr(state_of(database, "ann"))
