"""When the customer falls silent: nudges at the right time, never at night, and nothing lost in the end."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from dialogs.flows.quiet_hours import after_quiet
from dialogs.playbooks.parts.times import Period
from tests.dialogs.talk import Talk

pytestmark = pytest.mark.usefixtures("one_by_one")

STORY = "The blender I bought stopped working after a week"


def test_a_nudge_comes_after_half_an_hour_and_asks_the_same_question_again(talk: Talk) -> None:
    talk.says(STORY)
    asked = talk.asks
    assert not talk.waits(timedelta(minutes=29))
    assert talk.words_of("nudge") in talk.waits(timedelta(minutes=5))
    assert talk.asks == asked


def test_the_half_hour_counts_from_the_last_word(talk: Talk) -> None:
    talk.says(STORY)
    talk.waits(timedelta(minutes=20))
    talk.says("AM2611020456")
    assert not talk.waits(timedelta(minutes=20))
    assert talk.waits(timedelta(minutes=15))


def test_nobody_is_nudged_at_night(talk: Talk) -> None:
    talk.now = datetime(2026, 11, 18, 21, 20, tzinfo=UTC)
    talk.says(STORY)
    assert not talk.waits(timedelta(hours=11))
    assert talk.waits(timedelta(minutes=15))


def test_a_draft_left_for_days_goes_to_a_person_and_is_marked_unconfirmed(talk: Talk) -> None:
    talk.says(STORY)
    heard = talk.waits(timedelta(days=5))
    (case,) = talk.cases.values()
    assert case.partial
    assert case.reference in heard
    assert talk.conversation.intake.draft is None


def test_no_nudge_after_filing_and_none_while_an_agent_has_the_chat(talk: Talk) -> None:
    talk.says(STORY)
    while talk.asks != "confirm":
        talk.says("skip")
    talk.says("yes")
    assert not talk.waits(timedelta(days=7))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-18T12:00", "2026-11-18T12:00"),
        ("2026-11-18T21:30", "2026-11-19T08:30"),
        ("2026-11-18T23:59", "2026-11-19T08:30"),
        ("2026-11-19T03:00", "2026-11-19T08:30"),
        ("2026-11-19T08:30", "2026-11-19T08:30"),
    ],
)
def test_a_moment_in_the_quiet_hours_moves_to_their_end(at: str, expected: str) -> None:
    quiet = Period(start=time(21, 30), end=time(8, 30))
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert after_quiet(moment, quiet, "UTC") == datetime.fromisoformat(expected).replace(tzinfo=UTC)
