"""Timers under `kill -9`: each fires once, none early, and hardly one late.

The chats and their timers are made by a door of our own whose clock shows what we like; then real servers are
left alone with them, and killed. An observer of its own looks into the database and notes when it first sees that a
timer has fired: after the commit, on our clock. Late is only the time while at least one process was alive, from being
ready to being killed: on PostgreSQL, where the last of several is never killed, that is all of it; on SQLite, where
there is one process, all but restarts.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from dialogs.flows.events import Event, Said
from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.reading import Utterance
from dialogs.understanding.rule_provider import RulesUnderstanding
from engine.turn.processor import TurnProcessor
from storage.db.database import Database, open_database
from storage.db.timestamps import from_micros
from storage.files.attachments import FileStore
from tests.real.server import Server
from tests.step import step

STORY = "The blender I bought stopped working after a week"
KEY = b"amends-for-development-only"
LEAN = {"AMENDS_UNDERSTANDING": "rules", "AMENDS_DESK": "off"}
"""Timers need neither, and a server without them is sooner back."""
LOOKS = 0.03
PATIENCE = 60.0
"""Seconds after the last kill until what has not fired counts as missed."""
LIFE = 0.5
"""Seconds that a process lives at least, so that it comes to do something."""


@dataclass(frozen=True)
class Plan:
    """So many timers that come due over `span` seconds, `lead` seconds from now on, and so many kills meanwhile."""

    kills: int = 60
    timers: int = 2000
    servers: int = 4
    span: float = 160.0
    lead: float = 35.0
    seed: int = 1


@dataclass
class Outcome:
    """Counts of faults, each of which must be 0; seconds of lateness; how many were due while no process was alive."""

    plan: Plan
    missed: int = 0
    twice: int = 0
    early: int = 0
    broken: int = 0
    unattended: int = 0
    late: list[float] = field(default_factory=list)
    restarts: list[float] = field(default_factory=list)

    def at(self, share: float) -> float:
        """The lateness that this share of the timers did not exceed."""
        ordered = sorted(self.late)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    @property
    def well(self) -> bool:
        return not (self.missed or self.twice or self.early or self.broken) and self.at(0.99) <= 1.0


def run(plan: Plan, folder: Path, database_url: str) -> Outcome:
    """Set the timers, start the servers, kill them over and over, and count."""
    servers = [Server(folder, database_url, data=folder, extra=LEAN) for _ in range(plan.servers)]
    servers[0].migrate()
    database = open_database(database_url)
    observer = Observer(database)
    try:
        with ThreadPoolExecutor(1) as thread:
            due = thread.submit(asyncio.run, set_timers(plan, folder, database)).result()
        observer.start()
        reaper = Reaper(plan, servers)
        reaper.reap(max(due.values()))
        observer.wait_for(plan.timers)
    finally:
        for server in servers:
            server.kill()
        observer.stop()
    outcome = examine(plan, database, due, observer.seen, reaper)
    database.close()
    return outcome


async def set_timers(plan: Plan, folder: Path, database: Database) -> dict[str, datetime]:
    """Chats that fall silent in the middle of a complaint, and when each is to hear from us, by the chat's name."""
    playbook = load_playbook("shop")
    silence, now, dice = playbook.file.nudges.after[0], datetime.now(UTC), random.Random(plan.seed)
    starts = sorted(dice.uniform(plan.lead, plan.lead + plan.span) for _ in range(plan.timers))
    due = {f"c{n:05}": now + timedelta(seconds=start) for n, start in enumerate(starts)}
    rules = RulesUnderstanding(playbook)
    (reading,) = rules.read([Utterance(STORY, now, "UTC")])
    showing = [now]
    door = TurnProcessor(
        database, playbook, rules, step=step, files=FileStore(folder / "files"), audit_key=KEY, clock=lambda: showing[0]
    )
    door.start()
    for chat, moment in due.items():
        showing[0] = moment - silence
        said = Said(STORY, reading=reading)
        await door.take(Event("m1", "rest", "rest", chat, showing[0], said, "en", where_it_is_noon(now)))
    await door.stop()
    return due


def where_it_is_noon(now: datetime) -> str:
    """A time zone in which nobody sleeps just now."""
    east = 12 - now.hour
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"


class Observer:
    """Looks again and again which timers have fired, by chat, and notes when it first saw each."""

    def __init__(self, database: Database) -> None:
        self.seen: dict[tuple[str, str], datetime] = {}
        self._database = database
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._since = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def wait_for(self, count: int) -> None:
        """Until so many were seen, or it has been too long."""
        end = time.monotonic() + PATIENCE
        while len(self.seen) < count and time.monotonic() < end:
            time.sleep(0.1)

    def _look(self) -> None:
        query = text(
            "SELECT c.chat, e.event_id, e.at FROM events e JOIN conversations c ON c.id = e.conversation_id"
            " WHERE e.event_id LIKE 'timer:%' AND e.at > :since"
        )
        while not self._stopped.wait(LOOKS):
            with self._database.read() as connection:
                found = connection.execute(query, {"since": self._since}).all()
            now = datetime.now(UTC)
            for chat, event_id, _ in found:
                self.seen.setdefault((chat, event_id), now)
            # A turn that began earlier may commit later.
            self._since = max([self._since, *(at - 5_000_000 for _, _, at in found)])


