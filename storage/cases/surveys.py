"""Surveys as rows: what each case's own survey says, kept apart for each of its resolutions; and tidings of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from complaints.survey import Survey
from storage.db.dialect import Dialect
from storage.db.timestamps import from_micros, to_micros
from storage.tables.surveys import surveys, tidings

_MOMENTS = ("resolved_at", "asked_at", "reminded_at", "answered_at", "done_at", "reopened_at")
_PLAIN = (
    "resolution", "agent", "team", "category", "playbook", "wave", "answered_wave", "channel", "solved", "outcome",
    "treatment", "reason", "words", "more", "contact", "dropped", "reopened_by",
)  # fmt: skip

ASKS = "survey"
"""What a message that asks is marked with (`Message.asks`)."""
TELL = insert(tidings)
MOVE = update(surveys).where(surveys.c.reference == bindparam("of_reference")).values(conversation_id=bindparam("to"))
"""The customer has carried the case over to another conversation."""


@dataclass(frozen=True, slots=True)
class SurveyOnFile:
    """A survey as it is on file. `delivered_at` is aware, UTC; None while nothing shows that it arrived."""

    reference: str
    conversation_id: str
    survey: Survey
    delivered_at: datetime | None


def row_of(conversation_id: str, reference: str, survey: Survey) -> dict[str, Any]:
    """A survey as a row. What only the channel knows is left as it was."""
    moments = {name: _micros(getattr(survey, name)) for name in _MOMENTS}
    plain = {name: getattr(survey, name) for name in _PLAIN}
    # Whoever answers has read the question, whatever the channel knows.
    known_of_the_channel = {"asked_seq": 0, "delivered_at": moments["answered_at"]}
    return {"reference": reference, "conversation_id": conversation_id, **known_of_the_channel, **moments, **plain}


def writing(dialect: Dialect) -> Any:
    """The statement that writes surveys, each in place of what stood there."""
    made = dialect.insert(surveys)
    kept = ("reference", "resolution", "asked_seq", "delivered_at")
    fresh = {column.name: made.excluded[column.name] for column in surveys.c if column.name not in kept}
    fresh["asked_seq"] = func.coalesce(func.nullif(made.excluded.asked_seq, 0), surveys.c.asked_seq)
    # What arrived first is when it arrived.
    fresh["delivered_at"] = func.coalesce(func.nullif(surveys.c.delivered_at, 0), made.excluded.delivered_at)
    return made.on_conflict_do_update(index_elements=["reference", "resolution"], set_=fresh)


_DELIVERED = (
    update(surveys)
    .where(surveys.c.conversation_id == bindparam("of_id"), surveys.c.asked_seq == bindparam("of_seq"))
    .where(surveys.c.delivered_at == 0)
    .values(delivered_at=bindparam("at"))
)


def note_delivered(conn: Connection, conversation_id: str, seq: int, now: datetime) -> None:
    """The channel has taken the message that asked."""
    conn.execute(_DELIVERED, {"of_id": conversation_id, "of_seq": seq, "at": to_micros(now)})


def surveys_of(conn: Connection, reference: str) -> list[SurveyOnFile]:
    """The surveys of a case, the first resolution's first."""
    query = select(surveys).where(surveys.c.reference == reference).order_by(surveys.c.resolution)
    return [asked_of(row) for row in conn.execute(query)]


def asked_of(row: Any) -> SurveyOnFile:
    """A row as a survey; which parts were left out is known to the case alone."""
    moments = {name: _moment(getattr(row, name)) for name in _MOMENTS}
    facts: dict[str, Any] = {**moments, **{name: getattr(row, name) for name in _PLAIN}}
    survey = Survey(**facts)
    return SurveyOnFile(row.reference, row.conversation_id, survey, _moment(row.delivered_at))


def _micros(moment: datetime | None) -> int:
    return to_micros(moment) if moment else 0


def _moment(micros: int) -> datetime | None:
    return from_micros(micros) if micros else None
