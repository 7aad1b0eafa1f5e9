"""The stretches of a text that the hybrid classifier weighs: of characters, words and pairs of words.

Wider than `features.py`, which serves the small classifier: any script, and neighbouring words together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

_TOKEN = re.compile(r"[㐀-鿿豈-﫿]+|[぀-ヿ]+|[가-힯]+|[^\W\d_㐀-鿿豈-﫿぀-ヿ가-힯]+(?:'[^\W\d_]+)?|\d+|[?!]")
_UNSPACED = re.compile(r"[㐀-鿿豈-﫿぀-ヿ가-힯]")
_SIZES, _UNSPACED_SIZES = range(2, 6), range(1, 4)


def words(flat: str) -> list[str]:
    """Words, runs of writing without spaces, `0` for any number, and the marks that carry mood."""
    return ["0" if token[0].isdigit() else token for token in _TOKEN.findall(flat)]


def grams(flat: str) -> tuple[list[str], list[str]]:
    """Every stretch of a flattened text as often as it occurs: first those of characters, then words and pairs.

    Where nothing separates words, single characters and pairs of them stand for words.
    """
    tokens = words(flat)
    pairs = [f"{first}_{second}" for first, second in pairwise(tokens)]
    whole = [f"={word}" for token in tokens for word in _words(token)]
    return [stretch for token in tokens for stretch in _stretches(token)], whole + pairs


def landmarks(flat: str) -> set[str]:
    """What shows whether a text is written as the examples are: whole words, single characters where nothing
    separates words."""
    found: set[str] = set()
    for token in words(flat):
        found.update(token if _UNSPACED.match(token) else [f"={token}"])
    return found


def _words(token: str) -> Iterator[str]:
    if not _UNSPACED.match(token):
        yield token
        return
    yield from token
    yield from map("".join, pairwise(token))


def _stretches(token: str) -> Iterator[str]:
    if _UNSPACED.match(token):
        for size in _UNSPACED_SIZES:
            yield from (token[at : at + size] for at in range(len(token) - size + 1))
        return
    framed = f" {token} "
    yield framed
    for size in _SIZES:
        yield from (framed[at : at + size] for at in range(len(framed) - size + 1))