class Reaper:
    """Kills a server that is alive at random moments, evenly on the whole, and starts it again at once."""

    def __init__(self, plan: Plan, servers: list[Server]) -> None:
        self.plan = plan
        self.servers = servers
        self.alive: list[list[float]] = []
        self.restarts: list[float] = []
        self._up: dict[int, list[float]] = {}
        self._dice = random.Random(plan.seed)

    def reap(self, end: datetime) -> None:
        """Start them all, and go on killing until `end`."""
        with ThreadPoolExecutor(len(self.servers)) as threads:
            starting = [threads.submit(self._start, number) for number in range(len(self.servers))]
            wait(starting)
            left = end.timestamp() - time.time()
            for kill in range(self.plan.kills):
                moment = end.timestamp() - left + left * (kill + self._dice.random()) / self.plan.kills
                time.sleep(max(0.0, moment - time.time()))
                starting.append(threads.submit(self._start, self._kill()))
            for one in starting:
                one.result()

    def _start(self, number: int) -> None:
        self.restarts.append(self.servers[number].start())
        self._up[number] = [time.time(), float("inf")]
        self.alive.append(self._up[number])

    def _grown(self) -> list[int]:
        return sorted(number for number, span in self._up.items() if time.time() - span[0] > LIFE)

    def _kill(self) -> int:
        """Kill one, but of several not the last: somebody is to do what the dead one had begun."""
        while len(grown := self._grown()) < min(2, len(self.servers)):
            time.sleep(0.01)
        number = self._dice.choice(grown)
        # It counts as alive until it certainly is not.
        span = self._up.pop(number)
        self.servers[number].kill()
        span[1] = time.time()
        return number

    def alive_between(self, since: float, until: float) -> float:
        """For how long of this time (seconds since 1970) at least one of them was alive."""
        total, passed = 0.0, since
        for begin, end in sorted(self.alive):
            total += max(0.0, min(end, until) - max(begin, passed))
            passed = max(passed, min(end, until))
        return total


def examine(
    plan: Plan, database: Database, due: dict[str, datetime], seen: dict[tuple[str, str], datetime], reaper: Reaper
) -> Outcome:
    """What the database holds, against what was to be."""
    found = Outcome(plan, restarts=reaper.restarts)
    fired: dict[str, list[tuple[str, datetime]]] = {}
    for chat, event_id, at in _rows(database, "timer:%"):
        fired.setdefault(chat, []).append((event_id, from_micros(at)))
    for chat, moment in due.items():
        own = fired.get(chat, [])
        found.missed += not own
        found.twice += max(0, len(own) - 1)
        found.early += any(at < moment for _, at in own)
        for event_id, _ in own[:1]:
            when = seen.get((chat, event_id))
            found.missed += when is None
            found.unattended += reaper.alive_between(moment.timestamp() - 0.001, moment.timestamp()) == 0
            found.late += [reaper.alive_between(moment.timestamp(), when.timestamp())] if when else []
    found.twice += _one(database, "SELECT count(*) FROM conversations WHERE turn > 2")
    found.missed += plan.timers - _one(database, "SELECT count(*) FROM timers")  # each is followed by another
    found.broken = _one(database, "SELECT count(*) FROM quarantine")
    return found


def _rows(database: Database, like: str) -> list[Any]:
    query = (
        "SELECT c.chat, e.event_id, e.at FROM events e JOIN conversations c ON c.id = e.conversation_id"
        " WHERE e.event_id LIKE :like"
    )
    with database.read() as connection:
        return list(connection.execute(text(query), {"like": like}))


def _one(database: Database, query: str) -> int:
    with database.read() as connection:
        return int(connection.scalar(text(query)) or 0)


_COLUMNS = (
    "timers", "processes", "kill -9", "timers", "missed", "twice", "early", "broken", "due while none was alive",
    "late s, median", "p99", "most", "start s",
)  # fmt: skip


def table(outcomes: dict[str, Outcome]) -> str:
    """The outcomes by their database's name, in Markdown."""
    lines = [_COLUMNS, ("---",) * len(_COLUMNS), *(_cells(name, outcome) for name, outcome in outcomes.items())]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _cells(name: str, found: Outcome) -> tuple[object, ...]:
    restart = sum(found.restarts) / max(1, len(found.restarts))
    late = [f"{found.at(share):.2f}" for share in (0.5, 0.99, 1.0)]
    return (
        name, found.plan.servers, found.plan.kills, found.plan.timers, found.missed, found.twice, found.early,
        found.broken, found.unattended, *late, f"{restart:.2f}",
    )  # fmt: skip
