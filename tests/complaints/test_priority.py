"""Priority: every level has its reasons, and a sign of harm can only raise it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.priority import Level, Priority, assess

ORDER = list(Priority)
RAISES = {"safety": Priority.URGENT, "legal": Priority.HIGH, "mild": Priority.LOW}
levels, signals = st.sampled_from(Level), st.lists(st.sampled_from([*RAISES, "unheard_of"]), max_size=4)


@pytest.mark.parametrize(
    ("impact", "urgency", "priority"),
    [
        (Level.LOW, Level.LOW, Priority.LOW),
        (Level.LOW, Level.MEDIUM, Priority.NORMAL),
        (Level.LOW, Level.HIGH, Priority.NORMAL),
        (Level.MEDIUM, Level.MEDIUM, Priority.NORMAL),
        (Level.MEDIUM, Level.HIGH, Priority.HIGH),
        (Level.HIGH, Level.HIGH, Priority.URGENT),
    ],
)
def test_harm_times_pressure_gives_four_levels(impact: Level, urgency: Level, priority: Priority) -> None:
    assert assess(impact, urgency, (), {}).priority == priority
    assert assess(urgency, impact, (), {}).priority == priority


def test_every_reason_is_kept_most_basic_first() -> None:
    assessment = assess(Level.LOW, Level.HIGH, ["legal", "unheard_of", "safety"], RAISES)
    assert assessment.priority is Priority.URGENT
    assert assessment.reasons == ("impact_low", "urgency_high", "legal", "safety")


@given(levels, levels, signals, st.sampled_from(list(RAISES)))
def test_one_more_signal_never_lowers_a_priority(impact: Level, urgency: Level, found: list[str], more: str) -> None:
    before = assess(impact, urgency, found, RAISES)
    after = assess(impact, urgency, [*found, more], RAISES)
    assert ORDER.index(after.priority) >= ORDER.index(before.priority)
    assert set(after.reasons) >= set(before.reasons)


@given(levels, levels, signals)
def test_more_impact_or_urgency_never_lowers_a_priority(impact: Level, urgency: Level, found: list[str]) -> None:
    here = ORDER.index(assess(impact, urgency, found, RAISES).priority)
    for more in Level:
        if more >= impact:
            assert ORDER.index(assess(more, urgency, found, RAISES).priority) >= here


@given(levels, levels, signals)
def test_the_order_of_signals_does_not_matter_to_the_level(impact: Level, urgency: Level, found: list[str]) -> None:
    forwards, backwards = assess(impact, urgency, found, RAISES), assess(impact, urgency, found[::-1], RAISES)
    assert forwards.priority == backwards.priority
