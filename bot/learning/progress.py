"""How far a training is: a bar on a terminal, a line now and then where there is none."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

import typer

Reached = Callable[[float], None]
"""Told the share that is done, 0 to 1."""

_LINES = 5
_SURE_AFTER = 0.05
"""How much must be done before it is said how long the rest takes."""


@contextmanager
def shown(label: str, out: TextIO) -> Iterator[Reached]:
    """Show how far something is, for as long as the block runs."""
    if out.isatty():
        with typer.progressbar(length=100, label=label, file=out) as bar:
            yield lambda share: bar.update(max(0, int(100 * share) - bar.pos))
            bar.update(100 - bar.pos)
    else:
        yield _lines(label, out)


def _lines(label: str, out: TextIO) -> Reached:
    """A line at the beginning, and for every further fifth."""
    begun, told = time.monotonic(), -1

    def reached(share: float) -> None:
        nonlocal told
        if int(share * _LINES) > told:
            told = int(share * _LINES)
            print(f"{label}: {share:.0%}{_left(share, time.monotonic() - begun)}", file=out, flush=True)

    return reached


def _left(share: float, seconds: float) -> str:
    if not _SURE_AFTER < share < 1:
        return ""
    return f", about {seconds * (1 - share) / share:.0f} seconds left"
