"""`make crash`: full storms at both doors, at the desk, of timers and of offers, on both databases.

Exit code 1 on a fault.

python -m tests.crash [--only rest|telegram|desk|timers|offers]
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.crash import offers, report, storm, telegram, timers
from tests.crash.desk import storm as desk
from tests.real.postgres import NoPostgres, new_database, running_postgres

KILLS = storm.Plan(kills=50, messages=10_000, chats=500)
TERMS = storm.Plan(kills=25, messages=5_000, chats=500, how="term")
TELEGRAM = [
    telegram.Plan(kills=kills, way=way, how=how)
    for way in ("polling", "webhook")
    for kills, how in ((50, "kill"), (25, "term"))
]

DESK = desk.Plan(kills=25, cuts=500, chats=16, colleagues=8, life=3.0)


def main() -> int:
    """All storms on both databases; prints a table after each."""
    asked = argparse.ArgumentParser(prog="python -m tests.crash")
    asked.add_argument("--only", choices=["rest", "telegram", "desk", "timers", "offers"])
    only = asked.parse_args().only
    with TemporaryDirectory(prefix="amends-crash-") as folder, ExitStack() as stack:
        try:
            server = stack.enter_context(running_postgres())
        except NoPostgres as reason:
            server = ""
            print(f"not found, so skipped: PostgreSQL ({reason})")
        storms = {
            "rest": _at_rest,
            "telegram": _at_telegram,
            "desk": _at_desk,
            "timers": _of_timers,
            "offers": _of_offers,
        }
        chosen = [name for name in storms if only in (None, name)]
        well = [all([*storms[name](Path(folder), server)]) for name in chosen]
    return 0 if all(well) else 1


def _at_rest(folder: Path, server: str) -> Iterator[bool]:
    outcomes: dict[str, storm.Outcome] = {}
    for plan in (KILLS, TERMS):
        for name, url, processes in _databases(folder / f"rest-{plan.how}", server, 4):
            home = folder / f"rest-{plan.how}-{name}"
            outcome = outcomes[f"{name} {plan.how}"] = storm.run(replace(plan, servers=processes), home, url)
            print(report.table(outcomes), flush=True)
            yield outcome.well


def _at_telegram(folder: Path, server: str) -> Iterator[bool]:
    outcomes: dict[str, telegram.Outcome] = {}
    for plan in TELEGRAM:
        for name, url, processes in _databases(folder / f"{plan.way}-{plan.how}", server, 2):
            home = folder / f"{plan.way}-{plan.how}-{name}"
            outcome = asyncio.run(telegram.run(replace(plan, servers=processes), home, url))
            outcomes[f"{name} {plan.way} {plan.how}"] = outcome
            print(telegram.table(outcomes), flush=True)
            yield outcome.well


def _at_desk(folder: Path, server: str) -> Iterator[bool]:
    outcomes: dict[str, desk.Outcome] = {}
    for name, url, processes in _databases(folder / "desk", server, 2):
        outcome = outcomes[name] = desk.run(replace(DESK, servers=processes), folder / f"desk-{name}", url)
        print(desk.table(outcomes), flush=True)
        yield outcome.well


def _of_timers(folder: Path, server: str) -> Iterator[bool]:
    outcomes: dict[str, timers.Outcome] = {}
    for name, url, processes in _databases(folder / "timers", server, 4):
        plan = timers.Plan(servers=processes, kills=60 if processes > 1 else 20, span=160 if processes > 1 else 90)
        outcome = outcomes[name] = timers.run(plan, folder / f"timers-{name}", url)
        print(timers.table(outcomes), flush=True)
        yield outcome.well


def _of_offers(folder: Path, server: str) -> Iterator[bool]:
    outcomes: dict[str, offers.Outcome] = {}
    for name, url, processes in _databases(folder / "offers", server, 2):
        plan = offers.Plan(customers=500, kills=50, servers=processes)
        outcome = outcomes[name] = offers.run(plan, folder / f"offers-{name}", url)
        print(offers.table(outcomes), flush=True)
        yield outcome.well


def _databases(folder: Path, server: str, processes: int) -> Iterator[tuple[str, str, int]]:
    """Each database with a fresh address and how many processes share it."""
    folder.mkdir()
    yield "SQLite", f"sqlite:///{folder / 'amends.db'}", 1
    if server:
        yield "PostgreSQL", new_database(server), processes


if __name__ == "__main__":
    sys.exit(main())
