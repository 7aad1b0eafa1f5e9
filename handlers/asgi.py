"""All edges as one ASGI application. What it needs comes in as `EdgeParts`; nothing here reads settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import anyio
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from dialogs.playbooks.playbook import Playbook
from engine.reads import Reads
from engine.security_log import SecurityLog
from engine.upkeep.write_probe import Heart
from handlers.api import figures, health, incidents
from handlers.api import routes as api
from handlers.api.health import Check, Counted, Probes
from handlers.api.putting_right import api as putting_right
from handlers.api.putting_right.api import PuttingRightApi
from handlers.channels.base.event_stream import Chats, Closing, Follow, LookOut
from handlers.channels.base.uploads import Uploads
from handlers.channels.rest import routes as rest
from handlers.channels.rest.routes import RestDoor
from handlers.channels.web import routes as web
from handlers.channels.web.channel_transfer import GoingOn
from handlers.channels.web.proof_of_work import ProofOfWork
from handlers.channels.web.routes import WebDoor, WebPages
from handlers.channels.web.visitor_identity import Identities
from handlers.http.access_log import Access, Accounted
from handlers.http.bearer_tokens import Tokens
from handlers.http.blocked_networks import Bars
from handlers.http.client_networks import Sources
from handlers.http.fast_routes import Shortcuts, broken
from handlers.http.fd_limits import raised, streams_within
from handlers.http.forwarding import Forwarding
from handlers.http.forwarding_headers import Trusted
from handlers.http.limits import MEGABYTE, Buckets, Limits, SizeGuard
from handlers.http.problems import API_PREFIX, Away, RequestRefused, answer, error, problem
from handlers.http.request_bodies import ArrivalGuard, Arrivals
from handlers.http.security_headers import secured
from handlers.http.shutdown_response import Leaving
from handlers.http.static_files import read_statics
from staff.actions import Acting
from staff.incidents import Handling
from staff.presence import Company
from storage.db.database import Database
from storage.db.errors import Unavailable
from storage.db.timestamps import utc_now
from storage.files.attachments import FileStore
from storage.files.quotas import Quotas
from storage.security.events import SecurityEvent, SecurityEventKind

if TYPE_CHECKING:
    from engine.turn.processor import TurnProcessor

PAGES = Path(__file__).parent / "channels" / "web" / "pages"
READING_THREADS = 4
OPENAPI = "/openapi.json"
_FORM_OVERHEAD = 64 * 1024


def _nothing() -> Mapping[str, float]:
    return {}


@dataclass(frozen=True, slots=True)
class EdgeParts:
    """What the edges are made of.

    `rest_open` is whether programs may talk over HTTP at all. `frame_ancestors`: CSP sources that may
    embed the widget. `running` is entered before the first request and left after the last one: start
    and stop the door, workers and database there. `checks`, by name, say what is wrong (or nothing) for
    `/readyz`; `counters` are for `/metrics`. `on_access` gets each answer for the access log. `routers` are
    those of other channels and of the desk, `sizes` the most bytes that a path of theirs takes. `bot` tells the
    name of the bot on Telegram, or nothing. `closing` ends every stream; whoever made it may end others by it.
    `company` is who is at the chats. `security` keeps what bears on security. `sources` names where requests come from,
    `quotas` are the customers', `heart` tells whether anything can still be written, and `bars` who is not heard.
    `proof_of_work` says what a new chat on the page costs its browser.
    `trusted` are our own proxies. With `identity_key` the host page signs who its visitors are; empty: nobody does.
    `model` tells the version of the model that reads, or nothing.
    """

    door: TurnProcessor
    database: Database
    playbook: Playbook
    files: FileStore
    rest_open: bool = True
    frame_ancestors: str = "*"
    limits: Limits = field(default_factory=Limits)
    clock: Callable[[], datetime] = utc_now
    running: Callable[[], AbstractAsyncContextManager[object]] = nullcontext
    checks: Mapping[str, Check] = field(default_factory=dict)
    notes: Mapping[str, Check] = field(default_factory=dict)
    counters: Callable[[], Mapping[str, float]] = _nothing
    on_access: Callable[[Access], None] | None = None
    pages: Path = PAGES
    version: str = ""
    routers: Sequence[APIRouter] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    bot: Callable[[], str] = str
    closing: Closing = field(default_factory=Closing)
    company: Company = field(default_factory=Company)
    security: SecurityLog | None = None
    sources: Sources = field(default_factory=Sources)
    quotas: Quotas = field(default_factory=Quotas)
    heart: Heart | None = None
    bars: Bars = field(default_factory=Bars)
    proof_of_work: ProofOfWork = field(default_factory=ProofOfWork)
    trusted: Trusted = field(default_factory=Trusted)
    identity_key: bytes = b""
    model: Callable[[], str] = str


class Edges(FastAPI):
    """The application, with our own layers outside of FastAPI's, so that they see every answer."""

    closing: Closing
    layers: Callable[[ASGIApp], ASGIApp]

    def build_middleware_stack(self) -> ASGIApp:
        return self.layers(super().build_middleware_stack())


