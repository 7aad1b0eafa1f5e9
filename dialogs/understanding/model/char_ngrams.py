"""What a classifier sees of a text: stretches of characters inside words, and of Chinese writing."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(r"[a-zÀ-ɏЀ-ӿ]+(?:'[a-z]+)?|\d+|[㐀-鿿豈-﫿]+|[?!]")
_HAN_SIZES = (1, 2)
_LATIN_SIZES = (3, 4)
"""More sizes cost twice the time at the start, and guess no better."""


def tokens(flat: str) -> list[str]:
    """Words, runs of Chinese, `0` for any number, and the marks that carry mood."""
    return ["0" if token[0].isdigit() else token for token in _TOKEN.findall(flat)]


def pieces(token: str) -> Iterator[str]:
    """The features of one token: characters and pairs in Chinese; in Latin the word and its stretches of 3 and 4."""
    if token[0] >= "㐀":
        for size in _HAN_SIZES:
            for at in range(len(token) - size + 1):
                yield token[at : at + size]
        return
    framed = f" {token} "
    yield framed
    for size in _LATIN_SIZES:
        for at in range(len(framed) - size + 1):
            yield framed[at : at + size]
