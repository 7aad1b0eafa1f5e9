"""What a classifier sees of a text: stretches of characters inside words, and of Chinese writing."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(r"[a-zÀ-ɏЀ-ӿ]+(?:'[a-z]+)?|\d+|[㐀-鿿豈-﫿]+|[?!]")
_MOST_HAN = 3
_LATIN_SIZES = range(2, 6)


def tokens(flat: str) -> list[str]:
    """Words, runs of Chinese, `0` for any number, and the marks that carry mood."""
    return ["0" if token[0].isdigit() else token for token in _TOKEN.findall(flat)]


def pieces(token: str) -> Iterator[str]:
    """The features of one token: character stretches of 1 to 3 in Chinese, of 2 to 5 with word ends in Latin."""
    if token[0] >= "㐀":
        for size in range(1, _MOST_HAN + 1):
            for at in range(len(token) - size + 1):
                yield token[at : at + size]
        return
    framed = f" {token} "
    yield framed
    for size in _LATIN_SIZES:
        for at in range(len(framed) - size + 1):
            yield framed[at : at + size]
