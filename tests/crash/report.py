"""A crash run as a table."""

from __future__ import annotations

from statistics import median

from tests.crash.storm import Outcome

_COLUMNS = (
    "database", "processes", "how", "times", "messages", "resent", "lost", "duplicated", "out of order", "crossed",
    "replies wrong", "answers changed", "broken", "restart s", "leave s", "took s",
)  # fmt: skip


def table(outcomes: dict[str, Outcome]) -> str:
    """The outcomes by their database's name, in Markdown."""
    lines = [_row(_COLUMNS), _row(["---"] * len(_COLUMNS))]
    lines += [_row(_cells(name, outcome)) for name, outcome in outcomes.items()]
    lines += [f"{name}: {example}" for name, outcome in outcomes.items() for example in outcome.evidence.examples]
    return "\n".join(lines)


def _cells(name: str, outcome: Outcome) -> list[str]:
    plan, found = outcome.plan, outcome.evidence
    leaving = f"≤ {max(seconds for seconds, _ in outcome.leaves):.1f}" if outcome.leaves else "–"
    restart = f"{median(outcome.restarts):.2f}" if outcome.restarts else "–"
    return [
        name, str(plan.servers), "kill -9" if plan.how == "kill" else "SIGTERM", str(plan.kills), str(found.messages),
        str(outcome.resent), str(found.lost), str(found.duplicated), str(found.out_of_order), str(found.crossed),
        str(found.replies_wrong + found.gaps), str(found.answers_changed), str(found.broken + found.quarantined),
        restart, leaving, f"{outcome.took:.0f}",
    ]  # fmt: skip


def _row(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"
