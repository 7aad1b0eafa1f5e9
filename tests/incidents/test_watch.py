"""Incidents in the database: what the turns wrote down is compared beside them, by one process, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy import select

from complaints.incidents.stories import packed
from complaints.record import Record
from engine.upkeep.incident_watch import IncidentWatch
from storage.db.database import Database
from storage.incidents import incidents, stories
from storage.incidents.incidents import Incident
from storage.tables.incidents import stories as table
from storage.tables.webhooks import webhook_messages, webhooks

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PAY, LATE = np.array([1, 0, 0, 0], np.float32), np.array([0, 1, 0, 0], np.float32)


def tell(database: Database, chat: str, minutes: float, meaning: np.ndarray = PAY, text: str = "it fails") -> None:
    record = Record(story=text, category="payment")
    row = stories.row_of(
        chat, 0, record, at=NOON + timedelta(minutes=minutes), reference=f"C-{chat}", language="en",
        vector=packed(meaning),
    )  # fmt: skip
    with database.write() as conn:
        conn.execute(stories.keeping(database.dialect), row)


def days_before(database: Database) -> None:
    """Four weeks of complaints about something else, so that what is usual is known."""
    rng = np.random.default_rng(1)
    for n in range(80):
        noise = LATE + rng.normal(0, 0.4, 4).astype(np.float32) * np.array([0, 1, 1, 1], np.float32)
        tell(database, f"old{n}", -60 * 24 * 27 + n * 450, noise, "late")
    watched(database, -60 * 24)


def watched(database: Database, minutes: float = 20) -> list[Incident]:
    watch = IncidentWatch(database, lambda: NOON + timedelta(minutes=minutes))
    while watch.catch_up():
        pass
    watch.give_up()
    with database.read() as conn:
        return incidents.listed(conn)


def members(database: Database, of_id: str) -> set[str]:
    with database.read() as conn:
        return {one.conversation_id for one in incidents.members_of(conn, [of_id])[of_id] if one.is_in}


def test_like_complaints_of_several_become_one_incident_and_later_ones_join(database: Database) -> None:
    days_before(database)
    for n in range(6):
        tell(database, f"pay{n}", n)
    tell(database, "other", 3, LATE, "late")
    (found,) = watched(database)
    assert found.state == "suspected"
    assert members(database, found.id) == {f"pay{n}" for n in range(6)}
    tell(database, "pay9", 12)
    assert [one.id for one in watched(database)] == [found.id]
    assert "pay9" in members(database, found.id)


def test_two_processes_that_watch_make_one_incident(database: Database) -> None:
    days_before(database)
    for n in range(6):
        tell(database, f"pay{n}", n)
    watches = [IncidentWatch(database, lambda: NOON + timedelta(minutes=20)) for _ in range(2)]
    for _ in range(3):
        for watch in watches:
            watch.catch_up()
    for watch in watches:
        watch.give_up()
    with database.read() as conn:
        assert len(incidents.listed(conn)) == 1


def test_who_was_put_out_stays_out(database: Database) -> None:
    days_before(database)
    for n in range(6):
        tell(database, f"pay{n}", n)
    (found,) = watched(database)
    with database.write() as conn:
        assert incidents.put(conn, found.id, ("pay2", 0), is_in=False, staff="lin")
    tell(database, "pay2", 14, text="it fails, still")
    watched(database)
    assert "pay2" not in members(database, found.id)


def test_what_nobody_confirms_goes_by(database: Database) -> None:
    days_before(database)
    for n in range(6):
        tell(database, f"pay{n}", n)
    watched(database)
    tell(database, "later", 60 * 60, LATE, "late")
    assert [one.state for one in watched(database, 60 * 60)] == ["closed"]


def test_receivers_hear_of_a_suspicion_without_a_customers_word(database: Database) -> None:
    hook = {"id": "w1", "url": "https://x.example", "secret": "s", "kinds": " incident.suspected ", "created_at": 0,
            "ended_at": 0, "reason": ""}  # fmt: skip
    with database.write() as conn:
        conn.execute(webhooks.insert(), hook)
    days_before(database)
    for n in range(6):
        tell(database, f"pay{n}", n, text="my secret sorrow")
    (found,) = watched(database)
    with database.read() as conn:
        (body,) = conn.scalars(select(webhook_messages.c.body)).all()
    assert found.id in body
    assert "sorrow" not in body


def test_what_is_old_is_forgotten_unless_an_incident_holds_it(database: Database) -> None:
    days_before(database)
    for n in range(6):
        tell(database, f"pay{n}", n)
    watched(database)
    with database.write() as conn:
        assert stories.forget(conn, NOON + timedelta(days=1)) == 80
    with database.read() as conn:
        assert len(conn.scalars(select(table.c.conversation_id)).all()) == 6


def test_a_mere_yes_does_not_change_where_a_story_lies(database: Database) -> None:
    tell(database, "a", 0, PAY)
    tell(database, "a", 0, LATE, "it fails, on my telephone")
    with database.read() as conn:
        assert conn.scalars(select(table.c.vector)).one() == packed(PAY)
