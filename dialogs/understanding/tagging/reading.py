"""The tagger at work: readings with marks, and with the slots that follow from them (see `marks`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from complaints.copies import altered
from dialogs.understanding.model.encoder import Floats
from dialogs.understanding.reading import Reading
from dialogs.understanding.tagging.marks import in_the_light_of
from dialogs.understanding.tagging.network import Tagger
from dialogs.understanding.tagging.tokens import Pieces
from dialogs.understanding.tagging.vectors import TokenEncoder

STORY = ("story",)
QUESTIONS = (
    STORY, ("item",), ("order_number",), ("name",), ("contact",), ("place_or_page",), ("amount",), ("happened_at",),
    ("wanted",), ("item", "order_number"), ("name", "contact"),
)  # fmt: skip
"""What a text is read under: the first message, and every question whose answer is in the customer's own words."""
MOST_OF_AN_ANSWER = 60
"""Pieces of a text beyond which it is a story, whatever was asked."""


@dataclass(frozen=True, slots=True, eq=False)
class TagReader:
    """Adds to readings what the tagger marks in their texts."""

    tagger: Tagger
    encoder: TokenEncoder

    def marked(self, readings: Sequence[Reading]) -> list[Reading]:
        """The same readings, in order, with marks, and with slots in their light."""
        pieces = [self.encoder.split(reading.text) for reading in readings]
        vectors = self.encoder.vectors(pieces)
        return [
            self._with(reading, split, seen) for reading, split, seen in zip(readings, pieces, vectors, strict=True)
        ]

    def _with(self, reading: Reading, pieces: Pieces, vectors: Floats) -> Reading:
        asked = QUESTIONS if len(pieces.ids) <= MOST_OF_AN_ANSWER else (STORY,)
        found = self.tagger.find(pieces, vectors, asked)
        marks = {"+".join(question): marks for question, marks in zip(asked, found, strict=True)}
        as_told = marks["story"]
        others = {name: one for name, one in marks.items() if name == "story" or one != as_told}
        return altered(reading, marks=others, slots=in_the_light_of(as_told, reading))
