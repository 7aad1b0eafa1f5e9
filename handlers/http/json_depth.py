"""How deep JSON from outside may be nested: what is deeper is refused before anything takes it apart.

Parsers and models call themselves once a level; a body of brackets alone would end in a `RecursionError`.
"""

from __future__ import annotations

import re

MOST_DEEP = 64
"""Levels. A Telegram update with a reply to a forwarded album has a dozen."""

_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|$)', re.DOTALL)
_OTHERS = re.compile(rb"[^\[\]{}]++")


def is_too_deep(body: bytes) -> bool:
    """Whether brackets outside of strings nest deeper than `MOST_DEEP`, in a body that need not be valid."""
    if body.count(b"[") + body.count(b"{") <= MOST_DEEP:
        return False
    level = 0
    for bracket in _OTHERS.sub(b"", _STRING.sub(b"", body)):
        level += 1 if bracket in b"[{" else -1
        if level > MOST_DEEP:
            return True
    return False
