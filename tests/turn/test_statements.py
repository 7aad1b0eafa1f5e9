"""A batch costs the same number of statements however many turns it holds, and none of them scans."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event

from dialogs.flows.events import Event
from engine.turn.admission import Arrival
from engine.turn.batch import TurnBatch
from engine.turn.outcome import Tally
from storage.conversations.conversations import conversation_id
from storage.db.database import Database, open_database
from storage.migrations.upgrade import bring_up_to_date
from tests.turn.scenery import KEY, NOON, StandIn, event, step


def _batch(database: Database) -> TurnBatch:
    return TurnBatch(database.dialect, StandIn(), step, KEY, lambda _event: True, Tally())  # type: ignore[arg-type]


def _arrival(one: Event) -> Arrival:
    return Arrival(one, conversation_id(one.channel, one.account, one.chat))


def _statements(database: Database, size: int) -> list[str]:
    """The statements of a batch in which every kind of thing happens."""
    seen: list[str] = []

    def listen(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    words = ["file it", "wake", "hush", "person", "consent", "hello", "change"]
    arrivals = [_arrival(event(f"{size}-{n}", f"{word}", word)) for n in range(size) for word in words]
    sqlalchemy_event.listen(database.writer, "before_cursor_execute", listen)
    with database.write() as conn:
        _batch(database).take(conn, arrivals, NOON)
    sqlalchemy_event.remove(database.writer, "before_cursor_execute", listen)
    return seen


def test_a_batch_of_64_takes_as_many_statements_as_a_batch_of_one(database: Database) -> None:
    one, eight, many = (_statements(database, size) for size in (1, 8, 64))
    assert one == eight == many
    assert len(one) < 20


def test_a_turn_that_only_talks_takes_six_statements(database: Database) -> None:
    seen: list[str] = []
    batch = TurnBatch(database.dialect, StandIn(), step, KEY, lambda _event: False, Tally())  # type: ignore[arg-type]
    for n in (1, 2):
        arrivals = [_arrival(event("ann", f"e{n}", "hello"))]
        seen.clear()
        with database.write() as conn:
            sqlalchemy_event.listen(conn, "before_cursor_execute", lambda _c, _u, text, *_r: seen.append(text))
            batch.take(conn, arrivals, NOON)
        batch.committed(arrivals)
    assert [statement.split()[0] for statement in seen] == ["SELECT", "SELECT", "UPDATE", "INSERT", "INSERT"]


def test_no_statement_of_a_turn_scans_a_table_that_grows(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    bring_up_to_date(database)
    plans: list[str] = []

    def explain(conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if statement.startswith(("EXPLAIN", "BEGIN")):
            return
        one = parameters[0] if many else parameters
        raw = conn.connection.dbapi_connection.execute(f"EXPLAIN QUERY PLAN {statement}", one)
        plans.extend(row[3] for row in raw)

    words = ["file it", "wake", "hush", "person", "consent", "hello", "change", "hello"]
    arrivals = [_arrival(event("ann", word, word)) for word in words]
    sqlalchemy_event.listen(database.writer, "before_cursor_execute", explain)
    for _ in range(2):
        with database.write() as conn:
            _batch(database).take(conn, arrivals, NOON)
    few = ("_each", "CONSTANT", "SCAN webhooks")  # lists that were bound, and receivers, of which there are few
    scans = [plan for plan in plans if plan.startswith("SCAN") and not any(one in plan for one in few)]
    assert len(plans) > 10
    assert scans == []
    database.close()


@pytest.mark.parametrize("size", [64])
def test_understanding_is_asked_once_for_a_whole_batch(database: Database, size: int) -> None:
    from concurrent.futures import Future

    from engine.turn.processor import TurnProcessor, _Waiting
    from storage.files.attachments import FileStore
    from tests.turn.scenery import Literal

    reader = Literal()
    door = TurnProcessor(database, StandIn(), reader, step=step, files=FileStore(None), audit_key=KEY)  # type: ignore[arg-type]
    waiting = [_Waiting(event(f"c{n}", "e", "hi"), Future()) for n in range(size)]  # type: ignore[arg-type]
    door._settle(waiting)
    assert reader.asked == [size]
