"""The operator's secret keys: the one in use, and older ones that something on file may still be sealed with.

What is written is sealed with the current key. What is read may have been sealed with any of them, so a key can be
replaced (`amends keys rotate`) and everything written before stays valid.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

_MARK = 8


@dataclass(frozen=True, slots=True)
class Keyring:
    """The key in use, and older ones, the youngest of them first."""

    current: bytes = field(repr=False)
    older: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def every(self) -> tuple[bytes, ...]:
        """All keys, the current one first."""
        return self.current, *self.older

    @property
    def mark(self) -> str:
        """What is put beside what the current key seals, where there are older ones; empty for an only key."""
        return check_value(self.current)[:_MARK] if self.older else ""

    def marked(self, mark: str) -> tuple[bytes, ...]:
        """The keys that a mark may stand for. What bears none is of any of them."""
        return tuple(key for key in self.every if not mark or check_value(key).startswith(mark))

    def fits(self, made_with: Callable[[bytes], bool]) -> bool:
        """Whether something was made with one of the keys."""
        return any(made_with(key) for key in self.every)


AnyKey = Keyring | bytes
"""A key alone is a ring without older ones."""


def ring_of(key: AnyKey) -> Keyring:
    """The ring, also of a key alone."""
    return key if isinstance(key, Keyring) else Keyring(key)


def check_value(key: bytes) -> str:
    """Tells keys apart, and tells nothing else of them: 64 hexadecimal digits."""
    return hmac.digest(key, b"amends check value", "sha256").hex()
