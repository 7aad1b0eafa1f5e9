"""What other systems hear of a case: what became of it, and nothing that is personal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec

from complaints.lifecycle import State
from complaints.news import NewsKind, news
from complaints.promises import Clock, breached
from complaints.promises import Kind as Promised
from complaints.survey import Part, Survey
from tests.turn.scenery import NOON, a_case

CASE = a_case("C-2611-000042", "My grandmother Mathilda fell over the parcel")
HOUR = timedelta(hours=1)
CLOCK = Clock(Promised.RESOLUTION, 8 * HOUR, NOON, NOON + 8 * HOUR, NOON)
SURVEY = Survey(1, NOON, "li", "quality", "product_quality", "0123456789ab").asked("web", NOON)


def kinds(before: object, after: object) -> list[NewsKind]:
    return [one.kind for one in news(before, after)]  # type: ignore[arg-type]


def test_filing_resolving_and_reopening_are_told() -> None:
    resolved = replace(CASE, state=State.RESOLVED)
    reopened = replace(resolved, state=State.REOPENED)
    assert kinds(None, CASE) == [NewsKind.FILED]
    assert kinds(CASE, resolved) == [NewsKind.RESOLVED]
    assert kinds(resolved, replace(resolved, state=State.CLOSED)) == []
    assert kinds(resolved, reopened) == [NewsKind.REOPENED]
    assert kinds(reopened, resolved) == [NewsKind.RESOLVED]


def test_a_broken_promise_is_told_once_with_its_cause() -> None:
    running = CASE.with_clocks(CLOCK)
    missed = running.with_clocks(breached(CLOCK, NOON + 8 * HOUR, "nobody_free"))
    (one,) = news(running, missed)
    assert (one.kind, one.facts["promise"], one.facts["cause"]) == (NewsKind.BROKEN, "resolution", "nobody_free")
    assert one.facts["due_at"] == "2026-11-21T20:00:00Z"
    assert kinds(missed, replace(missed, team="care")) == []


def test_each_answer_to_the_survey_is_told_with_all_that_is_known_by_then() -> None:
    asked = replace(CASE, survey=SURVEY)
    solved = replace(CASE, survey=SURVEY.answered(Part.SOLVED, "yes", NOON))
    scored = replace(CASE, survey=SURVEY.answered(Part.SOLVED, "yes", NOON).answered(Part.OUTCOME, 4, NOON))
    assert kinds(CASE, asked) == []
    assert kinds(asked, solved) == [NewsKind.ANSWERED]
    (one,) = news(solved, scored)
    told = {name: one.facts[name] for name in ("resolution", "wave", "solved", "outcome", "treatment", "complete")}
    assert told == {"resolution": 1, "wave": 1, "solved": "yes", "outcome": 4, "treatment": None, "complete": False}
    assert kinds(scored, scored) == []


def test_no_word_name_or_contact_of_the_customers_is_told() -> None:
    survey = SURVEY.answered(Part.WORDS, "Ms Mathilda was charming", NOON).answered(Part.OUTCOME, 5, NOON)
    case = replace(CASE, survey=replace(survey, done_at=NOON, more="call 0171 2345"))
    told = b"".join(msgspec.json.encode(one.facts) for one in (*news(None, case), *news(CASE, case)))
    for personal in (b"Mathilda", b"charming", b"0171", b"example.org", b"3.50"):
        assert personal not in told
