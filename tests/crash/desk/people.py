"""Who takes part: customers who write, colleagues who claim, answer, pass on and give back. Each sends again until
they have an answer, under the same id, as the pages do.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bench.wire import Gone, Wire
from handlers.channels.base import http_events
from handlers.channels.web.routes import CHANNEL
from storage.conversations.conversations import conversation_id

NOT_NOW = (429, 503)
DONE, NOT_DONE = (200, 204), (403, 404, 409)
WRITING = ("reply", "note")
TWICE = 0.15
"""How often a form is sent by two clicks at once."""


class Refused(AssertionError):
    """The server answered something that it never should."""


@dataclass
class Customer:
    """One who writes. `sent` is what was acknowledged, in order, and what is being sent."""

    number: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    sent: list[str] = field(default_factory=list)

    @property
    def conversation(self) -> str:
        return conversation_id(CHANNEL, http_events.ACCOUNT, http_events.chat_of_token(self.token))

    @property
    def headers(self) -> str:
        return f"Authorization: Bearer {self.token}\r\n"

    def next_words(self) -> str:
        opening = ("The teapot arrived broken, I want a refund", "I want to talk to a person")
        text = opening[len(self.sent)] if len(self.sent) < 2 else "And this"
        self.sent.append(f"{text} (c{self.number} {len(self.sent):04})")
        return self.sent[-1]


@dataclass
class Colleague:
    """Somebody signed in at the desk."""

    id: str
    name: str
    headers: str
    holds: set[str] = field(default_factory=set)
    """What they believe they have; others may know better."""


@dataclass(frozen=True)
class Done:
    """One form that was answered: whose, in which chat, what, its id, its words, for whom, whether it was done."""

    staff: str
    conversation: str
    kind: str
    form: str
    text: str
    to: str
    was_done: bool


@dataclass
class Town:
    """Everybody, and the servers that they reach. It goes on until `closed`."""

    customers: list[Customer]
    colleagues: list[Colleague]
    ports: list[int]
    dice: random.Random
    pause: float = 0.05
    closed: bool = False
    resent: int = 0
    ledger: list[Done] = field(default_factory=list)
    heard: Callable[[], None] = lambda: None

    async def writes(self, customer: Customer) -> None:
        """A customer, until the town closes."""
        wires = self._wires(customer.headers)
        while not self.closed:
            words = customer.next_words()
            body = {"id": f"m{len(customer.sent):04}", "text": words, "language": "en"}
            await self._until_told(lambda wire, body=body: _post(wire, body), wires)  # type: ignore[misc]
            await asyncio.sleep(self.dice.expovariate(1 / self.pause) * 4)

    async def works(self, colleague: Colleague) -> None:
        """A colleague, until the town closes."""
        wires = self._wires(colleague.headers)
        while not self.closed:
            await self._act(colleague, wires)
            self.heard()
            await asyncio.sleep(self.dice.expovariate(1 / self.pause))

    async def _act(self, colleague: Colleague, wires: list[Wire]) -> None:
        chat = self.dice.choice(sorted(colleague.holds) or [self.dice.choice(self.customers).conversation])
        held = chat in colleague.holds and self.dice.random() < 0.9
        kind = self.dice.choices(("reply", "note", "transfer", "hand-back"), (8, 2, 2, 2))[0] if held else "claim"
        form, to = uuid.uuid4().hex, self.dice.choice(self.colleagues)
        text = f"{kind} {form}" if kind in WRITING else ""
        fields = {"act": form, "text": text, "to": f"staff:{to.id}", "note": ""}
        was_done = await self._send(f"/desk/chats/{chat}/{kind}", fields, wires)
        self.ledger.append(Done(colleague.id, chat, kind, form, text, to.id, was_done))
        self._believe(colleague, to, chat, kind, was_done=was_done)

    def _believe(self, colleague: Colleague, to: Colleague, chat: str, kind: str, *, was_done: bool) -> None:
        match kind, was_done:
            case "claim", True:
                colleague.holds.add(chat)
            case "transfer", True:
                colleague.holds.discard(chat)
                to.holds.add(chat)
            case ("hand-back", True) | ("reply" | "hand-back", False):
                colleague.holds.discard(chat)

    async def _send(self, path: str, fields: Mapping[str, str], wires: list[Wire]) -> bool:
        """Whether it was done. Some click twice, and are told the same twice."""
        hands = [wires, *([self._wires(wires[0].headers)] if self.dice.random() < TWICE else [])]
        told = await asyncio.gather(*(self._until_told(lambda wire: wire.form(path, fields), hand) for hand in hands))
        return any(status in DONE for status in told)

    async def _until_told(self, send: Callable[[Wire], object], wires: list[Wire]) -> int:
        """Until somebody says yes or no."""
        while True:
            try:
                status = await send(self.dice.choice(wires))  # type: ignore[misc]
            except Gone:
                status = 503
            if status in DONE or status in NOT_DONE:
                return int(status)
            if status not in NOT_NOW:
                raise Refused(f"answered {status}")
            self.resent += 1
            await asyncio.sleep(self.dice.uniform(0.1, 0.8))

    def _wires(self, headers: str) -> list[Wire]:
        return [Wire("127.0.0.1", port, patience=20, headers=headers) for port in self.ports]


async def _post(wire: Wire, body: Mapping[str, str]) -> int:
    return (await wire.post("/chat/messages", body))[0]
