"""Complaints of one customer about the same are seen together, from both sides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from complaints.incidents.repeats import Repeat, Told, repeats_of

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATE, BROKEN = np.array([1, 0], np.float32), np.array([0, 1], np.float32)


def told(reference: str, days: float, order: str = "", vector: np.ndarray = LATE) -> Told:
    return Told(reference, NOON + timedelta(days=days), order, vector)


def test_the_same_order_and_a_like_story_are_repeats_and_say_which() -> None:
    first, second = told("C-1", 0, "A1", LATE), told("C-2", 5, "A1", BROKEN)
    third = told("C-3", 9, "", BROKEN)
    assert repeats_of(second, [first, second, third]) == (Repeat("C-1", "same_order"), Repeat("C-3", "like_story"))


def test_repeats_are_mutual() -> None:
    first, second = told("C-1", 0, "A1"), told("C-2", 5, "A1")
    assert [one.reference for one in repeats_of(first, [first, second])] == ["C-2"]
    assert [one.reference for one in repeats_of(second, [first, second])] == ["C-1"]


def test_what_is_older_than_thirty_days_or_unlike_is_none() -> None:
    first, later, other = told("C-1", 0, "A1"), told("C-2", 31, "A1"), told("C-3", 2, "B2", BROKEN)
    assert repeats_of(first, [first, later, other]) == ()


def test_without_an_encoder_stories_are_not_compared() -> None:
    none = np.zeros(0, np.float32)
    assert repeats_of(told("C-1", 0, "", none), [told("C-2", 1, "", none)]) == ()
