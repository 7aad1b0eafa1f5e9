"""What a playbook says of offers, as the negotiation takes it: limits, and by when each kind is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from complaints.offers.limits import OfferLimits
from complaints.offers.offer import RemedyKind
from dialogs.flows.scene import Scene
from dialogs.playbooks.playbook import Playbook


def limits_of(playbook: Playbook) -> OfferLimits:
    """Who may promise how much."""
    file = playbook.file
    roles: dict[str, Decimal] = {str(role): most for role, most in file.limits.items()}
    return OfferLimits(file.currency, roles, file.token_limits, file.offers.rounds)


def days(scene: Scene) -> Mapping[str, datetime]:
    """By when each kind would be done if they said yes now."""
    plan = scene.setting.playbook.file.offers
    return {kind.value: scene.setting.now + plan.within.get(kind, plan.otherwise) for kind in RemedyKind}
