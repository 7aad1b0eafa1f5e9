"""Whose data is meant: the ids of the customers that a mail address, a number or a chat belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from sqlalchemy import ColumnElement, Connection, or_, select

from storage.conversations.search import found
from storage.db.dialect import Dialect
from storage.tables.core import cases, conversations, messages
from storage.tables.security import identities

MOST = 50
_ID = re.compile("[0-9a-f]{32}")
_DIGITS = re.compile(r"\D+")
_FEWEST, _TELLING = 6, 9
"""Digits of a telephone number: fewer are none, and so many of its end tell it from others, however it is written."""


def find_customers(conn: Connection, dialect: Dialect, words: str) -> list[str]:
    """Ids of the customers that the words point to, in a fixed order; at most `MOST`.

    `words` are a customer's id, a chat as `CHANNEL:SENDER`, or what they wrote or proved: a mail address, a telephone
    number, a name. All of the words must be theirs.
    """
    asked = words.strip()
    if not asked:
        return []
    of_chat = list(conn.scalars(select(conversations.c.id).where(_address(asked)).limit(MOST)))
    if of_chat:
        return sorted(of_chat)
    return sorted({*_said(conn, dialect, asked), *_proved(conn, asked)})[:MOST]


def _address(asked: str) -> ColumnElement[bool]:
    channel, _, chat = asked.partition(":")
    by_address = (conversations.c.channel == channel) & (conversations.c.chat == chat) & (conversations.c.chat != "")
    return or_(by_address, conversations.c.id == asked) if _ID.fullmatch(asked) else by_address


def _proved(conn: Connection, asked: str) -> Iterator[str]:
    """By what a host page proved."""
    mine = or_(identities.c.number == asked, identities.c.email == asked, identities.c.email == asked.casefold())
    yield from conn.scalars(select(identities.c.conversation_id).where(mine).limit(MOST))


def _said(conn: Connection, dialect: Dialect, asked: str) -> Iterator[str]:
    """By the search of the desk, which is some seconds behind, and by looking through what is written."""
    yield from found(conn, dialect, asked, MOST)
    digits = _DIGITS.sub("", asked)
    is_number = len(digits) >= _FEWEST and len(digits) >= len(asked) / 2
    for part in {asked, digits[-_TELLING:] if is_number else asked}:
        written = msgspec.json.encode(part).decode()[1:-1]
        yield from conn.scalars(
            select(messages.c.conversation_id).where(messages.c.text.contains(part, autoescape=True)).limit(MOST)
        )
        for table, column in ((cases, cases.c.body), (conversations, conversations.c.state)):
            of_id = table.c.id if table is conversations else table.c.conversation_id
            yield from conn.scalars(select(of_id).where(column.contains(written, autoescape=True)).limit(MOST))
