"""The HTTP edge: a request in, checked, carried out, logged, answered; or, on demand, let down."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import msgspec
from aiohttp import web

from tests.telegram.checks import Checks
from tests.telegram.faults import WEBHOOK, Fault, Faults
from tests.telegram.hooks import Hooks
from tests.telegram.limits import Limits, Pace, counts
from tests.telegram.methods.call import Call
from tests.telegram.methods.every import METHODS
from tests.telegram.schema import Method, Upload, decoded
from tests.telegram.things import BadRequest, Push, Raw, Refusal, Request, TooManyRequests
from tests.telegram.webhook import Backoff
from tests.telegram.world import DOWN_LIMIT, Bot, World

BODY_LIMIT = 60 << 20


class Door:
    """Answers at `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

    def __init__(self, world: World, checks: Checks) -> None:
        self.world, self.checks = world, checks
        self.log: list[Request] = []
        self.pushes: list[Push] = []
        self.faults = Faults()
        self.limits: Limits | None = None
        self.backoff = Backoff()
        self.hooks = Hooks(lambda: self.backoff, self._pushed, self._replied)
        self._paces: defaultdict[int, Pace] = defaultdict(Pace)

    def app(self) -> web.Application:
        app = web.Application(client_max_size=BODY_LIMIT)
        app.router.add_route("*", "/bot{token}/{method}", self.take)
        app.router.add_get("/file/bot{token}/{path:.+}", self.fetch)
        return app

    async def take(self, request: web.Request) -> web.StreamResponse:
        bot = self.world.bots.get(request.match_info["token"])
        if bot is None:
            return _refused(Refusal(401, "Unauthorized"))
        given, uploads = await _body(request)
        method = self.checks.schema.method(request.match_info["method"])
        name = method.name if method else request.match_info["method"]
        fields, uploads = _sorted(method, given, uploads)
        return await self._answer(request, bot, method, name, fields, uploads)

    async def fetch(self, request: web.Request) -> web.Response:
        found = self.world.paths.get(request.match_info["path"])
        if request.match_info["token"] not in self.world.bots or found is None or found.size > DOWN_LIMIT:
            return _refused(Refusal(404, "Not Found"))
        return web.Response(body=found.data, content_type="application/octet-stream")

    async def _answer(
        self,
        request: web.Request,
        bot: Bot,
        method: Method | None,
        name: str,
        fields: Raw,
        uploads: Mapping[str, Upload],
    ) -> web.StreamResponse:
        at, chat = time.monotonic(), fields.get("chat_id")
        fault = self.faults.meet(name, chat)
        if fault and fault.kind == "drop":
            self._note(Request(at, bot.id, name, fields, 0, "dropped"))
            return _hung_up(request)
        early = counts(name) and self._paces[bot.id].paused(chat, at) is not None
        try:
            self._let_through(bot, name, chat, fault, at)
            result = await self._carried_out(bot, method, name, fields, uploads)
        except Refusal as refused:
            retry_after = refused.parameters.get("retry_after")
            self._note(Request(at, bot.id, name, fields, refused.status, refused.description, retry_after, early))
            return _refused(refused)
        except Exception as broken:
            self.checks.note(f"{name}: the test server itself failed: {broken!r}")
            raise
        self._note(Request(at, bot.id, name, fields, 200, early=early, result=result))
        if fault and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        return _hung_up(request) if fault and fault.kind == "reset" else _granted(name, result)

    def _let_through(self, bot: Bot, name: str, chat: Any, fault: Fault | None, at: float) -> None:
        """Raises Refusal where a fault, a pause or a limit stands in the way."""
        pace = self._paces[bot.id]
        pace.limits = self.limits
        if fault and fault.refusal:
            if retry_after := fault.refusal.parameters.get("retry_after"):
                pace.pause(fault.chat, retry_after, at)
            raise fault.refusal
        if not counts(name):
            return
        if left := pace.paused(chat, at):
            raise TooManyRequests(left)
        if wait := pace.sent(chat, name, at):
            pace.pause(chat, wait, at)
            raise TooManyRequests(wait)

    async def _carried_out(
        self, bot: Bot, method: Method | None, name: str, fields: Raw, uploads: Mapping[str, Upload]
    ) -> Any:
        if problem := self.checks.request(method, name, fields):
            raise Refusal(404, "Not Found") if method is None else BadRequest(problem)
        match name:
            case "getUpdates":
                bot.updates.allow(fields.get("allowed_updates"))
                asked = fields.get("offset", 0), fields.get("limit", 100), fields.get("timeout", 0)
                return await bot.updates.poll(*asked)
            case "setWebhook":
                return await self.hooks.set(bot, fields)
            case "deleteWebhook":
                return await self.hooks.delete(bot, fields)
            case "getWebhookInfo":
                result: Any = self.hooks.info(bot)
            case _:
                result = self._act(Call(self.world, bot, fields, uploads), name)
        self.checks.result(method, result)
        return result

    def _act(self, call: Call, name: str) -> Any:
        if name not in METHODS:
            self.checks.note(f"{name} is not built in the test server yet: add it to tests/telegram/methods")
            raise Refusal(404, "Not Found: the test server does not know this method yet")
        return METHODS[name](call)

    def _note(self, request: Request) -> None:
        self.log.append(request)
        self.world.stirred.ring()

    def _pushed(self, push: Push) -> bool:
        self.pushes.append(push)
        self.world.stirred.ring()
        return self.faults.meet(WEBHOOK, push.lane) is None

    async def _replied(self, bot: Bot, answer: dict[str, Any]) -> None:
        """A webhook's answer may be a call itself; nobody hears how it went."""
        name = answer.pop("method")
        method = self.checks.schema.method(name)
        at, fields = time.monotonic(), decoded(method, answer) if method else answer
        try:
            result = await self._carried_out(bot, method, name, fields, {})
            self._note(Request(at, bot.id, name, fields, 200, "as a webhook's answer", result=result))
        except Refusal as refused:
            self._note(Request(at, bot.id, name, fields, refused.status, refused.description))
        except Exception as broken:
            self.checks.note(f"{name}: the test server itself failed: {broken!r}")


async def _body(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Fields and files, from the query and from a body of any of the three kinds Telegram takes."""
    fields: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        return fields | (msgspec.json.decode(await request.read()) or {}), {}
    uploads: dict[str, Upload] = {}
    for key, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            uploads[key] = Upload(value.filename, value.content_type, value.file.read())
        else:
            fields[key] = value
    return fields, uploads


def _sorted(method: Method | None, given: Raw, uploads: dict[str, Upload]) -> tuple[Raw, dict[str, Upload]]:
    """Values as their types; a file under a parameter's own name is that parameter."""
    if method is None:
        return given, uploads
    direct = {name: upload for name, upload in uploads.items() if name in method.parameters and name not in given}
    rest = {name: upload for name, upload in uploads.items() if name not in direct}
    return {**decoded(method, given), **direct}, rest


def _granted(name: str, result: Any) -> web.Response:
    held = b"[" + b",".join(result) + b"]" if name == "getUpdates" else msgspec.json.encode(result)
    return web.Response(body=b'{"ok":true,"result":' + held + b"}", content_type="application/json")


def _refused(refused: Refusal) -> web.Response:
    answer = {"ok": False, "error_code": refused.status, "description": refused.description}
    told = answer | ({"parameters": refused.parameters} if refused.parameters else {})
    return web.Response(status=refused.status, body=msgspec.json.encode(told), content_type="application/json")


def _hung_up(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response(status=500)
