"""Findings: whether a complaint is justified, who is responsible, what caused it, and what it may lead to.

A cause is a path in the playbook's tree, `product/faulty`, of at most three names.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LONGEST = 300
_PATH = re.compile(r"[a-z][a-z0-9_]{0,39}(?:/[a-z][a-z0-9_]{0,39}){0,2}")


class Upheld(StrEnum):
    """Whether the complaint is justified."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    NOT_OURS = "not_ours"
    UNCLEAR = "unclear"


class Responsible(StrEnum):
    """Whose doing it was."""

    US = "us"
    SUPPLIER = "supplier"
    COURIER = "courier"
    PAYMENT = "payment"
    CUSTOMER = "customer"
    NOBODY = "nobody"


class RiskKind(StrEnum):
    LEGAL = "legal"
    MONEY = "money"
    REPUTATION = "reputation"


class BadFinding(ValueError):
    """A finding that cannot be: the message says what is wrong with it, and what may stand there."""


@dataclass(frozen=True, slots=True)
class Risk:
    """What may come of it: how likely, and how harmful, each from 1 (hardly) to 3 (very), and why."""

    kind: RiskKind
    likelihood: int
    harm: int
    reason: str = ""

    @property
    def weight(self) -> int:
        """From 1 to 9."""
        return self.likelihood * self.harm


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about a case. `party` names whoever is responsible, where that says more; `contributing` are
    further causes; `by` is an account or a program, `at` aware, UTC.
    """

    upheld: Upheld
    responsible: Responsible
    cause: str
    by: str
    at: datetime
    party: str = ""
    contributing: tuple[str, ...] = ()
    risks: tuple[Risk, ...] = ()

    @property
    def detail(self) -> dict[str, str]:
        """What the trail says of it."""
        return {"upheld": self.upheld.value, "responsible": self.responsible.value, "cause": self.cause}


def check(finding: Finding, tree: Collection[str]) -> None:
    """Raise `BadFinding` unless every cause is a place in the tree (any where there is none), and risks are in range.

    A place may be a branch: who knows no more says no more.
    """
    for path in (finding.cause, *finding.contributing):
        if not _PATH.fullmatch(path) or (tree and path not in tree):
            known = f": use one of {', '.join(sorted(tree))}" if tree else ""
            raise BadFinding(f"there is no cause {path[:60]!r} in the tree{known}")
    for risk in finding.risks:
        if not (1 <= risk.likelihood <= 3 and 1 <= risk.harm <= 3):
            raise BadFinding("likelihood and harm are from 1 to 3")
