"""Watching the clock: it is compared with the world's and the database's, and what it left in the future is set right.

A promise made while the clock ran ahead would otherwise be due years from now, and nobody would ever hear of it.
At the start, and whenever the clock steps back, what lies beyond its kind's longest is set right.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

import structlog
from sqlalchemy import Connection

from dialogs.flows.promises.clock_correction import KIND, SUBJECT
from engine.security_log import SecurityLog
from storage.db.database import Database
from storage.db.dialect import Dialect
from storage.db.errors import Unavailable
from storage.db.timestamps import utc_now
from storage.delivery.clock_correction import TOLERATED, Righted, ahead, database_now, newest_turn, set_right
from storage.security.events import SecurityEvent, SecurityEventKind

STEP = timedelta(seconds=1)
"""By more than this the clock must have gone back to be looked after: smaller steps are how it is kept."""

_log = structlog.get_logger("amends.clock")


@dataclass(frozen=True, slots=True)
class Drift:
    """How many seconds the newest turn lies ahead of our clock, and how many our clock is before (or, negative,
    behind) the database's.
    """

    behind_newest: float = 0.0
    before_database: float = 0.0

    @property
    def trouble(self) -> str:
        """What is wrong, or nothing."""
        most = TOLERATED.total_seconds()
        if abs(self.before_database) > most:
            return f"our clock differs from the database's by {self.before_database:.0f} s; set it"
        if self.behind_newest > most:
            return f"our clock is {self.behind_newest:.0f} s older than the newest turn; set it, or the other was wrong"
        return ""


def compared(conn: Connection, dialect: Dialect, clock: Callable[[], datetime]) -> Drift:
    """How this clock compares with the newest turn and with the database's own."""
    newest, theirs = newest_turn(conn), database_now(conn, dialect)
    now = clock()
    behind = max((newest - now).total_seconds(), 0.0) if newest else 0.0
    return Drift(behind, (now - theirs).total_seconds() if theirs else 0.0)


@dataclass(slots=True)
class ClockWatch:
    """Looks at the clock every `every` seconds, and asks the database every `asks` seconds.

    `longest` says how far from a moment a timer of each kind may lie; `derived` are the kinds whose moment is worked
    out when they fire. `certain` says that ours is right, whatever the turns on file look like. `clock` must not run
    faster than the world's.
    """

    database: Database
    longest: Callable[[datetime], Mapping[str, timedelta]]
    derived: Collection[str]
    security: SecurityLog | None = None
    clock: Callable[[], datetime] = utc_now
    certain: bool = False
    every: float = 1.0
    asks: float = 15.0
    drift: Drift = field(default_factory=Drift)
    steps: int = 0
    righted: Righted = field(default_factory=lambda: Righted(0, 0, 0))
    _looked: bool = False

    def trouble(self) -> str:
        """What is wrong with the clock now, or nothing."""
        return self.drift.trouble

    def counters(self) -> Mapping[str, float]:
        return {
            "clock_behind_newest_turn_seconds": self.drift.behind_newest,
            "clock_before_database_seconds": self.drift.before_database,
            "clock_steps_back_total": self.steps,
            "clock_chats_righted_total": self.righted.chats,
            "clock_rows_righted_total": self.righted.timers + self.righted.rows,
        }

    async def begin(self) -> None:
        """Set right what an earlier process left, before any turn is taken. A database that is away is asked later."""
        try:
            await asyncio.to_thread(self.look_after)
        except Unavailable:
            _log.warning("clock_unasked", reason="the database is not available")

    async def run(self) -> None:
        """Watch until cancelled."""
        shown, felt, asked = self.clock(), monotonic(), monotonic()
        while True:
            await asyncio.sleep(self.every)
            now, passed = self.clock(), monotonic()
            back = shown + timedelta(seconds=passed - felt) - now
            shown, felt = now, passed
            if back > STEP:
                self.steps += 1
                self._looked = False
                _log.error("clock_stepped_back", seconds=round(back.total_seconds(), 1))
            if not self._looked or passed - asked >= self.asks:
                asked = passed
                await self._unless_away()

    async def _unless_away(self) -> None:
        try:
            await asyncio.to_thread(self.measure if self._looked else self.look_after)
        except Unavailable:
            _log.warning("clock_unasked", reason="the database is not available")

    def look_after(self) -> Righted:
        """Set right what lies in the future, where ours may be believed. Raises `Unavailable`."""
        self.measure()
        now = self.clock()
        with self.database.write() as conn:
            found = ahead(conn, now)
            if not self.certain and (self._differs() or (found and found.looks_as_if_we_were_behind(now))):
                self._looked = True
                _log.error("times_left_alone", reason="our own clock may be the wrong one", chats=found and found.chats)
                return Righted(0, 0, 0)
            allowed = self.longest(now)
            done = set_right(conn, self.database.dialect, now, allowed, self.derived, KIND, SUBJECT)
        self._looked = True
        self._say(done, now)
        return done

    def _differs(self) -> bool:
        return abs(self.drift.before_database) > TOLERATED.total_seconds()

    def _say(self, done: Righted, now: datetime) -> None:
        if not done:
            return
        self.righted = Righted(
            self.righted.chats + done.chats, self.righted.timers + done.timers, self.righted.rows + done.rows
        )
        _log.error("times_righted", chats=done.chats, timers=done.timers, rows=done.rows)
        if self.security:
            detail = {"chats": str(done.chats), "timers": str(done.timers), "rows": str(done.rows)}
            self.security.note(SecurityEvent(now, SecurityEventKind.TIMES_RIGHTED, detail=detail))

    def measure(self) -> Drift:
        """Compare the clock with the newest turn and with the database's. Raises `Unavailable`."""
        before, now = self.drift, self.clock()
        with self.database.read() as conn:
            self.drift = compared(conn, self.database.dialect, self.clock)
        if self.drift.trouble and not before.trouble:
            self._alarm(now)
        elif before.trouble and not self.drift.trouble:
            _log.warning("clock_is_well")
        return self.drift

    def _alarm(self, now: datetime) -> None:
        _log.error("clock_wrong", trouble=self.drift.trouble)
        if self.security:
            detail = {"trouble": self.drift.trouble}
            self.security.note(SecurityEvent(now, SecurityEventKind.CLOCK_WRONG, detail=detail))
