"""Personal data masked before a text leaves, and put back into what comes: names, addresses, telephones, numbers.

What is masked is what our own reading found, what is on file in this chat, and whatever has the look of an address or
a long number. The same words get the same placeholder everywhere, so that a model sees that they are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import msgspec

from dialogs.understanding.context import Context
from dialogs.understanding.llm.answer import Answer
from dialogs.understanding.reading import Reading

_KINDS = {
    "email": "EMAIL", "phone": "PHONE", "handle": "HANDLE", "name": "NAME", "order_number": "NUMBER",
    "order_like": "NUMBER", "contact": "CONTACT",
}  # fmt: skip
_PLAIN = frozenset({"amount", "mentioned_amount", "happened_at", "mentioned_at"})
_EMAIL = re.compile(r"[^\s@<>,;:，；：（）()]{1,64}@[^\s@<>,;，；（）()]{1,190}")
_NUMBER = re.compile(r"\+?\d(?:[ \-./()]?\d){5,}")
_FEWEST_DIGITS = 4
_DAY = re.compile(r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}")
_SHORTEST = 2

Place = tuple[int, int, str]
"""Where something personal stands, and of what kind it is."""


@dataclass(slots=True)
class Veil:
    """The placeholders of one request. `mark` keeps them apart from what looks like one in what was written."""

    mark: str = ""
    by_words: dict[str, str] = field(default_factory=dict)

    def over(self, text: str, places: Iterable[Place]) -> str:
        """The text with placeholders in these places; of places that overlap the first and longest counts."""
        parts, at = [], 0
        for start, end, kind in sorted(places, key=lambda place: (place[0], -place[1])):
            if start >= at:
                parts += [text[at:start], self._instead(text[start:end], kind)]
                at = end
        return "".join(parts) + text[at:]

    def off(self, words: str) -> str:
        """The words with what the placeholders stand for."""
        for said, placeholder in self.by_words.items():
            words = re.sub(rf"\[?\b{placeholder[1:-1]}\b\]?", said.replace("\\", r"\\"), words)
        return words

    def _instead(self, words: str, kind: str) -> str:
        count = sum(one.startswith(f"[{kind}{self.mark}_") for one in self.by_words.values()) + 1
        return self.by_words.setdefault(words, f"[{kind}{self.mark}_{count}]")


def veiled(context: Context, reading: Reading) -> tuple[Context, str, Veil]:
    """The context and the text of a reading without what is personal in them, and what puts it back."""
    veil = Veil(_mark(context, reading.text))
    known = [(value, _KINDS[slot]) for slot, value in context.facts if slot in _KINDS and len(value) >= _SHORTEST]
    known += [(span.text, _KINDS[span.slot]) for span in reading.slots if span.slot in _KINDS]
    ours = tuple(_of_known(reading.text, [(case.reference, "") for case in context.cases]))
    text = veil.over(reading.text, _in_text(reading, known, [(start, end) for start, end, _ in ours]))
    return _veiled(context, veil, known), text, veil


def unveiled(answer: Answer, veil: Veil) -> Answer:
    """The answer with its quotations as they stand in the text."""
    return msgspec.structs.replace(
        answer,
        facts=tuple(msgspec.structs.replace(one, words=veil.off(one.words)) for one in answer.facts),
        wishes=tuple(msgspec.structs.replace(one, words=veil.off(one.words)) for one in answer.wishes),
        dangers=tuple(msgspec.structs.replace(one, words=veil.off(one.words)) for one in answer.dangers),
    )


def _veiled(context: Context, veil: Veil, known: list[tuple[str, str]]) -> Context:
    def over(text: str) -> str:
        return veil.over(text, [*_of_known(text, known), *_by_look(text)])

    facts = tuple(
        (slot, veil.over(value, [(0, len(value), _KINDS[slot])]) if slot in _KINDS else over(value))
        for slot, value in context.facts
    )
    return replace(context, said=over(context.said), shown=tuple(map(over, context.shown)), facts=facts)


def _in_text(reading: Reading, known: list[tuple[str, str]], ours: list[tuple[int, int]]) -> Iterator[Place]:
    """What is personal in a text; days, sums and our own references are not."""
    text = reading.text
    plain = [(span.start, span.end) for span in reading.slots if span.slot in _PLAIN] + ours
    for span in reading.slots:
        if span.slot in _KINDS and not _overlaps(span.start, span.end, ours):
            yield span.start, span.end, _KINDS[span.slot]
    for token in reading.numbers:
        if token.digits >= _FEWEST_DIGITS and not _overlaps(token.start, token.end, plain):
            yield token.start, token.end, "NUMBER"
    yield from _of_known(text, known)
    yield from (place for place in _by_look(text) if not _overlaps(place[0], place[1], plain))


def _of_known(text: str, known: list[tuple[str, str]]) -> Iterator[Place]:
    """Wherever the text says again what is known, as whole words."""
    for words, kind in known:
        edges = (r"(?<![^\W\d_])", r"(?![^\W\d_])") if words.isascii() else ("", "")
        for found in re.finditer(edges[0] + re.escape(words) + edges[1], text, re.IGNORECASE):
            yield *found.span(), kind


def _by_look(text: str) -> Iterator[Place]:
    for found in _EMAIL.finditer(text):
        yield *found.span(), "EMAIL"
    for found in _NUMBER.finditer(text):
        if not _DAY.fullmatch(found[0]):
            yield *found.span(), "NUMBER"


def _overlaps(start: int, end: int, places: Iterable[tuple[int, int]]) -> bool:
    return any(start < last and first < end for first, last in places)


def _mark(context: Context, text: str) -> str:
    """Letters that make our placeholders unlike anything that was written."""
    written = " ".join((text, context.said, *context.shown, *(value for _, value in context.facts)))
    mark = ""
    while re.search(rf"[A-Z]{mark}_\d", written):
        mark += "X"
    return mark
