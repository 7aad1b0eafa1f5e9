"""The one place that puts things together: from settings to a running application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from bot.clock import Clock
from bot.opening import audit_key, explained, load
from bot.refusal import Refusal
from bot.settings import NO_STAFF_TOKEN, NO_TOKEN, Settings, is_token
from bot.telling import sender
from bot.workers import unceasing
from dialogs.flows.events import Event, Fired
from dialogs.flows.reach import ALWAYS, NEVER, Reach
from dialogs.flows.staff import Acted
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.reading import Understanding
from dialogs.understanding.rules import RulesUnderstanding
from handlers.delivery import Bucket, Delivery, Sender
from handlers.reaching import PAGE, WEB
from handlers.rest import CHANNEL as REST
from handlers.staff.giving_out import GivingOut
from handlers.staff.indexing import Indexing
from handlers.telegram import CHANNEL as TELEGRAM
from handlers.timers import Timers
from handlers.turn import TurnDoor
from handlers.understanding.chain import FirstThatWorks, Provider, built
from storage import outbox
from storage.attachments import MEGABYTE, FileStore
from storage.database import Database, open_database
from storage.instants import utc_now
from storage.staff import Staff

if TYPE_CHECKING:
    from fastapi import APIRouter

    from handlers.asgi import Edges
    from handlers.desk.desk import Desk
    from handlers.staffbot.channel import StaffChannel
    from handlers.telegram.channel import Channel

UNLIMITED = 1_000_000_000
LOOKS, SHORTEST = 0.25, 0.05
"""Seconds between two looks for due timers, and the least, however fast the clock runs."""


@dataclass(frozen=True, slots=True)
class App:
    """Everything a process needs, constructed and not yet started."""

    settings: Settings
    playbook: Playbook
    database: Database
    files: FileStore
    door: TurnDoor
    understanding: FirstThatWorks
    telegram: Channel | None = None
    staff: StaffChannel | None = None
    desk: Desk | None = None
    clock: Clock = field(default_factory=Clock)


def build(settings: Settings, clock: Clock | None = None) -> App:
    """Construct everything, going by this clock. Raises `Refusal`. The database is not connected to yet."""
    clock = clock or Clock()
    playbook = load(settings.playbook)
    with explained(settings):
        database = open_database(settings.database)
    files = FileStore(settings.data_dir / "files", playbook.file.attachments.largest_mb * MEGABYTE)
    reader = understanding(settings, playbook, wait=False)
    door = TurnDoor(
        database,
        playbook,
        reader,
        files=files,
        audit_key=audit_key(settings),
        push=partial(is_pushed, settings),
        reaches=reaches(settings),
        clock=clock,
    )
    telegram = _telegram(settings, door, database, playbook, files)
    staff = _staff(settings, door, database, playbook, files)
    desk = _desk(settings, door, database, playbook, files, telegram, staff, clock, reader)
    return App(settings, playbook, database, files, door, reader, telegram, staff, desk, clock)


def understanding(settings: Settings, playbook: Playbook, wait: bool = True) -> FirstThatWorks:
    """What reads the customers' words: the provider that is set, and behind it those that need less.

    The local provider's model, should it still have to be trained, is waited for, if `wait`.
    """
    rules = RulesUnderstanding(playbook)
    last = Provider("rules", rules)
    if settings.understanding == "rules":
        return FirstThatWorks((last,))
    local = FirstThatWorks((*built("local", lambda: _local(settings, playbook, wait, rules)), last))
    if settings.understanding == "local":
        return local
    return FirstThatWorks((*built("rasa", lambda: _rasa(settings, playbook, local)), Provider("local", local)))


def _local(settings: Settings, playbook: Playbook, wait: bool, rules: RulesUnderstanding) -> Understanding:
    from bot.local import local_understanding

    return local_understanding(settings, playbook, wait, rules)


def _rasa(settings: Settings, playbook: Playbook, behind: Understanding) -> Understanding:
    from handlers.understanding.rasa import RasaUnderstanding
    from handlers.understanding.server import RasaServer

    server = RasaServer(settings.rasa_url, settings.rasa_token.get_secret_value(), settings.rasa_deadline)
    return RasaUnderstanding(playbook, server, behind)


def _telegram(
    settings: Settings, door: TurnDoor, database: Database, playbook: Playbook, files: FileStore
) -> Channel | None:
    """The customers' bot, if there is one. Its library takes seconds to load, so nobody else loads it."""
    if not settings.telegram:
        return None
    if not settings.has_bot_token:
        raise Refusal(NO_TOKEN)
    from handlers.telegram.channel import Channel, Place

    place = Place(settings.telegram, settings.telegram_api_url, settings.public_url, settings.telegram_files_dir)
    return Channel(place, door, database, playbook, files)


