"""Whether the two great Python libraries can read what this server makes: aiogram and python-telegram-bot.

Reading costs a hundred times more than making, so each *shape* of object (its keys, the types of its values, its
constants) is read once: a load test pays for it only at its start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Shape = Any
CONSTANT_KEYS = frozenset(("type", "status", "source"))


class Readers:
    """Both libraries, and the shapes they have read already. Importing them takes seconds: make one only for tests."""

    def __init__(self) -> None:
        import aiogram.types
        import telegram

        self._aiogram, self._telegram = aiogram.types, telegram
        self._seen: dict[Shape, str | None] = {}

    def read(self, kind: str, value: Any) -> str | None:
        """The problem of the first library that could not read an object of this Bot API type, or None."""
        key = (kind, shape(value))
        if key not in self._seen:
            self._seen[key] = self._problem(kind, value)
        return self._seen[key]

    def _problem(self, kind: str, value: Any) -> str | None:
        for library, reader in (("aiogram", self._with_aiogram(kind)), ("python-telegram-bot", self._with_ptb(kind))):
            try:
                if reader:
                    reader(value)
            except Exception as refused:
                return f"{library} cannot read {kind}: {refused}"
        return None

    def _with_aiogram(self, kind: str) -> Callable[[Any], Any] | None:
        found = getattr(self._aiogram, kind, None)
        return getattr(found, "model_validate", None)

    def _with_ptb(self, kind: str) -> Callable[[Any], Any] | None:
        found = getattr(self._telegram, kind, None)
        reader = getattr(found, "de_json", None)
        return (lambda value: reader(value, None)) if reader else None


def shape(value: Any) -> Shape:
    """What two objects have in common when a library that reads one reads the other."""
    if isinstance(value, dict):
        return tuple(
            (key, held if key in CONSTANT_KEYS and isinstance(held, str) else shape(held))
            for key, held in value.items()
        )
    if isinstance(value, list | tuple):
        return frozenset(shape(held) for held in value)
    return type(value)
