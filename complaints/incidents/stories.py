"""A story, as far as it is compared with others: where its meaning lies, its telling words, who told it and when."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Places = NDArray[np.int64]

MOST_TOKENS, MOST_READ = 40, 1_000
"""Telling words kept of a story, and characters of it that are looked through for them."""

_WORD = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Za-z]{1,20}(?:[-'.]?[A-Za-z0-9]{1,20}){0,3}|[0-9]{2,8}(?:[.-][0-9]{1,6}|[A-Za-z]{1,3})?)"
)
_CODE = re.compile(r"(?:[A-Za-z]{1,20}[-.]?[0-9][A-Za-z0-9.-]{0,12}|[0-9]{2,8}[A-Za-z]{1,3}|[0-9]{3,8})\Z")
_OPENING = re.compile(r"(?:\A|[.!?:\n]\s{0,3})[\"'“(]?\Z")
_HAN = re.compile(r"[一-鿿]")
_SHORTEST_NAME = 4


@dataclass(frozen=True, eq=False)
class Story:
    """One customer's story. `vector` is of length one, or empty where there is no encoder; `at` is aware."""

    id: str
    customer: str
    at: datetime
    vector: Floats
    tokens: frozenset[str] = frozenset()


def telling_tokens(text: str, *known: str) -> frozenset[str]:
    """Words that tell which thing is meant: codes (`502`, `SAVE20`, `v3.1`), names, and what is known of the case
    (item, place, courier), each casefolded.
    """
    flat = unicodedata.normalize("NFKC", text)[:MOST_READ]
    words = list(_WORD.finditer(flat))
    found = [
        word[0].removesuffix("'s").casefold()
        for word, after in zip(words, [*words, None][1:], strict=True)
        if _CODE.match(word[0]) or _is_name(word, after, flat)
    ]
    things = (" ".join(thing.casefold().split())[:60] for thing in known)
    return frozenset(list(dict.fromkeys((*filter(None, things), *found)))[:MOST_TOKENS])


def _is_name(word: re.Match[str], after: re.Match[str] | None, flat: str) -> bool:
    """Whether it is written as a name is: with a capital that does not merely open a sentence, with several, before
    another such word, or among Chinese characters.
    """
    said, before = word[0], flat[max(0, word.start() - 6) : word.start()]
    if len(said) < _SHORTEST_NAME or not said[0].isupper():
        return False
    if _HAN.search(before[-1:] + flat[word.end() : word.end() + 1]):
        return True
    if said.isupper():
        return False
    return any(letter.isupper() for letter in said[1:]) or not _OPENING.search(before) or _is_named_on(word, after)


def _is_named_on(word: re.Match[str], after: re.Match[str] | None) -> bool:
    """Whether the next word goes on with the name: "Halden Couriers"."""
    if after is None or after.start() != word.end() + 1:
        return False
    return len(after[0]) >= _SHORTEST_NAME and after[0][0].isupper() and not after[0].isupper()


def places_of(stories: Sequence[Story]) -> Mapping[str, Places]:
    """In which of these stories, by their places, each telling word stands."""
    found: dict[str, list[int]] = {}
    for at, story in enumerate(stories):
        for token in story.tokens:
            found.setdefault(token, []).append(at)
    return {token: np.array(places) for token, places in found.items()}


def packed(vector: Floats) -> bytes:
    """A vector as it is kept: half as many bytes as numbers have, little-endian."""
    return bytes(np.asarray(vector, dtype="<f2").tobytes())


def unpacked(kept: bytes) -> Floats:
    """A vector of length one from what was kept; empty for nothing."""
    vector = np.frombuffer(kept, dtype="<f2").astype(np.float32)
    return unit(vector) if len(vector) else vector


def unit(vector: Floats) -> Floats:
    """The same direction at length one."""
    length = float(np.linalg.norm(vector))
    return (vector / length).astype(np.float32) if length else vector


def matrix_of(stories: Iterable[Story], width: int) -> Floats:
    """Their vectors, one a row; nothing but noughts for those that have none of this width."""
    rows = [one.vector if len(one.vector) == width else np.zeros(width, np.float32) for one in stories]
    return np.stack(rows) if rows else np.zeros((0, width), np.float32)
