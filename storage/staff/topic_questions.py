"""Questions: what a colleague was asked in a topic of the staff chat, and has not answered yet.

What they write next is their answer, and half of it is for us alone. So it is kept here, for whoever serves after a
restart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, select, update

from storage.db.dialect import Dialect
from storage.db.timestamps import from_micros, to_micros
from storage.tables.staff_chat import staff_questions

FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who was asked where: Telegram's numbers of the chat, the topic and the person."""

    chat: int
    topic: int
    telegram_id: int


@dataclass(frozen=True, slots=True)
class TopicQuestion:
    """How a case ended: `outcome` is empty until it was answered. `answered_by` is the last message that answered one
    of its parts, 0 for none; `open` says that there is a part left. `at` (aware, UTC) is when it was asked.
    """

    reference: str
    at: datetime
    outcome: str = ""
    answered_by: int = 0
    open: bool = True


def put_question(conn: Connection, dialect: Dialect, asker: Asker, question: TopicQuestion) -> None:
    """Keep what they were asked, in place of what they were asked before."""
    conn.execute(delete(staff_questions).where(staff_questions.c.at < to_micros(question.at - FORGOTTEN)))
    key = {"chat": asker.chat, "topic": asker.topic, "telegram_id": asker.telegram_id}
    fresh = {
        "reference": question.reference, "outcome": question.outcome, "answered_by": question.answered_by,
        "open": question.open, "at": to_micros(question.at),
    }  # fmt: skip
    made = dialect.insert(staff_questions).values({**key, **fresh})
    conn.execute(made.on_conflict_do_update(index_elements=list(key), set_=fresh))


def find_question(conn: Connection, asker: Asker) -> TopicQuestion | None:
    """What they were asked last."""
    row = conn.execute(select(staff_questions).where(_of(asker))).first()
    return (
        None
        if row is None
        else TopicQuestion(row.reference, from_micros(row.at), row.outcome, row.answered_by, row.open)
    )


def close_question(conn: Connection, asker: Asker, message: int) -> None:
    """All of it is answered, by this message last, or of no interest any more."""
    conn.execute(update(staff_questions).where(_of(asker)).values(open=False, outcome="", answered_by=message))


def _of(asker: Asker) -> ColumnElement[bool]:
    table = staff_questions.c
    return (table.chat == asker.chat) & (table.topic == asker.topic) & (table.telegram_id == asker.telegram_id)
