"""Chats that the bot leads: a complaint is being taken down, and none of us is asked for.

Whatever is unfinished has a timer for the customer's silence, so those are found by their timers, however many
chats there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select, text

from dialogs.flows.state import Controller, Conversation, from_json
from storage.db.timestamps import from_micros
from storage.tables.core import conversations, threads, timers

MOST = 500
"""So many are looked at, those that were talked in last."""


@dataclass(frozen=True, slots=True)
class BotChat:
    """A chat that the bot leads. `team` is that of its thread, None while it has none; `changed_at` is aware, UTC."""

    conversation_id: str
    channel: str
    state: Conversation
    turn: int
    changed_at: datetime
    team: str | None


def led_chats(conn: Connection, limit: int = MOST) -> list[BotChat]:
    """Those that were talked in last come first."""
    query = led_query().order_by(conversations.c.updated_at.desc()).limit(limit)
    return [_led(row) for row in conn.execute(query)]


def find_led(conn: Connection, conversation_id: str) -> BotChat | None:
    """This chat, if the bot leads it."""
    row = conn.execute(led_query().where(conversations.c.id == conversation_id)).first()
    return None if row is None else _led(row)


def led_query() -> Select[Any]:
    """All of them. The condition is spelled out, for only then the index on it is used."""
    drafts = select(timers.c.conversation_id).where(text("timers.subject = 'draft'"))
    columns = (conversations.c.id, conversations.c.channel, conversations.c.state, conversations.c.turn)
    return (
        select(*columns, conversations.c.updated_at, threads.c.team)
        .outerjoin(threads, threads.c.conversation_id == conversations.c.id)
        .where(conversations.c.id.in_(drafts), conversations.c.controller == Controller.BOT)
    )


def _led(row: Any) -> BotChat:
    return BotChat(row.id, row.channel, from_json(row.state), row.turn, from_micros(row.updated_at), row.team)
