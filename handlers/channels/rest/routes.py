"""Rasa's REST channel, so that its clients work unchanged: one message in, the bot's answers out.

For programs with a token of the scope `chat`. A program speaks for any sender of its own: senders belong to the
token's name, so that one integration cannot speak as another's customer. It has to know who the customer is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import msgspec
from fastapi import APIRouter, Request, Response

from dialogs.flows.events import Event
from engine.turn.admission import fitting
from handlers.channels.base import http_events
from handlers.channels.base import http_events as envelope
from handlers.channels.base.message_json import Reply, replies_json
from handlers.channels.base.uploads import Kept, Uploads
from handlers.http.bearer_tokens import Tokens
from handlers.http.documented import answering, schema_of, taking
from handlers.http.fast_routes import LeanRoute, decoded
from handlers.http.limits import Buckets
from handlers.http.problems import BadRequest, Forbidden
from storage.conversations.conversations import conversation_id
from storage.staff.tokens import TokenScope

if TYPE_CHECKING:
    from complaints.record import Attachment
    from engine.turn.processor import TurnProcessor

CHANNEL = "rest"
LONGEST_SENDER = 200


def _says(description: str, **more: Any) -> msgspec.Meta:
    """What the documentation adds to a field. What is taken is decided where it is read, with words of our own."""
    return msgspec.Meta(description=description, extra_json_schema=more or None)


class Inline(msgspec.Struct, frozen=True):
    """A file in a message."""

    data: Annotated[str, msgspec.Meta(extra_json_schema={"contentEncoding": "base64"})]
    name: str = ""


class Metadata(msgspec.Struct, frozen=True):
    """What may stand beside a message."""

    message_id: Annotated[
        str,
        _says(
            "Your own id of this message. Sent again, it changes nothing and is answered alike.",
            maxLength=envelope.LONGEST_ID,
        ),
    ] = ""
    language: Annotated[str, _says("BCP 47", examples=["zh-CN"])] = ""
    timezone: Annotated[str, _says("IANA", examples=["Asia/Shanghai"])] = ""
    client_address: Annotated[
        str,
        _says("The customer's IP address, so that a flood from one network waits aside. Only a keyed digest is kept."),
    ] = ""
    attachments: tuple[Inline, ...] = ()


class RestMessage(msgspec.Struct, frozen=True):
    """The body of a message; other keys that Rasa's clients send are let pass."""

    sender: Annotated[str, msgspec.Meta(extra_json_schema={"minLength": 1, "maxLength": LONGEST_SENDER})]
    message: Annotated[str, _says("The customer's words, or the payload or title of a button.")]
    metadata: Annotated[Any, msgspec.Meta(extra_json_schema=schema_of(Metadata))] = None


_DECODER = msgspec.json.Decoder(RestMessage)

_DOCUMENTED: dict[str, Any] = {
    **taking(RestMessage),
    "security": [{"token": []}],
    "responses": {
        "401": {"description": "No valid token"},
        "403": {"description": "A token without the scope `chat`"},
        "200": answering(list[Reply], "The bot's messages, in order."),
    },
}


@dataclass(frozen=True, slots=True)
class RestDoor:
    """Takes one REST message at a time. `opened` is False where an operator switched the channel off."""

    door: TurnProcessor
    uploads: Uploads
    buckets: Buckets
    opened: bool
    tokens: Tokens
    clock: Callable[[], datetime]

    async def receive(self, request: Request) -> Response:
        """One message of a customer; answers when everything it caused is stored."""
        if not self.opened:
            raise Forbidden("The HTTP channel is switched off here: AMENDS_REST=off.", "rest_closed")
        account = (await self.tokens.admit(request, TokenScope.CHAT)).name
        message = await decoded(request, _DECODER)
        sender = _sender(message)
        self.buckets.take(f"{account} {sender}")
        about = message.metadata if isinstance(message.metadata, dict) else {}
        kept = await self._files((account, sender), about)
        for number, each in enumerate(kept.withheld):
            name = f"withheld:{_message_id(about)}:{number}"
            await self.door.take(http_events.event(CHANNEL, sender, name, each, self.clock(), account=account))
        body = await self._answers(message, (account, sender), about, kept.files, kept.notices)
        return Response(body, media_type="application/json")

    async def _files(self, who: tuple[str, str], about: dict[str, Any]) -> Kept:
        given, (account, sender) = about.get("attachments"), who
        chat = conversation_id(CHANNEL, account, fitting(sender))
        return await self.uploads.keep_inline(chat, given, about.get("language")) if given else Kept()

    async def _answers(
        self,
        message: RestMessage,
        who: tuple[str, str],
        about: dict[str, Any],
        files: tuple[Attachment, ...],
        notices: tuple[str, ...],
    ) -> bytes:
        if notices and not files and not message.message.strip():
            return replies_json(who[1], notices, ())
        outcome = await self.door.take(self._event(message, who, about, files))
        return replies_json(who[1], notices, outcome.messages)

    def _event(
        self, message: RestMessage, who: tuple[str, str], about: dict[str, Any], files: tuple[Attachment, ...]
    ) -> Event:
        if not files and not message.message.strip():
            raise BadRequest("`message` is empty: send the customer's words, or a button's payload.", "empty")
        (account, sender), names = who, self.uploads.sources.names(about.get("client_address"))
        return http_events.event(
            CHANNEL, sender, _message_id(about), http_events.body_of(message.message, files), self.clock(),
            about.get("language"), about.get("timezone"), account, names[0], self.uploads.bars.holds(*names),
        )  # fmt: skip


async def health(_: Request) -> Response:
    """Rasa's own health answer for a channel."""
    return Response(b'{"status":"ok"}', media_type="application/json")


def router(rest: RestDoor) -> APIRouter:
    """`POST /webhooks/rest/webhook` and `GET /webhooks/rest/`."""
    routes = APIRouter(prefix="/webhooks/rest", tags=["rest"], route_class=LeanRoute)
    routes.add_api_route("/", health, methods=["GET"], summary="The door's health")
    routes.add_api_route(
        "/webhook", rest.receive, methods=["POST"], summary="Send a customer's message", openapi_extra=_DOCUMENTED
    )
    return routes


def _sender(message: RestMessage) -> str:
    sender = message.sender
    if not 0 < len(sender) <= LONGEST_SENDER or not sender.strip():
        raise BadRequest(f"`sender` must name the customer in 1 to {LONGEST_SENDER} characters.", "bad_sender")
    return sender


def _message_id(about: dict[str, Any]) -> str:
    """The client's id, which makes a repeat harmless, or a fresh one."""
    given = about.get("message_id")
    if given is None:
        return uuid4().hex
    found = http_events.id_of(given)
    if found is None:
        raise BadRequest(
            f"`metadata.message_id` must be a string of 1 to {http_events.LONGEST_ID} characters.", "bad_id"
        )
    return found
