"""A database in use, to be tampered with: customers, a case, promises, notes, files, colleagues, sessions, tokens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from complaints.promises import Clock, Kind
from complaints.record import Attachment
from dialogs.flows.effects import ChangeCase, Note, OpenCase
from dialogs.flows.events import Said
from dialogs.flows.staff import Acted, Noted
from engine.turn.processor import TurnProcessor
from engine.upkeep.proof import Proving
from storage.audit.findings import AuditFinding
from storage.audit.head_chain import newest
from storage.audit.verify import verify
from storage.cases.playbooks import note_playbook
from storage.conversations import notes
from storage.conversations.conversations import conversation_id
from storage.db.database import Database, open_database
from storage.db.encryption import Seal
from storage.delivery import outbox
from storage.delivery.webhooks import add_webhook
from storage.files.attachments import FileStore
from storage.security.events import SecurityEvent, SecurityEventKind, record
from storage.security.keys import ring_of
from storage.staff import tokens
from storage.staff.account_log import verify_staff_log
from storage.staff.accounts import NewStaff, Role, add_staff, change_staff
from storage.staff.issuer_identities import join_identity
from storage.staff.passkeys import Passkey, add_passkey, use_passkey
from storage.staff.passwords import keep_password
from storage.staff.second_steps import keep_totp
from storage.staff.sessions import Lifetime, open_session
from storage.tables.core import metadata
from tests.turn.scenery import KEY, NOON, Literal, StandIn, event
from tests.turn.scenery import step as plain

CHATS = ("ann", "bob", "cem")


def step(state: Any, event: Any, setting: Any) -> Any:
    """As the scenery's, but cases have promises, `keep` keeps one, and a colleague's note is a note."""
    after, effects = plain(state, event, setting) if isinstance(event.body, Said) else (state, ())
    if isinstance(event.body, Acted):
        return after, (Note("she sounds upset", ()),)
    if isinstance(event.body, Said) and event.body.text.startswith("keep"):
        case = setting.cases[-1]
        kept = case.with_clocks(*(replace(clock, kept_at=setting.now) for clock in case.clocks[:1]))
        return after, (ChangeCase(kept, "answered", {}), *effects)
    return after, tuple(_promised(effect) if isinstance(effect, OpenCase) else effect for effect in effects)


def _promised(opened: OpenCase) -> OpenCase:
    due = NOON + timedelta(hours=1)
    clocks = tuple(Clock(kind, timedelta(hours=1), NOON, due, NOON, began=NOON) for kind in Kind)
    return OpenCase(replace(opened.case, clocks=clocks))


@dataclass
class Records:
    """The database as its owner has it (`database`), and as an intruder has (`intruder`), who lacks the key."""

    database: Database
    intruder: Database
    files: FileStore
    photo: Attachment
    door: TurnProcessor
    proving: Proving
    staff: str = ""

    def findings(self, head: str = "") -> list[AuditFinding]:
        with self.database.read() as conn:
            return self._found(conn, head)

    def findings_after(self, act: Callable[[Connection], Any]) -> list[AuditFinding]:
        """What is found once an intruder did this. It is undone again."""
        with self.intruder.writer.connect() as conn, conn.begin() as undone:
            act(conn)
            found = self._found(conn)
            undone.rollback()
            return found

    def _found(self, conn: Connection, head: str = "") -> list[AuditFinding]:
        return [*verify(conn, KEY, self.files, head), *verify_staff_log(conn, KEY)]

    def tamper(self, act: Callable[[Connection], Any]) -> None:
        with self.intruder.write() as conn:
            act(conn)

    def head(self) -> str:
        with self.database.read() as conn:
            return str(newest(conn))

    async def say(self, chat: str, name: str, body: Said | str) -> None:
        await self.door.take(event(chat, name, body))
        self.proving.settle()

    def rows(self, chat: str = "") -> dict[str, Sequence[Any]]:
        """A copy of every table, or of all that is one chat's."""
        with self.intruder.read() as conn:
            return {
                table.name: [dict(row) for row in conn.execute(_query(table, chat)).mappings()]
                for table in metadata.sorted_tables
                if not chat or _owner(table) is not None
            }

    def put_back(self, kept: dict[str, Sequence[Any]], chat: str = "", but: Sequence[str] = ()) -> None:
        """Put the tables back to what they were when they were copied."""
        with self.intruder.write() as conn:
            for name in kept.keys() - set(but):
                table = metadata.tables[name]
                owner = _owner(table)
                conn.execute(delete(table).where(owner == id_of(chat)) if chat and owner is not None else delete(table))
                if kept[name]:
                    conn.execute(insert(table), list(kept[name]))


