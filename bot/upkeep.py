"""The short commands: the schema, tokens, the audit trail, playbooks. Each returns what to print."""

from __future__ import annotations

import json
from itertools import chain, islice

from bot.opening import audit_key, explained, load, opened
from bot.refusal import BadPlaybook, Refusal
from bot.settings import Settings
from storage import tokens
from storage.database import open_database
from storage.instants import utc_now
from storage.migrate import bring_up_to_date, newest_revision
from storage.staff_log import verify_staff_log
from storage.verifying import Finding, verify

MOST_FINDINGS = 50


class Broken(Refusal):
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


def create_token(settings: Settings, name: str) -> str:
    """Make a token; returns it."""
    with opened(settings) as database, database.write() as connection:
        try:
            return tokens.create_token(connection, name, utc_now())
        except tokens.TokenExists as error:
            raise Refusal(str(error)) from None


def list_tokens(settings: Settings) -> str:
    """Tokens by name, one a line."""
    with opened(settings) as database, database.read() as connection:
        found = tokens.list_tokens(connection)
    return "\n".join(_token(token) for token in found) or "There are no tokens. Make one: amends token create NAME"


def _token(token: tokens.Token) -> str:
    ended = f", revoked {token.revoked_at:%Y-%m-%d}" if token.revoked_at else ""
    return f"{token.name}  created {token.created_at:%Y-%m-%d}{ended}"


def revoke_token(settings: Settings, name: str) -> str:
    """End a token."""
    with opened(settings) as database, database.write() as connection:
        if not tokens.revoke_token(connection, name, utc_now()):
            raise Refusal(f"there is no token named {name} in use; see: amends token list")
    return f"The token {name} is worthless now."


def verify_audit(settings: Settings) -> str:
    """Walk the whole trail. Raises `Broken` with what was found."""
    with opened(settings) as database, database.read() as connection:
        key = audit_key(settings)
        findings = list(islice(chain(verify(connection, key), verify_staff_log(connection, key)), MOST_FINDINGS))
    if findings:
        raise Broken("\n".join(["The audit trail is not as it was written:", *map(_found, findings), _KEY]))
    return "The audit trail is whole."


def _found(finding: Finding) -> str:
    where = f"{finding.conversation_id} entry {finding.n}: " if finding.conversation_id else ""
    return where + finding.what


_KEY = "If AMENDS_SECRET_KEY was changed, set it back to what it was and verify again."


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
