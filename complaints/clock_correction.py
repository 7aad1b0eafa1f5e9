"""Setting a case right after a clock that had run ahead: what has happened cannot lie in the future.

What was counted by that clock is counted anew from now. Pure. All moments are aware, UTC.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from complaints.case import Case
from complaints.clocks import Office
from complaints.offers.righting import righted_offer
from complaints.promises import Clock
from complaints.survey import Survey


def righted(case: Case, now: datetime, office: Office, close: timedelta) -> Case:
    """The case as it stands now. `close` is how long at most a customer is waited for before it is closed."""
    resolution = case.resolution
    fixed = replace(
        case,
        opened_at=min(case.opened_at, now),
        answered_at=_past(case.answered_at, now),
        waiting_since=_past(case.waiting_since, now),
        resolved_at=_past(case.resolved_at, now),
        close_at=_past(case.close_at, now + close),
        resolution=resolution and replace(resolution, at=min(resolution.at, now)),
        survey=case.survey and righted_survey(case.survey, now),
        offers=tuple(righted_offer(offer, now) for offer in case.offers),
        finding=case.finding and replace(case.finding, at=min(case.finding.at, now)),
    )
    return fixed.with_clocks(*(righted_clock(clock, now, office) for clock in case.clocks))


def righted_clock(clock: Clock, now: datetime, office: Office) -> Clock:
    """A promise: what was told by the wrong clock is told anew, with the working time that is left of the target."""
    began = _past(clock.began, now)
    spent = min(clock.spent, office.worked(began, now)) if began else clock.spent
    fixed = replace(clock, began=began, spent=spent, since=_past(clock.since, now), kept_at=_past(clock.kept_at, now))
    if clock.breached_at and clock.breached_at > now:
        fixed = replace(fixed, breached_at=None, cause="")
    if clock.told_at <= now:
        return fixed
    left = max(clock.target - spent, timedelta(0))
    told = fixed.kept_at or office.due(fixed.since or now, left)
    return replace(fixed, told=told, told_at=now, level=0)


def righted_survey(survey: Survey, now: datetime) -> Survey:
    """A survey: the resolution was now at the latest, and so was all that came of asking."""
    return replace(
        survey,
        resolved_at=min(survey.resolved_at, now),
        asked_at=_past(survey.asked_at, now),
        reminded_at=_past(survey.reminded_at, now),
        answered_at=_past(survey.answered_at, now),
        done_at=_past(survey.done_at, now),
        reopened_at=_past(survey.reopened_at, now),
    )


def _past(moment: datetime | None, now: datetime) -> datetime | None:
    return min(moment, now) if moment else None
