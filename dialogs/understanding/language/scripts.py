"""In which characters Chinese is written, traditional or simplified; and one plain form of both for understanding.

A character tells where one set has it and the other does not: 龍 is in no simplified text, 龙 in no traditional one.
著, 乾, 里 and 后 are in both and tell nothing. The sets are those of the old national encodings, GB 2312 and Big5.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

TRADITIONAL, SIMPLIFIED = "Hant", "Hans"

_ENOUGH = 4
"""So many simplified characters, with hardly a traditional one, show what somebody writes; fewer may be a name."""

_IN_NAMES = "昇鍾峯"
"""Traditional characters that many people keep in their names."""

_FIRST, _LAST = 0x4E00, 0x9FFF
_MANY = 3


def script_of(text: str) -> str:
    """`Hant`, `Hans`, or empty where a text does not show it, for it is short or only has characters of both."""
    if text.isascii():
        return ""
    seen = [script for char in text if (script := _scripts().get(char))]
    old = seen.count(TRADITIONAL)
    new = len(seen) - old
    if old > _MANY * new:
        return TRADITIONAL
    return SIMPLIFIED if new >= _ENOUGH and new > _MANY * old else ""


@lru_cache(maxsize=1)
def simplified() -> Mapping[int, str]:
    """The simplified character of each that is in traditional texts alone, for `str.translate`."""
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    chars = [chr(code) for code in range(_FIRST, _LAST + 1) if not _has(chr(code), "gb2312")]
    return {ord(char): plain for char in chars if len(plain := convert(char)) == 1 and plain != char}


@lru_cache(maxsize=1)
def _scripts() -> Mapping[str, str]:
    pairs = {chr(code): plain for code, plain in simplified().items() if _has(plain, "gb2312")}
    old = {char: TRADITIONAL for char in pairs if char not in _IN_NAMES}
    new = {plain: SIMPLIFIED for plain in pairs.values() if not _has(plain, "big5")}
    return {**old, **new}


def _has(char: str, encoding: str) -> bool:
    try:
        return bool(char.encode(encoding))
    except UnicodeEncodeError:
        return False
