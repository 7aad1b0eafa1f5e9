"""The short commands: the schema, the audit trail, playbooks. Each returns what to print."""

from __future__ import annotations

import json
from itertools import chain, islice
from pathlib import Path

from bot.opening import audit_key, explained, load, looked_at
from bot.refusal import BadPlaybook, Refusal
from bot.settings import Settings
from storage.audit.check_books import is_waiting
from storage.audit.findings import AuditFinding
from storage.audit.head_chain import NoHead, newest
from storage.audit.verify import ToldErasure, erasures, verify
from storage.db.database import open_database
from storage.files.attachments import FileStore
from storage.migrations.upgrade import bring_up_to_date, newest_revision
from storage.staff.account_log import verify_staff_log

MOST_FINDINGS = 50


class TrailBroken(Refusal):
    """An audit trail that somebody has altered."""


def migrate(settings: Settings) -> str:
    """Bring the schema up to date."""
    with explained(settings):
        database = open_database(settings.database)
        try:
            changed = bring_up_to_date(database)
        finally:
            database.close()
    state = "is now" if changed else "was already"
    return f"{settings.safe_database} {state} at revision {newest_revision()}."


def verify_audit(settings: Settings, head: str = "", files: bool = True) -> str:
    """Walk everything. Raises `TrailBroken` with what was found. A file may hold the head: its last line counts."""
    store = FileStore(settings.data_dir / "files") if files else None
    with looked_at(settings) as database, database.read() as connection:
        key = audit_key(settings)
        try:
            walk = chain(verify(connection, key, store, _given(head)), verify_staff_log(connection, key))
            findings = list(islice(walk, MOST_FINDINGS))
        except NoHead as error:
            raise Refusal(str(error)) from None
        waiting, gone = is_waiting(connection), erasures(connection, MOST_FINDINGS)
    if findings:
        raise TrailBroken("\n".join(["The audit trail is not as it was written:", *map(_found, findings), _KEY]))
    said = f"The audit trail is whole.{_INCOMPLETE if waiting else ''}"
    return "\n".join([said, *map(_erasure, gone)])


def _erasure(told: ToldErasure) -> str:
    return f"Erased {told.at:%Y-%m-%d %H:%M} by {told.by}: messages {told.messages} of {told.of_id}: {told.reason}"


_INCOMPLETE = " What an earlier version stored has no seals yet; it gets them while amends serve runs."


def _given(head: str) -> str:
    file = Path(head)
    if not head or ":" in head or not file.is_file():
        return head
    return next((line for line in reversed(file.read_text().splitlines()) if line.strip()), "")


def audit_head(settings: Settings) -> str:
    """The newest head: number, digest and moment. Nothing is written."""
    with looked_at(settings) as database, database.read() as connection:
        head = newest(connection)
    if head is None:
        raise Refusal("there is no head yet; the first one is made while amends serve runs")
    return str(head)


def _found(finding: AuditFinding) -> str:
    where = f"{finding.conversation_id} entry {finding.n}: " if finding.conversation_id else ""
    return where + finding.what


_KEY = "If AMENDS_SECRET_KEY was changed, put the one before into AMENDS_OLDER_KEYS and verify again."


def check_playbook(where: str) -> str:
    """Check a playbook. Raises `BadPlaybook` with file, line and remedy of each problem."""
    from dialogs.playbooks.checking import check

    if problems := check(where):
        raise BadPlaybook("\n".join(str(problem) for problem in problems))
    playbook = load(where)
    return f"{playbook.name} {playbook.version}: nothing to mend, in {', '.join(playbook.languages)}."


def playbook_schema() -> str:
    """The JSON Schema of `playbook.yml`."""
    from dialogs.playbooks.schema import schema

    return json.dumps(schema(), indent=2, ensure_ascii=False)


def playbook_graph(where: str) -> str:
    """A Mermaid flowchart in the playbook's first language."""
    from dialogs.playbooks.graph import graph

    playbook = load(where)
    return graph(playbook, playbook.languages[0])
