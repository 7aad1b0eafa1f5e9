"""Finding listed phrases: the whole text as one crisp command, or many phrases inside it in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dialogs.understanding.language.packs import Pack
from dialogs.understanding.text import HAN, WORD, flatten, unaccented

_EDGE = r"[\s,.!?;:~'\"()\[\]<>…·《》「」【】^_/*-]"
_PUNCTUATION = re.compile(rf"^{_EDGE}+|(?<!{_EDGE}){_EDGE}+$")
_SPACES = re.compile(r"\s+")
_POLITE_BEFORE = re.compile(
    r"^(?:请问|请|麻烦你?|那就|那|就|帮我|给我|我要|我想要?|我现在想|你好|您好|喂+|嗯+|哦+|好的|好吧|亲|ok|okay|please"
    r"|pls|plz|well|so|hi|hello|hey"
    r"|can you|could you|would you|can i|could i|may i|i want to|i wanna|i'd like to|i would like to|i want"
    r"|let me|just|um+|uh+)(?:[\s,.!]+|(?<=[一-鿿]))(?=.)"
    r"|^(?:splendid|lovely|great|perfect|fine|good|brilliant|wonderful|right|yes|yeah|yep|alright"
    r"|all right|thank you|thanks)[,.!]+\s*(?=.)"
)
_POLITE_AFTER = re.compile(
    r"(?:(?<=[一-鿿])(?:吧|啊|呀|呢|哦|喔|哈|啦|了|嘛|一下|谢谢你?|谢了|哟)|(?:[\s,.!]+)(?:please|pls|plz|thanks"
    r"|thank you"
    r"|thx|now|then|for me|ok|thankyou|mate|sir|谢谢))$"
)
_CRISP_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed phrase inside a text, and the lists it stands in."""

    families: tuple[str, ...]
    phrase: str
    start: int
    end: int


class PhraseBook:
    """All phrases of a playbook, each with the names of its lists. Made once; searched in one pass."""

    def __init__(self, lists: Mapping[str, Sequence[str]], packs: Iterable[Pack] = ()) -> None:
        self._polite = tuple(pattern for pack in packs for pattern in _polite(pack))
        self._whole = _by_phrase(lists)
        self._by_word: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        self._by_pair: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for phrase, families in self._whole.items():
            if phrase[0].isascii() or WORD.match(phrase):
                first = WORD.search(phrase)
                self._by_word.setdefault(first[0] if first else phrase, []).append((phrase, families))
            elif len(phrase) > 1 or not HAN.match(phrase):
                self._by_pair.setdefault(phrase[:2], []).append((phrase, families))
        for entries in (*self._by_word.values(), *self._by_pair.values()):
            entries.sort(key=lambda entry: -len(entry[0]))

    def whole(self, flat: str) -> tuple[str, ...]:
        """The lists that hold the whole text, once punctuation and polite words around it are put aside."""
        if len(flat) > _CRISP_LENGTH:
            return ()
        stripped = flat.strip()
        if found := self._whole.get(stripped):
            return found
        stripped = trimmed(stripped)
        for _ in range(5):
            if found := self._whole.get(stripped):
                return found
            shorter = self._plainer(stripped)
            if shorter == stripped or not shorter:
                return ()
            stripped = shorter
        return ()

    def _plainer(self, stripped: str) -> str:
        """The text without one polite word before or after it; the same where it has none."""
        for pattern in (_POLITE_AFTER, _POLITE_BEFORE, *self._polite):
            if (shorter := trimmed(pattern.sub("", stripped, 1))) != stripped:
                return shorter
        return stripped

    def inside(self, flat: str) -> list[Hit]:
        """Every listed phrase in the text, in order, the longest of those that begin together."""
        hits = self._words_inside(flat)
        if not flat.isascii():
            hits += self._pairs_inside(flat)
        return hits

    def _words_inside(self, flat: str) -> list[Hit]:
        hits, by_word = [], self._by_word
        for found in WORD.finditer(flat):
            for phrase, families in by_word.get(found[0], ()):
                start = found.start()
                end = start + len(phrase)
                if flat.startswith(phrase, start) and not (
                    flat[end : end + 1].isascii() and flat[end : end + 1].isalnum()
                ):
                    hits.append(Hit(families, phrase, start, end))
                    break
        return hits

    def _pairs_inside(self, flat: str) -> list[Hit]:
        hits, by_pair = [], self._by_pair
        for at in range(len(flat)):
            pair = flat[at : at + 2]
            if pair in by_pair or pair[0] in by_pair:
                for phrase, families in (*by_pair.get(pair, ()), *by_pair.get(pair[0], ())):
                    if flat.startswith(phrase, at):
                        hits.append(Hit(families, phrase, at, at + len(phrase)))
                        break
        return hits


def trimmed(flat: str) -> str:
    """The text without marks around it and with single spaces."""
    return _SPACES.sub(" ", _PUNCTUATION.sub("", flat))


def _by_phrase(lists: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, phrases in lists.items():
        for said in phrases:
            phrase = trimmed(flatten(said)) or flatten(said).strip()
            for form in dict.fromkeys((phrase, unaccented(phrase))):
                if form and name not in found.get(form, ()):
                    found[form] = (*found.get(form, ()), name)
    return found


def _polite(pack: Pack) -> Iterator[re.Pattern[str]]:
    """What a language puts around a command, after it and before it."""
    words = pack.about.get("polite", {})
    if after := words.get("after"):
        yield re.compile(rf"[\s,.!]+(?:{after.replace(' |', '|')})$")
    if before := words.get("before"):
        yield re.compile(rf"^(?:{before.replace(' |', '|')})[\s,.!]+(?=.)")
