"""Each piece of a text in its context, as the sentence encoder sees it before it sums the pieces up.

What it sees knows sixteen languages: 电饭煲, "rice cooker" and 電子鍋 lie close together, and so do the places they
stand in. See `layers` for how it comes about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dialogs.understanding.model.encoder import SentenceEncoder
from dialogs.understanding.model.layers import SEEN, Floats
from dialogs.understanding.tagging.tokens import Pieces, pieces_by_id, split

WIDTH = SEEN
"""Numbers a piece."""


class TokenEncoder:
    """Pieces and their vectors, by the sentence encoder's own weights; they are loaded once, for both."""

    def __init__(self, sentences: SentenceEncoder) -> None:
        self._sentences = sentences
        self._letters: Callable[[int], str] | None = None

    @property
    def name(self) -> str:
        """Changes whenever the vectors would."""
        return self._sentences.name

    def split(self, text: str) -> Pieces:
        """A text in pieces."""
        loaded = self._sentences.loaded()
        if self._letters is None:
            self._letters = pieces_by_id(loaded.words._prefixes, loaded.words._unk_id)
        return split(text, loaded.split, self._letters)

    def vectors(self, texts: Sequence[Pieces]) -> list[Floats]:
        """For each text its pieces x `WIDTH`; about 0.03 ms a piece."""
        loaded = self._sentences.loaded()
        begin, end = loaded.words._bos_id, loaded.words._eos_id
        return [rows[1:-1] for rows in loaded.layers.pieces([(begin, *text.ids, end) for text in texts])]
