"""A shop with real turns, a few colleagues, and chats that wait for them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import anyio
import pytest

from dialogs.flows.events import Event, Said
from dialogs.flows.staff import Acted, StaffAct
from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.rule_provider import RulesUnderstanding
from engine.reads import Reads
from engine.turn.outcome import Outcome
from engine.turn.processor import TurnProcessor
from staff.actions import Acting
from staff.assignment import GivingOut
from storage.conversations.conversations import conversation_id
from storage.conversations.threads import Thread, find_thread
from storage.db.database import Database
from storage.files.attachments import FileStore
from storage.staff.accounts import NewStaff, Role, Staff, StaffPresence, add_staff, get_staff, note_seen, set_presence
from tests.step import step


@dataclass
class Office:
    """Customers on one side, colleagues on the other, and a clock that is told the time."""

    database: Database
    door: TurnProcessor
    acting: Acting
    now: datetime = datetime(2026, 11, 18, 3, tzinfo=UTC)
    numbers: count[int] = field(default_factory=count)

    async def hires(
        self, name: str, role: Role = Role.AGENT, *, capacity: int = 8, teams: tuple[str, ...] = (),
        skills: tuple[str, ...] = (),
    ) -> Staff:  # fmt: skip
        with self.database.write() as conn:
            new = NewStaff(name.lower(), name, role, "-", capacity=capacity, teams=teams, skills=skills)
            somebody = add_staff(conn, new, self.now)
            set_presence(conn, somebody.id, StaffPresence.AVAILABLE, self.now)
            note_seen(conn, somebody.id, self.now)
            return get_staff(conn, somebody.id)

    async def says(self, chat: str, text: str) -> Outcome:
        event = Event(f"m{next(self.numbers)}", "web", "default", chat, self.now, Said(text), "en")
        return await self.door.take(event)

    async def acts(self, somebody: Staff, chat: str, act: StaffAct, name: str = "") -> Outcome:
        acted = Acted(somebody.id, somebody.name, act)
        return await self.acting.act(self.id_of(chat), acted, name or f"a{next(self.numbers)}")

    def id_of(self, chat: str) -> str:
        return conversation_id("web", "default", chat)

    def thread(self, chat: str) -> Thread:
        with self.database.read() as conn:
            found = find_thread(conn, self.id_of(chat))
        assert found is not None
        return found

    def giving_out(self) -> GivingOut:
        return GivingOut(self.database, self.door.take, lambda: self.now)

    def waits(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture(scope="session")
def shop() -> Playbook:
    return load_playbook("shop")


@asynccontextmanager
async def opened(database: Database, playbook: Playbook, folder: Path, **parts: Any) -> AsyncIterator[Office]:
    office: Office
    door = TurnProcessor(
        database, playbook, RulesUnderstanding(playbook), files=FileStore(folder),
        audit_key=b"a key for tests only", clock=lambda: office.now, **{"step": step, **parts},
    )  # fmt: skip
    office = Office(database, door, Acting(door, Reads(database, anyio.CapacityLimiter(4)), lambda: office.now))
    door.start()
    try:
        yield office
    finally:
        await door.stop()


@pytest.fixture
async def office(database: Database, shop: Playbook, tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(database, shop, tmp_path / "files") as made:
        yield made
