"""Figures of offers and findings: what was offered and what came of it, and what complaints turn out to come from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from statistics import median
from typing import Any

from sqlalchemy import Connection, and_, select

from complaints.findings import Upheld
from complaints.offers.amounts import places
from complaints.offers.lifecycle import BINDING, OfferState
from storage.db.timestamps import to_micros
from storage.tables.offers import findings, offer_lines, offers

REMEDIES_BY = ("kind", "category", "team", "agent", "playbook", "currency")
CAUSES_BY = ("cause", "category", "team", "responsible", "upheld", "playbook")
_DAY = 86_400_000_000


@dataclass(slots=True)
class RemedyFigures:
    """Lines of one group and currency: how many were put to customers, what came of them, and what they come to.

    `total` and `median` are of the accepted ones, in the currency's whole unit; `days` is the median from the yes to
    the doing.
    """

    of: str
    currency: str
    offered: int = 0
    accepted: int = 0
    declined: int = 0
    countered: int = 0
    expired: int = 0
    done: int = 0
    late: int = 0
    sums: list[Decimal] = field(default_factory=list)
    took: list[float] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return sum(self.sums, Decimal(0))

    @property
    def median(self) -> Decimal | None:
        return median(self.sums) if self.sums else None

    @property
    def days(self) -> float | None:
        return median(self.took) if self.took else None

    @property
    def share(self) -> float | None:
        """Of those that were answered or lapsed, how many were accepted."""
        ended = self.accepted + self.declined + self.countered + self.expired
        return self.accepted / ended if ended else None


@dataclass(slots=True)
class Cause:
    """Findings of one group: how many, and how many of them upheld, wholly or in part."""

    of: str
    found: int = 0
    upheld: int = 0
    not_upheld: int = 0
    worst_risk: int = 0

    @property
    def rate(self) -> float | None:
        judged = self.upheld + self.not_upheld
        return self.upheld / judged if judged else None


def remedies(conn: Connection, since: datetime, until: datetime, by: str) -> list[RemedyFigures]:
    """What was put to customers in this time, line by line, grouped; the most frequent group first."""
    of_offer = and_(offers.c.reference == offer_lines.c.reference, offers.c.n == offer_lines.c.n)
    columns = ("state", "category", "team", "made_by", "playbook", "decided_at", "failed_at")
    wanted: list[Any] = [*offer_lines.c, *(offers.c[name] for name in columns)]
    during = and_(offers.c.put_at >= to_micros(since), offers.c.put_at < to_micros(until))
    groups: dict[tuple[str, str], RemedyFigures] = {}
    for row in conn.execute(select(*wanted).join(offers, of_offer).where(during)):
        of = getattr(row, {"agent": "made_by"}.get(by, by))
        _count(groups.setdefault((of, row.currency), RemedyFigures(of, row.currency)), row)
    return sorted(groups.values(), key=lambda one: (-one.offered, one.of, one.currency))


def _count(group: RemedyFigures, row: Any) -> None:
    group.offered += 1
    group.accepted += row.state in BINDING
    group.declined += row.state == OfferState.DECLINED
    group.countered += row.state == OfferState.COUNTERED
    group.expired += row.state == OfferState.EXPIRED
    group.late += bool(row.failed_at)
    if row.state not in BINDING:
        return
    if row.currency:
        group.sums.append(Decimal(row.amount).scaleb(-places(row.currency)))
    if row.done_at:
        group.done += 1
        group.took.append((row.done_at - row.decided_at) / _DAY)


def causes(conn: Connection, since: datetime, until: datetime, by: str) -> list[Cause]:
    """What was found out in this time, grouped; the most frequent group first."""
    during = and_(findings.c.at >= to_micros(since), findings.c.at < to_micros(until))
    return counted(conn.execute(select(findings).where(during)), by)


def counted(rows: Iterable[Any], by: str) -> list[Cause]:
    """Rows of findings, counted by one of their columns."""
    groups: dict[str, Cause] = {}
    for row in rows:
        of = getattr(row, by)
        group = groups.setdefault(of, Cause(of))
        group.found += 1
        group.upheld += row.upheld in (Upheld.YES, Upheld.PARTLY)
        group.not_upheld += row.upheld in (Upheld.NO, Upheld.NOT_OURS)
        group.worst_risk = max(group.worst_risk, row.risk)
    return sorted(groups.values(), key=lambda one: (-one.found, one.of))
