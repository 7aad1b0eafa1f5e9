"""What every event goes through before anything else sees it: text that can be stored, ids that fit."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass, replace

from dialogs.flows.events import Body, Event, Said
from storage.attachments import FileStore
from storage.conversations import conversation_id

LONGEST_TEXT = 5000
"""Characters of one message that the conversation works with; the whole is kept as a file."""

LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Arrival:
    """An admitted event and the conversation it belongs to."""

    event: Event
    conversation_id: str

    @property
    def key(self) -> tuple[str, str]:
        """What makes the event the same event when it comes again."""
        return self.conversation_id, self.event.id


def admit(event: Event, files: FileStore) -> Arrival:
    """Clean an event. Raises OSError when a long text could not be kept."""
    body = event.body
    return _arrival(event, _admit_words(body, files) if isinstance(body, Said) else body)


def admit_unkept(event: Event) -> Arrival:
    """Clean an event that `admit` failed on: its words stay whole, and no file is touched."""
    body = event.body
    return _arrival(event, replace(body, text=clean(body.text)) if isinstance(body, Said) else body)


def _arrival(event: Event, body: Body) -> Arrival:
    chat, name = fitting(event.chat), fitting(event.id)
    language, timezone = plain(event.language), plain(event.timezone)
    as_given = (event.chat, event.id, event.language, event.timezone)
    if body is not event.body or (chat, name, language, timezone) != as_given:
        event = replace(event, body=body, chat=chat, id=name, language=language, timezone=timezone)
    return Arrival(event, conversation_id(event.channel, event.account, event.chat))


def _admit_words(said: Said, files: FileStore) -> Said:
    text = clean(said.text)
    if len(text) <= LONGEST_TEXT:
        return said if text is said.text else replace(said, text=text)
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
    composed = unicodedata.normalize("NFC", whole)
    return text if composed == text else composed


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
