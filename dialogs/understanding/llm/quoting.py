"""Where words that a language model quotes stand in the text. What does not stand there was never said."""

from __future__ import annotations

from collections.abc import Iterator

LONGEST = 200
"""Characters of a quotation."""


def place_of(words: str, text: str) -> tuple[int, int] | None:
    """Where the words stand in the text as whole words, in whatever case; None where they do not."""
    words = words.strip()
    if not words or len(words) > LONGEST:
        return None
    places = (place for place in _places(words, text) if _is_whole(text, *place))
    return next(places, None)


def _places(words: str, text: str) -> Iterator[tuple[int, int]]:
    yield from _found(words, text)
    low, told = words.lower(), text.lower()
    if len(low) == len(words) and len(told) == len(text):  # İ becomes two characters, and moves all behind it
        yield from _found(low, told)


def _found(words: str, text: str) -> Iterator[tuple[int, int]]:
    at = text.find(words)
    while at >= 0:
        yield at, at + len(words)
        at = text.find(words, at + 1)


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no word or number is cut: 12 is no part of what AM2612 says. Scripts without spaces have no words."""
    return not (_join(text, start) or _join(text, end))


def _join(text: str, at: int) -> bool:
    return 0 < at < len(text) and _is_letter(text[at - 1]) and _is_letter(text[at])


def _is_letter(char: str) -> bool:
    return char.isalnum() and (char.isascii() or not "\u2e80" <= char <= "\uffef")
