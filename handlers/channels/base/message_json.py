"""What leaves an edge: the JSON shapes of a message, for the web page and for Rasa's REST clients."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from complaints.record import Attachment
from dialogs.flows.effects import Button
from storage.conversations.transcript import Author

if TYPE_CHECKING:
    from storage.conversations.transcript import Message

_ENCODER = msgspec.json.Encoder()


class Shown(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message as the web page gets it; `by` is an agent's name."""

    seq: int
    author: str
    text: str
    buttons: tuple[Button, ...]
    files: tuple[Attachment, ...]
    asks: str | None
    case: str | None
    at: datetime
    by: str = ""


class ShownMessages(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer to a web message: the customer's own words, what the bot said to them, and in which language."""

    messages: list[Shown]
    language: str = ""


class Choice(msgspec.Struct, frozen=True):
    """A quick reply in Rasa's words."""

    title: str
    payload: str


class Custom(msgspec.Struct, frozen=True):
    """On the last message of a turn, `asks` names the slot now asked for, and `also` lists further ones in the same
    question; `case` is the one just filed or spoken of. `person` is why a person has been asked for; `dangers` are the
    kinds heard in this chat so far.
    """

    asks: str | None
    case: str | None
    also: tuple[str, ...] = ()
    person: str | None = None
    dangers: tuple[str, ...] = ()


class Reply(msgspec.Struct, frozen=True):
    """One message of the bot in Rasa's REST shape."""

    recipient_id: str
    text: str
    buttons: tuple[Choice, ...]
    custom: Custom


def shown(message: Message) -> Shown:
    """A stored message as the web page gets it."""
    return Shown(
        message.seq, message.author, message.text, tuple(message.buttons), tuple(message.files),
        message.asks, message.case, message.at, message.by,
    )  # fmt: skip


def shown_json(message: Message) -> bytes:
    """One message, encoded; a single line."""
    return _ENCODER.encode(shown(message))


def messages_json(messages: Iterable[Message], language: str) -> bytes:
    """The answer to a web message, encoded."""
    return _ENCODER.encode(ShownMessages([shown(message) for message in messages], language))


def replies_json(sender: str, notices: Iterable[str], messages: Iterable[Message]) -> bytes:
    """The answer to a REST message, encoded: what we could not take first, so that the last one still asks."""
    replies = [Reply(sender, text, (), Custom(None, None)) for text in notices]
    replies.extend(_reply(sender, message) for message in messages if message.author != Author.CUSTOMER)
    return _ENCODER.encode(replies)


def _reply(sender: str, message: Message) -> Reply:
    choices = tuple([Choice(button.title, button.id) for button in message.buttons])
    heard = message.heard
    custom = Custom(message.asks, message.case, heard.also, heard.person, heard.dangers)
    return Reply(sender, message.text, choices, custom)
