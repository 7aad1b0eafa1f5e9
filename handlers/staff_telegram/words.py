"""The staff chat's words in one language, by dotted key. English and Chinese lie beside this file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from babel.dates import format_datetime

HERE = Path(__file__).parent
LANGUAGES = ("en", "zh")


class StaffWords:
    """Texts with their `{placeholders}`; what is put in is never itself interpreted. Moments are shown in `zone`."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        self.language = language
        self._zone = zone
        self._texts = dict(texts(language))

    def say(self, key: str, **facts: object) -> str:
        """The text of a key. Raises KeyError for a key or a placeholder that has no value."""
        return self._texts[key].format(**facts)

    def has(self, key: str) -> bool:
        return key in self._texts

    def moment(self, at: datetime) -> str:
        """A moment as colleagues write it."""
        return format_datetime(
            at, "d MMM HH:mm" if self.language == "en" else "M月d日 HH:mm", self._zone, self.language
        )


def texts(language: str) -> Iterator[tuple[str, str]]:
    """Every key and its text."""
    yield from _flat("", yaml.safe_load((HERE / f"words.{language}.yml").read_text("utf-8")))


def _flat(before: str, held: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in held.items():
        if isinstance(value, dict):
            yield from _flat(f"{before}{key}.", value)
        else:
            yield f"{before}{key}", value
