"""Digests of texts that could not be read: on both databases, for a while, and never too many."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.readers import unreadable
from engine.readers.unreadable import Unreadable
from storage.db.database import Database
from storage.security.unreadable_texts import unread_texts
from tests.turn.scenery import KEY, NOON


async def test_a_text_is_tried_again_when_its_digest_has_expired(database: Database) -> None:
    now = [NOON]
    known = Unreadable(database, KEY, lambda: now[0])
    await known.remember("hang")
    assert known.knows("hang")
    assert not known.knows("hung")
    now[0] += timedelta(hours=25)
    assert not known.knows("hang")
    again = Unreadable(database, KEY, lambda: now[0])
    await again.load()
    assert not again.knows("hang")


async def test_the_oldest_are_forgotten_where_there_are_too_many(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unreadable, "MOST", 3)
    known = Unreadable(database, KEY, lambda: NOON)
    for n in range(5):
        await known.remember(f"text {n}")
    await known.remember("text 4")
    assert [known.knows(f"text {n}") for n in range(5)] == [False, False, True, True, True]
    with database.read() as conn:
        assert conn.scalar(select(func.count()).select_from(unread_texts)) == 3
