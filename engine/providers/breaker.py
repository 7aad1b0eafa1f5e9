"""A circuit breaker: whether a service is worth asking now. Pure; the time is an argument, in seconds.

    Closed --(FAILURES in a row)--> Open --(PAUSE passed, one may try)--> Trying --answered--> Closed
                                     ^                                      |
                                     +-----------------failed---------------+

While it is open nobody waits for a service that does not answer. One caller tries it again after the pause; should
that caller never come back with what it found, another may try after a pause more.
"""

from __future__ import annotations

from dataclasses import dataclass

FAILURES = 3
"""Failures in a row that open it."""

PAUSE = 10.0
"""Seconds during which nobody asks."""


@dataclass(frozen=True, slots=True)
class Closed:
    """All is well, or `failures` in a row short of opening."""

    failures: int = 0


@dataclass(frozen=True, slots=True)
class Open:
    """Nobody asks before `until`."""

    until: float


@dataclass(frozen=True, slots=True)
class Trying:
    """One caller asks, and nobody else before `until`."""

    until: float


Breaker = Closed | Open | Trying


def ask(breaker: Breaker, now: float) -> tuple[bool, Breaker]:
    """Whether the caller may ask, and the breaker once it does."""
    match breaker:
        case Closed():
            return True, breaker
        case Open(until) | Trying(until) if now >= until:
            return True, Trying(now + PAUSE)
        case _:
            return False, breaker


def answered(_breaker: Breaker) -> Breaker:
    """An answer came, to whomever: the service is well."""
    return Closed()


def failed(breaker: Breaker, now: float) -> Breaker:
    """No answer came, or none that makes sense."""
    match breaker:
        case Closed(failures) if failures + 1 < FAILURES:
            return Closed(failures + 1)
        case Open():
            return breaker  # a caller from before it opened: that tells nothing new
        case _:
            return Open(now + PAUSE)
