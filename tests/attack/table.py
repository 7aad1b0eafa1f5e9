"""The table of attacks: a row for each test, with all its cases together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

WIDTH = 100
"""Characters for what was tried; a longer story goes on in the next line."""


@dataclass(slots=True)
class Attack:
    """One test. `cases` are how each of its cases went: passed, failed or skipped."""

    what: str
    tries: int = 0
    larger: bool = False
    cases: dict[str, str] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)

    @property
    def held(self) -> str:
        """`yes` where every case that could be tried held; a case that could not does not count."""
        ways = set(self.cases.values())
        if "failed" in ways:
            return "NO"
        return "yes" if "passed" in ways else "skipped"


def lines(attacks: Iterable[Attack]) -> Iterator[str]:
    """The table, and below it why something could not be tried and how much held."""
    rows = list(attacks)
    yield f"{'what was tried':<{WIDTH}} {'tries':>9}  held"
    for row in rows:
        first, *more = list(_wrapped(row.what)) or [""]
        yield f"{first:<{WIDTH}} {f'{row.tries:,}' + ('*' if row.larger else ' '):>9}  {row.held}"
        yield from (f"  {line}" for line in more)
    if any(row.larger for row in rows):
        yield "* a sample; all of them in make prove"
    for row in rows:
        yield from (f"not tried: {row.what[:60]}… {reason}" for reason in dict.fromkeys(row.reasons))
    could = [row for row in rows if row.held != "skipped"]
    yield f"{sum(row.held == 'yes' for row in could)} of {len(could)} held, {sum(row.tries for row in rows):,} tries"


def _wrapped(text: str) -> Iterator[str]:
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > WIDTH - 2:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    yield line
