"""Politeness: when customers may hear what we say unasked. Not at night, and not all at the same moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from dialogs.flows.scene import Scene
    from dialogs.playbooks.parts.times import Period

LATE = timedelta(minutes=10)
"""What is later than this is late because we were away, and so is all else that was due meanwhile."""
SPREAD = timedelta(minutes=15)
"""Over so long a time what is late is spread, so that not everybody hears at once."""
_BEFORE = timedelta(minutes=1)


def polite(scene: Scene, moment: datetime) -> datetime:
    """When the customer may hear what is due at `moment`: then, or when the quiet hours are over."""
    now = scene.setting.now
    late = now - moment > LATE
    wanted = now if late else moment
    awake = after_quiet(wanted, _quiet(scene), zone_of(scene))
    return awake + spread(scene) if late and awake > wanted else awake


def in_time(scene: Scene, moment: datetime, since: datetime, by: datetime) -> datetime:
    """The same for what is worth nothing after `by`: rather before the quiet hours than after that.

    Where all of it lies within one night (`since` is when the time was given), the night is what was agreed.
    """
    heard = polite(scene, moment)
    if heard == moment or heard < by or scene.setting.now - moment > LATE:
        return heard
    evening = before_quiet(moment, _quiet(scene), zone_of(scene)) - _BEFORE
    return evening if evening > since else moment


def put_off(scene: Scene, due: datetime) -> datetime | None:
    """When the customer hears instead what came due while we were away; None for what comes in time."""
    now = scene.setting.now
    if now - due <= LATE:
        return None
    moment = now + spread(scene)
    awake = after_quiet(moment, _quiet(scene), zone_of(scene))
    return awake + spread(scene) if awake > moment else moment


def spread(scene: Scene) -> timedelta:
    """A part of `SPREAD` that is this chat's own."""
    seed = blake2b(scene.setting.conversation_id.encode(), digest_size=4).digest()
    return SPREAD * (int.from_bytes(seed) / 2**32)


def zone_of(scene: Scene) -> str:
    return scene.conversation.session.timezone or scene.setting.playbook.file.timezone


def _quiet(scene: Scene) -> Period:
    return scene.setting.playbook.file.nudges.quiet


def after_quiet(moment: datetime, quiet: Period, zone: str) -> datetime:
    """The moment itself, or the end of the quiet hours it falls into, on the customer's clock."""
    if not _is_quiet(moment, quiet, zone):
        return moment
    local = moment.astimezone(ZoneInfo(zone))
    evening = quiet.start > quiet.end and local.time() >= quiet.start
    day = local.date() + timedelta(days=1) if evening else local.date()
    return datetime.combine(day, quiet.end, ZoneInfo(zone)).astimezone(moment.tzinfo)


def before_quiet(moment: datetime, quiet: Period, zone: str) -> datetime:
    """The moment itself, or the beginning of the quiet hours it falls into."""
    if not _is_quiet(moment, quiet, zone):
        return moment
    local = moment.astimezone(ZoneInfo(zone))
    morning = quiet.start > quiet.end and local.time() < quiet.end
    day = local.date() - timedelta(days=1) if morning else local.date()
    return datetime.combine(day, quiet.start, ZoneInfo(zone)).astimezone(moment.tzinfo)


def _is_quiet(moment: datetime, quiet: Period, zone: str) -> bool:
    clock = moment.astimezone(ZoneInfo(zone)).time()
    late, early = clock >= quiet.start, clock < quiet.end
    return late or early if quiet.start > quiet.end else late and early
