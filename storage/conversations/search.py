"""Searching chats by what was said and written down, in Chinese as in English.

A text is broken into terms: runs of Chinese, Japanese and Korean into every pair of neighbours (a word of
two characters is then one term, and a longer one a few), everything else into words. A query finds the
chats that hold all of its terms; the last of them may be the beginning of one. SQLite keeps the terms in
FTS5, PostgreSQL in a `tsvector` with a GIN index; neither ever parses a text itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, column, literal_column, select, table, text

from storage.db.dialect import Dialect

NAME = "thread_search"
MOST_TERMS = 6000
"""Terms kept of one chat; what is longer is found by its beginning."""
MOST_ASKED, LONGEST = 12, 64

_WORDS = re.compile(r"[^\W_]+")
_search = table(NAME, column("conversation_id"), column("terms"))


def terms_of(words: str) -> list[str]:
    """The terms of a text, each once, in the order in which they come."""
    found = (term for run in _runs(words) for term in _terms(run))
    return list(dict.fromkeys(found))[:MOST_TERMS]


def _runs(words: str) -> Iterator[str]:
    """Runs of letters and digits in one script: `退款abc` is two."""
    for word in _WORDS.findall(unicodedata.normalize("NFKC", words).casefold()):
        if word.isascii():
            yield word
        else:
            yield from _ONE_SCRIPT.findall(word)


def _terms(run: str) -> tuple[str, ...]:
    if not is_ideographic(run[0]):
        return (run[:LONGEST],)
    return (*(run[at : at + 2] for at in range(len(run) - 1)), run[-1])


def is_ideographic(character: str) -> bool:
    """Whether words are not parted by blanks in this character's script."""
    return _IS_IDEOGRAPHIC.match(character) is not None


_IDEOGRAPHIC = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_IS_IDEOGRAPHIC = re.compile(f"[{_IDEOGRAPHIC}]")
_ONE_SCRIPT = re.compile(f"[{_IDEOGRAPHIC}]+|[^{_IDEOGRAPHIC}]+")


def asked_terms(query: str) -> list[tuple[str, bool]]:
    """The terms that a query asks for, and whether each may be the beginning of one."""
    terms: list[tuple[str, bool]] = []
    for run in _runs(query):
        if not is_ideographic(run[0]):
            terms.append((run[:LONGEST], True))
        elif len(run) == 1:
            terms.append((run, True))
        else:
            terms += [(run[at : at + 2], False) for at in range(len(run) - 1)]
    return list(dict.fromkeys(terms))[:MOST_ASKED]


def create(conn: Connection, dialect_name: str) -> None:
    """Make the table and its index."""
    for statement in _DDL[dialect_name]:
        conn.execute(text(statement))


_DDL: Mapping[str, tuple[str, ...]] = {
    "sqlite": (
        f"CREATE VIRTUAL TABLE {NAME} USING fts5("
        "conversation_id UNINDEXED, terms, tokenize='unicode61 remove_diacritics 0')",
    ),
    "postgresql": (
        f"CREATE TABLE {NAME} (conversation_id varchar(32) PRIMARY KEY, terms tsvector NOT NULL)",
        f"CREATE INDEX ix_{NAME}_terms ON {NAME} USING gin (terms)",
    ),
}


def put(conn: Connection, dialect: Dialect, texts: Mapping[str, str]) -> None:
    """Let these chats be found by these texts, and by nothing they were found by before."""
    if not texts:
        return
    if dialect.name == "sqlite":
        rows = [{"n": _rowid(of_id), "id": of_id, "terms": " ".join(terms_of(words))} for of_id, words in texts.items()]
        conn.execute(text(_PUT_SQLITE), rows)
        return
    rows = [{"id": of_id, "terms": terms_of(words)} for of_id, words in texts.items()]
    conn.execute(text(_PUT_POSTGRES), rows)


_PUT_SQLITE = f"INSERT OR REPLACE INTO {NAME} (rowid, conversation_id, terms) VALUES (:n, :id, :terms)"  # noqa: S608
_PUT_POSTGRES = (
    f"INSERT INTO {NAME} (conversation_id, terms) VALUES (:id, array_to_tsvector(CAST(:terms AS text[]))) "  # noqa: S608
    "ON CONFLICT (conversation_id) DO UPDATE SET terms = excluded.terms"
)


def forget(conn: Connection, dialect: Dialect, conversation_id: str) -> None:
    """Let a chat be found by nothing any more."""
    if dialect.name == "sqlite":
        conn.execute(text(f"DELETE FROM {NAME} WHERE rowid = :n"), {"n": _rowid(conversation_id)})  # noqa: S608
    else:
        conn.execute(text(f"DELETE FROM {NAME} WHERE conversation_id = :id"), {"id": conversation_id})  # noqa: S608


def _rowid(conversation_id: str) -> int:
    """FTS5 finds rows again by number only: the id's first 60 bits."""
    return int(conversation_id[:15], 16)


def matching(dialect: Dialect, query: str, of: ColumnElement[Any]) -> tuple[ColumnElement[bool], dict[str, Any]] | None:
    """A condition that the chat whose id is `of` holds all that is asked for, and what to bind; None for no terms."""
    if not (terms := asked_terms(query)):
        return None
    chats, bound = _finding(dialect, terms)
    return of.in_(chats), bound


def found(conn: Connection, dialect: Dialect, query: str, limit: int) -> list[str]:
    """Ids of chats that hold all that is asked for, in no order."""
    if not (terms := asked_terms(query)):
        return []
    chats, bound = _finding(dialect, terms)
    return list(conn.scalars(chats.limit(limit), bound))


def _finding(dialect: Dialect, terms: list[tuple[str, bool]]) -> tuple[Select[tuple[str]], dict[str, Any]]:
    chats: Select[tuple[str]] = select(_search.c.conversation_id)
    if dialect.name == "sqlite":
        asked = " ".join(f'"{term}"{"*" if begins else ""}' for term, begins in terms)
        return chats.where(literal_column(NAME).op("MATCH")(bindparam("asked"))), {"asked": asked}
    asked = " & ".join(f"'{_quoted(term)}'{':*' if begins else ''}" for term, begins in terms)
    return chats.where(_search.c.terms.op("@@")(text("CAST(:asked AS tsquery)"))), {"asked": asked}


def _quoted(term: str) -> str:
    return term.replace("\\", "\\\\").replace("'", "''")
