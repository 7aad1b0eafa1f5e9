"""Rooms: what of each customer's chat the staff chat shows, and up to where.

What was said is never copied here. A room holds a cursor into the transcript and the notes, both of which
carry the turn they belong to, and the numbers of the messages that are kept up to date.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from complaints.record import Attachment
from storage.conversations.notes import note_of
from storage.conversations.threads import Thread, ThreadState, thread_of
from storage.conversations.transcript import Author, message_of
from storage.db.dialect import Dialect
from storage.db.timestamps import from_micros, to_micros
from storage.delivery.outbox import SETTLED
from storage.security.visitor_identities import Identity
from storage.tables.core import events, messages, notes, outbox, threads
from storage.tables.core import staff as accounts
from storage.tables.security import identities
from storage.tables.staff_chat import staff_posts, staff_receipts, staff_rooms

ESCALATED = (ThreadState.WAITING, ThreadState.OFFERED, ThreadState.HELD, ThreadState.SNOOZED)
"""States of a thread in which a person is asked for, or has the chat."""
EDITED = "✎ "
"""Stands before another version of a message that is shown already."""
MOST = 60
"""How many messages and notes are looked at together."""


@dataclass(frozen=True, slots=True)
class StaffTopic:
    """What the staff chat `chat` shows of a conversation.

    `seen` is the thread's turn at which nothing was left to do. All of the turns up to `turn` has been shown, which
    is every message up to `seq`, and `part` pieces of the next turn that has any. `card`, `topic` and `panel` are
    Telegram's numbers, 0 for none; what was said in the topic since the turn `since` stands in it as its authors
    wrote it. `standing` is `open`, `closed` or `again` (opened again after the end). `leaving` names whoever began to
    send something and has not said how it went; `doubt` says that the last thing sent may have arrived or not.
    """

    conversation_id: str
    chat: int
    seen: int = 0
    turn: int = 0
    part: int = 0
    seq: int = 0
    card: int = 0
    card_shown: str = ""
    topic: int = 0
    since: int = 0
    title: str = ""
    standing: str = "open"
    panel: int = 0
    panel_shown: str = ""
    pinned: bool = False
    leaving: str = ""
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """Something that was said: `who` is `customer`, `bot`, `agent`, `notice` or `note`.

    `seq` is the message's number, 0 for a note; `there` says that its author wrote it in the staff chat itself.
    """

    turn: int
    who: str
    name: str
    text: str
    files: tuple[Attachment, ...] = ()
    seq: int = 0
    there: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """A chat as the staff chat should show it: the thread, who has it, what is shown, what was said since.

    `upto` is the turn up to which `items` is complete.
    """

    thread: Thread
    holder: str
    room: StaffTopic
    items: tuple[Item, ...] = ()
    upto: int = 0
    identity: Identity | None = None


def event_id(chat: int, message: int) -> str:
    """The caller's id of an act that was done by a message in the staff chat."""
    return f"tg:{chat}:{message}"


def behind(conn: Connection, chat: int, since: datetime) -> list[View]:
    """The chats that changed since a moment and are not wholly shown yet, the most pressing first, without items."""
    late = (threads.c.turn > staff_rooms.c.seen) | (
        staff_rooms.c.conversation_id.is_(None) & threads.c.state.in_(ESCALATED)
    )
    # With both values of `live` named, the index on it and the moment is read from that moment on.
    changed = threads.c.live.in_([True, False]) & (threads.c.changed_at >= to_micros(since))
    query = _views(chat).where(changed, late)
    return [_view(row, chat) for row in conn.execute(query.order_by(threads.c.answer_by, threads.c.changed_at))]


def look(conn: Connection, chat: int, conversation_id: str) -> View | None:
    """A chat with what is still to be shown of it."""
    row = conn.execute(_views(chat).where(threads.c.conversation_id == conversation_id)).first()
    if row is None:
        return None
    view = _view(row, chat)
    items, upto = _items(conn, view)
    return View(view.thread, view.holder, view.room, items, upto, view.identity)


_PROVED = [identities.c[name].label(f"proved_{name}") for name in ("number", "name", "email", "at")]


def _views(chat: int) -> Any:
    rooms = [column.label(f"room_{column.name}") for column in staff_rooms.c]
    return (
        select(threads, accounts.c.name.label("holder"), *rooms, *_PROVED)
        .outerjoin(
            staff_rooms, (staff_rooms.c.conversation_id == threads.c.conversation_id) & (staff_rooms.c.chat == chat)
        )
        .outerjoin(accounts, accounts.c.id == threads.c.agent)
        .outerjoin(identities, identities.c.conversation_id == threads.c.conversation_id)
    )


def _view(row: Row[Any], chat: int) -> View:
    kept = {column.name: getattr(row, f"room_{column.name}") for column in staff_rooms.c}
    room = StaffTopic(row.conversation_id, chat) if kept["conversation_id"] is None else StaffTopic(**kept)
    return View(thread_of(row), row.holder or "", room, identity=_identity(row))


def _identity(row: Row[Any]) -> Identity | None:
    if row.proved_at is None:
        return None
    return Identity(row.proved_number, row.proved_name, row.proved_email, from_micros(row.proved_at))


def _items(conn: Connection, view: View) -> tuple[tuple[Item, ...], int]:
    """What was said after the cursor, turn by turn, and the turn up to which that is all of it."""
    room, of_id = view.room, view.room.conversation_id
    said = _after(conn, messages, messages.c.seq, of_id, room.turn, messages.c.seq > room.seq)
    noted = _after(conn, notes, notes.c.n, of_id, room.turn)
    upto = min([view.thread.turn, *(rows[-1].turn - 1 for rows in (said, noted) if len(rows) == MOST)])
    there = _written_there(conn, room) if said or noted else frozenset()
    found = [*(_said(row, there) for row in said), *(_noted(row, there) for row in noted)]
    # A turn's messages come before its notes: sorting keeps the order they are in.
    return tuple(sorted((item for item in found if item.turn <= upto), key=lambda item: item.turn)), upto


