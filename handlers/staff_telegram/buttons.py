"""Buttons below the messages of the staff chat: what each means, in at most 64 bytes. Pure.

Their data can be forged by anyone in the group, so it is only ever a wish: who may do what is asked anew.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from handlers.staff_telegram.words import StaffWords
from staff.words import later
from storage.conversations.threads import ThreadState
from storage.staff.topics import View

LONGEST = 64
"""Bytes of a button's data."""
WAITING = (ThreadState.WAITING, ThreadState.OFFERED)
BARRED = (ThreadState.BLOCKED, ThreadState.SPAM)
HELD = (ThreadState.HELD, ThreadState.SNOOZED)
_WORK: tuple[Mapping[str, str], ...] = (
    {"canned": later("Prepared answers")},
    {"resolve": later("Resolve"), "back": later("Hand back")},
    {"transfer": later("Transfer"), "snooze": later("Snooze")},
    {"bar": later("Spam…")},
)
"""What can be done with a chat that somebody has, in rows."""


@dataclass(frozen=True, slots=True)
class InlineButton:
    """`data` comes back when it is pressed; `url` is opened. One of them is set."""

    title: str
    data: str = ""
    url: str = ""


Rows = tuple[tuple[InlineButton, ...], ...]


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a button asks for, in which chat, about what."""

    verb: str
    conversation_id: str
    about: str = ""


def data(verb: str, conversation_id: str, about: str = "") -> str:
    """A button's data. Ids of 32 hex digits are written shorter, for two of them must fit."""
    return ":".join(filter(None, (verb, _short(conversation_id), about)))


def read(pressed: str) -> Pressed | None:
    """What this data asks for; None for what no button of ours holds."""
    verb, _, rest = pressed.partition(":")
    chat, _, about = rest.partition(":")
    conversation_id = _long(chat)
    return Pressed(verb, conversation_id, about) if verb and conversation_id else None


def account(staff_id: str) -> str:
    """An account's id as a button holds it."""
    return _short(staff_id)


def account_of(about: str) -> str:
    """The account that a button is about; empty for none."""
    return _long(about)


def _short(hexadecimal: str) -> str:
    return urlsafe_b64encode(bytes.fromhex(hexadecimal)).decode().rstrip("=")


def _long(short: str) -> str:
    try:
        held = urlsafe_b64decode(short.encode("ascii") + b"==")
    except ValueError:
        return ""
    return held.hex() if len(held) == 16 and _short(held.hex()) == short else ""


def card_rows(view: View, words: StaffWords, place: StaffChat) -> Rows:
    """Below a card: to claim the chat, or to find it. In a plain group it is the panel, too."""
    thread, of_id = view.thread, view.room.conversation_id
    rows: list[tuple[InlineButton, ...]] = []
    if thread.state in WAITING:
        bars = () if place.topics else (_bar(of_id, words),)
        rows.append((InlineButton(words.gettext("Claim"), data("claim", of_id)), *bars))
    elif thread.state in HELD and not place.topics:
        rows += _work(of_id, words)
    rows += _barred(view, words)
    ways = (*_topic(view, words, place), *_desk(of_id, words, place))
    return tuple((*rows, ways) if ways else rows)


def panel_rows(view: View, words: StaffWords, place: StaffChat) -> Rows:
    """Below the pinned summary of a topic: what can be done with the chat."""
    thread, of_id = view.thread, view.room.conversation_id
    rows: list[tuple[InlineButton, ...]] = []
    if thread.state in WAITING:
        rows.append((InlineButton(words.gettext("Claim"), data("claim", of_id)), _bar(of_id, words)))
    elif thread.state in HELD:
        rows += _work(of_id, words)
    rows += _barred(view, words)
    if desk := _desk(of_id, words, place):
        rows.append(desk)
    return tuple(rows)


def first_rows(view: View, words: StaffWords, place: StaffChat, message: int) -> Rows:
    """What the message of this number had below it at first."""
    return (card_rows if message == view.room.card else panel_rows)(view, words, place)


def _bar(of_id: str, words: StaffWords) -> InlineButton:
    """Opens what can be done about spam: nobody marks a chat by a slip of the finger."""
    return InlineButton(words.gettext("Spam…"), data("bar", of_id))


def _barred(view: View, words: StaffWords) -> list[tuple[InlineButton, ...]]:
    """The way back from spam and blocks."""
    if view.thread.state not in BARRED:
        return []
    return [(InlineButton(words.gettext("No spam, not blocked"), data("unbar", view.room.conversation_id)),)]


def _work(of_id: str, words: StaffWords) -> list[tuple[InlineButton, ...]]:
    return [
        tuple(InlineButton(words.gettext(title), data(verb, of_id)) for verb, title in row.items()) for row in _WORK
    ]


def _topic(view: View, words: StaffWords, place: StaffChat) -> tuple[InlineButton, ...]:
    if not view.room.topic:
        return ()
    # Telegram's own links leave the `-100` of a supergroup's id away.
    url = f"https://t.me/c/{str(place.chat).removeprefix('-100')}/{view.room.topic}"
    return (InlineButton(words.gettext("Open topic"), url=url),)


def _desk(of_id: str, words: StaffWords, place: StaffChat) -> tuple[InlineButton, ...]:
    if not place.desk_url:
        return ()
    return (InlineButton(words.gettext("Open in desk"), url=f"{place.desk_url}/desk/chats/{of_id}"),)


@dataclass(frozen=True, slots=True)
class StaffChat:
    """The staff chat: its id, whether it has topics, and where the desk is (empty: nowhere to be reached)."""

    chat: int
    topics: bool
    desk_url: str = ""
