"""How sure a number is: intervals of shares, and whether a change between two groups is more than chance.

Pure arithmetic. Shares are between 0 and 1; an interval is (low, high).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, log, sqrt
from statistics import NormalDist

Interval = tuple[float, float]
Groups = Mapping[str, "Share"]
"""A share for each kind of case, by its name."""

ALPHA = 0.05
POWER = 0.8
WORTHWHILE = 0.2
"""The least change, as a part of the share before, that is worth finding."""
TUNED_FOR = 500
"""Cases at which the always-valid interval is about as narrow as one can be. Any number is valid."""
MOST = 10_000_000


class ChangeVerdict(StrEnum):
    """What may be said of a change."""

    HELPED = "helped"
    NO = "no"
    TOO_EARLY = "too early"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `n`."""

    part: int
    n: int

    @property
    def value(self) -> float | None:
        """The share, None of nothing."""
        return self.part / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Difference:
    """How much a share changed (after minus before), every kind of case weighing the same on both sides.

    `once` is the 95 % interval for whoever looks once; `always` is the one that holds however often one looks.
    `more` is how many cases after the change are needed until a worthwhile one would be found, 0 where there are
    enough.
    """

    value: float
    once: Interval
    always: Interval
    verdict: ChangeVerdict
    more: int


def wilson(share: Share, alpha: float = ALPHA) -> Interval | None:
    """Wilson's score interval (1927); None of nothing."""
    if not share.n:
        return None
    z, n, p = _z(alpha), share.n, share.part / share.n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def compare(before: Groups, after: Groups, *, more_is_better: bool) -> Difference | None:
    """The change of a share, adjusted for the mix of cases. None where no kind of case is on both sides.

    Kinds that only one side has are left out: nothing can be said of them.
    """
    mixed = _weights(before, after)
    if not mixed:
        return None
    value = sum(weight * (_p(after[kind]) - _p(before[kind])) for kind, weight in mixed.items())
    error = sqrt(sum(weight**2 * (_error2(before[kind]) + _error2(after[kind])) for kind, weight in mixed.items()))
    many = min(sum(side[kind].n for kind in mixed) for side in (before, after))
    once, always = _z(ALPHA) * error, sequential_half_width(error, many)
    needed = _needed(before, after, mixed)
    more = max(0, needed - sum(after[kind].n for kind in mixed))
    gain = value if more_is_better else -value
    return Difference(value, _around(value, once), _around(value, always), _judged(gain, always, more), more)


def sequential_half_width(error: float, n: int, alpha: float = ALPHA, tuned_for: int = TUNED_FOR) -> float:
    """Half the width of an interval that holds at all looks together, from the standard error at `n` cases.

    The normal mixture of Robbins (1970), in the asymptotic form of Waudby-Smith et al. (2024).
    """
    rho2 = _rho2(alpha, tuned_for)
    return error * sqrt((n * rho2 + 1) / (n * rho2) * log((n * rho2 + 1) / alpha**2))


def cases_needed(share: float, change: float, ratio: float = 1.0) -> int:
    """Cases after a change from which on it is found with 80 % certainty, at always-valid looks.

    `change` is the difference of shares to be found; `ratio` is how many cases there were before for each one after.
    """
    if not change:
        return MOST
    low, high = 2, MOST
    while low < high:
        n = (low + high) // 2
        low, high = (low, n) if _found(share, change, n, ratio) else (n + 1, high)
    return low


def _found(share: float, change: float, n: int, ratio: float) -> bool:
    other = min(1.0, max(0.0, share + change))
    error = sqrt(share * (1 - share) / (n * ratio) + other * (1 - other) / n)
    many = max(1, int(min(n, n * ratio)))
    return abs(change) >= sequential_half_width(error, many) + NormalDist().inv_cdf(POWER) * error


def _needed(before: Groups, after: Groups, mixed: Mapping[str, float]) -> int:
    """From the cases before, which stay as many: so the ratio falls as those after become more."""
    share = sum(weight * _p(before[kind]) for kind, weight in mixed.items())
    known = sum(before[kind].n for kind in mixed)
    change = WORTHWHILE * share
    low, high = 2, MOST
    while low < high:
        n = (low + high) // 2
        low, high = (low, n) if change and _found(share, -change, n, known / n) else (n + 1, high)
    return ceil(low)


def _judged(gain: float, half: float, more: int) -> ChangeVerdict:
    if gain - half > 0:
        return ChangeVerdict.HELPED
    if gain + half < 0:
        return ChangeVerdict.WORSE
    return ChangeVerdict.TOO_EARLY if more else ChangeVerdict.NO


def _weights(before: Groups, after: Groups) -> dict[str, float]:
    """How much each kind of case counts: its part of all cases after the change (direct standardisation)."""
    both = {kind: after[kind].n for kind in sorted(before) if kind in after and before[kind].n and after[kind].n}
    whole = sum(both.values())
    return {kind: n / whole for kind, n in both.items()}


def _error2(share: Share) -> float:
    """The variance of a share; two cases are added, so that none of five is not taken for never."""
    p = (share.part + 1) / (share.n + 2)
    return p * (1 - p) / share.n


def _p(share: Share) -> float:
    return share.part / share.n


def _rho2(alpha: float, tuned_for: int) -> float:
    return (-2 * log(alpha) + log(-2 * log(alpha) + 1)) / tuned_for


def _around(value: float, half: float) -> Interval:
    return max(-1.0, value - half), min(1.0, value + half)


def _z(alpha: float) -> float:
    return NormalDist().inv_cdf(1 - alpha / 2)
