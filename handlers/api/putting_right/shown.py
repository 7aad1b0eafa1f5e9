"""What the API shows of a case besides its record: offers, finding, resolution, clocks, survey."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from complaints.case import Case, Resolution
from complaints.findings import Finding, Responsible, RiskKind, Upheld
from complaints.offers.lifecycle import OfferState
from complaints.offers.offer import Counter, Line, Offer, RemedyKind
from complaints.promises import Clock
from complaints.record import Money
from complaints.survey import Survey


class LineOut(BaseModel):
    """One thing that is offered; `amount` is a decimal string, null where it is about no money."""

    kind: RemedyKind
    amount: str | None
    currency: str | None
    item: str
    means: str
    due: datetime | None
    done: datetime | None
    proof: str


class CounterOut(BaseModel):
    """What the customer would have instead."""

    text: str
    kind: str
    amount: str | None
    currency: str | None
    lines: list[LineOut]


class OfferOut(BaseModel):
    """One offer. Lines are numbered from 1, in order."""

    n: int
    state: OfferState
    lines: list[LineOut]
    text: str
    made_by: str
    made_at: datetime
    valid_until: datetime
    approved_by: str | None
    decided_at: datetime | None
    decided_by: str | None
    counter: CounterOut | None
    conditions: list[str]


class RiskOut(BaseModel):
    """What may come of it; likelihood and harm from 1 to 3."""

    kind: RiskKind
    likelihood: int
    harm: int
    reason: str


class FindingOut(BaseModel):
    """What was found out."""

    upheld: Upheld
    responsible: Responsible
    party: str
    cause: str
    contributing: list[str]
    risk: list[RiskOut]
    by: str
    at: datetime


class ResolutionOut(BaseModel):
    """How the case was resolved; `text` is what the customer read."""

    outcome: str
    text: str
    cause: str
    remedy: str
    by: str
    at: datetime
    done_by: datetime | None


class ClockOut(BaseModel):
    """One promise: what the customer was told, whether it runs, and how it ended."""

    kind: str
    told: datetime
    running: bool
    kept_at: datetime | None
    breached_at: datetime | None


class SurveyOut(BaseModel):
    """What came of asking after the last resolution."""

    resolution: int
    asked_at: datetime | None
    answered_at: datetime | None
    solved: str | None
    outcome: int | None
    treatment: int | None
    reason: str | None
    complete: bool
    dropped: str | None


class PutRightOut(BaseModel):
    """How a case is put right."""

    offers: list[OfferOut]
    finding: FindingOut | None
    resolution: ResolutionOut | None
    clocks: list[ClockOut]
    survey: SurveyOut | None


def put_right(case: Case) -> dict[str, Any]:
    """The fields of `PutRightOut`."""
    return {
        "offers": [offer_out(offer) for offer in case.offers],
        "finding": finding_out(case.finding) if case.finding else None,
        "resolution": _resolution(case.resolution) if case.resolution else None,
        "clocks": [_clock(clock) for clock in case.clocks],
        "survey": _survey(case.survey) if case.survey else None,
    }


def offer_out(offer: Offer) -> OfferOut:
    plain = ("n", "state", "text", "made_by", "made_at", "valid_until", "decided_at")
    return OfferOut(
        **{name: getattr(offer, name) for name in plain},
        lines=[_line(line) for line in offer.lines],
        approved_by=offer.approved_by or None,
        decided_by=offer.decided_by or None,
        counter=_counter(offer.counter) if offer.counter else None,
        conditions=list(offer.conditions),
    )


def finding_out(finding: Finding) -> FindingOut:
    plain = ("upheld", "responsible", "party", "cause", "by", "at")
    risks = [
        RiskOut(kind=one.kind, likelihood=one.likelihood, harm=one.harm, reason=one.reason) for one in finding.risks
    ]
    return FindingOut(
        **{name: getattr(finding, name) for name in plain}, contributing=list(finding.contributing), risk=risks
    )


def _money(money: Money | None) -> dict[str, str | None]:
    return {"amount": f"{money.amount:f}" if money else None, "currency": money.currency if money else None}


def _line(line: Line) -> LineOut:
    return LineOut(
        kind=line.kind, item=line.item, means=line.means, due=line.due, done=line.done_at, proof=line.proof,
        **_money(line.money),
    )  # fmt: skip


def _counter(counter: Counter) -> CounterOut:
    lines = [_line(line) for line in counter.lines]
    return CounterOut(text=counter.text, kind=counter.kind, lines=lines, **_money(counter.money))


def _resolution(done: Resolution) -> ResolutionOut:
    plain = {name: getattr(done, name) for name in ("outcome", "cause", "remedy", "by", "at", "done_by")}
    return ResolutionOut(**plain, text=done.told or done.outcome)


def _clock(clock: Clock) -> ClockOut:
    return ClockOut(
        kind=clock.kind.value, told=clock.told, running=clock.runs, kept_at=clock.kept_at, breached_at=clock.breached_at
    )


def _survey(survey: Survey) -> SurveyOut:
    return SurveyOut(
        resolution=survey.resolution, asked_at=survey.asked_at, answered_at=survey.answered_at,
        solved=survey.solved or None, outcome=survey.outcome or None, treatment=survey.treatment or None,
        reason=survey.reason or None, complete=survey.done_at is not None, dropped=survey.dropped or None,
    )  # fmt: skip
