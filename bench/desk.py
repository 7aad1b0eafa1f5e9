"""The desk under load: how long the inbox of a hundred thousand chats takes to open, and a message to arrive.

Run by `make bench-desk`. The inbox is asked for over HTTP by one colleague after another, each list and
order in turn; messages go both ways between customers on the web and colleagues who watch their chats.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from bench.arrival import arrivals
from dialogs.playbooks.loading import load_playbook
from storage.conversations.inbox import SORTS, VIEWS
from storage.staff.accounts import Role
from tests.desk.scenery import Browser, Office, office
from tests.inbox.crowd import fill
from tests.real.postgres import NoPostgres, new_database, running_postgres

CHATS = 100_000
OPENINGS = 200
SEARCHES = ("水壶", "refund", "C-2611-00004", "customer 77")
GOAL_INBOX, GOAL_ARRIVAL = 0.200, 0.300


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds, as measured."""

    name: str
    seconds: tuple[float, ...]
    goal: float

    def __str__(self) -> str:
        ordered = sorted(self.seconds)
        p95 = ordered[int(len(ordered) * 0.95)]
        middle, most = statistics.median(ordered), ordered[-1]
        kept = "kept" if p95 <= self.goal else "MISSED"
        return (
            f"{self.name:42} p50 {middle * 1000:6.1f} ms   p95 {p95 * 1000:6.1f} ms   "
            f"max {most * 1000:6.1f} ms   goal {self.goal * 1000:.0f} ms: {kept}"
        )


@contextmanager
def crowded(chats: int) -> Iterator[Office]:
    """A desk over so many chats, on SQLite."""
    with tempfile.TemporaryDirectory() as folder, office(Path(folder), load_playbook("shop")) as place:
        place.hire("mei", Role.AGENT, teams=("payments", "logistics"))
        place.hire("sam", Role.SUPERVISOR)
        fill(place.database, chats)
        yield place


def openings(place: Office) -> Iterator[Times]:
    """The inbox, opened by an agent of two teams and by a supervisor."""
    for login in ("mei", "sam"):
        browser = place.at_work(login)
        lists = [f"view={view}&sort={sort}" for view, sort in product(VIEWS, SORTS)]
        lists += [f"view=all&query={words}" for words in SEARCHES]
        lists += ["view=all&state=held&priority=urgent", "view=all&category=payment&language=zh", "view=all&state=done"]
        taken = [_opened(browser, lists[n % len(lists)]) for n in range(OPENINGS)]
        yield Times(f"the inbox opens for {login}", tuple(taken), GOAL_INBOX)


def _opened(browser: Browser, query: str) -> float:
    began = time.perf_counter()
    answer = browser.get(f"/desk/inbox?{query}")
    assert answer.status_code == 200, answer.text
    return time.perf_counter() - began


def messages(folder: Path) -> Iterator[Times]:
    """Messages between two sides, on each database; on PostgreSQL also from one process to another."""
    yield from _both_ways(folder / "sqlite", f"sqlite:///{folder / 'amends.db'}", 1, "SQLite")
    try:
        with running_postgres() as server:
            for processes in (1, 2):
                name = "PostgreSQL" if processes == 1 else "PostgreSQL, 2 processes"
                yield from _both_ways(folder / name, new_database(server), processes, name)
    except NoPostgres as reason:
        print(f"not found, so skipped: PostgreSQL ({reason})", file=sys.stderr)


def _both_ways(folder: Path, url: str, processes: int, name: str) -> Iterator[Times]:
    for author, seconds in arrivals(folder, url, processes):
        yield Times(f"a {author}'s message arrives ({name})", tuple(seconds), GOAL_ARRIVAL)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--chats", type=int, default=CHATS)
    asked.add_argument("--only", choices=["inbox", "arrival"])
    chosen = asked.parse_args()
    if chosen.only != "arrival":
        with crowded(chosen.chats) as place:
            print(f"{chosen.chats:,} chats on SQLite", file=sys.stderr)
            for times in openings(place):
                print(times, flush=True)
    if chosen.only != "inbox":
        with tempfile.TemporaryDirectory() as folder:
            for times in messages(Path(folder)):
                print(times, flush=True)


if __name__ == "__main__":
    main()
