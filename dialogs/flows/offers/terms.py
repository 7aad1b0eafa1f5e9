"""What a playbook says of offers, as the negotiation takes it: limits, and by when each kind is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from complaints.offers.limits import OfferLimits
from complaints.offers.offer import RemedyKind
from dialogs.flows.quiet_hours import zone_of
from dialogs.flows.scene import Scene
from dialogs.playbooks.playbook import Playbook

EVENING = time(20)
_DAY = timedelta(days=1)


def limits_of(playbook: Playbook) -> OfferLimits:
    """Who may promise how much."""
    file = playbook.file
    roles: dict[str, Decimal] = {str(role): most for role, most in file.limits.items()}
    return OfferLimits(file.currency, roles, file.token_limits, file.offers.rounds)


def days(scene: Scene) -> Mapping[str, datetime]:
    """By when each kind would be done if they said yes now: what takes days is done by the evening of the last one."""
    plan = scene.setting.playbook.file.offers
    return {kind.value: _due(scene, plan.within.get(kind, plan.otherwise)) for kind in RemedyKind}


def _due(scene: Scene, within: timedelta) -> datetime:
    moment = scene.setting.now + within
    if within < _DAY:
        return moment
    day = moment.astimezone(ZoneInfo(zone_of(scene))).date()
    return datetime.combine(day, EVENING, ZoneInfo(zone_of(scene))).astimezone(UTC)
