"""A story, as far as it is compared with others: where its meaning lies, its telling words, who told it and when."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

MOST_TOKENS, MOST_READ = 40, 1_000
"""Telling words kept of a story, and characters of it that are looked through for them."""

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9'-]{2,30}|[A-Za-z]{0,4}-?[0-9]{2,8}[A-Za-z]{0,2}")
_CODE = re.compile(r"(?:[A-Za-z]{1,20}-?[0-9]{1,6}|[45][0-9]{2})\Z")
_OPENING = re.compile(r"(?:\A|[.!?:\n]\s{0,3})[\"'“(]?\Z")


@dataclass(frozen=True, eq=False)
class Story:
    """One customer's story. `vector` is of length one, or empty where there is no encoder; `at` is aware."""

    id: str
    customer: str
    at: datetime
    vector: Floats
    tokens: frozenset[str] = frozenset()


def telling_tokens(text: str, *known: str) -> frozenset[str]:
    """Words that tell which thing is meant: codes (`502`, `SAVE20`), names within a sentence, and what is known of the
    case (item, place, courier), each casefolded.
    """
    flat = unicodedata.normalize("NFKC", text)[:MOST_READ]
    found = [word[0].casefold() for word in _WORD.finditer(flat) if _is_telling(word[0], flat[: word.start()])]
    things = (" ".join(thing.casefold().split())[:60] for thing in known)
    return frozenset(list(dict.fromkeys((*filter(None, things), *found)))[:MOST_TOKENS])


def _is_telling(word: str, before: str) -> bool:
    """A code anywhere; a capital only where it does not merely open a sentence."""
    if _CODE.match(word):
        return True
    return len(word) > 3 and word[0].isupper() and not word.isupper() and not _OPENING.search(before[-6:])


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
