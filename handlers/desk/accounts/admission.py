"""Who may have a password checked, and when. One check takes a core: a flood of bad ones waits, not honest people.

Strangers are let in one at a time; a browser that signed in before need not wait for them, nor does a login where it
signed in lately. Among strangers those go first who have not failed, then whose address has had fewest turns, then the
newest, for the oldest in a flood have given up. All of it is bounded, and in memory: each process guards its own cores.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import IntEnum

from handlers.http.limits import is_loopback
from handlers.http.problems import TooMany
from staff.words import later
from storage.staff.login_attempts import network_of

KNOWN_AT_ONCE = 2
CROWD = 8
REMEMBERED = 10_000
FORGOTTEN_AFTER = 15 * 60.0
"""Seconds after which failures are forgotten here; what is locked is told by the database."""
FAILURES_OF_A_LOGIN, FAILURES_OF_AN_ADDRESS = 3, 25


class Rank(IntEnum):
    """In what order people are let in."""

    KNOWN = 0
    STRANGER = 1
    SUSPECT = 2


@dataclass(frozen=True, slots=True)
class PasswordTry:
    """Who wants a password checked. `known`: this browser has signed in with this login before."""

    login: str
    address: str
    known: bool = False

    @property
    def keys(self) -> tuple[tuple[str, int], ...]:
        """What failures are counted by, and how many make a suspect. This machine's address may be a proxy's."""
        pair = (f"{self.login} {network_of(self.address)}", FAILURES_OF_A_LOGIN)
        if not self.address or is_loopback(self.address):
            return (pair,)
        return pair, (network_of(self.address), FAILURES_OF_AN_ADDRESS)


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    rank: Rank
    address: str
    number: int
    admitted: asyncio.Future[None]


@dataclass(slots=True)
class Admission:
    """`pause`: seconds between two suspects. At most `most` known ones and as many others wait, each at most `patience`
    seconds.
    """

    pause: float = 0.25
    most: int = 512
    patience: float = 30.0
    clock: Callable[[], float] = time.monotonic
    _inside: Counter[bool] = field(default_factory=Counter)
    _strangers_from: float = 0.0
    _suspects_from: float = 0.0
    _number: int = 0
    _waiting: list[_Waiting] = field(default_factory=list)
    _turns: Counter[str] = field(default_factory=Counter)
    _failures: OrderedDict[str, tuple[int, float]] = field(default_factory=OrderedDict)
    _good: OrderedDict[str, None] = field(default_factory=OrderedDict)

    @asynccontextmanager
    async def turn(self, asking: PasswordTry) -> AsyncIterator[None]:
        """One's turn. Raises `TooMany` where too many wait, or it does not come in time."""
        rank = self._rank(asking)
        await self._let_in(rank, network_of(asking.address))
        began = self.clock()
        try:
            yield
        finally:
            self._inside[rank is Rank.KNOWN] -= 1
            if rank is not Rank.KNOWN:
                self._rest(self.clock() - began)
            self._go_on()

    def _rest(self, took: float) -> None:
        """In a crowd strangers leave the cores to others for as long as they used them."""
        rest = took if len(self._waiting) >= CROWD else 0.0
        self._strangers_from = self.clock() + rest
        self._suspects_from = self.clock() + max(rest, self.pause)

    def failed(self, asking: PasswordTry) -> None:
        """Remember that somebody failed; a known browser's failures speak for nobody else."""
        for key, _ in () if asking.known else asking.keys:
            count = self._lately(key) + 1
            self._failures.pop(key, None)
            self._failures[key] = (count, self.clock())
        while len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)

    def succeeded(self, asking: PasswordTry) -> None:
        """Forget what failures this login had here, and remember that it belongs here."""
        pair = asking.keys[0][0]
        self._failures.pop(pair, None)
        self._good.pop(pair, None)
        self._good[pair] = None
        if len(self._good) > REMEMBERED:
            self._good.popitem(last=False)

    def _rank(self, asking: PasswordTry) -> Rank:
        pair, *address = ((key, self._lately(key) >= enough) for key, enough in asking.keys)
        if asking.known or (pair[0] in self._good and not pair[1]):
            return Rank.KNOWN
        return Rank.SUSPECT if any(failed for _, failed in (pair, *address)) else Rank.STRANGER

    def _lately(self, key: str) -> int:
        count, at = self._failures.get(key, (0, 0.0))
        return count if at > self.clock() - FORGOTTEN_AFTER else 0

    async def _let_in(self, rank: Rank, address: str) -> None:
        self._make_room(rank)
        self._number += 1
        waiting = _Waiting(rank, address, self._number, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._go_on()
        try:
            await asyncio.wait_for(asyncio.shield(waiting.admitted), self.patience)
        except BaseException as error:
            self._withdraw(waiting)
            if isinstance(error, TimeoutError):
                raise _full() from None
            raise

    def _make_room(self, rank: Rank) -> None:
        """Where too many wait, whoever came first from the address that most come from waits no more."""
        known = rank is Rank.KNOWN
        alike = [each for each in self._waiting if (each.rank is Rank.KNOWN) == known]
        if len(alike) < self.most:
            return
        crowd, _ = Counter(each.address for each in alike).most_common(1)[0]
        oldest = next(each for each in alike if each.address == crowd)
        self._waiting.remove(oldest)
        oldest.admitted.set_exception(_full())

    def _withdraw(self, waiting: _Waiting) -> None:
        """Whoever gives up frees their place, inside too, if both happened at once."""
        if waiting in self._waiting:
            self._waiting.remove(waiting)
        elif waiting.admitted.done() and waiting.admitted.exception() is None:
            self._inside[waiting.rank is Rank.KNOWN] -= 1
            self._go_on()

    def _go_on(self) -> None:
        while ready := [each for each in self._waiting if self._may(each.rank)]:
            first = min(ready, key=lambda each: (each.rank, self._turns[each.address], -each.number))
            self._waiting.remove(first)
            self._inside[first.rank is Rank.KNOWN] += 1
            self._turns[first.address] += 1
            first.admitted.set_result(None)
        if not self._waiting:
            self._turns.clear()
        elif not self._inside[False]:
            for moment in (self._strangers_from, self._suspects_from):
                if (wait := moment - self.clock()) > 0:
                    asyncio.get_running_loop().call_later(wait + 0.001, self._go_on)

    def _may(self, rank: Rank) -> bool:
        if rank is Rank.KNOWN:
            return self._inside[True] < KNOWN_AT_ONCE
        begin = self._strangers_from if rank is Rank.STRANGER else self._suspects_from
        return not self._inside[False] and self.clock() >= begin


def _full() -> TooMany:
    return TooMany(later("Too many people are signing in just now. Please try again in a minute."), retry_after=60)
