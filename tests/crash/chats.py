"""The customers of a crash run: each says its next message only when the one before was acknowledged."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.answers import answered, reply_to, story
from bench.wire import Gone, Wire, bearer

DOOR = "/webhooks/rest/webhook"
NOT_NOW = (429, 503)


class Refused(AssertionError):
    """The server answered a good message with something else than 200, 429 or 503."""


@dataclass
class Chat:
    """One customer: what was sent and, once acknowledged, what came back, in order."""

    name: str
    language: str
    number: int
    sent: list[tuple[str, str]] = field(default_factory=list)
    replies: list[list[dict[str, Any]]] = field(default_factory=list)

    def next_message(self) -> dict[str, Any]:
        """The same message until it is acknowledged, then the next."""
        if len(self.sent) == len(self.replies):
            self.sent.append((f"{self.name}-n{len(self.sent):04}", self._words()))
        identifier, text = self.sent[-1]
        return {"sender": self.name, "message": text, "metadata": {"message_id": identifier, "language": self.language}}

    def _words(self) -> str:
        heard = answered(self.replies[-1]) if self.replies else None
        if heard is None or heard.asks is None:
            return f"{story(self.language, self.number)} ({self.name} {len(self.sent)})"
        return reply_to(self.language, heard)


def make_chats(count: int) -> list[Chat]:
    return [Chat(f"c{number:04}", "zh" if number % 2 else "en", number) for number in range(count)]


@dataclass
class Crowd:
    """All customers, spoken for by a few workers, so that chats interleave and each stays in order."""

    chats: list[Chat]
    ports: list[int]
    token: str
    messages: int
    dice: random.Random
    on_acknowledged: Callable[[], None] = lambda: None
    resent: int = 0

    async def talk(self, workers: int = 48) -> None:
        """Until every chat's share of the messages is acknowledged."""
        shares = [self.chats[start::workers] for start in range(min(workers, len(self.chats)))]
        async with asyncio.TaskGroup() as group:
            for share in shares:
                group.create_task(self._work(share))

    async def _work(self, share: list[Chat]) -> None:
        wires = [Wire("127.0.0.1", port, patience=15, headers=bearer(self.token)) for port in self.ports]
        for chat in self._turns(share):
            await self._until_acknowledged(chat, wires)
        for wire in wires:
            wire.close()

    def _turns(self, share: list[Chat]) -> Iterator[Chat]:
        each = self.messages // len(self.chats)
        left = [chat for chat in share for _ in range(each)]
        self.dice.shuffle(left)
        return iter(left)

    async def _until_acknowledged(self, chat: Chat, wires: list[Wire]) -> None:
        message = chat.next_message()
        while (replies := await self._try(message, self.dice.choice(wires))) is None:
            self.resent += 1
            await asyncio.sleep(self.dice.uniform(0.05, 0.4))
        chat.replies.append(replies)
        self.on_acknowledged()

    async def _try(self, message: dict[str, Any], wire: Wire) -> list[dict[str, Any]] | None:
        try:
            status, replies = await wire.post(DOOR, message)
        except Gone:
            return None
        if status in NOT_NOW:
            return None
        if status != 200 or not isinstance(replies, list):
            raise Refused(f"{status} for {message}: {replies}")
        return replies


async def ask_again(chats: list[Chat], port: int, token: str) -> int:
    """Send old messages again; returns how many got another answer than the first time."""
    wire = Wire("127.0.0.1", port, headers=bearer(token))
    different = 0
    for chat in chats:
        place = len(chat.sent) // 2
        identifier, text = chat.sent[place]
        body = {"sender": chat.name, "message": text, "metadata": {"message_id": identifier}}
        different += (await wire.post(DOOR, body)) != (200, chat.replies[place])
    wire.close()
    return different
