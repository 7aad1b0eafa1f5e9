"""Dangers set right: a false alarm, and one that a message tells of and nobody heard."""

from __future__ import annotations

from sqlalchemy import Connection

from dialogs.flows.staff import DangerDenied, DangerFound, Quoted, StaffAct
from dialogs.understanding.reading import SIGNALS
from staff.actions.action import OpenedChat, action
from staff.actions.refusals import ActionMalformed
from staff.chat import Chat
from staff.rights import Right
from storage.conversations.transcript import Author, event_of, messages_between, versions

KINDS = tuple(kind for kind in SIGNALS if kind != "threat")
"""The kinds that a colleague may find in a message; `threat` is only met in what is old."""


def dangers_of(chat: Chat) -> tuple[str, ...]:
    """The kinds that stand in a chat: heard in it, in its draft's weight or among the reasons of its open cases."""
    draft = chat.state.intake.draft
    reasons = [reason for case in chat.cases if case.is_open for reason in case.reasons if reason in SIGNALS]
    return tuple(dict.fromkeys((*chat.state.safety.dangers, *(draft.signals if draft else ()), *reasons)))


@action(Right.EDIT)
async def deny_danger(chat: OpenedChat, kind: str) -> StaffAct:
    """A danger that was heard is none; the messages it was heard in teach so."""
    if kind not in SIGNALS:
        raise ActionMalformed
    return DangerDenied(kind, await chat.work.read(_heard_in, chat.chat, kind))


@action(Right.EDIT)
async def find_danger(chat: OpenedChat, kind: str, message: str, *, at_once: bool = False) -> StaffAct:
    """The message of this number tells of a danger that was not heard."""
    if kind not in KINDS or not (message.isascii() and message.isdigit()):
        raise ActionMalformed
    said = await chat.work.read(_quoted, chat.chat.id, int(message))
    if said is None:
        raise ActionMalformed
    return DangerFound(kind, said, at_once)


def _quoted(conn: Connection, conversation_id: str, seq: int) -> Quoted | None:
    """A message of the customer's by its number."""
    found = messages_between(conn, conversation_id, seq, seq)
    if not found or found[0].author != Author.CUSTOMER or not found[0].text:
        return None
    return Quoted(event_of(conn, conversation_id, seq), found[0].text)


def _heard_in(conn: Connection, chat: Chat, kind: str) -> tuple[Quoted, ...]:
    """The messages that this kind was heard in; of a chat that does not remember them, its story."""
    found = []
    for heard in chat.state.safety.heard_in:
        said = versions(conn, chat.id, heard.event) if heard.kind == kind else []
        found += [Quoted(heard.event, said[0].text)] if said and said[0].text else []
    return tuple(found) or ((Quoted("", chat.record.story),) if chat.record.story else ())
