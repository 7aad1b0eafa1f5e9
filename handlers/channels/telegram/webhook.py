"""Updates that Telegram brings. The answer is 200 only after the turn is committed; 503 makes Telegram come again."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import structlog
from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from handlers.channels.telegram.reading import read
from handlers.http.fast_routes import LeanRoute
from handlers.http.json_depth import MOST_DEEP, is_too_deep
from handlers.http.problems import Away, BadRequest, Unauthorized
from storage.db.errors import Unavailable

if TYPE_CHECKING:
    from handlers.channels.telegram.incoming import CustomerUpdate
    from handlers.channels.telegram.reception import CustomerReception

LARGEST = 1024 * 1024
"""Bytes of an update; Telegram's own are a few thousand."""
_HEADER = "x-telegram-bot-api-secret-token"

_log = structlog.get_logger("amends.telegram")


def path_of(token: str) -> str:
    """Where Telegram brings this bot's updates. It tells nothing of the token."""
    return f"/telegram/{hashlib.sha256(token.encode()).hexdigest()[:32]}"


def secret_of(token: str) -> str:
    """What Telegram must show with each update: the same in every process, and not to be had from the path."""
    return hmac.new(token.encode(), b"amends webhook", hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class TelegramWebhook:
    """Takes one update a request."""

    reception: CustomerReception
    secret: str

    async def receive(self, request: Request) -> Response:
        """One update; answers when everything it caused is stored."""
        shown = request.headers.get(_HEADER, "").encode("utf-8", "replace")
        if not hmac.compare_digest(shown, self.secret.encode()):
            raise Unauthorized("This address is for Telegram alone.", "bad_secret")
        said = self._read(await request.body())
        if said is not None:
            try:
                await self.reception.take(said)
            except Unavailable:
                raise Away(retry_after=2) from None
        return Response(status_code=200)

    def _read(self, body: bytes) -> CustomerUpdate | None:
        """What the update says; None for one that cannot be read, for Telegram would bring it again for a day."""
        if is_too_deep(body):
            raise BadRequest(f"The body is nested too deep: at most {MOST_DEEP} levels are taken.", "too_deep")
        try:
            return read(msgspec.json.decode(body), self.reception.username)
        except msgspec.DecodeError:
            raise BadRequest("The body is not valid JSON.", "malformed_json") from None
        except ValidationError as error:
            _log.error("update_not_readable", problems=error.error_count())
            return None


def router(webhook: TelegramWebhook, path: str) -> APIRouter:
    """The one route of this bot; it is not in the public description."""
    routes = APIRouter(route_class=LeanRoute)
    routes.add_api_route(path, webhook.receive, methods=["POST"], include_in_schema=False)
    return routes
