"""Delivery to a bot's webhook: a chat's updates in order, only the head of its queue, tried again until accepted."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import aiohttp
import msgspec

from tests.telegram.queue import Waiting
from tests.telegram.things import Push
from tests.telegram.world import Bot

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
CONNECTIONS = 40
Reply = Callable[[Bot, dict[str, Any]], Awaitable[None]]
"""Carries out the method that a webhook's answer may name."""


Record = Callable[[Push], bool]
"""Keeps an attempt; False when its answer counts as lost on the way."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Seconds between attempts: doubling from `first` to `most`; an answer is waited for up to `timeout`."""

    first: float = 1.0
    most: float = 60.0
    timeout: float = 60.0

    def pause(self, attempt: int) -> float:
        return float(min(self.first * 2 ** min(attempt - 1, 20), self.most))


@dataclass(frozen=True, slots=True)
class Hook:
    """What setWebhook set, and how it went last."""

    url: str
    secret: str = ""
    connections: int = CONNECTIONS
    error_date: int = 0
    error: str = ""


class Pusher:
    """Delivers one bot's updates while its webhook is set."""

    def __init__(self, bot: Bot, hook: Hook, backoff: Callable[[], Backoff], record: Record, reply: Reply) -> None:
        self.hook = hook
        self._bot, self._backoff, self._record, self._reply = bot, backoff, record, reply
        self._free = asyncio.Semaphore(hook.connections)
        self._lanes: dict[int, deque[Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, ssl=False))
        self._headers = {"Content-Type": "application/json"} | ({SECRET_HEADER: hook.secret} if hook.secret else {})

    def put(self, waiting: Waiting) -> None:
        if waiting.lane in self._lanes:
            self._lanes[waiting.lane].append(waiting)
            return
        self._lanes[waiting.lane] = deque([waiting])
        task = asyncio.get_running_loop().create_task(self._run(waiting.lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._session.close()

    async def _run(self, lane: int) -> None:
        queue = self._lanes[lane]
        while queue:
            await self._deliver(queue[0])
            queue.popleft()
        del self._lanes[lane]

    async def _deliver(self, waiting: Waiting) -> None:
        for attempt in count(1):
            async with self._free:
                status, retry_after = await self._post(waiting)
            push = Push(time.monotonic(), self._bot.id, waiting.id, waiting.lane, attempt, status)
            if self._record(push) and 200 <= status < 300:
                self._bot.updates.confirm(waiting.id)
                return
            await asyncio.sleep(retry_after or self._backoff().pause(attempt))

    async def _post(self, waiting: Waiting) -> tuple[int, float]:
        """The answer's status (0: none) and how many seconds it asks us to wait."""
        timeout = aiohttp.ClientTimeout(total=self._backoff().timeout)
        try:
            asked = self._session.post(self.hook.url, data=waiting.body, headers=self._headers, timeout=timeout)
            async with asked as answer:
                body = await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as failed:
            self._failed(f"{type(failed).__name__}: {failed}")
            return 0, 0.0
        if not 200 <= answer.status < 300:
            self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
        elif body.startswith(b"{") and b'"method"' in body:
            await self._reply(self._bot, msgspec.json.decode(body))
        return answer.status, _seconds(answer.headers.get("Retry-After", ""))

    def _failed(self, error: str) -> None:
        self.hook = replace(self.hook, error=error, error_date=int(time.time()))


def _seconds(header: str) -> float:
    return float(header) if header.isdecimal() else 0.0
