"""The workers of a serving process: what goes on by itself, from the first request to after the last one."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.wiring.limits import clamd, rate
from bot.wiring.webhook_sender import sender
from bot.workers import unceasing
from engine.delivery import Bucket, Delivery, Sender
from engine.scanning.rescanning import Rescanning
from engine.timers import Timers
from engine.upkeep.housekeeping import Housekeeping
from engine.upkeep.incident_watch import IncidentWatch
from engine.upkeep.search_indexing import Indexing
from handlers.channels.telegram import CHANNEL as TELEGRAM
from staff.assignment import GivingOut

if TYPE_CHECKING:
    from bot.app import App

LOOKS, SHORTEST = 0.25, 0.05
"""Seconds between two looks for due timers, and the least, however fast the clock runs."""


def workers(app: App, senders: dict[str, Sender]) -> Iterator[Coroutine[Any, Any, None]]:
    """What goes on by itself: timers that come due, messages to be delivered where somebody can, and the bot."""
    clock = app.clock
    every = max(LOOKS / clock.speed, SHORTEST)
    yield unceasing("timers", Timers(app.database, app.door.take, clock=clock, every=every).run)
    gone_after = timedelta(minutes=10) * clock.speed
    giving_out = GivingOut(
        app.database,
        app.door.take,
        clock,
        gone_after=gone_after,
        skills=app.playbook.file.skills,
        rate=rate(app.settings),
    )
    yield unceasing("queue", giving_out.run)
    if app.security:
        yield unceasing("security log", app.security.run)
    yield from _of_space(app)
    if app.proving:
        yield unceasing("proof", app.proving.run)
    if app.watch:
        yield unceasing("clock", app.watch.run)
    yield unceasing("search", Indexing(app.database, busy=lambda: app.door.busy).run)
    yield unceasing("incidents", IncidentWatch(app.database, app.clock, busy=lambda: app.door.busy).run)
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
        from storage.db.pubsub import Gossip

        company = app.desk.company
        gossip = Gossip(app.database.url, company.hear)
        company.tell = gossip.tell
        yield unceasing("gossip", gossip.run)
        yield unceasing("company", company.remind)
    if app.telegram:
        yield unceasing(TELEGRAM, app.telegram.run)
    if app.staff:
        yield unceasing("staff chat", app.staff.run)


def _of_space(app: App) -> Iterator[Coroutine[Any, Any, None]]:
    """What looks after space, after networks that are not heard, and after files that wait for the scanner."""
    yield unceasing("space", Housekeeping(app.database, app.files, app.heart, app.clock).run)
    yield unceasing("blocks", app.bars.run)
    if scanner := clamd(app.settings):
        yield unceasing("scanner", Rescanning(scanner, app.files, app.database, app.door.take, app.clock).run)
