"""Playing a transcript: a customer, a clock that moves when told to, and the real turn underneath."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import func, select

from complaints.record import Attachment
from dialogs.flows.effects import Button
from dialogs.flows.events import Event, Said, Tapped
from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.reading import Understanding
from engine.timers import Timers
from engine.turn.processor import Message, Outcome, TurnProcessor
from storage.cases.cases import list_cases
from storage.db.database import Database
from storage.db.timestamps import from_micros
from storage.files.attachments import FileStore
from storage.tables.core import timers as pending
from tests.journeys.colleagues import Colleagues
from tests.journeys.transcript import Heading, Move
from tests.real.tables import with_tables
from tests.step import step

STEP = timedelta(minutes=10)
_FILES = {
    "jpg": bytes.fromhex("ffd8ffe000104a46494600010101006000600000") + b"\x00" * 40 + bytes.fromhex("ffd9"),
    "pdf": b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n",
}


@dataclass
class Clock:
    """A clock that stands still until it is moved. Aware, UTC."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Chat:
    """One customer's place in a channel, and all that was said to them."""

    heading: Heading
    url: str
    folder: Path
    channel: str = "web"
    understanding: Understanding | None = None
    clock: Clock = field(init=False)
    buttons: tuple[Button, ...] = ()

    def __post_init__(self) -> None:
        self.clock = Clock(self.heading.begins_at.astimezone(UTC))
        self.chat = uuid4().hex
        self.playbook = load_playbook("shop")
        self.understanding = self.understanding or LocalUnderstanding(self.playbook)

    async def __aenter__(self) -> Chat:
        await self._start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop()

    async def _start(self) -> None:
        self.database: Database = with_tables(self.url)
        self.files = FileStore(self.folder / "files")
        self.door = TurnProcessor(
            self.database,
            self.playbook,
            self.understanding,
            step=step,
            clock=self.clock,
            files=self.files,
            audit_key=b"journeys",
        )
        self.door.start()
        self.colleagues = Colleagues(self.database, self.door, self.clock)

    async def _stop(self) -> None:
        await self.door.stop()
        self.database.close()

    async def plays(self, move: Move) -> list[str]:
        """Make one move of a transcript; returns what followed, as transcript lines."""
        if move.restarts:
            await self._stop()
            await self._start()
            return []
        known = [*self._cases(), *self.colleagues.hear()]
        said = await self._passes(move.passes) if move.passes else await self._done(move)
        return self._shown(said) + [line for line in (*self._cases(), *self.colleagues.hear()) if line not in known]

    async def _done(self, move: Move) -> list[Message]:
        self.clock.now += timedelta(seconds=20)
        if move.is_colleagues:
            return _heard(await self.colleagues.act(move.line))
        return await self._take(self._body(move))

    def _body(self, move: Move) -> Said | Tapped:
        if move.tapped:
            return Tapped(next(button.id for button in self.buttons if button.title == move.tapped))
        return Said(move.text, tuple(self._file(name) for name in move.files))

    def _file(self, name: str) -> Attachment:
        return self.files.put(_FILES[name.rsplit(".", 1)[1]] + name.encode(), name)

    async def _take(self, body: Said | Tapped) -> list[Message]:
        heading = self.heading
        event = Event(
            uuid4().hex, self.channel, "test", self.chat, self.clock.now, body, heading.language, heading.timezone
        )
        return _heard(await self.door.take(event))

    async def _passes(self, time: timedelta) -> list[Message]:
        """Let time pass."""
        said: list[Message] = []

        async def take(event: Event) -> Outcome:
            outcome = await self.door.take(event)
            said.extend(_heard(outcome))
            return outcome

        await pass_by(self.database, take, self.clock, time)
        return said

    def _shown(self, messages: list[Message]) -> list[str]:
        lines: list[str] = []
        for message in messages:
            lines += [f"< {line}".rstrip() for line in message.text.splitlines()]
            self.buttons = message.buttons
            if message.buttons:
                lines.append("  " + " ".join(f"[{button.title}]" for button in message.buttons))
            if message.asks:
                lines.append(f"  ? {message.asks}")
        return lines

    def _cases(self) -> list[str]:
        with self.database.read() as conn:
            found = list_cases(conn, limit=50)
        return [
            f"= {case.reference} {case.record.category} {case.priority} {case.state}" + (" partial" * case.partial)
            for case in (filed.case for filed in found)
        ]


async def pass_by(
    database: Database, take: Callable[[Event], Awaitable[Outcome]], clock: Clock, time: timedelta
) -> None:
    """Let time pass in steps of ten minutes, as a patient server would; those in which nothing is due at once."""
    timers, end = Timers(database, take, clock=clock), clock.now + time
    while clock.now < end:
        with database.read() as conn:
            due = conn.scalar(select(func.min(pending.c.due)))
        idle = max(0, -(-(from_micros(due) - clock.now) // STEP) - 1) if due else time // STEP
        clock.now = min(clock.now + (idle + 1) * STEP, end)
        await timers.fire_due()


def _heard(outcome: Outcome) -> list[Message]:
    return [message for message in outcome.messages if message.author != "customer"]
