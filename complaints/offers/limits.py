"""Limits: how much somebody may offer on their own, after how many rounds it is a supervisor's to offer, and how long
an offer may stand or keep somebody waiting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

ROLES = ("agent", "supervisor", "administrator", "program")
"""Who makes offers: the desk's roles, and programs with a token."""
TOP = frozenset({"supervisor", "administrator"})
MOST_ROUNDS = 3
LONGEST_VALID, LONGEST_DUE = timedelta(days=60), timedelta(days=120)
"""How long an offer may stand, and how long from now the customer may have to wait for what it says."""


@dataclass(frozen=True, slots=True)
class OfferLimits:
    """The most that each role may promise in one case, in `currency`; a role without a limit may promise anything.

    `tokens` are the limits of single programs, by the token's name. An amount in another currency is always for a
    second person, since nothing here knows its worth.
    """

    currency: str = ""
    roles: Mapping[str, Decimal] = field(default_factory=dict)
    tokens: Mapping[str, Decimal] = field(default_factory=dict)
    rounds: int = MOST_ROUNDS

    def of(self, role: str, token: str = "") -> Decimal | None:
        """The limit of a role, or of this token; None where there is none."""
        return self.tokens.get(token, self.roles.get(role)) if token else self.roles.get(role)

    def allow(self, role: str, total: Mapping[str, Decimal], token: str = "") -> bool:
        """Whether they may promise so much in all, by currency."""
        limit = self.of(role, token)
        if limit is None:
            return True
        return all(currency == self.currency and amount <= limit for currency, amount in total.items())
