"""What programs send: the bodies of the acts, and how they become lines, wishes and findings."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from complaints.findings import Finding, Responsible, Risk, RiskKind, Upheld
from complaints.offers.amounts import exact
from complaints.offers.errors import BadTerms
from complaints.offers.negotiation import OfferTerms
from complaints.offers.offer import Counter, Line, RemedyKind
from dialogs.playbooks.playbook import Playbook

LONGEST, LONGEST_TEXT = 300, 5000
_EVENING = time(20)
"""By when on a day that is named without a time."""

Short = Annotated[str, Field(max_length=LONGEST)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]


def _amount(value: object) -> object:
    """A number as it was written: no binary fraction comes in between."""
    return Decimal(str(value)) if isinstance(value, float) else value


Amount = Annotated[Decimal, BeforeValidator(_amount)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LineIn(_Body):
    """One thing that is offered. `due` is a day (its evening is meant) or a moment with its zone."""

    kind: RemedyKind
    amount: Amount | None = None
    currency: str | None = None
    item: Short = ""
    means: Short = ""
    due: date | datetime | None = Field(default=None, union_mode="left_to_right")


class OfferIn(_Body):
    """What is offered, our words to it, and until when it stands."""

    lines: list[LineIn] = Field(min_length=1, max_length=10)
    text: Annotated[str, Field(max_length=1000)] = ""
    valid_until: date | datetime | None = Field(default=None, union_mode="left_to_right")


class DecisionIn(_Body):
    """The customer's answer, heard elsewhere. `lines` and `text` say what they would have instead."""

    decision: Literal["accept", "decline", "counter"]
    lines: list[LineIn] = Field(default=[], max_length=10)
    text: Annotated[str, Field(max_length=1000)] = ""


class DoneIn(_Body):
    """How it can be proved: a transfer's number, say."""

    proof: Short = ""


class RiskIn(_Body):
    kind: RiskKind
    likelihood: int = Field(ge=1, le=3)
    harm: int = Field(ge=1, le=3)
    reason: Short = ""


def _path(value: object) -> object:
    """`product/faulty`, `product.faulty` or `["product", "faulty"]`."""
    if isinstance(value, list):
        return "/".join(map(str, value))
    return value.replace(".", "/") if isinstance(value, str) else value


Path = Annotated[str, BeforeValidator(_path), Field(max_length=LONGEST)]


class FindingIn(_Body):
    """What was found out. `cause` is a place in the playbook's tree: `product/faulty`."""

    upheld: Upheld
    responsible: Responsible
    cause: Path
    party: Short = ""
    contributing: list[Path] = Field(default=[], max_length=10)
    risk: list[RiskIn] = Field(default=[], max_length=10)


class ResolutionIn(_Body):
    """How the case is resolved: what was found out and done. `text` is what the customer reads, else the outcome."""

    finding: FindingIn
    outcome: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    text: Text = ""


def terms_of(body: OfferIn, playbook: Playbook, now: datetime) -> OfferTerms:
    """Raises `BadTerms`."""
    zone = ZoneInfo(playbook.file.timezone)
    until = moment(body.valid_until, zone) or now + playbook.file.offers.stands
    return OfferTerms(tuple(line_of(line, playbook) for line in body.lines), until, body.text.strip())


def line_of(line: LineIn, playbook: Playbook) -> Line:
    """Raises `BadTerms`. An amount without a currency is in the playbook's."""
    money = None if line.amount is None else exact(line.amount, (line.currency or playbook.file.currency).upper())
    due = moment(line.due, ZoneInfo(playbook.file.timezone))
    return Line(line.kind, money, line.item.strip(), line.means.strip(), due)


def wish_of(body: DecisionIn, playbook: Playbook) -> Counter:
    """What they would have instead. Raises `BadTerms`."""
    lines = tuple(line_of(line, playbook) for line in body.lines)
    first = lines[0] if lines else None
    return Counter(body.text.strip(), first.kind if first else "", first.money if first else None, lines)


def finding_of(body: FindingIn, by: str, now: datetime) -> Finding:
    risks = tuple(Risk(one.kind, one.likelihood, one.harm, one.reason) for one in body.risk)
    return Finding(
        body.upheld, body.responsible, body.cause, by, now, body.party.strip(), tuple(body.contributing), risks
    )


def moment(given: date | datetime | None, zone: ZoneInfo) -> datetime | None:
    """A moment in UTC; of a day its evening. Raises `BadTerms` for a time without its zone."""
    if given is None:
        return None
    if not isinstance(given, datetime):
        return datetime.combine(given, _EVENING, zone).astimezone(UTC)
    if given.tzinfo is None:
        raise BadTerms("a time needs its zone: write it like 2026-12-01T12:00:00Z, or give a day")
    return given.astimezone(UTC)
