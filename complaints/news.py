"""News of a case: what other systems hear about, and the facts they are told. No name, no words and no contact of
anybody is among them: whoever needs those opens the case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from complaints.lifecycle import State
from complaints.offers.lifecycle import OfferState as Offered

if TYPE_CHECKING:
    from complaints.case import Case
    from complaints.findings import Finding
    from complaints.offers.offer import Line, Offer
    from complaints.promises import Clock
    from complaints.survey import Survey


class NewsKind(StrEnum):
    """What news there may be."""

    FILED = "case.filed"
    RESOLVED = "case.resolved"
    REOPENED = "case.reopened"
    BROKEN = "promise.broken"
    ANSWERED = "follow_up.answered"
    OFFERED = "offer.made"
    ACCEPTED = "offer.accepted"
    DECLINED = "offer.declined"
    COUNTERED = "offer.countered"
    FULFILLED = "offer.fulfilled"
    LATE = "offer.late"
    SUSPECTED = "incident.suspected"
    CONFIRMED = "incident.confirmed"
    SOLVED = "incident.solved"


@dataclass(frozen=True, slots=True)
class News:
    """One piece of news and its facts, of which all moments are ISO 8601 in UTC."""

    kind: NewsKind
    facts: dict[str, Any]


def news(before: Case | None, after: Case) -> Iterator[News]:
    """What has become of a case, `before` being None for one that was just filed."""
    state = before.state if before else None
    if before is None:
        yield News(NewsKind.FILED, _facts(after))
    if after.state is State.RESOLVED and state is not State.RESOLVED and not after.merged_into:
        yield News(NewsKind.RESOLVED, _facts(after))
    if after.state is State.REOPENED and state is not State.REOPENED:
        yield News(NewsKind.REOPENED, _facts(after))
    for clock in _broken(before, after):
        yield News(NewsKind.BROKEN, _facts(after) | _of_clock(clock))
    if after.survey and _said(after.survey) != _said(before.survey if before else None):
        yield News(NewsKind.ANSWERED, _facts(after) | _of_survey(after.survey))
    for offer in after.offers:
        kind = _OF_OFFER.get(offer.state)
        if kind and offer.state not in {one.state for one in (before.offers if before else ()) if one.n == offer.n}:
            yield News(kind, _facts(after) | {"offer": _of_offer(offer)})


_OF_OFFER = {
    Offered.OPEN: NewsKind.OFFERED,
    Offered.ACCEPTED: NewsKind.ACCEPTED,
    Offered.DECLINED: NewsKind.DECLINED,
    Offered.COUNTERED: NewsKind.COUNTERED,
    Offered.FULFILLED: NewsKind.FULFILLED,
    Offered.FAILED: NewsKind.LATE,
}
"""What is told of an offer that has just come to stand so."""


def _facts(case: Case) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "state": case.state.value,
        "priority": case.priority.value,
        "category": case.record.category,
        "team": case.team,
        "playbook": case.playbook,
        "opened_at": _shown(case.opened_at),
        "answered_at": _shown(case.answered_at),
        "resolved_at": _shown(case.resolved_at),
        "first_response_by": _shown(case.promise.first_response),
        "resolution_by": _shown(case.promise.resolution),
        "resolutions": case.resolutions,
        **_of_finding(case.finding),
    }


def _of_finding(finding: Finding | None) -> dict[str, Any]:
    """The codes of what was found out, once something was."""
    return {"finding": finding.detail} if finding else {}


def _broken(before: Case | None, after: Case) -> Iterator[Clock]:
    """The promises that were found broken since."""
    known = {clock.kind: clock.breached_at for clock in before.clocks} if before else {}
    for clock in after.clocks:
        if clock.breached_at and known.get(clock.kind) != clock.breached_at:
            yield clock


def _of_clock(clock: Clock) -> dict[str, Any]:
    return {"promise": clock.kind.value, "due_at": _shown(clock.breached_at), "cause": clock.cause}


def _of_offer(offer: Offer) -> dict[str, Any]:
    return {
        "n": offer.n,
        "state": offer.state.value,
        "valid_until": _shown(offer.valid_until),
        "lines": [_of_line(line) for line in offer.lines],
    }


def _of_line(line: Line) -> dict[str, Any]:
    """Without `item`, `means` and `proof`, which are words."""
    return {
        "kind": line.kind.value,
        "amount": f"{line.money.amount:f}" if line.money else None,
        "currency": line.money.currency if line.money else None,
        "due": _shown(line.due),
        "done": _shown(line.done_at),
    }


def _said(survey: Survey | None) -> tuple[Any, ...]:
    """What the customer has answered so far, their own words apart."""
    if survey is None or survey.answered_at is None:
        return ()
    done = survey.done_at is not None
    return survey.resolution, survey.solved, survey.outcome, survey.treatment, survey.reason, done


def _of_survey(survey: Survey) -> dict[str, Any]:
    return {
        "resolution": survey.resolution,
        "wave": survey.answered_wave,
        "solved": survey.solved or None,
        "outcome": survey.outcome or None,
        "treatment": survey.treatment or None,
        "reason": survey.reason or None,
        "complete": survey.done_at is not None,
    }


def _shown(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
