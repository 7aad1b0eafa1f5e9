"""The words of a language's variants: converted when a playbook is loaded, so that saying them costs nothing more.

What a customer or an agent wrote is never converted: it is put into a text's placeholders when that is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from ctypes import CDLL
from functools import lru_cache
from sys import platform

from dialogs.understanding.language.packs import Variant, packs


def variants_of(language: str, written: tuple[str, ...]) -> tuple[Variant, ...]:
    """The variants of a language that are to be made, for they are none of the languages `written` by hand."""
    known = packs()[language].variants if language in packs() else ()
    return tuple(one for one in known if one.convert and one.code not in written)


def written(texts: Mapping[str, tuple[str, ...]], variant: Variant) -> dict[str, tuple[str, ...]]:
    """Texts as they are written in a variant."""
    lines = tuple(text for options in texts.values() for text in options)
    converted = iter(_converted(lines, variant.convert))
    return {key: tuple(next(converted) for _ in options) for key, options in texts.items()}


@lru_cache(maxsize=4)
def _converted(lines: tuple[str, ...], conversion: str) -> tuple[str, ...]:
    """OpenCC's dictionaries take 44 MB: they are let go as soon as all is converted."""
    from opencc import OpenCC

    convert = OpenCC(conversion).convert
    converted = tuple(convert(line) for line in lines)
    del convert
    _give_back()
    return converted


def _give_back() -> None:
    """Return freed memory to the system, where the C library can: else the process keeps it for its whole life."""
    trim = getattr(CDLL(None), "malloc_trim", None) if platform == "linux" else None
    if trim:
        trim(0)
