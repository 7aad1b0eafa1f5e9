"""Customers' words go into the database and out of it through one place."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import pytest
from sqlalchemy import String, select, text

from storage import words
from storage.database import Database, open_database
from storage.search import NAME
from storage.tables import metadata
from storage.words import Words

IDS = "an id, a digest or a seal"
ENUM = "one of a few names that the program or the playbook gives"
STAFF = "what colleagues are called and set up as; no customer's"
PLAIN = {
    "api_tokens": {"name": STAFF, "scopes": ENUM},
    "attachments": {"media_type": ENUM, "seal": IDS},
    "audit": {"actor": IDS, "action": ENUM, "subject": IDS, "detail": "personal values only as digests", "salt": IDS},
    "audit_books": {"name": ENUM, "total": IDS, "seal": IDS},
    "audit_heads": {"books": IDS},
    "audit_roll": {"said": IDS, "done": IDS},
    "audit_seals": {"book": ENUM, "row": IDS},
    "blocks": {"source": IDS, "staff": IDS},
    "cases": dict.fromkeys(("reference", "state", "priority", "category", "team"), ENUM),
    "conversations": {
        **dict.fromkeys(("channel", "controller", "language"), ENUM),
        **dict.fromkeys(("account", "chat"), "the address, by which a chat is found"),
        **dict.fromkeys(("audit_last", "audit_head", "transcript_head", "seal", "held"), IDS),
    },
    "corrections": dict.fromkeys(("staff", "language", "was", "now"), ENUM),
    "counters": dict.fromkeys(("name", "seal"), IDS),
    "events": {"event_id": IDS},
    "heartbeats": {"name": ENUM},
    "links": {"kind": ENUM, "subject": "what a link is about, by which it is found; no customer wrote it"},
    "messages": {"author": ENUM, "salt": IDS, "words": IDS},
    "notes": {"staff": IDS, "name": STAFF, "salt": IDS, "words": IDS},
    "findings": dict.fromkeys(
        ("reference", "by", "team", "category", "playbook", "upheld", "responsible", "cause", "contributing"), ENUM
    ),
    "offer_lines": dict.fromkeys(("reference", "kind", "currency", "done_by"), ENUM),
    "offers": dict.fromkeys(
        ("reference", "state", "team", "category", "playbook", "made_by", "role", "approved_by", "decided_by"), ENUM
    ),
    "outbox": dict.fromkeys(("channel", "author", "state", "lease", "receipt", "reason", "seal"), ENUM),
    "passkeys": {**dict.fromkeys(("id", "public_key"), IDS), "name": STAFF},
    "playbook_versions": dict.fromkeys(("version", "name", "content"), "the operator's own"),
    "promises": dict.fromkeys(
        ("reference", "kind", "priority", "team", "category", "playbook", "state", "cause"), ENUM
    ),
    "quarantine": {"event_id": IDS},
    "rings": {"source": IDS},
    "saved_views": {"name": STAFF},
    "security_events": dict.fromkeys(
        ("id", "kind", "actor", "subject", "address", "detail"), "never a customer's words"
    ),
    "sessions": dict.fromkeys(("address", "browser"), STAFF),
    "staff": dict.fromkeys(
        ("login", "name", "role", "password", "totp", "languages", "skills", "language", "timezone", "presence"), STAFF
    ),
    "staff_asides": {"album": IDS},
    "staff_identities": dict.fromkeys(("issuer", "subject"), "an account of a colleague's at an issuer; no customer's"),
    "staff_log": dict.fromkeys(("actor", "action", "subject", "detail"), STAFF),
    "staff_log_end": dict.fromkeys(("last", "head"), IDS),
    "staff_questions": {"reference": IDS},
    "staff_receipts": {"state": ENUM},
    "staff_rooms": dict.fromkeys(("standing", "leaving"), ENUM),
    "staff_teams": {"team": ENUM},
    "surveys": dict.fromkeys(
        ("reference", "agent", "team", "category", "playbook", "channel", "solved", "reason", "contact", "dropped",
         "reopened_by"), ENUM,
    ),
    "threads": dict.fromkeys(
        ("controller", "agent", "team", "state", "reason", "category", "language", "channel", "reference", "speaker",
         "passed", "tags", "source"), ENUM,
    ),
    "tidings": dict.fromkeys(("staff", "team", "kind", "reference", "seen_by"), ENUM),
    "timers": dict.fromkeys(("kind", "subject"), ENUM),
    "unread_texts": {"digest": IDS},
    "unsent": {"kind": ENUM},
    "upload_tallies": {"source": IDS},
    "webhook_attempts": {"trouble": ENUM},
    "webhook_messages": dict.fromkeys(("kind", "reference", "state"), ENUM),
    "webhooks": dict.fromkeys(("url", "secret", "kinds", "reason"), "the operator's own"),
}  # fmt: skip
"""Text columns without customers' words, by table, each with the reason."""


def test_every_text_column_goes_through_the_seam_or_has_a_reason_not_to() -> None:
    texts = {
        (table.name, column.name): isinstance(column.type, Words)
        for table in metadata.sorted_tables
        for column in table.c
        if isinstance(column.type, Words) or (isinstance(column.type, String) and column.type.length is None)
    }
    plain = {(table, column) for table, columns in PLAIN.items() for column in columns}
    assert {place for place, sealed in texts.items() if not sealed} - plain == set(), (
        "a text column: does it hold what customers, or colleagues about them, wrote? Then its type is Words"
    )
    assert plain - texts.keys() == set(), "these columns are no more"
    assert not {place for place, sealed in texts.items() if sealed} & plain


def test_each_column_says_where_it_is() -> None:
    for table in metadata.sorted_tables:
        for column in table.c:
            if isinstance(column.type, Words):
                assert column.type.place == f"{table.name}.{column.name}"


async def test_with_another_seal_no_word_lies_open_and_everything_goes_on(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.attack.records import in_use

    monkeypatch.setattr(words, "IS_PLAIN", False)
    monkeypatch.setattr(words, "seal", lambda place, said: f"{place}|{base64.b85encode(said.encode()).decode()}")
    monkeypatch.setattr(words, "unseal", _opened)
    sealing = open_database(database.url)
    records = await in_use(sealing, tmp_path / "files")
    await records.say("cem", "e9", "a zeppelin of mine")
    assert records.findings() == []
    await records.door.stop()
    with sealing.read() as conn:
        said = conn.scalars(select(metadata.tables["messages"].c.text)).all()
    assert "a zeppelin of mine" in said
    await asyncio.to_thread(_nothing_lies_open, database, ("zeppelin", "she sounds upset", "cup.txt", "example.org"))
    records.intruder.close()
    sealing.close()


def _opened(place: str, stored: str) -> str:
    where, _, rest = stored.partition("|")
    assert where == place, f"{where} was read as {place}"
    return base64.b85decode(rest).decode()


def _nothing_lies_open(database: Database, sought: tuple[str, ...]) -> None:
    with database.read() as conn:
        for table in metadata.sorted_tables:
            if table.name != NAME:
                stored = "\n".join(map(str, conn.execute(text(f"SELECT * FROM {table.name}"))))
                assert not [word for word in sought if word in stored], table.name