def _desk(
    settings: Settings, door: TurnDoor, database: Database, playbook: Playbook, files: FileStore,
    telegram: Channel | None, staff: StaffChannel | None, clock: Clock, reader: FirstThatWorks,
) -> Desk | None:  # fmt: skip
    """The staff's pages, unless they are off."""
    if settings.desk == "off":
        return None
    from handlers.desk.desk import Desk
    from storage.sessions import Lifetime

    hours, idle = timedelta(hours=settings.desk_session_hours), timedelta(minutes=settings.desk_idle_minutes)
    # Nobody at the desk lives faster because promises do.
    lifetime = Lifetime(hours * clock.speed, idle * clock.speed)
    staff_bot = (lambda: staff.username) if staff else lambda: ""
    key, address = audit_key(settings), settings.public_url
    typing = {TELEGRAM: telegram.typing} if telegram else {}
    return Desk(
        database, door, playbook, key, files, address, lifetime, clock, staff_bot=staff_bot, typing=typing,
        explain=reader.explain,
    )  # fmt: skip


def _staff(
    settings: Settings, door: TurnDoor, database: Database, playbook: Playbook, files: FileStore
) -> StaffChannel | None:
    """The staff bot, if there is one. Nobody else loads its library."""
    if not settings.staff:
        return None
    if not is_token(settings.staff):
        raise Refusal(NO_STAFF_TOKEN)
    from handlers.staffbot.channel import Bureau, StaffChannel

    desk_url = "" if settings.desk == "off" else settings.public_url
    bureau = Bureau(settings.staff, settings.staff_chat, settings.telegram_api_url, desk_url, settings.staff_language)
    return StaffChannel(bureau, door, database, playbook, files, joined=partial(_note_joined, settings, database))


def _note_joined(settings: Settings, database: Database, connection: Connection, who: Staff) -> None:
    """An account was joined to a Telegram user by its own link: that goes into the log of accounts."""
    from storage.staff_log import Note, note

    done = Note(utc_now(), who.id, "telegram_linked", who.id)
    note(connection, database.dialect, audit_key(settings), done)


def is_pushed(settings: Settings, event: Event) -> bool:
    """Whether what follows from an event must be delivered: nobody waits for the answer to a timer or a colleague."""
    if event.channel == TELEGRAM:
        return True
    return event.channel == REST and isinstance(event.body, Fired | Acted) and bool(settings.rest_callback_url)


def reaches(settings: Settings) -> Mapping[str, Reach]:
    """Where we may write of our own accord: to a program only if it is called, to a page while it is remembered."""
    return {WEB: PAGE, REST: ALWAYS if settings.rest_callback_url else NEVER}


@asynccontextmanager
async def running(app: App) -> AsyncIterator[None]:
    """The door and the workers, from the first request to after the last one."""
    app.door.start()
    if app.settings.embedded:
        await asyncio.to_thread(_nobody_else_sends, app.database)
    async with _senders(app) as senders:
        workers = [asyncio.create_task(worker) for worker in _workers(app, senders)]
        try:
            yield
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            await app.door.stop()
            await asyncio.to_thread(app.understanding.close)
            app.database.close()


def _nobody_else_sends(database: Database) -> None:
    """One process serves a file. So what was being sent when it began is nobody's, and need not wait for its lease."""
    with database.write() as conn:
        outbox.end_leases(conn)


