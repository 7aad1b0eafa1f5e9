"""What every event goes through before anything else sees it: text that can be stored, ids that fit."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from dialogs.flows.events import Body, Event, Said
from engine.turn.card_masking import without_cards
from storage.conversations.conversations import conversation_id
from storage.files.attachments import FileStore

LONGEST_TEXT = 5000
"""Characters of one message that the conversation works with; the whole is kept as a file."""

LONGEST_ID = 200

_MOST_PILED, _JOINER = 30, "\u034f"
_LONG_RUN = re.compile(r"[^\w\s]{31,}")
"""Wherever marks pile up there is such a run: none of them is of a word or a space."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An admitted event and the conversation it belongs to."""

    event: Event
    conversation_id: str

    @property
    def key(self) -> tuple[str, str]:
        """What makes the event the same event when it comes again."""
        return self.conversation_id, self.event.id


AskedForOrder = Callable[[str], bool]
"""Whether a conversation, by its id, waits for an order number."""


def admit(event: Event, files: FileStore, asked_for_order: AskedForOrder = lambda _id: False) -> Arrival:
    """Clean an event and mask the cards in it. Raises OSError when a long text could not be kept."""
    arrival = _arrival(event, event.body)
    body = without_cards(_cleaned(event.body), lambda: asked_for_order(arrival.conversation_id))
    return _arrival(event, _admit_words(body, files) if isinstance(body, Said) else body)


def admit_unkept(event: Event) -> Arrival:
    """Clean an event that `admit` failed on: its words stay whole but for cards, and no file is touched."""
    return _arrival(event, without_cards(_cleaned(event.body), lambda: False))


def _cleaned(body: Body) -> Body:
    if not isinstance(body, Said):
        return body
    text = clean(body.text)
    return body if text is body.text else replace(body, text=text)


def _arrival(event: Event, body: Body) -> Arrival:
    chat, name = fitting(event.chat), fitting(event.id)
    language, timezone = plain(event.language), plain(event.timezone)
    as_given = (event.chat, event.id, event.language, event.timezone)
    if body is not event.body or (chat, name, language, timezone) != as_given:
        event = replace(event, body=body, chat=chat, id=name, language=language, timezone=timezone)
    return Arrival(event, conversation_id(event.channel, event.account, event.chat))


def legible(text: str) -> str:
    """As much of a text as is kept in its message, and read."""
    text = clean(text)
    return text if len(text) <= LONGEST_TEXT else cut(text)


def _admit_words(said: Said, files: FileStore) -> Said:
    text = said.text
    if len(text) <= LONGEST_TEXT:
        return said
    whole = text.encode()
    kept = [files.keep_text(part, "message.txt") for part in _parts(whole, files.largest)]
    return replace(said, text=cut(text), files=(*said.files, *kept))


def _parts(whole: bytes, largest: int) -> list[bytes]:
    """The text in pieces that the store takes, none of them broken within a character."""
    pieces = []
    while whole:
        piece = whole[:largest].decode("utf-8", "ignore").encode()
        pieces.append(piece)
        whole = whole[len(piece) :]
    return pieces


def clean(text: str) -> str:
    """Text that every database stores: no NUL, no lone surrogates, composed (NFC)."""
    if text.isascii():
        return text.replace("\x00", "") if "\x00" in text else text
    whole = text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    composed = unicodedata.normalize("NFC", _LONG_RUN.sub(_stream_safe, whole))
    return text if composed == text else composed


def _stream_safe(run: re.Match[str]) -> str:
    """Marks that pile up on one letter, broken up as the Stream-Safe Text Format (UAX 15) does.

    Composing sorts them, in a time that grows with the square of their number: 200,000 took most of a minute.
    """
    safe, piled = [], 0
    for mark in run.group():
        piled = piled + 1 if unicodedata.combining(mark) else 0
        if piled > _MOST_PILED:
            safe.append(_JOINER)
            piled = 1
        safe.append(mark)
    return "".join(safe)


def cut(text: str) -> str:
    """The first `LONGEST_TEXT` characters, back to the end of a word where one is near."""
    head = text[:LONGEST_TEXT]
    if text[LONGEST_TEXT].isspace():
        return head.rstrip()
    place = max(head.rfind(space, LONGEST_TEXT - 100) for space in (" ", "\n", "\t", "\u3000", "，", "。"))
    return head[: place + 1].rstrip() if place > 0 else head


def plain(tag: str) -> str:
    """A language tag or zone name as the channel gave it, or empty when it cannot be one."""
    return tag if len(tag) <= 64 and tag.isascii() and tag.isprintable() else ""


def fitting(name: str) -> str:
    """An id that fits a key: itself, or its digest when it is too long or cannot be stored."""
    if len(name) <= LONGEST_ID and (name.isascii() or clean(name) == name) and "\x00" not in name:
        return name
    return "sha256:" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
