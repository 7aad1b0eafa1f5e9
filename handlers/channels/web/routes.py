"""The customer's page and what it calls: messages up, files both ways, server-sent events down, its words.

A chat belongs to whoever holds its token: 32 random bytes or more that the page made and keeps. Only
the token's digest is stored. There are no cookies, so another site's page has nothing to ride on.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp

from dialogs.flows.events import Event, Said, Tapped
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.language.script_detection import direction
from handlers.channels.base import http_events
from handlers.channels.base.event_stream import Chats, EventStream, Follow
from handlers.channels.base.message_json import ShownMessages, messages_json
from handlers.channels.base.uploads import HarmfulFile, Uploads, preferred
from handlers.channels.web.channel_transfer import GoingOn
from handlers.channels.web.manifest import WEB
from handlers.channels.web.proof_of_work import ProofOfWork
from handlers.channels.web.visitor_identity import Identities
from handlers.http.documented import FORM, answering, in_path, taking
from handlers.http.fast_routes import LeanRoute, decoded
from handlers.http.limits import Buckets, is_loopback, peer
from handlers.http.problems import BadRequest, NotFound, Unauthorized
from handlers.http.static_files import Statics
from staff.presence import CUSTOMER
from storage.conversations.conversations import conversation_id, load_state
from storage.staff.tokens import PREFIX

if TYPE_CHECKING:
    from complaints.record import Attachment
    from engine.turn.processor import TurnProcessor

CHANNEL = WEB
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43,200}={0,2}")
_MOST_FILES = 50


class WebMessage(msgspec.Struct, frozen=True):
    """What the page posts: words, files or a button, under an id of its own making."""

    id: Annotated[str, msgspec.Meta(description="New for each message; sent again, it does nothing.")]
    text: str = ""
    button: Annotated[str, msgspec.Meta(description="The id of a tapped button.")] = ""
    files: Annotated[tuple[str, ...], msgspec.Meta(description="Digests of uploaded files.")] = ()
    language: Annotated[str, msgspec.Meta(description="BCP 47")] = ""
    timezone: Annotated[str, msgspec.Meta(description="IANA")] = ""


_DECODER = msgspec.json.Decoder(WebMessage)


class Proof(msgspec.Struct, frozen=True):
    """A JWT that the host page signed."""

    identity: Annotated[str, msgspec.Meta(description="A JWT (HS256) with `sub`, `exp`, `aud: amends`.")]


class Form(msgspec.Struct, frozen=True):
    """The form that a file is uploaded by."""

    file: Annotated[str, msgspec.Meta(extra_json_schema={"format": "binary"})]


_PROOF = msgspec.json.Decoder(Proof)


@dataclass(frozen=True, slots=True)
class Caller:
    """A chat that proved itself by its token."""

    chat: str

    @property
    def conversation(self) -> str:
        return conversation_id(CHANNEL, http_events.ACCOUNT, self.chat)


@dataclass(frozen=True, slots=True)
class WebDoor:
    """The page's server side."""

    door: TurnProcessor
    uploads: Uploads
    follow: Follow
    chats: Chats
    buckets: Buckets
    peers: Buckets
    clock: Callable[[], datetime]
    going_on: GoingOn
    identities: Identities
    proof_of_work: ProofOfWork = field(default_factory=ProofOfWork)

    async def say(self, request: Request) -> Response:
        """Take one message; answers when everything it caused is stored, and alike when it is sent again."""
        caller = self._admit(request)
        message = await decoded(request, _DECODER)
        await self._earned(caller, request)
        files = await self.uploads.find(caller.conversation, message.files[:_MOST_FILES])
        said = self._event(request, caller, message, files)
        self.chats.company.stops(caller.conversation, CUSTOMER)
        with self.chats.working(caller.conversation):
            outcome = await self.door.take(said)
        return _json(messages_json(outcome.messages, outcome.language))

    async def typing(self, request: Request) -> Response:
        """The customer is writing: whoever has the chat sees it for a few seconds. Nothing is kept."""
        caller = _caller(request)
        self._hurry(request)
        self.buckets.take(f"typing {caller.chat}")
        self.chats.company.writes(caller.conversation, CUSTOMER)
        return Response(status_code=204)

    async def upload(self, request: Request) -> Response:
        """Keep one file for this chat; it is said by naming its digest in a message."""
        caller = self._admit(request)
        await self._earned(caller, request)
        try:
            attachment = await self.uploads.keep_form(caller.conversation, request)
        except HarmfulFile as harmful:
            name = f"withheld:{secrets.token_hex(16)}"
            await self.door.take(http_events.event(CHANNEL, caller.chat, name, harmful.withheld, self.clock()))
            raise
        return _json(msgspec.json.encode(attachment))

    async def download(self, request: Request) -> Response:
        """A file of this chat, and of no other."""
        caller = _caller(request)
        self._hurry(request)
        return await self.uploads.send(caller.conversation, request.path_params["digest"])

    async def identify(self, request: Request) -> Response:
        """The host page proves who its visitor is; colleagues at the desk see that it did."""
        caller = self._admit(request)
        proof = await decoded(request, _PROOF)
        await self.identities.keep(caller.conversation, proof.identity)
        return Response(status_code=204)

    async def telegram(self, request: Request) -> Response:
        """A link by which the holder of this chat, and nobody else, goes on with it on Telegram."""
        caller = self._admit(request)
        url = await self.uploads.reads.blocking(partial(self.going_on.link, caller.conversation))
        if not url:
            raise NotFound("There is no bot on Telegram to go on with.", "no_bot")
        return _json(msgspec.json.encode({"url": url}))

    async def stream(self, request: Request) -> ASGIApp:
        """The chat's messages from after `Last-Event-ID` on, for as long as the reader stays."""
        caller, after = _caller(request), _after(request)
        self._hurry(request)
        self.buckets.take(f"stream {caller.chat}")
        address = _stranger(request)
        self.chats.admit(caller.conversation, address)
        return EventStream(partial(self.follow.events, caller.conversation, after, address))

    def _event(self, request: Request, caller: Caller, message: WebMessage, files: tuple[Attachment, ...]) -> Event:
        given, names = http_events.id_of(message.id), self.uploads.sources.names(peer(request.scope))
        if given is None:
            raise BadRequest("`id` must be 1 to 1000 characters, new for each message.", "bad_id")
        return http_events.event(
            CHANNEL, caller.chat, given, _said(message, files), self.clock(), message.language, message.timezone,
            source=names[0], barred=self.uploads.bars.holds(*names),
        )  # fmt: skip

    async def _earned(self, caller: Caller, request: Request) -> None:
        """Whether this chat may begin. Raises `Unproved`. One that has begun is asked for nothing."""
        if self.proof_of_work.knows(caller.chat):
            return None
        if await self.uploads.reads.run(load_state, caller.conversation) is None:
            return self.proof_of_work.check(caller.chat, request.headers.get("x-proof", ""))
        return self.proof_of_work.learn(caller.chat)

    def _admit(self, request: Request) -> Caller:
        caller = _caller(request)
        self._hurry(request)
        self.buckets.take(caller.chat)
        return caller

    def _hurry(self, request: Request) -> None:
        """Tokens cost nothing to make, so addresses are limited too. A proxy on this machine speaks for many."""
        if address := _stranger(request):
            self.peers.take(address)


