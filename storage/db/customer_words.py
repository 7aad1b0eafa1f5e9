"""The one place through which customers' words and values go on their way into the database and out of it.

A column that holds them has the type `CustomerWords`; a test fails for a text column that has neither this type nor a
reason to be plain. Today `seal` and `unseal` leave the text as it is, and cost nothing. Once they seal, all that is
stored is sealed, all that is read is open again, and whoever writes or reads does not change: a sealed text names the
key that it was sealed with, so that a chat's words can be erased with its key. The terms by which chats are found
(`storage.conversations.search`) stay legible to the database.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

IS_PLAIN = True
"""Whether texts are stored as they are."""


def seal(place: str, text: str) -> str:
    """A text as it is stored. `place` is its table and column, as `messages.text`: it opens nowhere else."""
    return text


def unseal(place: str, stored: str) -> str:
    """A stored text as it was given."""
    return stored


class CustomerWords(TypeDecorator[str]):
    """A text column that holds words or values of customers, or of colleagues about them."""

    impl = Text
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        return None if IS_PLAIN else self._sealing

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        return None if IS_PLAIN else self._unsealing

    def literal_processor(self, dialect: Dialect) -> Callable[[Any], str]:
        raise TypeError(f"{self.place} holds customers' words: bind them")

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        return self

    def _sealing(self, value: Any) -> Any:
        return value if value is None else seal(self.place, value)

    def _unsealing(self, value: Any) -> Any:
        return value if value is None else unseal(self.place, value)
