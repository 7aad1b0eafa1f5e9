"""Stories as rows. A turn writes down what it heard; comparing comes later, beside the turns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, case, delete, exists, func, select, update

from complaints.incidents.repeats import Likely, Repeat, Told, repeats_of
from complaints.incidents.stories import Story, telling_tokens, unpacked
from complaints.record import Record
from dialogs.understanding.repeats.features import Text
from dialogs.understanding.repeats.scorer import shipped
from storage.db.dialect import Dialect
from storage.db.timestamps import from_micros, to_micros
from storage.tables.incidents import incident_members, stories

SUMMARY = 200
"""Characters of a story that are kept beside its vector."""


@dataclass(frozen=True, slots=True)
class StoryOnFile:
    """A story and whose it is: the `n`th complaint of its chat, and its reference once it is filed."""

    conversation_id: str
    n: int
    at: datetime
    reference: str
    language: str
    category: str
    order_number: str
    summary: str
    tokens: frozenset[str]
    vector: bytes

    @property
    def story(self) -> Story:
        """As it is compared."""
        of_id = f"{self.conversation_id}/{self.n}"
        return Story(of_id, self.conversation_id, self.at, unpacked(self.vector), self.tokens)


def row_of(
    conversation_id: str, n: int, record: Record, *, at: datetime, reference: str, language: str, vector: bytes
) -> dict[str, Any]:
    """A complaint as it is told so far, as parameters of `keeping`."""
    tokens = telling_tokens(record.story, record.item, record.place_or_page)
    return {
        "conversation_id": conversation_id,
        "n": n,
        "at": to_micros(at),
        "reference": reference,
        "language": language,
        "category": record.category,
        "order_number": record.order_number,
        "summary": " ".join(record.story.split())[:SUMMARY],
        "tokens": "\n".join(sorted(tokens)),
        "vector": vector,
        "compared_at": 0,
    }


def keeping(dialect: Dialect) -> Any:
    """Keeps a story. Of the same complaint the first vector stays: later words only fill in what was asked."""
    made = dialect.insert(stories).values(
        {column.name: bindparam(column.name, type_=column.type) for column in stories.c}
    )
    new, changes = made.excluded, {}
    for name in ("at", "reference", "language", "category", "order_number", "summary", "tokens", "compared_at"):
        changes[name] = getattr(new, name)
    is_another = (new.at != stories.c.at) & (func.length(new.vector) > 0)
    lacks = func.length(stories.c.vector) == 0
    changes["vector"] = case((is_another | lacks, new.vector), else_=stories.c.vector)
    return made.on_conflict_do_update(index_elements=["conversation_id", "n"], set_=changes)


def waiting(conn: Connection, limit: int = 50) -> list[StoryOnFile]:
    """Stories that were not compared yet, the oldest first."""
    return _found(conn, stories.c.compared_at == 0, limit)


def mark_compared(conn: Connection, compared: Iterable[StoryOnFile], now: datetime) -> None:
    """They were compared as they are now."""
    own = (stories.c.conversation_id == bindparam("of_id"), stories.c.n == bindparam("of_n"))
    rows = [{"of_id": one.conversation_id, "of_n": one.n, "now": to_micros(now)} for one in compared]
    if rows:
        conn.execute(update(stories).where(*own).values(compared_at=bindparam("now")), rows)


def between(conn: Connection, since: datetime, until: datetime, limit: int) -> list[StoryOnFile]:
    """The newest stories of these times, oldest first."""
    times = (stories.c.at >= to_micros(since)) & (stories.c.at <= to_micros(until))
    query = select(stories).where(times).order_by(stories.c.at.desc()).limit(limit)
    return [story_of(row) for row in conn.execute(query)][::-1]


def of_chat(conn: Connection, conversation_id: str) -> list[StoryOnFile]:
    """One chat's stories, oldest first."""
    return _found(conn, stories.c.conversation_id == conversation_id, 200)


def repeats_in_chat(conn: Connection, conversation_id: str, reference: str) -> tuple[Repeat, ...]:
    """Which other cases of a chat a case repeats, or is repeated by."""
    told = [
        Told(one.reference, one.at, one.order_number, unpacked(one.vector), one.summary)
        for one in of_chat(conn, conversation_id)
        if one.reference
    ]
    own = next((one for one in told if one.reference == reference), None)
    return repeats_of(own, told, _likely()) if own else ()


def _likely() -> Likely | None:
    """What tells whether two complaints are about the same matter, where it comes along."""
    scorer = shipped()
    if scorer is None:
        return None
    return lambda first, second: scorer.likely(Text(first.said, first.vector), Text(second.said, second.vector))


def forget(conn: Connection, before: datetime) -> int:
    """Forget what is older than anything is compared with, and in no incident; returns how many."""
    own = incident_members.c
    its = (own.conversation_id == stories.c.conversation_id) & (own.n == stories.c.n)
    old = (stories.c.at < to_micros(before)) & ~exists().where(its)
    return conn.execute(delete(stories).where(old)).rowcount


def _found(conn: Connection, condition: ColumnElement[bool], limit: int) -> list[StoryOnFile]:
    query = select(stories).where(condition).order_by(stories.c.at, stories.c.conversation_id).limit(limit)
    return [story_of(row) for row in conn.execute(query)]


def story_of(row: Row[Any]) -> StoryOnFile:
    """A row of `stories` as a story."""
    tokens = frozenset(row.tokens.split("\n")) - {""}
    return StoryOnFile(
        row.conversation_id, row.n, from_micros(row.at), row.reference, row.language, row.category,
        row.order_number, row.summary, tokens, bytes(row.vector),
    )  # fmt: skip
