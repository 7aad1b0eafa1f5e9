"""Dangers set right: a false alarm, and one that a message tells of and nobody heard."""

from __future__ import annotations

from fastapi import Response
from sqlalchemy import Connection

from dialogs.flows.staff import DangerDenied, DangerFound, Quoted
from dialogs.understanding.reading import SIGNALS
from handlers.desk.chats.actions import UNFINISHED_FORM, act_once
from handlers.desk.chats.chat import opened
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from handlers.http.problems import BadRequest
from staff.chat import Chat
from staff.rights import Right, needs
from storage.conversations.transcript import Author, event_of, messages_between, versions
from storage.staff.accounts import Role

OPEN = needs(Role.AGENT)
KINDS = tuple(kind for kind in SIGNALS if kind != "threat")
"""The kinds that a colleague may find in a message; `threat` is only met in what is old."""


def add(pages: Pages) -> None:
    pages.post("/desk/chats/{id}/false-alarm", deny, OPEN)
    pages.post("/desk/chats/{id}/danger", find, OPEN)


def dangers_of(chat: Chat) -> tuple[str, ...]:
    """The kinds that stand in a chat: heard in it, in its draft's weight or among the reasons of its open cases."""
    draft = chat.state.intake.draft
    reasons = [reason for case in chat.cases if case.is_open for reason in case.reasons if reason in SIGNALS]
    return tuple(dict.fromkeys((*chat.state.safety.dangers, *(draft.signals if draft else ()), *reasons)))


async def deny(visit: Visit) -> Response:
    """A danger that was heard is none; the messages it was heard in teach so."""
    chat, kind = await opened(visit, Right.EDIT), visit.text("kind")
    if kind not in SIGNALS:
        raise BadRequest(UNFINISHED_FORM)
    said = await visit.desk.read(_heard_in, chat, kind)
    return await act_once(visit, chat, DangerDenied(kind, said), visit.words.gettext("Noted as a false alarm."))


async def find(visit: Visit) -> Response:
    """A message tells of a danger that was not heard."""
    chat, kind, given = await opened(visit, Right.EDIT), visit.text("kind"), visit.text("message", 9)
    if kind not in KINDS or not (given.isascii() and given.isdigit()):
        raise BadRequest(UNFINISHED_FORM)
    said = await visit.desk.read(_quoted, chat.id, int(given))
    if said is None:
        raise BadRequest(UNFINISHED_FORM)
    act = DangerFound(kind, said, visit.text("at_once") == "1")
    return await act_once(visit, chat, act, visit.words.gettext("Noted as a danger."))


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
