"""Everything of one customer, to be read by people and by machines: a ZIP file of HTML, JSON and their files."""

from __future__ import annotations

import base64
import json
import os
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import Connection

from storage.db.timestamps import from_micros
from storage.files.attachments import FileStore, attachments_of
from storage.privacy.customer_tables import OF_CUSTOMERS, references_of, rows_of
from storage.tables.core import conversations

_SECRET = frozenset({"salt", "seal", "digest", "words", "lease", "held", "audit_last", "audit_head", "transcript_head"})
"""Columns that prove and tell nothing; in `surveys` and `attachments` these names are the customer's own."""
_OWN = frozenset({("surveys", "words"), ("attachments", "digest")})
_JSON = frozenset({"body", "state", "detail", "files", "event", "held"})
_MOMENTS = frozenset(
    {"at", "opened_at", "changed_at", "updated_at", "created_at", "expires_at", "used_at", "due", "resolved_at",
     "asked_at", "answered_at", "done_at", "kept_at", "began_at", "seen_at", "delivered_at", "reminded_at"}
)  # fmt: skip


def gathered(conn: Connection, of_id: str) -> dict[str, list[dict[str, Any]]]:
    """The customer's rows of every table that holds any, by table; JSON is opened and moments are ISO 8601."""
    references = references_of(conn, of_id)
    return {
        name: [_shown(name, row) for row in rows_of(conn, name, of_id, references)] for name in sorted(OF_CUSTOMERS)
    }


def export(conn: Connection, store: FileStore, of_id: str, to: Path, now: datetime) -> bool:
    """Write everything of one customer into a new ZIP file, readable by its owner alone. False where there is nobody.

    Raises FileExistsError where the file is there already, OSError where it cannot be written.
    """
    if (
        conn.scalar(conversations.select().with_only_columns(conversations.c.id).where(conversations.c.id == of_id))
        is None
    ):
        return False
    told = gathered(conn, of_id)
    with open(to, "xb", opener=_privately) as file, ZipFile(file, "w", ZIP_DEFLATED) as into:
        into.writestr("index.html", _page(conn, of_id, told, now))
        into.writestr("data.json", json.dumps(told, ensure_ascii=False, indent=2))
        for one in attachments_of(conn, of_id):
            place = next((p for p in (store.path(one.digest), store.held(one.digest)) if p.exists()), None)
            if place:
                into.write(place, _name(one.digest, one.name))
    return True


def _privately(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _name(digest: str, name: str) -> str:
    return f"files/{digest[:12]} {name}"


def _shown(table: str, row: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in _SECRET or (table, name) in _OWN}
    return {name: _value(name, value) for name, value in kept.items()}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if name in _MOMENTS and isinstance(value, int):
        return from_micros(value).isoformat() if value else None
    if name in _JSON and isinstance(value, str):
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return value
    return value


def _page(conn: Connection, of_id: str, told: dict[str, list[dict[str, Any]]], now: datetime) -> str:
    said = "".join(
        f"<li><time>{row['at']}</time> <b>{escape(row['author'])}</b>: {_broken(row['text'])}</li>"
        for row in told["messages"]
    )
    files = "".join(
        f'<li><a href="{escape(_name(one.digest, one.name))}">{escape(one.name)}</a> ({one.size} bytes)</li>'
        for one in attachments_of(conn, of_id)
    )
    rest = "".join(f"<h2>{name}</h2>{_table(rows)}" for name, rows in told.items() if rows and name != "messages")
    return _PAGE.format(of_id=of_id, at=now.isoformat(timespec="seconds"), said=said, files=files, rest=rest)


def _table(rows: list[dict[str, Any]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{_cell(value)}</td>" for value in row.values()) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _cell(value: Any) -> str:
    if isinstance(value, dict | list):
        return f"<pre>{escape(json.dumps(value, ensure_ascii=False, indent=1))}</pre>"
    return "" if value is None else _broken(str(value))


def _broken(words: str) -> str:
    return escape(words).replace("\n", "<br>")


_PAGE = """<!doctype html>
<meta charset="utf-8"><title>What we hold about you</title>
<style>body{{font:16px/1.5 sans-serif;max-width:70em;margin:2em auto;padding:0 1em}}
table{{border-collapse:collapse;display:block;overflow-x:auto}}td,th{{border:1px solid #bbb;padding:.3em;
text-align:left;vertical-align:top}}pre{{margin:0;white-space:pre-wrap}}time{{color:#555}}</style>
<h1>What we hold about you</h1>
<p>Everything on file under the customer id {of_id}, as of {at}. The same stands in data.json for machines.</p>
<h2>What was said</h2><ol>{said}</ol>
<h2>Files</h2><ul>{files}</ul>
{rest}
"""
