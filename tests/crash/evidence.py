"""What the database holds after a storm, against what was acknowledged. Plain SQL: it trusts no code of ours."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import Any

from sqlalchemy import create_engine, text

from tests.crash.chats import Chat
from tests.real.server import ROOT, Server


@dataclass
class Evidence:
    """Counts of faults, each of which must be 0, and of what was looked at."""

    messages: int = 0
    lost: int = 0
    duplicated: int = 0
    out_of_order: int = 0
    crossed: int = 0
    replies_wrong: int = 0
    gaps: int = 0
    answers_changed: int = 0
    quarantined: int = 0
    broken: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        return sum(getattr(self, one.name) for one in fields(self) if one.name not in ("messages", "examples"))

    def note(self, kind: str, count: int, example: object = "") -> None:
        """Count a fault and keep its first examples."""
        setattr(self, kind, getattr(self, kind) + count)
        if count and len(self.examples) < 8:
            self.examples.append(f"{kind}: {example}"[:300])


@dataclass(frozen=True)
class Stored:
    """One chat as the database has it: turns as (event id, first, last seq), messages as (seq, author, text)."""

    turns: list[tuple[str, int, int]]
    messages: list[tuple[int, str, str]]


def examine(chats: list[Chat], database_url: str, answers_changed: int, server: Server) -> Evidence:
    """Compare every chat with its rows, then check the trail and the file."""
    found = Evidence(messages=sum(len(chat.replies) for chat in chats))
    found.note("answers_changed", answers_changed)
    stored = _read(database_url, found)
    for chat in chats:
        _compare(chat, stored.pop(chat.name, Stored([], [])), found)
    found.note("crossed", len(stored), list(stored)[:3])
    verify = [sys.executable, "-m", "bot", "audit", "verify"]
    said = subprocess.run(verify, env=server.environment(), cwd=ROOT, capture_output=True, text=True, check=False)
    found.note("broken", said.returncode != 0, said.stdout + said.stderr)
    return found


def _read(database_url: str, found: Evidence) -> dict[str, Stored]:
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            answer = connection.execute(text("PRAGMA integrity_check")).scalar()
            found.note("broken", answer != "ok", answer)
        found.note("quarantined", int(connection.execute(text("SELECT count(*) FROM quarantine")).scalar() or 0))
        names: dict[str, str] = dict(connection.execute(text("SELECT id, chat FROM conversations")).all())
        stored = {chat: Stored([], []) for chat in names.values()}
        turns = "SELECT conversation_id, event_id, first_seq, last_seq FROM events ORDER BY conversation_id, turn"
        for owner, *turn in connection.execute(text(turns)):
            stored[names[owner]].turns.append(tuple(turn))
        lines = "SELECT conversation_id, seq, author, text FROM messages ORDER BY conversation_id, seq"
        for owner, *line in connection.execute(text(lines)):
            stored[names[owner]].messages.append(tuple(line))
    engine.dispose()
    return stored


def _compare(chat: Chat, stored: Stored, found: Evidence) -> None:
    wanted = [identifier for identifier, _ in chat.sent]
    got = [identifier for identifier, _, _ in stored.turns if not identifier.startswith("timer")]
    own = [identifier for identifier in got if identifier in set(wanted)]
    found.note("lost", len(set(wanted) - set(own)), (chat.name, set(wanted) - set(own)))
    found.note("crossed", len(got) - len(own), (chat.name, set(got) - set(own)))
    found.note("duplicated", len(own) - len(set(own)), (chat.name, own))
    found.note("out_of_order", own != sorted(own), (chat.name, own))
    _compare_words(chat, stored, found)
    _compare_replies(chat, stored, found)


def _compare_words(chat: Chat, stored: Stored, found: Evidence) -> None:
    said = [words for _, author, words in stored.messages if author == "customer"]
    wanted = [words for _, words in chat.sent]
    if said != wanted:
        extra = Counter(said) - Counter(wanted)
        found.note("duplicated", sum(extra.values()), (chat.name, extra))
        found.note("lost", sum((Counter(wanted) - Counter(said)).values()), (chat.name, said[:4], wanted[:4]))
        found.note("out_of_order", Counter(said) == Counter(wanted), chat.name)


def _compare_replies(chat: Chat, stored: Stored, found: Evidence) -> None:
    """Each acknowledged answer is what the turn stored, and turns tile the transcript without gap or overlap."""
    by_seq: dict[int, tuple[str, str]] = {seq: (author, words) for seq, author, words in stored.messages}
    answers: dict[str, list[dict[str, Any]]] = {
        identifier: replies for (identifier, _), replies in zip(chat.sent, chat.replies, strict=False)
    }
    for identifier, first, last in stored.turns:
        own = [by_seq[seq] for seq in range(first, last + 1) if seq in by_seq]
        texts = [words for author, words in own if author != "customer"]
        wanted = [reply["text"] for reply in answers.get(identifier, [])]
        found.note("replies_wrong", identifier in answers and texts != wanted, (identifier, texts, wanted))
    ends = [(0, 0), *((first, last) for _, first, last in stored.turns if last >= first)]
    found.note("gaps", sum(first != last + 1 for (_, last), (first, _) in pairwise(ends)), (chat.name, ends))
    found.note("gaps", len(by_seq) != (ends[-1][1] if ends else 0), (chat.name, len(by_seq), ends[-1]))