def _incidents(parts: EdgeParts, reads: Reads, tokens: Tokens) -> incidents.IncidentsApi:
    acting = Acting(parts.door, reads, parts.clock)
    return incidents.IncidentsApi(reads, tokens, Handling(acting, reads, parts.playbook, parts.clock))


def create_asgi(parts: EdgeParts) -> Edges:
    """The application; `app.closing` ends its streams (see `EdgeServer`)."""
    closing, answers, limits = parts.closing, Counter[tuple[str, int]](), parts.limits
    chats = Chats(replace(limits, streams=streams_within(raised(), limits.streams)), closing, parts.company)
    reads = Reads(parts.database, anyio.CapacityLimiter(READING_THREADS))
    tokens = Tokens(reads, parts.clock, parts.security)
    app = _application(parts, LookOut(reads, chats))
    app.closing = closing
    routers = (
        rest.router(_rest(parts, reads, tokens)),
        web.router(_web(parts, reads, chats), WebPages(read_statics(parts.pages), parts.playbook, parts.bot)),
        api.router(api.CasesApi(reads, tokens, parts.security)),
        putting_right.router(_putting_right(parts, reads, tokens)),
        incidents.router(_incidents(parts, reads, tokens)),
        figures.router(figures.FiguresApi(reads, tokens, parts.clock, ZoneInfo(parts.playbook.file.timezone))),
        health.router(_probes(parts, reads, tokens, Counted(parts.counters, answers, chats, parts.model))),
        *parts.routers,
    )
    for router in routers:
        app.include_router(router)
    app.layers = _layers(parts, [route for router in routers for route in router.routes], answers, closing)
    return app


def _application(parts: EdgeParts, look_out: LookOut) -> Edges:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with parts.running(), anyio.create_task_group() as beside:
            beside.start_soon(look_out.keep)
            yield
            beside.cancel_scope.cancel()

    app = Edges(
        title="Amends",
        description="Takes complaints in a chat: the customer's doors, and the cases for other programs.",
        version=parts.version or parts.playbook.version,
        lifespan=lifespan,
        # The interactive pages would load their scripts from a CDN; the document itself is served.
        docs_url=None,
        redoc_url=None,
        openapi_url=OPENAPI,
        redirect_slashes=False,
    )
    app.add_exception_handler(RequestRefused, _refused)  # type: ignore[arg-type]
    app.add_exception_handler(Unavailable, _unavailable)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _invalid)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, _broken)
    return app


def _probes(parts: EdgeParts, reads: Reads, tokens: Tokens, counted: Counted) -> Probes:
    heart = parts.heart or Heart(parts.database, parts.files, parts.clock)
    return Probes(reads, tokens, parts.checks, counted, heart, parts.notes)


