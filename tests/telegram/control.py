"""The server as a process of its own: another makes bots and users and has them speak, by `POST /control/<act>`.

Bodies and answers are JSON. An act that does not go answers 400 with the reason.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web

from tests.telegram.limits import Limits
from tests.telegram.screen import NotSeen
from tests.telegram.users import User
from tests.telegram.webhook import Backoff
from tests.telegram.world import Bot

if TYPE_CHECKING:
    from tests.telegram.server import TelegramServer

Asked = dict[str, Any]
Act = Callable[[Asked], Awaitable[Any]]
BREATH = 200
"""Updates a flood makes before others have their turn."""


class Control:
    """The acts, by name; users are known by their ids, bots by their tokens."""

    def __init__(self, telegram: TelegramServer) -> None:
        self._telegram = telegram
        self._users: dict[int, User] = {}
        self._acts: dict[str, Act] = {
            "bot": self._bot,
            "user": self._user,
            "says": self._says,
            "sees": self._sees,
            "taps": self._taps,
            "flood": self._flood,
            "chat": self._chat,
            "log": self._log,
            "state": self._state,
            "limits": self._limits,
            "refuses": self._refuses,
            "disturbs": self._disturbs,
            "calms": self._calms,
            "retries": self._retries,
            "forgive": self._forgive,
        }

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/control/{act}", self._take)]

    async def _take(self, request: web.Request) -> web.Response:
        act = self._acts.get(request.match_info["act"])
        if act is None:
            return _answer({"error": f"no such act; there are {', '.join(self._acts)}"}, 404)
        try:
            return _answer(await act(msgspec.json.decode(await request.read() or b"{}")))
        except (KeyError, TypeError, StopIteration, NotSeen, AssertionError) as wrong:
            return _answer({"error": f"{type(wrong).__name__}: {wrong}"}, 400)

    async def _bot(self, asked: Asked) -> Any:
        return self._telegram.bot(**asked).raw

    async def _user(self, asked: Asked) -> Any:
        user = self._telegram.user(**asked)
        self._users[user.id] = user
        return user.raw

    async def _says(self, asked: Asked) -> Any:
        return (await self._users[asked["user"]].says(self._bot_of(asked), asked["text"])).raw

    async def _sees(self, asked: Asked) -> Any:
        seen = self._users[asked["user"]].sees(self._bot_of(asked), asked.get("text"), within=asked.get("within"))
        return (await seen).raw

    async def _taps(self, asked: Asked) -> Any:
        tap = await self._users[asked["user"]].taps(asked["title"], self._bot_of(asked))
        return asdict(await tap.answered(asked["within"])) if "within" in asked else {"id": tap.id}

    async def _flood(self, asked: Asked) -> Any:
        """`users` new people each say `each` texts, in turns: `<prefix> 1`, `<prefix> 2` …; gives their ids."""
        bot = self._bot_of(asked)
        people = [self._telegram.user(f"Customer {number}", language="en") for number in range(asked["users"])]
        self._users |= {user.id: user for user in people}
        for number in range(1, asked.get("each", 1) + 1):
            for place, user in enumerate(people):
                await user.says(bot, f"{asked.get('prefix', 'text')} {number}")
                if place % BREATH == 0:
                    await asyncio.sleep(0)
        return [user.id for user in people]

    async def _chat(self, asked: Asked) -> Any:
        return [message.raw for message in self._users[asked["user"]].screen(self._bot_of(asked))]

    async def _log(self, asked: Asked) -> Any:
        """Requests from the `after`th on; of `methods` only, if given."""
        held = self._telegram.log[asked.get("after", 0) :]
        wanted = asked.get("methods")
        return [_request(each) for each in held if not wanted or each.method in wanted]

    async def _state(self, asked: Asked) -> Any:
        bots = {
            bot.id: {"waiting": len(bot.updates.waiting), "confirmed": bot.updates.confirmed}
            for bot in self._telegram.world.bots.values()
        }
        return {"bots": bots, "requests": len(self._telegram.log), "violations": self._telegram.checks.violations}

    async def _limits(self, asked: Asked) -> Any:
        """`{"on": true}` for the real ones."""
        self._telegram.limits(Limits() if asked["on"] else None)

    async def _refuses(self, asked: Asked) -> Any:
        self._telegram.refuses(**asked)

    async def _disturbs(self, asked: Asked) -> Any:
        self._telegram.disturbs(**asked)

    async def _calms(self, asked: Asked) -> Any:
        self._telegram.calms()

    async def _retries(self, asked: Asked) -> Any:
        self._telegram.retries(Backoff(**asked))

    async def _forgive(self, asked: Asked) -> Any:
        return self._telegram.forgive()

    def _bot_of(self, asked: Asked) -> Bot:
        """The one named, or the only one."""
        bots = self._telegram.world.bots
        return bots[asked["bot"]] if "bot" in asked else next(iter(bots.values()))


async def serve(telegram: TelegramServer, tokens: list[str]) -> int:
    """Until SIGTERM or SIGINT; the address goes to standard output first. 1 when rules were broken."""
    for token in tokens:
        telegram.bot(token)
    await telegram.start()
    print(telegram.url, flush=True)
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    await over.wait()
    await telegram.stop()
    for violation in telegram.checks.violations:
        print(violation, flush=True)
    return 1 if telegram.checks.violations else 0


def _request(each: Any) -> Asked:
    kept = ("at", "bot", "method", "fields", "status", "description", "retry_after", "early", "result")
    return {key: getattr(each, key) for key in kept if key != "result" or each.method != "getUpdates"}


def _answer(answer: Any, status: int = 200) -> web.Response:
    def plain(held: Any) -> Any:
        return f"<{held.name}>"

    body = msgspec.json.encode(answer, enc_hook=plain)
    return web.Response(status=status, body=body, content_type="application/json")
