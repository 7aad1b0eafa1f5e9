"""The timeline: messages, notes and what was done, in one order, each in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from complaints.record import Attachment
from handlers.desk.chats.audit_text import AuditReader, told
from storage.audit.reading import Happened
from storage.conversations.notes import ChatNote
from storage.conversations.transcript import Author, Message
from storage.delivery.outbox import Standing

if TYPE_CHECKING:
    from handlers.desk.request_context import Visit

UNSAID = frozenset({"noted", "slot_put"})
"""What the trail holds and a note tells better."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One entry. `kind` is `customer`, `bot`, `agent`, `notice`, `note` or `event`; `name` is who wrote or did it.

    `standing` is how far a message has come, where a channel delivers it; `at` is aware, UTC.
    """

    key: str
    kind: str
    at: datetime
    name: str
    text: str
    files: tuple[Attachment, ...] = ()
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """A stretch of a chat as it is stored. `more` says that there are older messages."""

    messages: Sequence[Message] = ()
    notes: Sequence[ChatNote] = ()
    happenings: Sequence[Happened] = ()
    standings: Sequence[Standing] = ()
    more: bool = False
    names: Mapping[str, str] = field(default_factory=dict)


def entries(visit: Visit, past: Past) -> list[TimelineEntry]:
    """The stretch as entries, oldest first."""
    standings = {each.seq: each for each in past.standings}
    told_by = AuditReader(visit, past.names)
    done = [_done(told_by, one) for one in past.happenings if one.action not in UNSAID]
    rest = [*((note.after_seq, _noted(note)) for note in past.notes)]
    return list(_ordered(past.messages, standings, done, rest))


def _ordered(
    messages: Iterable[Message],
    standings: Mapping[int, Standing],
    done: list[TimelineEntry],
    notes: list[tuple[int, TimelineEntry]],
) -> Iterator[TimelineEntry]:
    """Messages by number; a note after the message it followed; what was done after the words that led to it."""
    for message in messages:
        while notes and notes[0][0] < message.seq:
            yield from _before(done, notes[0][1].at, led=True)
            yield notes.pop(0)[1]
        yield from _before(done, message.at, led=message.author != Author.CUSTOMER)
        yield _said(message, standings.get(message.seq))
    for _, note in notes:
        yield from _before(done, note.at, led=True)
        yield note
    yield from done


def _before(done: list[TimelineEntry], at: datetime, *, led: bool) -> Iterator[TimelineEntry]:
    while done and (done[0].at < at or (led and done[0].at == at)):
        yield done.pop(0)


def _said(message: Message, standing: Standing | None) -> TimelineEntry:
    return TimelineEntry(
        f"m{message.seq}", message.author, message.at, message.by, message.text, tuple(message.files), standing
    )


def _noted(note: ChatNote) -> TimelineEntry:
    return TimelineEntry(f"n{note.turn}-{note.n}", "note", note.at, note.name, note.text, note.files)


def _done(by: AuditReader, one: Happened) -> TimelineEntry:
    return TimelineEntry(f"a{one.n}", "event", one.at, by.who(one.actor), told(by, one))