def _rest(parts: EdgeParts, reads: Reads, tokens: Tokens) -> RestDoor:
    return RestDoor(parts.door, _uploads(parts, reads), _senders(parts.limits), parts.rest_open, tokens, parts.clock)


def _putting_right(parts: EdgeParts, reads: Reads, tokens: Tokens) -> PuttingRightApi:
    return PuttingRightApi(Acting(parts.door, reads, parts.clock), reads, tokens, parts.playbook, parts.clock)


def _web(parts: EdgeParts, reads: Reads, chats: Chats) -> WebDoor:
    limits, follow = parts.limits, Follow(parts.door, reads, chats)
    peers = Buckets(limits.peer_burst, limits.peer_rate, limits.remembered)
    going_on = GoingOn(parts.database, parts.bot, parts.clock)
    proofs = Identities(parts.identity_key, reads, parts.clock)
    return WebDoor(
        parts.door, _uploads(parts, reads), follow, chats, _senders(limits), peers, parts.clock, going_on, proofs,
        parts.proof_of_work,
    )  # fmt: skip


def _uploads(parts: EdgeParts, reads: Reads) -> Uploads:
    slots = anyio.CapacityLimiter(parts.limits.uploads_at_once)
    patience = parts.limits.upload_seconds
    return Uploads(
        parts.files, reads, parts.playbook, parts.clock, slots, patience, parts.quotas, parts.sources, parts.bars
    )


def _senders(limits: Limits) -> Buckets:
    return Buckets(limits.burst, limits.rate, limits.remembered)


def _layers(
    parts: EdgeParts, routes: Sequence[BaseRoute], answers: Counter[tuple[str, int]], closing: Closing
) -> Callable[[ASGIApp], ASGIApp]:
    """From the outside in: who asks, the end, accounts, headers, sizes, what arrives, short cuts, and then FastAPI."""
    paths = frozenset(route.path for route in routes if isinstance(route, APIRoute)) | {OPENAPI}
    largest = max(parts.files.largest, MEGABYTE) + _FORM_OVERHEAD
    arrivals = Arrivals(parts.limits.arriving, parts.limits.arriving_per_peer)

    def layered(inner: ASGIApp) -> ASGIApp:
        guarded = ArrivalGuard(Shortcuts(inner, routes), arrivals)
        sized = SizeGuard(guarded, parts.limits.body, {"/chat/files": largest, **parts.sizes})
        inside = Leaving(Accounted(secured(sized, parts.frame_ancestors), paths, answers, parts.on_access), closing)
        return Forwarding(inside, parts.trusted, partial(_forwards, parts))

    return layered


def _forwards(parts: EdgeParts, address: str) -> None:
    """A peer forwards and is not trusted: `doctor` reads it from the security log."""
    if parts.security:
        parts.security.note(SecurityEvent(parts.clock(), SecurityEventKind.FORWARDED, address=address))


async def _refused(request: Request, refused: RequestRefused) -> Response:
    return answer(refused, request.url.path)


async def _unavailable(request: Request, fault: Unavailable) -> Response:
    return answer(Away(), request.url.path)


async def _http(request: Request, fault: HTTPException) -> Response:
    words = {404: "There is nothing at this address.", 405: "This address does not take that method."}
    return _said(request, fault.status_code, "http", words.get(fault.status_code, str(fault.detail)), fault.headers)


async def _invalid(request: Request, fault: RequestValidationError) -> Response:
    first = fault.errors()[0]
    return _said(request, 400, "bad_request", f"{'.'.join(map(str, first['loc']))}: {first['msg']}", None)


async def _broken(request: Request, fault: Exception) -> Response:
    return broken(request.scope, fault)


def _said(request: Request, status: int, code: str, words: str, headers: Mapping[str, str] | None) -> Response:
    if request.url.path.startswith(API_PREFIX):
        return problem(status, words, dict(headers or {}))
    return error(status, code, words, dict(headers or {}))