def _after(conn: Connection, table: Any, then: Any, of_id: str, turn: int, *more: Any) -> list[Row[Any]]:
    wanted = select(table).where(table.c.conversation_id == of_id, table.c.turn > turn, *more)
    return list(conn.execute(wanted.order_by(table.c.turn, then).limit(MOST)))


def _written_there(conn: Connection, room: StaffTopic) -> frozenset[int]:
    """The turns that colleagues took by writing in this staff chat, since it has shown what they write."""
    ours = events.c.event_id.startswith(f"staff:tg:{room.chat}:", autoescape=True)
    query = select(events.c.turn).where(events.c.conversation_id == room.conversation_id, ours)
    return frozenset(conn.scalars(query.where(events.c.turn > max(room.turn, room.since))))


def _said(row: Row[Any], there: frozenset[int]) -> Item:
    message = message_of(row)
    own = message.author == Author.AGENT and row.turn in there
    words = f"{EDITED}{message.text}" if message.edits and message.text else message.text
    return Item(row.turn, message.author, message.by, words, message.files, message.seq, own)


def _noted(row: Row[Any], there: frozenset[int]) -> Item:
    note = note_of(row)
    return Item(row.turn, "note", note.name, note.text, note.files, 0, row.turn in there)


def begin(conn: Connection, dialect: Dialect, room: StaffTopic, name: str) -> bool:
    """Note, before something leaves, that it is about to. False when somebody else began meanwhile."""
    fresh = {**asdict(room), "leaving": ""}
    conn.execute(dialect.insert(staff_rooms).values(fresh).on_conflict_do_nothing())
    mine = (staff_rooms.c.conversation_id == room.conversation_id) & (staff_rooms.c.chat == room.chat)
    # Whoever did something here meanwhile has changed one of these.
    looked_at = ("leaving", "turn", "part", "card", "topic", "panel")
    same = [staff_rooms.c[column] == getattr(room, column) for column in looked_at]
    return conn.execute(update(staff_rooms).where(mine, *same).values(leaving=name, doubt=room.doubt)).rowcount == 1


def save(conn: Connection, dialect: Dialect, room: StaffTopic) -> None:
    """Keep a room as it is now."""
    row = asdict(room)
    made = dialect.insert(staff_rooms).values(row)
    fresh = {name: row[name] for name in row if name not in ("conversation_id", "chat")}
    conn.execute(made.on_conflict_do_update(index_elements=["conversation_id", "chat"], set_=fresh))


def post(conn: Connection, dialect: Dialect, chat: int, message: int, conversation_id: str) -> None:
    """Remember which chat a message belongs to, so that it can be replied to."""
    row = {"chat": chat, "message": message, "conversation_id": conversation_id}
    conn.execute(dialect.insert(staff_posts).values(row).on_conflict_do_nothing())


def conversation_in(conn: Connection, chat: int, topic: int, message: int = 0) -> str | None:
    """Whose room this topic is, or whose chat this message is about; None for neither."""
    if topic:
        found = conn.scalar(
            select(staff_rooms.c.conversation_id).where(staff_rooms.c.chat == chat, staff_rooms.c.topic == topic)
        )
        if found:
            return str(found)
    known = (staff_posts.c.chat == chat) & (staff_posts.c.message == message)
    return conn.scalar(select(staff_posts.c.conversation_id).where(known)) if message else None


class ReceiptState(StrEnum):
    """Whether an agent has been shown yet what became of their message."""

    DUE = "due"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Receipt:
    """An agent's message whose fate is to be shown beside `message`. `state` is the outbox's; empty where the
    channel keeps none, so that being stored is all there is.
    """

    conversation_id: str
    seq: int
    chat: int
    message: int
    state: str
    reason: str


def expect(conn: Connection, dialect: Dialect, conversation_id: str, seq: int, chat: int, message: int) -> None:
    """The fate of the message numbered `seq` is to be shown beside this one."""
    row = {"conversation_id": conversation_id, "seq": seq, "chat": chat, "message": message, "state": ReceiptState.DUE}
    conn.execute(dialect.insert(staff_receipts).values(row).on_conflict_do_nothing())


def settled_receipts(conn: Connection, chat: int, limit: int = 20) -> Iterator[Receipt]:
    """Those whose fate is known by now and not shown yet."""
    query = (
        select(staff_receipts, outbox.c.state.label("fate"), outbox.c.reason)
        .outerjoin(
            outbox,
            (outbox.c.conversation_id == staff_receipts.c.conversation_id) & (outbox.c.seq == staff_receipts.c.seq),
        )
        .where(staff_receipts.c.state == ReceiptState.DUE, staff_receipts.c.chat == chat)
        .where(or_(outbox.c.state.is_(None), outbox.c.state.in_(SETTLED)))
        .limit(limit)
    )
    for row in conn.execute(query):
        yield Receipt(row.conversation_id, row.seq, row.chat, row.message, row.fate or "", row.reason or "")


def receipt_shown(conn: Connection, receipt: Receipt) -> None:
    """Its fate has been shown."""
    this = (staff_receipts.c.conversation_id == receipt.conversation_id) & (staff_receipts.c.seq == receipt.seq)
    conn.execute(update(staff_receipts).where(this).values(state=ReceiptState.SHOWN))
