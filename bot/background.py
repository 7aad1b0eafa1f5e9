"""The workers of a serving process: what goes on by itself, from the first request to after the last one."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.wiring.limits import clamd, rate
from bot.wiring.webhook_sender import sender
from bot.workers import unceasing
from engine.delivery import Delivery
from engine.scanning.rescanning import Rescanning
from engine.timers import Timers
from engine.upkeep.housekeeping import Housekeeping
from engine.upkeep.incident_watch import IncidentWatch
from engine.upkeep.search_indexing import Indexing
from staff.assignment import GivingOut

if TYPE_CHECKING:
    from bot.app import App

LOOKS, SHORTEST = 0.25, 0.05
"""Seconds between two looks for due timers, and the least, however fast the clock runs."""


def workers(app: App) -> Iterator[Coroutine[Any, Any, None]]:
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
    yield from _of_delivery(app)
    if app.desk and app.database.dialect.name == "postgresql":
        from storage.db.pubsub import Gossip

        company = app.desk.company
        gossip = Gossip(app.database.url, company.hear)
        company.tell = gossip.tell
        yield unceasing("gossip", gossip.run)
        yield unceasing("company", company.remind)
    for channel in app.channels:
        if channel.run:
            yield unceasing(channel.name, channel.run)
    if app.staff:
        yield unceasing("staff chat", app.staff.run)


def _of_delivery(app: App) -> Iterator[Coroutine[Any, Any, None]]:
    """What takes messages out of the outbox, if any channel is to be given messages."""
    sending = [channel for channel in app.channels if channel.send]
    if not sending:
        return
    delivery = Delivery(
        app.database,
        {channel.name: channel.send for channel in sending if channel.send},
        buckets={channel.name: channel.bucket for channel in sending if channel.bucket},
        paces={channel.name: channel.pace for channel in sending if channel.pace},
        leads={channel.name: channel.leads for channel in sending if channel.leads},
        rooms={channel.name: channel.room for channel in sending if channel.room},
        clock=app.clock,
    )
    for channel in sending:
        channel.committed = delivery.wake
    if app.staff:
        app.staff.committed = delivery.wake
    yield unceasing("delivery", delivery.run)


def _of_space(app: App) -> Iterator[Coroutine[Any, Any, None]]:
    """What looks after space, after networks that are not heard, and after files that wait for the scanner."""
    yield unceasing("space", Housekeeping(app.database, app.files, app.heart, app.clock).run)
    yield unceasing("blocks", app.bars.run)
    if scanner := clamd(app.settings):
        yield unceasing("scanner", Rescanning(scanner, app.files, app.database, app.door.take, app.clock).run)