@dataclass(frozen=True, slots=True)
class WebPages:
    """The pages, their files and their words. Nobody has to be known to read them."""

    statics: Statics
    playbook: Playbook
    bot: Callable[[], str] = str

    async def chat(self, request: Request) -> Response:
        """The customer's page."""
        return self.statics.page("chat.html", request.headers)

    async def widget(self, request: Request) -> Response:
        """The loader that a shop puts into its own pages."""
        return self.statics.answer("widget.js", request.headers)

    async def static(self, request: Request) -> Response:
        """A file of the page."""
        return self.statics.answer(request.path_params["path"], request.headers)

    async def words(self, request: Request) -> Response:
        """The page's words in the nearest language to `lang`, else to what the browser asks for."""
        asked = http_events.language_of(request.query_params.get("lang")) or preferred(request)
        words = self.playbook.words(asked)
        about = {
            "language": words.language,
            "dir": direction(words.language),
            "languages": self.playbook.offered,
            "telegram": bool(self.bot()),
        }
        return _json(
            msgspec.json.encode({**words.below("web"), **about}),
            {"Cache-Control": "no-cache", "Vary": "Accept-Language"},
        )

    async def home(self, _: Request) -> Response:
        """Whoever comes to the front door wants to chat."""
        return RedirectResponse("chat", 307)


