"""A right heard is said back with the day by which it is answered; a yes makes it a request with a reference."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

from dialogs.flows.effects import OpenRequest
from dialogs.flows.events import Said
from dialogs.flows.questions import come_back, pose
from dialogs.flows.queue.handoff_queue import enqueue
from dialogs.flows.scene import Scene
from dialogs.flows.state import Act, Controller
from dialogs.flows.wording import show_day
from dialogs.playbooks.parts.regimes import Regime
from dialogs.understanding.reading import Reading
from dialogs.understanding.replies.rights import LIKELY, PLAIN, right_in

NAME = "privacy"


def right_heard(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """They ask for a right of theirs: said back, with the day, to be confirmed."""
    right = right_in(reading, PLAIN if scene.conversation.asked else LIKELY)
    return pose(scene.turn_to(right_asked=right), NAME) if right else None


def put_privacy(scene: Scene, extra: Sequence[tuple[str, Act]]) -> Scene:
    choices = [(scene.text("button.privacy_yes"), Act("yes")), (scene.text("button.privacy_no"), Act("no"))]
    right = scene.text(f"privacy.{scene.conversation.privacy.right_asked}")
    return scene.say("ask.privacy", right=right, by=show_day(scene, _due(scene))).ask(NAME, [*choices, *extra])


def confirm(scene: Scene) -> Scene:
    """The request is on file. No trouble was told, so nobody apologises; no order number, no survey."""
    right, due = scene.conversation.privacy.right_asked, _due(scene)
    reference = _reference(scene)
    scene = scene.turn_to(asked=None, right_asked="").do(OpenRequest(reference, right, _end_of(scene, due)))
    scene = _handed_over(scene.say("privacy.filed", reference=reference, by=show_day(scene, due)), right, due)
    return come_back(scene)


def _handed_over(scene: Scene, right: str, due: date) -> Scene:
    """A person is rung and sees by a tag what it is, for a day was promised and the register rings nobody. Nothing more
    is said of it: they know the day.
    """
    scene = scene.turn_to(tags=tuple(dict.fromkeys((*scene.conversation.tags, right))))
    return enqueue(scene, NAME, _end_of(scene, due)) if scene.conversation.controller == Controller.BOT else scene


def leave(scene: Scene) -> Scene:
    """They do not want it, or meant something else."""
    return come_back(scene.turn_to(asked=None, right_asked="").say("privacy.left"))


def _due(scene: Scene) -> date:
    """The earliest day of the playbook's regimes, on its own calendar: then no law is broken, whichever holds."""
    file = scene.setting.playbook.file
    today = scene.setting.now.astimezone(ZoneInfo(file.timezone)).date()
    return min(day_of(regime, today) for regime in file.regimes.values())


def _end_of(scene: Scene, day: date) -> datetime:
    return datetime.combine(day, time(23, 59), ZoneInfo(scene.setting.playbook.file.timezone))


def _reference(scene: Scene) -> str:
    """`P-2612-` and eight digits made from the chat and its turn: the same for the same event, however often tried."""
    seed = f"{scene.setting.conversation_id}|{scene.conversation.turn}"
    return f"P-{scene.setting.now:%y%m}-{blake2b(seed.encode(), digest_size=4).hexdigest()}"


def day_of(regime: Regime, today: date) -> date:
    """By which day a request of today is answered. Working days are Monday to Friday."""
    if regime.months:
        month = today.month - 1 + regime.months
        year, month = today.year + month // 12, month % 12 + 1
        return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))
    if regime.days:
        return today + timedelta(days=regime.days)
    day, left = today, regime.working_days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return day


_SATURDAY = 5
