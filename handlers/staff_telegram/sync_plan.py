"""What is to be done next so that the staff chat shows a chat as it is: one call to Telegram at a time. Pure.

The step is derived from how things are and from what is shown. Whatever happens in between (a restart, a
deleted topic), the next look finds what is missing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from handlers.staff_telegram.buttons import BARRED, Rows, StaffChat, card_rows, panel_rows
from handlers.staff_telegram.cards import CardPiece, Showing, StyledText, joined, together
from storage.conversations.threads import OVER
from storage.staff.topics import ESCALATED, StaffTopic, View


@dataclass(frozen=True, slots=True)
class PostCard:
    """Into the queue, which is the general topic."""

    text: StyledText
    rows: Rows


@dataclass(frozen=True, slots=True)
class OpenTopic:
    title: str


@dataclass(frozen=True, slots=True)
class PostPanel:
    """The summary, with what can be done, as the topic's first message."""

    text: StyledText
    rows: Rows


@dataclass(frozen=True, slots=True)
class Pin:
    message: int


@dataclass(frozen=True, slots=True)
class Show:
    """What was said; afterwards the room stands at `turn` and `part`."""

    text: StyledText
    pieces: tuple[CardPiece, ...]
    turn: int
    part: int


@dataclass(frozen=True, slots=True)
class Edit:
    """The card or the panel, in its new version."""

    message: int
    text: StyledText
    rows: Rows


@dataclass(frozen=True, slots=True)
class Rename:
    title: str


@dataclass(frozen=True, slots=True)
class Close:
    pass


@dataclass(frozen=True, slots=True)
class Reopen:
    pass


Step = PostCard | OpenTopic | PostPanel | Pin | Show | Edit | Rename | Close | Reopen
SENDING = (PostCard, OpenTopic, PostPanel, Show)
"""Steps that make something new: taken twice, they would show it twice. All others can be repeated."""


def next_step(view: View, showing: Showing, place: StaffChat) -> Step | None:
    """The next thing to do about this chat; None when all of it is shown."""
    room, state = view.room, view.thread.state
    card, rows = showing.card(view), card_rows(view, showing.words, place)
    if not room.card:
        return PostCard(_doubted(room, showing, card), rows) if state in ESCALATED else None
    if place.topics and not room.topic:
        return OpenTopic(showing.title(view)) if state in ESCALATED else _edited(room.card, room.card_shown, card, rows)
    step = _topic_step(view, showing, card, place) if place.topics else None
    return step or _said_step(view, showing) or _upkeep(view, showing, card, rows, place)


def _topic_step(view: View, showing: Showing, card: StyledText, place: StaffChat) -> Step | None:
    room = view.room
    if room.standing == "closed" and _is_wanted(view):
        return Reopen()
    if not room.panel:
        return PostPanel(_doubted(room, showing, card), panel_rows(view, showing.words, place))
    return None if room.pinned else Pin(room.panel)


def _is_wanted(view: View) -> bool:
    """Whether people have to do with the chat, or the customer has said something since the end, and is heard."""
    if view.thread.state in BARRED:
        return False
    return view.thread.state not in OVER or any(item.who == "customer" for item in view.items)


def _said_step(view: View, showing: Showing) -> Show | None:
    pieces = showing.pieces(view)
    if not pieces or view.thread.state in BARRED:
        return None  # what somebody writes whom nobody hears is kept at the desk, and rings nowhere
    taken = together(pieces)
    turn, part = _after(pieces, len(taken), view)
    return Show(_doubted(view.room, showing, joined(taken)), tuple(taken), turn, part)


def _after(pieces: list[CardPiece], count: int, view: View) -> tuple[int, int]:
    """Where the room stands once the first pieces have been shown."""
    last, left = pieces[count - 1], pieces[count:]
    if not left:
        return view.upto, 0
    if left[0].turn != last.turn:
        return last.turn, 0
    before = view.room.part if pieces[0].turn == last.turn else 0
    return last.turn - 1, before + sum(piece.turn == last.turn for piece in pieces[:count])


def _upkeep(view: View, showing: Showing, card: StyledText, rows: Rows, place: StaffChat) -> Step | None:
    room, words = view.room, showing.words
    edit = _edited(room.card, room.card_shown, card, rows)
    if edit or not place.topics:
        return edit
    panel = _edited(room.panel, room.panel_shown, card, panel_rows(view, words, place))
    if panel:
        return panel
    if room.title != (title := showing.title(view)):
        return Rename(title)
    return Close() if view.thread.state in OVER and room.standing == "open" else None


def _edited(message: int, shown: str, text: StyledText, rows: Rows) -> Edit | None:
    return Edit(message, text, rows) if shown != mark(text, rows) else None


def mark(text: StyledText, rows: Rows) -> str:
    """A short mark by which to know whether this is what is shown."""
    return hashlib.blake2b(repr((text.words, rows)).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _doubted(room: StaffTopic, showing: Showing, text: StyledText) -> StyledText:
    return showing.doubtful(text) if room.doubt else text


def done(view: View, step: Step, number: int) -> StaffTopic:
    """The room after a step; `number` is Telegram's of what was made, where something was."""
    room = replace(view.room, leaving="", doubt=False)
    match step:
        # What is shown with a mark of doubt is put right by the next edit.
        case PostCard(text, rows):
            return replace(room, card=number, card_shown=mark(text, rows))
        case OpenTopic(title):
            return replace(room, topic=number, title=title, standing="open", since=view.thread.turn)
        case PostPanel(text, rows):
            return replace(room, panel=number, panel_shown=mark(text, rows), pinned=False)
        case Show(turn=turn, part=part):
            return replace(room, turn=turn, part=part, seq=_last_seq(view, turn))
        case Edit(message, text, rows):
            card = message == room.card
            return replace(room, card_shown=mark(text, rows)) if card else replace(room, panel_shown=mark(text, rows))
    return _repeated(view, room, step)


def _repeated(view: View, room: StaffTopic, step: Step) -> StaffTopic:
    """The room after a step that makes nothing new."""
    match step:
        case Rename(title):
            return replace(room, title=title)
        case Pin():
            return replace(room, pinned=True)
        case Close():
            return replace(room, standing="closed")
        case Reopen():
            return replace(room, standing="again" if view.thread.state in OVER else "open")
    return room


def settled(view: View) -> StaffTopic:
    """The room when nothing is left to do."""
    standing = "open" if view.room.standing == "again" and view.thread.state not in OVER else view.room.standing
    turn = max(view.room.turn, view.upto)
    seq = _last_seq(view, turn)
    return replace(view.room, seen=view.thread.turn, turn=turn, part=0, seq=seq, standing=standing, leaving="")


def _last_seq(view: View, turn: int) -> int:
    """The last message of the turns up to this one."""
    return max((item.seq for item in view.items if item.turn <= turn), default=view.room.seq) or view.room.seq


def without_topic(room: StaffTopic) -> StaffTopic:
    """The topic is gone, and all that was in it: it is made anew, and filled again."""
    gone = replace(room, topic=0, title="", since=0, panel=0, panel_shown="", pinned=False, leaving="")
    return replace(gone, turn=0, part=0, seq=0)