def _caller(request: Request) -> Caller:
    """Whose chat it is. A program's token is none: it must not become, by mistake, the only key to a chat."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not _TOKEN.fullmatch(token) or token.startswith(PREFIX):
        raise Unauthorized("This chat has no valid token. Reload the page to begin a new chat.", "bad_token")
    return Caller(http_events.chat_of_token(token))


def _stranger(request: Request) -> str:
    """The address of a peer on another machine; empty for this one."""
    address = peer(request.scope)
    return "" if is_loopback(address) else address


def _said(message: WebMessage, files: tuple[Attachment, ...]) -> Said | Tapped:
    if message.button and not message.text and not files:
        return Tapped(message.button[:64])
    if not message.text.strip() and not files:
        raise BadRequest("The message is empty.", "empty")
    return Said(message.text, files)


def _after(request: Request) -> int:
    """The number of the last message that the reader has; 0 for none."""
    given = request.headers.get("last-event-id") or request.query_params.get("after") or "0"
    if not given.isascii() or not given.isdigit() or len(given) > 10:
        raise BadRequest("`Last-Event-ID` must be the number of the last message received.", "bad_cursor")
    return int(given)


def _json(body: bytes, headers: dict[str, str] | None = None) -> Response:
    return Response(body, headers=headers or {"Cache-Control": "no-store"}, media_type="application/json")


_SAID: dict[str, Any] = {
    **taking(WebMessage),
    "responses": {"200": answering(ShownMessages, "The customer's own message and what was said to it.")},
}


def router(web: WebDoor, pages: WebPages) -> APIRouter:
    """The page's calls, and the page."""
    routes = APIRouter(tags=["web"], route_class=LeanRoute)
    add = routes.add_api_route
    add("/chat/messages", web.say, methods=["POST"], summary="Send a message", openapi_extra=_SAID)
    add("/chat/typing", web.typing, methods=["POST"], summary="Say that the customer is writing", status_code=204)
    add(
        "/chat/files",
        web.upload,
        methods=["POST"],
        summary="Upload a file",
        openapi_extra=taking(Form, FORM),
    )
    add("/chat/files/{digest}", web.download, methods=["GET"], summary="Fetch a file", openapi_extra=in_path("digest"))
    add(
        "/chat/identity",
        web.identify,
        methods=["POST"],
        summary="Prove who the visitor is, by a JWT of the host page",
        status_code=204,
        openapi_extra=taking(Proof),
    )
    add("/chat/telegram", web.telegram, methods=["POST"], summary="Make a link to go on with this chat on Telegram")
    add("/chat/stream", web.stream, methods=["GET"], summary="Follow the chat (SSE)", response_model=None)
    add("/chat/words", pages.words, methods=["GET"], summary="The page's words")
    add("/chat", pages.chat, methods=["GET"], summary="The customer's page")
    add("/embed", pages.chat, methods=["GET"], summary="The same page, for the widget's frame")
    add("/widget.js", pages.widget, methods=["GET"], summary="The widget's loader")
    add(
        "/static/{path:path}",
        pages.static,
        methods=["GET"],
        summary="A page's file",
        openapi_extra=in_path("path"),
    )
    add("/", pages.home, methods=["GET"], summary="To the customer's page")
    return routes
