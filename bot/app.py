"""The one place that puts things together: from settings to a running application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.background import workers
from bot.clock import SystemClock
from bot.opening import audit_key, explained, load
from bot.settings import Settings
from bot.shutdown import written
from bot.wiring import providers
from bot.wiring.channels import kinds
from bot.wiring.desks import desk, staff_chat
from bot.wiring.language_model import advisor, closing
from bot.wiring.limits import file_store, proof_of_work, quotas, rate, sources
from bot.wiring.readers import explaining, readers, reading_while
from bot.workers import ended
from dialogs.flows.capabilities import CAPABILITIES, DERIVED, longest
from dialogs.flows.step import step
from dialogs.playbooks.playbook import Playbook
from engine.providers.fallback import FirstThatWorks
from engine.readers.pool import ReaderPool
from engine.security_log import SecurityLog
from engine.turn.processor import TurnProcessor
from engine.upkeep.clock_correction import ClockWatch
from engine.upkeep.proof import Proving, sending
from engine.upkeep.write_probe import Heart
from handlers.channels.base.channel import ChannelParts, OpenChannel, pushed_by
from handlers.http.blocked_networks import Bars
from storage.db.database import Database, open_database
from storage.delivery import outbox
from storage.files.attachments import MEGABYTE, FileStore
from storage.security.events import SecurityEventKind

if TYPE_CHECKING:
    from fastapi import APIRouter

    from engine.providers.llm.model import LanguageModel
    from handlers.asgi import Edges
    from handlers.desk.desk import Desk
    from handlers.staff_telegram.channel import StaffChannel

UNLIMITED = 1_000_000_000


@dataclass(frozen=True, slots=True)
class App:
    """Everything a process needs, constructed and not yet started."""

    settings: Settings
    playbook: Playbook
    database: Database
    files: FileStore
    door: TurnProcessor
    understanding: FirstThatWorks | ReaderPool
    heart: Heart
    bars: Bars
    channels: tuple[OpenChannel, ...] = ()
    staff: StaffChannel | None = None
    desk: Desk | None = None
    security: SecurityLog | None = None
    proving: Proving | None = None
    clock: SystemClock = field(default_factory=SystemClock)
    watch: ClockWatch | None = None
    advisor: LanguageModel | None = None


def build(settings: Settings, clock: SystemClock | None = None, *, reading: bool = True) -> App:
    """Construct everything, going by this clock. Raises `Refusal`. The database is not connected to yet.

    Texts are read by readers of the application's own, or in this very process without `reading`.
    """
    clock = clock or SystemClock()
    playbook = load(settings.playbook)
    with explained(settings):
        database = open_database(settings.database)
    database.seal_with(audit_key(settings))
    files = file_store(settings, playbook)
    security = SecurityLog(database, keeps=timedelta(days=settings.security_log_days) or None, clock=clock)
    reader: FirstThatWorks | ReaderPool
    if reading and settings.readers:
        reader = readers(settings, database, clock, security)
    else:
        reader = providers.understanding(providers.at_home(settings), playbook)
    model, declared = advisor(settings, playbook), kinds(settings, clock)
    door = TurnProcessor(
        database,
        playbook,
        reader,
        step=partial(step, capabilities=CAPABILITIES),
        files=files,
        audit_key=audit_key(settings),
        push=pushed_by(declared),
        reaches={kind.name: kind.reach for kind in declared.values()},
        rate=rate(settings),
        clock=clock,
        advisor=model,
    )
    parts = ChannelParts(door, database, playbook, files, quotas(settings))
    channels = tuple(kind.open(parts) for kind in declared.values() if kind.open)
    staff = staff_chat(settings, door, database, playbook, files)
    if staff:
        staff.tell_shown(partial(security.viewed, SecurityEventKind.CHAT_VIEWED, "staff chat"))
    pages = desk(settings, door, database, playbook, files, channels, staff, clock, explaining(reader), security)
    to = sending(settings.audit_head_file, settings.audit_head_url)
    proving = Proving(database, audit_key(settings), door.moved, clock, to)
    watch = _watch(settings, database, playbook, security, clock)
    kept = Heart(database, files, clock), Bars(database, clock)
    ours = *kept, channels, staff, pages, security, proving, clock, watch, model
    return App(settings, playbook, database, files, door, reader, *ours)


def _watch(
    settings: Settings, database: Database, playbook: Playbook, security: SecurityLog, clock: SystemClock
) -> ClockWatch | None:
    """What looks after the clock. One that is made to run fast is nobody's to compare."""
    if clock.speed != 1.0:
        return None
    return ClockWatch(
        database, partial(longest, playbook), DERIVED, security, clock, certain=settings.clock_trusted == "on"
    )  # fmt: skip


