"""A hypothesis machine chats, forgets to wait, resends, and pulls the plug; a plain model keeps count."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from dialogs.flows.events import Event, Said, Tapped
from dialogs.flows.state import Conversation
from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from engine.turn.processor import Message, TurnProcessor, Unavailable
from storage.audit.verify import verify
from storage.cases.cases import CaseOnFile, list_cases
from storage.conversations.conversations import conversation_id, load_state
from storage.conversations.transcript import messages_after
from storage.db.database import Database, open_database
from storage.files.attachments import FileStore
from tests.machine.model import Model
from tests.machine.plain import VALUES, PlainUnderstanding
from tests.step import step

CATEGORIES = ("delivery", "website_app", "payment")


class PluggedDatabase:
    """A database whose plug can be pulled right before a commit."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.pull = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    @contextmanager
    def write(self) -> Iterator[Any]:
        with self._database.write() as connection:
            yield connection
            if self.pull:
                self.pull = False
                raise Unavailable("the plug was pulled before the commit")


@dataclass
class Place:
    """Where the machine plays: a database, a folder for files, and one loop for all its turns."""

    url: str
    folder: Path
    playbook: Playbook
    loop: asyncio.AbstractEventLoop


class Chatting(RuleBasedStateMachine):
    """One chat with a bot that may die at any moment."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place, self.model = place, Model(place.playbook)
        self.chat, self.now = uuid4().hex, datetime(2026, 11, 18, 4, tzinfo=UTC)
        self.of_id = conversation_id("web", "test", self.chat)
        self.last: tuple[Event, list[Message]] | None = None
        self.stale: list[str] = []
        self.start()

    def start(self) -> None:
        self.database = PluggedDatabase(open_database(self.place.url))
        self.door = TurnProcessor(
            self.database, self.place.playbook, PlainUnderstanding(), step=step, clock=lambda: self.now,  # type: ignore[arg-type]
            files=FileStore(self.place.folder), audit_key=b"machine",
        )  # fmt: skip
        self.door.start()

    def stop(self) -> None:
        self.run(self.door.stop())
        self.database.close()

    def teardown(self) -> None:
        self.stop()

    def run(self, turn: Any) -> Any:
        return self.place.loop.run_until_complete(turn)

    def take(self, body: Said | Tapped) -> list[Message]:
        """One turn; sent again with the same id when the plug was pulled, as every channel would."""
        self.now += timedelta(seconds=7)
        event = Event(uuid4().hex, "web", "test", self.chat, self.now, body, "en", "Europe/London")
        messages = self.deliver(event)
        self.last = (event, messages)
        if messages and messages[-1].asks:
            self.model.hears((messages[-1].asks, *messages[-1].heard.also))
        self.stale += [button.id for message in messages for button in message.buttons]
        return messages

    def deliver(self, event: Event) -> list[Message]:
        try:
            return list(self.run(self.door.take(event)).messages)
        except Unavailable:
            self.stop()
            self.start()
            return list(self.run(self.door.take(event)).messages)

    def says(self, text: str) -> list[Message]:
        self.model.said.append(text)
        return self.take(Said(text))

    def state(self) -> Conversation:
        with self.database.read() as conn:
            return load_state(conn, self.of_id) or Conversation()

    def asks(self) -> str:
        """What is asked now; empty where nothing is."""
        asked = self.state().asked
        return asked.name if asked else ""

    @rule()
    def the_plug_will_be_pulled(self) -> None:
        self.database.pull = True

    @rule()
    def crash_here(self) -> None:
        """The process dies after a commit; the customer never saw the answer and sends the event again."""
        self.stop()
        self.start()
        self.the_same_event_comes_again()

    @rule()
    def the_same_event_comes_again(self) -> None:
        if self.last:
            event, answer = self.last
            assert self.deliver(event) == answer

    @precondition(lambda self: not self.model.side or self.model.side == "story")
    @rule(category=st.sampled_from(CATEGORIES))
    def tell(self, category: str) -> None:
        self.model.tells(category)
        self.says(f"tell {category}")

    @precondition(lambda self: self.asks() in VALUES)
    @rule(pick=st.integers(0, 1))
    def answer(self, pick: int) -> None:
        slot = self.asks()
        self.says(f"{slot}={VALUES[slot][pick]}")
        self.model.answers(slot, VALUES[slot][pick])

    @precondition(lambda self: self.model.record is not None and not self.model.side and not self.model.undecided)
    @rule(slot=st.sampled_from(sorted(VALUES)), pick=st.integers(0, 1))
    def change(self, slot: str, pick: int) -> None:
        self.says(f"change {slot}={VALUES[slot][pick]}")
        self.model.answers(slot, VALUES[slot][pick])

    @precondition(lambda self: self.asks() in VALUES or self.asks() == "evidence")
    @rule()
    def skip(self) -> None:
        asked = self.state().asked
        assert asked is not None
        self.says("skip")
        self.model.skips((asked.name, *asked.also))

    @precondition(lambda self: self.asks() == "confirm")
    @rule(by_button=st.booleans())
    def confirm(self, by_button: bool) -> None:
        if by_button:
            asked = self.state().asked
            assert asked is not None
            self.model.said.append(asked.offers[0].title)
            self.take(Tapped(asked.offers[0].id))
        else:
            self.says("yes")
        self.model.confirms()

    @precondition(lambda self: self.asks() == "which_case")
    @rule()
    def it_is_something_new(self) -> None:
        self.says("no")
        self.model.undecided, self.model.misses = False, 0

    @rule()
    def ask_something(self) -> None:
        self.says("question")
        self.model.misses = 0
        if self.model.record is None and not self.model.side and not self.model.cases:
            self.model.side = "story"

    @rule(word=st.sampled_from(["help", "status"]))
    def look_around(self, word: str) -> None:
        self.says(word)
        self.model.misses = 0

    @precondition(lambda self: self.model.record is not None and not self.model.side)
    @rule(sure=st.booleans())
    def cancel(self, sure: bool) -> None:
        self.says("cancel")
        self.says("yes" if sure else "no")
        self.model.misses = 0
        if sure:
            self.model.forgets()

    @rule(which=st.integers(0, 10_000))
    def tap_something_old_or_forged(self, which: int) -> None:
        """A button that is not live any more, or never was, changes nothing."""
        asked = self.state().asked
        live = {offer.id for offer in asked.offers} if asked else set()
        dead = [button for button in [*self.stale, "~0123456789ab"] if button not in live]
        self.take(Tapped(dead[which % len(dead)]))

    def filed(self) -> list[CaseOnFile]:
        """The cases of this chat, oldest first. One that was filed because it took too long is told to the model."""
        with self.database.read() as conn:
            mine = [c for c in list_cases(conn, limit=10_000) if c.conversation_id == self.of_id]
        mine.sort(key=lambda filed: filed.case.reference)
        if self.model.record is not None and len(mine) > len(self.model.cases) and mine[-1].case.partial:
            self.model.confirms()
        return mine

    @invariant()
    def what_is_asked_is_missing_and_is_not_asked_a_third_time(self) -> None:
        self.filed()
        assert self.model.may_be_asked(self.asks()), self.asks()

    @invariant()
    def the_draft_holds_what_was_told(self) -> None:
        self.filed()
        draft = self.state().intake.draft
        assert _filled(draft.record if draft else None) == (self.model.record or {})

    @invariant()
    def the_cases_on_file_are_those_confirmed(self) -> None:
        mine = self.filed()
        assert [_filled(filed.case.record) for filed in mine] == self.model.cases

    @invariant()
    def the_transcript_holds_every_word_once_in_order(self) -> None:
        with self.database.read() as conn:
            transcript = messages_after(conn, self.of_id, 0, 10_000)
        assert [message.seq for message in transcript] == list(range(1, len(transcript) + 1))
        assert [message.text for message in transcript if message.author == "customer"] == self.model.said


def _filled(record: Any) -> dict[str, object]:
    return {slot.value: record.get(slot) for slot in record.filled()} if record else {}


def _expect_whole_trail(database_url: str) -> None:
    """Once, over all chats: a broken trail stays so, and to look after each step costs a square of their number."""
    database = open_database(database_url)
    try:
        with database.read() as conn:
            assert not list(verify(conn, b"machine"))
    finally:
        database.close()


@pytest.mark.prove
@pytest.mark.timeout(7200)
def test_the_conversation_agrees_with_a_plain_model(
    database: Database, database_url: str, tmp_path: Path, machine_settings: settings
) -> None:
    database.close()
    loop = asyncio.new_event_loop()
    place = Place(database_url, tmp_path / "files", load_playbook("shop"), loop)
    try:
        run_state_machine_as_test(lambda: Chatting(place), settings=machine_settings)
        _expect_whole_trail(database_url)
    finally:
        loop.close()


@pytest.fixture
def machine_settings(request: pytest.FixtureRequest) -> settings:
    """`--machine-examples 2000` runs the full length; the ordinary run takes a few seconds."""
    count = int(request.config.getoption("--machine-examples"))
    quiet = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
    return settings(max_examples=count, stateful_step_count=50, deadline=None, suppress_health_check=quiet)
