"""Reading an update. The commonest, plain words in a private chat, is read without aiogram's models: they cost more
than all the rest that the door does for it. Whatever holds anything else is aiogram's to read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import msgspec
from aiogram.types import Update
from pydantic import ValidationError

from handlers.channels.telegram.incoming import CustomerUpdate, incoming


class _Person(msgspec.Struct, forbid_unknown_fields=True):
    id: int
    is_bot: bool
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_premium: bool = False


class _Private(msgspec.Struct, forbid_unknown_fields=True):
    id: int
    type: Literal["private"]
    first_name: str = ""
    last_name: str = ""
    username: str = ""


class _Words(msgspec.Struct, forbid_unknown_fields=True, rename={"sender": "from"}):
    message_id: int
    sender: _Person
    chat: _Private
    date: int
    text: str


class _Plain(msgspec.Struct, forbid_unknown_fields=True):
    update_id: int
    message: _Words


class _Chat(msgspec.Struct):
    id: int
    type: Literal["private"]


class _Anything(msgspec.Struct):
    message_id: int
    chat: _Chat
    text: str = ""


class _Unheard(msgspec.Struct):
    update_id: int
    message: _Anything


def read(raw: Any, username: str = "") -> CustomerUpdate | None:
    """What the update says to the bot of this name, as `incoming`. Raises pydantic's `ValidationError`."""
    if words := plain(raw):
        return words
    try:
        said = incoming(Update.model_validate(raw), username)
    except ValidationError as error:
        said = _by_hand(raw, error)
    return replace(said, raw=raw) if said else None


def _by_hand(raw: Any, error: ValidationError) -> CustomerUpdate:
    """A customer's message of a kind that nobody has heard of yet: its words, or at least whose it is.

    Raises the error where it is no message in a private chat.
    """
    try:
        update = msgspec.convert(raw, _Unheard)
    except msgspec.ValidationError:
        raise error from None
    said = update.message
    unreadable = None if said.text else error
    return CustomerUpdate(
        update.update_id, said.chat.id, text=said.text, message=said.message_id, unreadable=unreadable
    )


def plain(raw: Any) -> CustomerUpdate | None:
    """The update, if it is words and nothing else. Commands and what is marked in a text are not plain."""
    try:
        update = msgspec.convert(raw, _Plain)
    except msgspec.ValidationError:
        return None
    said = update.message
    if not said.text or said.text.startswith("/"):
        return None
    return CustomerUpdate(
        update.update_id, said.chat.id, said.sender.language_code, said.text, message=said.message_id, raw=raw
    )