def _owner(table: Any) -> Any:
    return table.c.id if table.name == "conversations" else table.c.get("conversation_id")


def _query(table: Any, chat: str) -> Any:
    return select(table).where(_owner(table) == id_of(chat)) if chat else select(table)


def id_of(chat: str) -> str:
    return conversation_id("test", "shop", chat)


async def in_use(database: Database, folder: Path) -> Records:
    """Ann has a case with promises, a file and a note; Bob a case and a timer; Cem only talked."""
    database.seal_with(KEY)
    files = FileStore(folder)
    photo = files.keep_text(b"the broken cup", "cup.txt")
    options: dict[str, Any] = {"step": step, "clock": lambda: NOON, "files": files, "audit_key": KEY}
    door = TurnProcessor(database, StandIn(), Literal(), push_channels=frozenset({"test"}), **options)  # type: ignore[arg-type]
    proving = Proving(database, ring_of(KEY), door.moved, lambda: NOON)
    records = Records(database, open_database(database.url), files, photo, door, proving)
    door.start()
    await asyncio.to_thread(proving.bring_over)
    await door.take(event("ann", "e1", Said("file it", files=(photo,))))
    await door.take(event("ann", "e2", "keep it"))
    await door.take(event("ann", "e3", Acted("mei", "Mei", Noted("she sounds upset"))))  # type: ignore[arg-type]
    for number, text in enumerate(("hello", "file it", "wake me")):
        await door.take(event("bob", f"e{number}", text))
    for number, text in enumerate(("hello", "good bye")):
        await door.take(event("cem", f"e{number}", text))
    records.staff = _accounts(database)
    _deliver(database)
    proving.settle()
    return records


def _accounts(database: Database) -> str:
    with database.write() as conn:
        mei = add_staff(conn, NewStaff("mei", "Mei", Role.AGENT, "$argon2id$mei", ("quality",)), NOON)
        add_staff(conn, NewStaff("omar", "Omar", Role.ADMINISTRATOR, "$argon2id$omar"), NOON)
        add_passkey(conn, database.dialect, Passkey("a passkey", mei.id, "Key", "a public key", 1, NOON, NOON))
        join_identity(conn, database.dialect, "https://issuer.example", "mei", mei.id, NOON)
        keep_totp(conn, mei.id, Seal(KEY, "second steps"), "JBSWY3DPEHPK3PXP", 1)
        tokens.create_token(conn, "shop", NOON)
        add_webhook(conn, Seal(KEY, "webhooks"), "https://shop.example/hook", (), NOON)
        note_playbook(conn, database.dialect, "0123456789ab", "test", "the whole playbook", NOON)
        record(
            conn,
            [SecurityEvent(NOON, SecurityEventKind.SIGN_IN, mei.id), SecurityEvent(NOON, SecurityEventKind.EXPORTED)],
        )
    with database.write() as conn:
        open_session(conn, mei.id, Lifetime(), NOON, "192.0.2.1", "a browser")
        keep_password(conn, mei.id, "$argon2id$new")
        change_staff(conn, mei.id, {"name": "Mei Lin", "teams": ("quality", "care")})
        use_passkey(conn, "a passkey", 2, NOON)
    return mei.id


def _deliver(database: Database) -> None:
    """One message of Ann's arrives, the rest waits."""
    with database.write() as conn:
        claimed = outbox.claim(conn, database.dialect, NOON, "test")
        for one in claimed:
            outbox.finish(conn, one, "sent", receipt="r1", at=NOON)


__all__ = ["CHATS", "Records", "id_of", "in_use", "notes"]
