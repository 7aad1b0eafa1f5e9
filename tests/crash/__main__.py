"""`make crash`: the full storm, on SQLite and on PostgreSQL with four processes. Exit code 1 on any fault."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.crash.report import table
from tests.crash.storm import Outcome, Plan, run
from tests.real.postgres import NoPostgres, new_database, running_postgres

KILLS = Plan(kills=50, messages=10_000, chats=500)
TERMS = Plan(kills=25, messages=5_000, chats=500, how="term")


def main() -> int:
    """Both storms on both databases; prints the table."""
    outcomes: dict[str, Outcome] = {}
    with TemporaryDirectory(prefix="amends-crash-") as folder:
        for plan in (KILLS, TERMS):
            outcomes[f"SQLite {plan.how}"] = _on_sqlite(plan, Path(folder) / plan.how)
            print(table(outcomes), flush=True)
        try:
            with running_postgres() as server:
                for plan in (KILLS, TERMS):
                    outcomes[f"PostgreSQL {plan.how}"] = _on_postgres(plan, Path(folder) / f"pg-{plan.how}", server)
        except NoPostgres as reason:
            print(f"not found, so skipped: PostgreSQL ({reason})")
    print(table(outcomes))
    return 0 if all(outcome.well for outcome in outcomes.values()) else 1


def _on_sqlite(plan: Plan, folder: Path) -> Outcome:
    return run(plan, folder, f"sqlite:///{folder / 'amends.db'}")


def _on_postgres(plan: Plan, folder: Path, server: str) -> Outcome:
    return run(replace(plan, servers=4), folder, new_database(server))


if __name__ == "__main__":
    sys.exit(main())
