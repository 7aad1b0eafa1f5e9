"""A Telegram Bot API server for tests: start it, make bots and users, and see what they say to each other.

Run by itself it is a process that other processes use (see `tests/telegram/control.py`):
`python -m tests.telegram.server --port 8081`.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any

from aiohttp import web

from tests.telegram import making
from tests.telegram.checks import Checks, Violations
from tests.telegram.control import Control, serve
from tests.telegram.door import Door
from tests.telegram.faults import WEBHOOK, Fault, Kind, refusal
from tests.telegram.groups import Group
from tests.telegram.limits import Limits
from tests.telegram.models import Readers
from tests.telegram.schema import read_schema
from tests.telegram.things import File, Message, Push, Request
from tests.telegram.users import User
from tests.telegram.webhook import Backoff
from tests.telegram.world import Bot, World

CARRIED = ("photo", "document", "voice", "video", "video_note", "animation", "audio", "sticker")
FIRST_USER = 5_000_000_000
"""Real ids no longer fit in 32 bits, so ours do not either."""


class TelegramServer:
    """Use it as `async with TelegramServer() as telegram:`; leaving raises `Violations` if anything broke the rules.

    `within`: seconds that users wait for what they want to see. `models`: every shape of object is read with aiogram
    and python-telegram-bot.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        within: float = 5.0,
        models: bool = True,
    ) -> None:
        self.checks = Checks(read_schema(), Readers() if models else None)
        self.world = World(self.checks)
        self.door = Door(self.world, self.checks)
        self._host, self._port, self._within = host, port, within
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """For AMENDS_TELEGRAM_API_URL, and aiogram's `TelegramAPIServer.from_base`."""
        return f"http://{self._host}:{self._port}"

    @property
    def log(self) -> list[Request]:
        """Every request of every bot, in the order of their answers."""
        return self.door.log

    @property
    def pushes(self) -> list[Push]:
        """Every attempt to deliver to a webhook."""
        return self.door.pushes

    @property
    def early(self) -> list[Request]:
        """Requests that did not wait as long as a 429 had told them."""
        return [request for request in self.log if request.early]

    def bot(self, token: str, name: str = "Amends", username: str = "") -> Bot:
        """A bot; the number before the token's colon is its id."""
        return self.world.add_bot(token, name, username or f"{name.lower().replace(' ', '_')}_bot")

    def user(self, name: str, *, language: str = "", username: str = "", last_name: str = "") -> User:
        id = FIRST_USER + next(self.world.numbers)
        known: dict[str, Any] = {"last_name": last_name, "username": username, "language_code": language}
        raw = self.world.accounts[id] = making.account(id, name, **known)
        return User(self.world, raw, self._within)

    def group(self, title: str, *members: User | Bot, kind: str = "supergroup", forum: bool = False) -> Group:
        """Bots in it are administrators; the first user is its owner."""
        group = Group(self.world, self.world.add_group(title, kind=kind, forum=forum))
        people = [member.id for member in members if isinstance(member, User)]
        for member in members:
            ruling = "creator" if member.id == people[0] else "member"
            group.add(member.id, "administrator" if isinstance(member, Bot) else ruling)
        return group

    def file(self, message: Message) -> File:
        """What a message carries, with its bytes."""
        held = [message.raw[kind] for kind in CARRIED if kind in message.raw]
        assert held, f"no file in {message.raw}"
        return self.world.files[(held[0][-1] if isinstance(held[0], list) else held[0])["file_id"]]

    def calls(self, *methods: str) -> list[Request]:
        """The log of these methods only."""
        return [request for request in self.log if request.method in methods]

    async def until(self, happened: Callable[[], object], within: float | None = None) -> None:
        """Waits for anything that can be read here; it is asked again at every request, poll, push and confirmation."""
        async with asyncio.timeout(self._within if within is None else within):
            while not happened():
                await self.world.stirred.heard()

    def limits(self, limits: Limits | None) -> None:
        """Switches Telegram's sending limits on (`Limits()` are the real ones) or off."""
        self.door.limits = limits

    def retries(self, backoff: Backoff) -> None:
        """How soon a webhook's failed deliveries are tried again."""
        self.door.backoff = backoff

    def refuses(
        self,
        status: int,
        *,
        method: str | None = None,
        chat: int | None = None,
        times: int | None = 1,
        retry_after: int | None = None,
        rate: float = 1.0,
    ) -> None:
        """The next `times` requests that fit (None: all) are refused with this status."""
        self.door.faults.add(Fault("refuse", method, chat, rate, 0.0, refusal(status, retry_after)), times)

    def disturbs(
        self,
        kind: Kind,
        *,
        method: str | None = None,
        chat: int | None = None,
        times: int | None = None,
        rate: float = 1.0,
        seconds: float = 5.0,
        seed: int = 0,
    ) -> None:
        """The network drops, delays, or resets after the deed, for a share (`rate`) of what fits. Chances by `seed`."""
        self.door.faults.seed(seed)
        self.door.faults.add(Fault(kind, method, chat, rate, seconds), times)

    def loses_answers(self, *, chat: int | None = None, times: int | None = 1, rate: float = 1.0) -> None:
        """A webhook's next answers get lost on the way, so that what it accepted is sent again."""
        self.door.faults.add(Fault("lose", WEBHOOK, chat, rate), times)

    def calms(self) -> None:
        """No more faults."""
        self.door.faults.clear()

    def forgive(self) -> list[str]:
        """The violations up to now, which then no longer fail the test."""
        return self.checks.forgiven()

    async def start(self) -> None:
        app = self.door.app()
        app.add_routes(Control(self).routes())
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        await self.door.hooks.stop()
        if self._runner:
            await self._runner.cleanup()

    async def __aenter__(self) -> TelegramServer:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        if self.checks.violations and error is None:
            raise Violations("; ".join(self.checks.violations))


def main() -> int:
    asked = argparse.ArgumentParser(description="A Telegram Bot API server for tests.")
    asked.add_argument("--host", default="127.0.0.1")
    asked.add_argument("--port", type=int, default=8081, help="0 takes a free one; the address is printed")
    asked.add_argument("--bot", action="append", default=[], help="a token, as 123:abc; may be given again")
    asked.add_argument("--models", action="store_true", help="also read every object with both libraries")
    given = asked.parse_args()
    telegram = TelegramServer(host=given.host, port=given.port, models=given.models)
    return asyncio.run(serve(telegram, given.bot))


if __name__ == "__main__":
    raise SystemExit(main())