def create_asgi(app: App) -> Edges:
    """Every HTTP edge as one ASGI application."""
    from importlib.metadata import version

    from handlers import asgi
    from handlers.company import Company
    from handlers.stream import Closing

    settings = app.settings
    parts = asgi.Parts(
        door=app.door,
        database=app.database,
        playbook=app.playbook,
        files=app.files,
        rest_open={"on": True, "off": False, None: None if settings.on_loopback else False}[settings.rest],
        frame_ancestors=settings.frame_ancestors,
        limits=_limits(settings.rest_rate),
        running=partial(running, app),
        checks={"turns": lambda: "" if app.door.alive else "no turns are taken: restart the process"},
        counters=partial(_counters, app),
        version=version("amends"),
        routers=tuple(_routers(app)),
        sizes=dict(_sizes(app)),
        bot=lambda: app.telegram.username if app.telegram else "",
        clock=app.clock,
        closing=app.desk.closing if app.desk else Closing(),
        company=app.desk.company if app.desk else Company(),
    )
    return asgi.create_asgi(parts)


def _routers(app: App) -> Iterator[APIRouter]:
    """What some have and others do not: the bot's webhook, the desk."""
    if app.telegram:
        yield from app.telegram.routers()
    if app.desk:
        from handlers.desk.router import router

        yield router(app.desk)


def _sizes(app: App) -> Iterator[tuple[str, int]]:
    """The most bytes that their paths take; a path that ends with a slash stands for all below it."""
    if app.telegram:
        yield app.telegram.path, MEGABYTE
    if app.desk:
        yield "/desk/chats/", app.files.largest + MEGABYTE


def _limits(rate: float) -> Any:
    from handlers.limits import Limits

    if rate:
        return replace(Limits(), rate=rate)
    return replace(Limits(), rate=UNLIMITED, burst=UNLIMITED, peer_rate=UNLIMITED, peer_burst=UNLIMITED)


def _counters(app: App) -> Mapping[str, float]:
    tally = app.door.tally
    counts = ("turns", "repeated", "batches", "quarantined", "unavailable", "retried", "cases")
    seconds = {f"turn_{phase}_seconds_total": spent for phase, spent in tally.seconds.items()}
    desk = app.desk.counters() if app.desk else {}
    totals = {f"{name}_total": getattr(tally, name) for name in counts}
    return {**totals, **seconds, **desk, **app.understanding.counters()}


def _workers(app: App, senders: dict[str, Sender]) -> Iterator[Coroutine[Any, Any, None]]:
    """What goes on by itself: timers that come due, messages to be delivered where somebody can, and the bot."""
    clock = app.clock
    every = max(LOOKS / clock.speed, SHORTEST)
    yield unceasing("timers", Timers(app.database, app.door.take, clock=clock, every=every).run)
    gone_after = timedelta(minutes=10) * clock.speed
    giving_out = GivingOut(app.database, app.door.take, clock, gone_after=gone_after, skills=app.playbook.file.skills)
    yield unceasing("queue", giving_out.run)
    yield unceasing("search", Indexing(app.database, busy=lambda: app.door.busy).run)
    yield unceasing("webhooks", sender(app.settings, app.database, app.clock).run)
    if senders:
        bot = app.telegram
        delivery = Delivery(
            app.database, senders, buckets={TELEGRAM: Bucket(30, 8)}, paces={TELEGRAM: 1.0},
            leads=bot.leads if bot else {}, rooms=bot.rooms if bot else {}, clock=clock,
        )  # fmt: skip
        if bot:
            bot.committed = delivery.wake
        if app.staff:
            app.staff.committed = delivery.wake
        yield unceasing("delivery", delivery.run)
    if app.desk and app.database.dialect.name == "postgresql":
        from storage.gossip import Gossip

        company = app.desk.company
        gossip = Gossip(app.database.url, company.hear)
        company.tell = gossip.tell
        yield unceasing("gossip", gossip.run)
        yield unceasing("company", company.remind)
    if app.telegram:
        yield unceasing(TELEGRAM, app.telegram.run)
    if app.staff:
        yield unceasing("staff chat", app.staff.run)


@asynccontextmanager
async def _senders(app: App) -> AsyncIterator[dict[str, Sender]]:
    """How messages leave, by channel. A library that only a sender needs is loaded only for it."""
    async with AsyncExitStack() as stack:
        senders: dict[str, Sender] = {}
        if app.staff:
            stack.push_async_callback(app.staff.close)
        if app.telegram:
            stack.push_async_callback(app.telegram.close)
            senders[TELEGRAM] = app.telegram.send
        if app.settings.rest_callback_url:
            import httpx

            from handlers.callback import Callback

            client = await stack.enter_async_context(httpx.AsyncClient())
            senders[REST] = Callback(app.settings.rest_callback_url, client).send
        yield senders
