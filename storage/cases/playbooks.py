"""The playbook versions that were ever in use, whole, so that what a case ran under can be read again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from storage.db.dialect import Dialect
from storage.db.timestamps import to_micros
from storage.tables.core import playbook_versions


def note_playbook(conn: Connection, dialect: Dialect, version: str, name: str, content: str, now: datetime) -> None:
    """Keep this version's content if it is new here."""
    row = {"version": version, "name": name, "content": content, "first_used": to_micros(now)}
    conn.execute(dialect.insert(playbook_versions).on_conflict_do_nothing(), row)
