"""Resolutions, promises and messages as hypothesis draws them: plain rows, as the turn would have written them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import delete, insert

from storage.db.database import Database
from storage.db.timestamps import to_micros
from storage.tables.core import messages
from storage.tables.promises import promises
from storage.tables.surveys import surveys

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
_SECOND = 1_000_000

hours = st.integers(-72, 72).map(lambda n: to_micros(NOON + n * HOUR))
later = st.one_of(st.just(0), hours)
teams = st.sampled_from(["logistics", "quality", "care"])
categories = st.sampled_from(["delivery", "product_quality"])
scores = st.integers(0, 5)
plain = st.just("")
WORDS = ("channel", "reason", "words", "more", "contact", "dropped", "reopened_by")


def made(**columns: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(columns)


resolutions = made(
    case=st.integers(1, 12), resolution=st.integers(1, 3), resolved_at=hours, agent=st.sampled_from(["", "li", "wang"]),
    team=teams, category=categories, playbook=st.sampled_from(["v1", "v2"]), wave=st.integers(0, 2),
    answered_wave=st.integers(0, 2), asked_at=later, reminded_at=later, asked_seq=st.just(0), delivered_at=later,
    answered_at=later, done_at=later, solved=st.sampled_from(["", "yes", "partly", "no"]), outcome=scores,
    treatment=scores, reopened_at=later, **dict.fromkeys(WORDS, plain),
)  # fmt: skip
given_promises = made(
    case=st.integers(1, 12), kind=st.sampled_from(["first_response", "resolution"]), began_at=hours,
    priority=st.sampled_from(["urgent", "normal"]), team=teams, category=categories,
    playbook=st.sampled_from(["v1", "v2"]), target=st.just(3600 * _SECOND),
    spent=st.integers(0, 30).map(lambda n: n * _SECOND), kept_at=later,
    state=st.sampled_from(["running", "kept", "missed", "dropped"]), cause=plain,
)  # fmt: skip
said = made(case=st.integers(1, 12), author=st.sampled_from(["customer", "bot", "agent"]), at=hours)


def reference(case: int) -> str:
    return f"C-2611-{case:06}"


def chat(case: int) -> str:
    return f"{case:032}"


def filled(
    database: Database, drawn: list[dict[str, Any]], vowed: list[dict[str, Any]], spoken: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Put the rows into the tables, each key once, in place of whatever was there; returns them."""
    asked = list({(row["case"], row["resolution"]): _named(row) for row in drawn}.values())
    vows = list({(row["case"], row["kind"], row["began_at"]): _named(row) for row in vowed}.values())
    words = [
        {
            "conversation_id": chat(one["case"]), "seq": n, "turn": n, "author": one["author"], "at": one["at"],
            "text": "…", "body": "{}",
        }
        for n, one in enumerate(spoken, 1)
    ]  # fmt: skip
    with database.write() as conn:
        for table, rows in ((surveys, asked), (promises, vows), (messages, words)):
            conn.execute(delete(table))
            if rows:
                conn.execute(insert(table), rows)
    return asked, vows, words


def _named(row: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name != "case"}
    return {**kept, "reference": reference(row["case"]), "conversation_id": chat(row["case"])}
