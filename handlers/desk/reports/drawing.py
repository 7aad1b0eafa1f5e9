"""Pictures of the board, as shapes that a template writes as SVG: where each mark stands, what it says, what it opens.

Pure arithmetic. Lengths are units of the picture's own `viewBox`; a page scales it to its width.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

WIDTH, HEIGHT = 640.0, 200.0
FOOT = 18.0
"""Room under the bars for what they are called."""


@dataclass(frozen=True, slots=True)
class ChartMark:
    """A rectangle with a number: `text` says it in words, `link` opens its cases, `kind` is its series."""

    x: float
    y: float
    width: float
    height: float
    text: str
    link: str
    kind: str


@dataclass(frozen=True, slots=True)
class ChartBars:
    """Groups of bars side by side. `names` are (middle, text) under them; `top` is the number at the upper edge."""

    marks: Sequence[ChartMark]
    names: Sequence[tuple[float, str]]
    top: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar to be drawn: of which series, how high, what it says and opens. `within` is a bar inside of it."""

    kind: str
    value: int
    text: str
    link: str
    within: Bar | None = None


def bars(groups: Sequence[tuple[str, Sequence[Bar]]], labels: int = 7) -> ChartBars:
    """Bars for each group, left to right; at most `labels` of the groups are named."""
    top = max((bar.value for _, each in groups for bar in each), default=0) or 1
    room = WIDTH / max(len(groups), 1)
    marks: list[ChartMark] = []
    names: list[tuple[float, str]] = []
    every = ceil(len(groups) / labels)
    for n, (name, each) in enumerate(groups):
        width = room * 0.8 / max(len(each), 1)
        for k, bar in enumerate(each):
            x = n * room + room * 0.1 + k * width
            marks += [_mark(one, x, width, top) for one in (bar, bar.within) if one and one.value]
        names += [(n * room + room / 2, name)] if n % every == every // 2 else []
    return ChartBars(marks, names, top)


def _mark(bar: Bar, x: float, width: float, top: int) -> ChartMark:
    height = bar.value / top * (HEIGHT - FOOT)
    return ChartMark(x, HEIGHT - FOOT - height, width, height, bar.text, bar.link, bar.kind)


def heat(counts: Mapping[tuple[int, int], int]) -> list[tuple[int, int, int, int]]:
    """Each hour of each day of the week: (weekday, hour, how many, shade from 0 to 9)."""
    most = max(counts.values(), default=0) or 1
    cells = ((day, hour, counts.get((day, hour), 0)) for day in range(7) for hour in range(24))
    return [(day, hour, n, ceil(n / most * 9)) for day, hour, n in cells]
