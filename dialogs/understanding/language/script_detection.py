"""Languages by their script: which one a text is in, by script and weight alone, and which way one is written."""

from __future__ import annotations

import re
from collections.abc import Collection

_SCRIPTS = (
    ("ja", re.compile(r"[぀-ヿ]")),
    ("ko", re.compile(r"[가-힯ᄀ-ᇿ]")),
    ("ar", re.compile(r"[؀-ۿݐ-ݿ]")),
    ("ru", re.compile(r"[Ѐ-ӿ]")),
    ("el", re.compile(r"[Ͱ-Ͽἀ-῿]")),
    ("he", re.compile(r"[֐-׿]")),
    ("hi", re.compile(r"[ऀ-ॿ]")),
    ("bn", re.compile(r"[ঀ-৿]")),
    ("ta", re.compile(r"[஀-௿]")),
    ("th", re.compile(r"[฀-๿]")),
)
_OTHER_SCRIPT = re.compile(r"[Ͱ-Ͽἀ-῿֐-׿Ѐ-ӿ؀-ۿݐ-ݿऀ-৿஀-௿฀-๿぀-ヿ가-힯ᄀ-ᇿ]")
_HAN = re.compile(r"[㐀-鿿豈-﫿]")
_ENDS_IN_HAN = re.compile(r"[㐀-鿿][㐀-鿿，。！？、,.!?…~\s]{2,}[㐀-鿿]\W*$")
_LATIN_WORD = re.compile(r"(?<![\w@.'])[a-zÀ-ɏḀ-ỿ']++(?![\w@])")
_SAYS_NOTHING = frozenset({"ok", "okay", "okk", "app", "wifi", "iphone", "ipad", "vip", "qq", "id", "http", "https"})
_FEW, _QUOTED = 3, 12

CYRILLIC = frozenset({"ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg", "tt"})
ARABIC = frozenset({"ar", "arz", "fa", "ur", "ps", "ckb", "ug", "sd"})
OTHER_SCRIPTS = frozenset({"zh", "ja", "ko", "el", "he", "hi", "bn", "ta", "th"}) | CYRILLIC | ARABIC
"""Languages that are not written in Latin letters, of those that can be told."""

_RIGHT_TO_LEFT = ("ar", "dv", "fa", "he", "ks", "ku", "ps", "sd", "ug", "ur", "yi")


def weigh(flat: str, known: Collection[str] = ()) -> dict[str, float]:
    """How much of a flattened text is in each language, as counts of characters or words."""
    words = [word for word in _LATIN_WORD.findall(flat) if word not in _SAYS_NOTHING]
    if known and len(words) <= _FEW and not any(word in known for word in words):
        words = []  # a name, a brand: no reason to switch the conversation's language
    weights = {"en": float(len(words))}
    if not flat.isascii():
        weights["zh"] = len(_HAN.findall(flat)) / 1.5
        if len(words) <= _QUOTED and _ENDS_IN_HAN.search(flat):
            weights["zh"] = max(weights["zh"], len(words) + 1.0)  # an English notice, and then their own words
    if _OTHER_SCRIPT.search(flat):
        weights |= {code: float(len(script.findall(flat))) for code, script in _SCRIPTS}
        if weights["ja"]:
            weights["ja"] += weights.pop("zh")
    return weights


def language_of(flat: str, known: Collection[str] = ()) -> str:
    """The language with the most weight, `en` for any in Latin letters, `ru` and `ar` for their scripts; or empty.

    `known` holds English words; a few Latin words that are not among them are a name or a brand.
    """
    weights = weigh(flat, known)
    best = max(weights, key=weights.__getitem__)
    return best if weights[best] else ""


def direction(language: str) -> str:
    """Which way a language is written: `rtl` or `ltr`."""
    return "rtl" if language.lower().partition("-")[0] in _RIGHT_TO_LEFT else "ltr"
