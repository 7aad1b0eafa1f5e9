"""Statistics: intervals as published, and verdicts that hold over two hundred simulated changes."""

from __future__ import annotations

from random import Random

import pytest

from complaints.statistics import ChangeVerdict, Difference, Share, cases_needed, compare, wilson

MIX = {"delivery": (0.5, 0.30), "billing": (0.3, 0.40), "service": (0.2, 0.20)}
"""Kinds of cases: how many of all, and the share of them that is opened again."""
CHANGES = 200


@pytest.mark.parametrize(
    ("part", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (15, 148, 0.0624, 0.1605), (81, 263, 0.2553, 0.3662), (10, 10, 0.7225, 1.0)],
)
def test_wilson_is_as_published(part: int, n: int, low: float, high: float) -> None:
    assert wilson(Share(part, n)) == pytest.approx((low, high), abs=1e-4)
    assert wilson(Share(0, 0)) is None


def test_a_mere_change_of_the_mix_is_no_change() -> None:
    before = {"easy": Share(100, 1000), "hard": Share(50, 100)}
    after = {"easy": Share(10, 100), "hard": Share(500, 1000)}
    found = compare(before, after, more_is_better=True)
    assert found is not None
    assert found.value == pytest.approx(0)
    assert found.once[0] < 0 < found.once[1]
    assert compare({"easy": Share(1, 2)}, {"hard": Share(1, 2)}, more_is_better=True) is None


def test_what_got_worse_is_called_worse_in_both_directions() -> None:
    few, many = {"": Share(100, 1000)}, {"": Share(400, 1000)}
    verdicts = {
        (b is few, up): compare(b, a, more_is_better=up) for b, a in ((few, many), (many, few)) for up in (0, 1)
    }
    assert {key: found.verdict.value for key, found in verdicts.items() if found} == {
        (True, 0): "worse", (True, 1): "helped", (False, 0): "helped", (False, 1): "worse",
    }  # fmt: skip


def drawn(random: Random, n: int, effect: float) -> dict[str, Share]:
    """`n` cases, each of a kind by chance, opened again by its share times (1 + effect)."""
    kinds = random.choices(list(MIX), [mix for mix, _ in MIX.values()], k=n)
    hits = [kind for kind in kinds if random.random() < MIX[kind][1] * (1 + effect)]
    return {kind: Share(hits.count(kind), kinds.count(kind)) for kind in MIX}


def judged(before: dict[str, Share], after: dict[str, Share]) -> Difference:
    found = compare(before, after, more_is_better=False)
    assert found is not None
    return found


def joined(one: dict[str, Share], other: dict[str, Share]) -> dict[str, Share]:
    return {kind: Share(one[kind].part + other[kind].part, one[kind].n + other[kind].n) for kind in MIX}


def test_no_change_is_called_a_help_one_time_in_twenty_at_most_however_often_one_looks() -> None:
    random, false = Random(17), 0
    for _ in range(CHANGES):
        before = drawn(random, 2000, 0)
        after = drawn(random, 50, 0)
        looks = []
        while sum(share.n for share in after.values()) < 2000:
            looks.append(judged(before, after).verdict)
            after = joined(after, drawn(random, 50, 0))
        false += ChangeVerdict.HELPED in looks
    assert false <= CHANGES * 0.05


@pytest.mark.parametrize("effect", [-0.2, -0.4])
def test_a_change_that_helps_is_found_four_times_in_five_at_the_announced_number(effect: float) -> None:
    random, found = Random(18), 0
    for _ in range(CHANGES):
        before = drawn(random, 4000, 0)
        first = drawn(random, 30, effect)
        more = judged(before, first).more
        assert 0 < more < 20_000
        whole = judged(before, joined(first, drawn(random, more, effect)))
        assert whole.more <= 1 + more // 4  # as announced, but for the mix of kinds that chance brings
        found += whole.verdict is ChangeVerdict.HELPED
    assert found >= CHANGES * 0.8


def test_enough_cases_without_a_change_say_no_and_too_few_say_how_many_more() -> None:
    before = {"": Share(3000, 10_000)}
    early = judged_whole(before, {"": Share(9, 30)})
    assert early.verdict is ChangeVerdict.TOO_EARLY
    late = judged_whole(before, {"": Share(9 * early.more // 30, early.more + 30)})
    assert (late.verdict, late.more) == (ChangeVerdict.NO, 0)


def judged_whole(before: dict[str, Share], after: dict[str, Share]) -> Difference:
    found = compare(before, after, more_is_better=False)
    assert found is not None
    return found


def test_more_is_needed_for_what_is_smaller() -> None:
    assert cases_needed(0.3, -0.06) > cases_needed(0.3, -0.12) > 20
