"""A shop that is served, with its real conversation, and a customer who talks through a program."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.rule_provider import RulesUnderstanding
from engine.turn.processor import TurnProcessor
from handlers.asgi import EdgeParts, create_asgi
from storage.db.database import Database
from storage.files.attachments import FileStore
from storage.staff.tokens import TokenScope
from tests.edges.scenery import House, served
from tests.step import step
from tests.turn.scenery import KEY


@pytest.fixture(scope="session")
def playbook() -> Playbook:
    return load_playbook("shop")


@pytest.fixture(scope="session")
def rules(playbook: Playbook) -> RulesUnderstanding:
    return RulesUnderstanding(playbook)


@dataclass
class Shop:
    """A customer with a case, and a program that looks after it."""

    house: House
    http: httpx.Client
    sender: str = field(default_factory=lambda: secrets.token_hex(6))
    language: str = "en"
    reference: str = ""

    def says(self, text: str) -> list[dict[str, Any]]:
        body = {"sender": self.sender, "message": text, "metadata": {"language": self.language}}
        answer = self.http.post("/webhooks/rest/webhook", json=body)
        assert answer.status_code == 200, answer.text
        said: list[dict[str, Any]] = answer.json()
        return said

    def files_a_case(self) -> None:
        said = self.says("The blender I bought stopped working after a week, write to anna@example.com")
        for _ in range(9):
            said = self.says("yes" if said[-1]["custom"]["asks"] == "confirm" else "skip")
            self.reference = next((one["custom"]["case"] for one in said if one["custom"]["case"]), "")
            if self.reference:
                return
        raise AssertionError(said)

    def post(self, path: str, body: Any = None, key: str = "") -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return self.http.post(f"/api/v1/cases/{self.reference}/{path}", json=body, headers=headers)

    def case(self) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get(f"/api/v1/cases/{self.reference}").json()
        return found

    def offers(self, amount: str = "50", **more: Any) -> dict[str, Any]:
        body = {"lines": [{"kind": "refund", "amount": amount, "currency": "CNY", **more}]}
        answer = self.post("offers", body)
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made


@contextmanager
def opened(database: Database, playbook: Playbook, rules: RulesUnderstanding, folder: Path) -> Iterator[House]:
    files = FileStore(folder / "files")
    door = TurnProcessor(database, playbook, rules, step=step, files=files, audit_key=KEY)

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        door.start()
        yield
        await door.stop()

    parts = EdgeParts(door, database, playbook, files, running=running)
    with served(House(create_asgi(parts), door, database, playbook)) as house:
        yield house


@pytest.fixture
def shop(database: Database, playbook: Playbook, rules: RulesUnderstanding, tmp_path: Path) -> Iterator[Shop]:
    """One whose customer has a case on file."""
    with (
        opened(database, playbook, rules, tmp_path) as house,
        house.program(TokenScope.CHAT, TokenScope.READ, TokenScope.WRITE, name="crm") as http,
    ):
        one = Shop(house, http)
        one.files_a_case()
        yield one
