"""What the database holds of people's acts after a storm, against what they were told. Plain SQL: it trusts no code
of ours.

Every chat is walked turn by turn. What was acknowledged stands there once and in its order, what was refused not at
all; one person has the chat at a time, from a claim to a hand-back, and the bot says nothing meanwhile. The trail
tells the same story. A trigger noted each change of a chat's holder, so that nobody's load is guessed.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, create_engine, text

from tests.crash.desk.people import WRITING, Customer, Done
from tests.crash.desk.readers import Reader
from tests.real.server import ROOT, Server

TRAIL = {"claimed": "claim", "transferred": "transfer", "handed_back": "hand-back"}
_HELD = (
    "CREATE TABLE held_log (n INTEGER PRIMARY KEY AUTOINCREMENT, batch BIGINT, conversation TEXT, agent TEXT)",
    "CREATE TRIGGER held_new AFTER INSERT ON threads BEGIN INSERT INTO held_log (batch, conversation, agent)"
    " VALUES (NEW.changed_at, NEW.conversation_id, NEW.agent); END",
    "CREATE TRIGGER held_changed AFTER UPDATE ON threads BEGIN INSERT INTO held_log (batch, conversation, agent)"
    " VALUES (NEW.changed_at, NEW.conversation_id, NEW.agent); END",
)
_HELD_POSTGRES = (
    "CREATE TABLE held_log (n BIGSERIAL PRIMARY KEY, batch BIGINT, conversation TEXT, agent TEXT)",
    "CREATE FUNCTION note_held() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO held_log"
    " (batch, conversation, agent) VALUES (txid_current(), NEW.conversation_id, NEW.agent); RETURN NULL; END $$",
    "CREATE TRIGGER held AFTER INSERT OR UPDATE ON threads FOR EACH ROW EXECUTE FUNCTION note_held()",
)


@dataclass
class Findings:
    """Counts of faults, each of which must be 0, and of what was looked at."""

    messages: int = 0
    acts: int = 0
    refused: int = 0
    told: int = 0
    lost: int = 0
    twice: int = 0
    out_of_order: int = 0
    not_refused: int = 0
    two_holders: int = 0
    bot_spoke: int = 0
    trail_differs: int = 0
    over_capacity: int = 0
    streams_differ: int = 0
    broken: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        looked_at = ("messages", "acts", "refused", "told", "examples")
        return sum(getattr(self, one.name) for one in fields(self) if one.name not in looked_at)

    def note(self, kind: str, count: int, example: object = "") -> None:
        """Count a fault and keep its first examples."""
        setattr(self, kind, getattr(self, kind) + count)
        if count and len(self.examples) < 8:
            self.examples.append(f"{kind}: {example}"[:600])


@dataclass(frozen=True)
class Stored:
    """One chat's rows: events as (turn, id), messages as (seq, turn, author, text), the trail as (n, actor, action)."""

    events: list[tuple[int, str]]
    messages: list[tuple[int, int, str, str]]
    notes: list[str]
    trail: list[tuple[int, str, str]]


def watch_holders(database_url: str) -> None:
    """Let the database itself note who holds what, from now on."""
    with _connected(database_url) as conn:
        for statement in _HELD if conn.dialect.name == "sqlite" else _HELD_POSTGRES:
            conn.execute(text(statement))
        conn.commit()


def cursors(database_url: str) -> dict[str, tuple[str, str]]:
    """Of each chat, the numbers that a reader on either side who was told everything has been given last."""
    query = "SELECT id, message_count, audit_count, turn FROM conversations"
    with _connected(database_url) as conn:
        return {of_id: (f"{seq}", f"{seq}-{n}-{turn}") for of_id, seq, n, turn in conn.execute(text(query))}


def examine(customers: list[Customer], ledger: list[Done], server: Server, capacity: int) -> Findings:
    """Compare every chat with what was told, then check the loads and the seals."""
    found = Findings(acts=len(ledger), refused=sum(not one.was_done for one in ledger))
    with _connected(server.database_url) as conn:
        for customer in customers:
            stored = _read(conn, customer.conversation)
            mine = [one for one in ledger if one.conversation == customer.conversation]
            _compare_words(customer, stored, found)
            _compare_acts(mine, stored, found)
            _walk(mine, stored, found)
        _check_loads(conn, capacity, found)
        found.note("broken", int(conn.execute(text("SELECT count(*) FROM quarantine")).scalar() or 0), "quarantine")
        if conn.dialect.name == "sqlite":
            found.note("broken", conn.execute(text("PRAGMA integrity_check")).scalar() != "ok", "integrity")
    verify = [sys.executable, "-m", "bot", "audit", "verify"]
    said = subprocess.run(verify, env=server.environment(), cwd=ROOT, capture_output=True, text=True, check=False)
    found.note("broken", said.returncode != 0, said.stdout + said.stderr)
    return found


def compare_streams(customers: list[Customer], readers: list[tuple[Reader, Reader]], url: str, found: Findings) -> None:
    """What each reader was told, piece by piece, is the transcript: all of it, once, in order."""
    with _connected(url) as conn:
        for customer, (page, desk) in zip(customers, readers, strict=True):
            stored = _read(conn, customer.conversation)
            wanted = [str(seq) for seq, *_ in stored.messages]
            found.told += len(page.seen) + len(desk.seen)
            found.note("streams_differ", page.seen != wanted, ("customer", _differing(page.seen, wanted)))
            for kind in "man":
                told = [each for each in desk.seen if each.startswith(kind)]
                whole = _entries(kind, stored)
                same = Counter(told) == Counter(whole) if kind == "n" else told == whole
                found.note("streams_differ", not same, ("desk", customer.number, _differing(told, whole)))
            found.note("streams_differ", any(each[0] not in "man" for each in desk.seen), desk.seen[-3:])