@asynccontextmanager
async def running(app: App) -> AsyncIterator[None]:
    """The door and the workers, from the first request to after the last one."""
    if app.watch:
        await app.watch.begin()
    app.door.start()
    if app.settings.embedded:
        await asyncio.to_thread(_nobody_else_sends, app.database)
    try:
        async with (
            reading_while(app.understanding, app.settings), closing(app.advisor), _closing_channels(app)
        ):  # fmt: skip
            tasks = [asyncio.create_task(worker) for worker in workers(app)]
            try:
                yield
            finally:
                await ended(tasks)
                await app.door.stop()
                await asyncio.to_thread(written, app.security, app.proving)
    finally:
        app.database.close()


def _nobody_else_sends(database: Database) -> None:
    """One process serves a file. So what was being sent when it began is nobody's, and need not wait for its lease."""
    with database.write() as conn:
        outbox.end_leases(conn)


def create_asgi(app: App) -> Edges:
    """Every HTTP edge as one ASGI application."""
    from importlib.metadata import version

    from handlers import asgi
    from handlers.channels.base.event_stream import Closing
    from handlers.http.forwarding_headers import Trusted, networks_of
    from staff.presence import Company

    settings = app.settings
    parts = asgi.EdgeParts(
        door=app.door,
        database=app.database,
        playbook=app.playbook,
        files=app.files,
        rest_open=settings.rest == "on",
        frame_ancestors=settings.frame_ancestors,
        limits=_limits(settings.rest_rate),
        running=partial(running, app),
        checks=_checks(app),
        notes={"clock": app.watch.trouble} if app.watch else {},
        counters=partial(_counters, app),
        version=version("amends"),
        routers=tuple(_routers(app)),
        sizes=dict(_sizes(app)),
        bot=partial(_username, app.channels),
        clock=app.clock,
        closing=app.desk.closing if app.desk else Closing(),
        company=app.desk.company if app.desk else Company(),
        security=app.security,
        sources=sources(settings),
        quotas=quotas(settings),
        heart=app.heart,
        bars=app.bars,
        proof_of_work=proof_of_work(settings),
        identity_key=settings.identity_key.get_secret_value().encode(),
        trusted=Trusted(networks_of(settings.trusted_proxies), settings.proxy_header),
        model=lambda: app.understanding.model if isinstance(app.understanding, ReaderPool) else "",
    )
    return asgi.create_asgi(parts)


def _checks(app: App) -> dict[str, Callable[[], str]]:
    """What must be well before anybody is served, besides the database."""
    reader = app.understanding
    turns: dict[str, Callable[[], str]] = {
        "turns": lambda: "" if app.door.alive else "no turns are taken: restart the process"
    }
    return turns | ({"readers": lambda: reader.lacking} if isinstance(reader, ReaderPool) else {})


def _routers(app: App) -> Iterator[APIRouter]:
    """What some have and others do not: channels' webhooks, the desk."""
    for channel in app.channels:
        yield from channel.routers
    if app.desk:
        from handlers.desk.router import router

        yield router(app.desk)


def _sizes(app: App) -> Iterator[tuple[str, int]]:
    """The most bytes that their paths take; a path that ends with a slash stands for all below it."""
    for channel in app.channels:
        yield from channel.sizes.items()
    if app.desk:
        yield "/desk/chats/", app.files.largest + MEGABYTE


def _username(channels: tuple[OpenChannel, ...]) -> str:
    """What people look for to go on with a chat on a messenger, or nothing."""
    return next((name for channel in channels if (name := channel.username())), "")


def _limits(rate: float) -> Any:
    from handlers.http.limits import Limits

    if rate:
        return replace(Limits(), rate=rate)
    return replace(Limits(), rate=UNLIMITED, burst=UNLIMITED, peer_rate=UNLIMITED, peer_burst=UNLIMITED)


def _counters(app: App) -> Mapping[str, float]:
    tally = app.door.tally
    counts = ("turns", "repeated", "batches", "quarantined", "unavailable", "retried", "cases")
    seconds = {f"turn_{phase}_seconds_total": spent for phase, spent in tally.seconds.items()}
    desk = app.desk.counters() if app.desk else {}
    totals = {f"{name}_total": getattr(tally, name) for name in counts}
    watch = app.watch.counters() if app.watch else {}
    model = app.advisor.counters() if app.advisor else {}
    return {**totals, **model, **seconds, **desk, **watch, **app.heart.counters(), **app.understanding.counters()}


@asynccontextmanager
async def _closing_channels(app: App) -> AsyncIterator[None]:
    """Whatever happens, what channels and the staff's bot hold open is closed."""
    async with AsyncExitStack() as stack:
        if app.staff:
            stack.push_async_callback(app.staff.close)
        for channel in app.channels:
            stack.push_async_callback(channel.close)
        yield