def _entries(kind: str, stored: Stored) -> list[str]:
    if kind == "m":
        return [f"m{seq}" for seq, *_ in stored.messages]
    if kind == "n":
        return stored.notes
    return [f"a{n}" for n, _, action in stored.trail if action not in ("noted", "slot_put")]


def _differing(told: list[str], whole: list[str]) -> object:
    missing, more = Counter(whole) - Counter(told), Counter(told) - Counter(whole)
    return {"missing": list(missing)[:5], "more": list(more)[:5], "count": (len(told), len(whole))}


def _compare_words(customer: Customer, stored: Stored, found: Findings) -> None:
    said = [words for _, _, author, words in stored.messages if author == "customer"]
    found.messages += len(stored.messages)
    found.note("lost", len(set(customer.sent) - set(said)), (customer.number, set(customer.sent) - set(said)))
    found.note("twice", len(said) - len(set(said)), customer.number)
    found.note("out_of_order", said != customer.sent and sorted(said) == sorted(customer.sent), customer.number)
    numbers = [seq for seq, *_ in stored.messages]
    found.note("lost", numbers != list(range(1, len(numbers) + 1)), ("a gap", customer.number))


def _compare_acts(mine: list[Done], stored: Stored, found: Findings) -> None:
    replies = [words for _, _, author, words in stored.messages if author == "agent"]
    wanted = {one.form: one for one in mine if one.was_done}
    taken = [event.rpartition(":")[2] for _, event in stored.events if event.startswith("staff:")]
    found.note("lost", len(wanted.keys() - set(taken)), [wanted[form] for form in wanted.keys() - set(taken)])
    found.note(
        "not_refused", len(set(taken) - wanted.keys()), [one for one in mine if one.form in set(taken) - wanted.keys()]
    )
    said = Counter(replies)
    for one in mine:
        if one.kind == "reply":
            found.note("lost", one.was_done and not said[one.text], one)
            found.note("twice", said[one.text] > 1, one)
            found.note("not_refused", not one.was_done and said[one.text], one)
    _compare_order(mine, replies, found)


def _compare_order(mine: list[Done], replies: list[str], found: Findings) -> None:
    """Each colleague waits for one answer before they write the next."""
    for staff in {one.staff for one in mine}:
        wanted = [one.text for one in mine if one.staff == staff and one.kind == "reply" and one.was_done]
        found.note("out_of_order", [words for words in replies if words in set(wanted)] != wanted, staff)


def _walk(mine: list[Done], stored: Stored, found: Findings) -> None:
    """Turn by turn: who has the chat, and who speaks. The trail must have seen the same."""
    known = {f"staff:{one.staff}:{one.form}": one for one in mine}
    spoken = {turn: [row[2] for row in rows] for turn, rows in groupby(stored.messages, key=lambda row: row[1])}
    holder, moves = "", []
    for turn, event in stored.events:
        one, before = known.get(event), holder
        if event.startswith("lost:"):
            holder = ""  # the queue took it from somebody who was away for too long
        if one is not None:
            holder = _moved(one, holder, found)
            if holder != before:
                moves.append((one.staff, one.kind))
        if holder:
            found.note("bot_spoke", "bot" in spoken.get(turn, ()), (turn, event, holder))
        if one is not None and one.kind in WRITING:
            found.note("bot_spoke", "bot" in spoken.get(turn, ()), one)
    trail = [(actor, TRAIL[action]) for _, actor, action in stored.trail if action in TRAIL]
    found.note("trail_differs", trail != moves, (trail[-4:], moves[-4:], len(trail), len(moves)))


def _moved(one: Done, holder: str, found: Findings) -> str:
    match one.kind:
        case "claim":
            found.note("two_holders", holder not in ("", one.staff), (one, holder))
            return one.staff
        case "reply" | "transfer" | "hand-back":
            found.note("two_holders", holder != one.staff, (one, holder))
            return {"reply": holder, "transfer": one.to, "hand-back": ""}[one.kind]
    return holder


def _check_loads(conn: Connection, capacity: int, found: Findings) -> None:
    """Play the log of holders: after each transaction nobody has more than they can carry."""
    held: dict[str, str] = {}
    rows = conn.execute(text("SELECT batch, conversation, agent FROM held_log ORDER BY n")).all()
    last = {batch: n for n, (batch, _, _) in enumerate(rows)}
    for n, (batch, conversation, agent) in enumerate(rows):
        held[conversation] = agent
        if last[batch] == n:
            most = max(Counter(filter(None, held.values())).values(), default=0)
            found.note("over_capacity", most > capacity, (n, most))


def _read(conn: Connection, conversation: str) -> Stored:
    def rows(query: str) -> list[Any]:
        return [tuple(row) for row in conn.execute(text(query), {"id": conversation})]

    return Stored(
        rows("SELECT turn, event_id FROM events WHERE conversation_id = :id ORDER BY turn"),
        rows("SELECT seq, turn, author, text FROM messages WHERE conversation_id = :id ORDER BY seq"),
        [f"n{turn}-{n}" for turn, n in rows("SELECT turn, n FROM notes WHERE conversation_id = :id ORDER BY turn, n")],
        rows("SELECT n, actor, action FROM audit WHERE conversation_id = :id ORDER BY n"),
    )


@contextmanager
def _connected(database_url: str) -> Iterator[Connection]:
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        yield connection
    engine.dispose()
