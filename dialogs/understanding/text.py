"""Texts in one plain form: the same length as what was written, so that every span stays true."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from unicodedata import combining, normalize

from dialogs.understanding.language.scripts import simplified
from dialogs.understanding.reading import Span

MOST_READ = 4000
"""Characters of a message that are read. What lies beyond is kept, and looked through for danger; no fact is taken."""

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_MARKS = str.maketrans("\u3000\u00a0‘’`´“”–—−～〜﹣。、￥", "  ''''\"\"---~~-..¥")
_IN_BOTH = str.maketrans("後", "后")
"""Characters that both ways of writing have, and whose plain form says the same."""

MOST_FACTS = 20
"""Facts of one kind taken from one message; nobody means more."""

HAN = re.compile(r"[㐀-鿿豈-﫿]")
WORD = re.compile(r"[a-z0-9À-ɏ]+(?:'[a-z]+)?")


def flatten(text: str) -> str:
    """Lower case, half width, plain quotes, simplified characters; always as long as `text`."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(_lower(char) for char in text)
    return low if low.isascii() else low.translate(_plain())


@lru_cache(maxsize=1)
def _plain() -> Mapping[int, int | str | None]:
    return {**simplified(), **_WIDE, **_MARKS, **_IN_BOTH}


_REPEATS = re.compile(
    r"(?<![,. ])[,. ]*+\b(?:as|like) (?:i|ah) "
    r"(?:just |already )?(?:said|told (?:you|ye))\b(?: (?:already|before))?[,:. ]*"
    r"|\b(?:i|ah)(?:'ve| have)? (?:just |already )?(?:told (?:you|ye|u)|said)(?: (?:already|before|that))?[,:. ]*"
    r"|(?<![,，. ])[,，. ]*+我?"
    r"(?:不是|都|已经|刚才?|早就?|前面|上面){1,4}(?:跟你|和你)?(?:说|讲)过?了?[吗嘛啊呀的]?[,，:. ]*"
    r"|^我说[过了]++[吗嘛啊呀]?[,，:. 是]*",
    re.IGNORECASE,
)
_SHORT = 40
_MARKS_AROUND = " ,.!?~，。！？…"
_SAID, _TOLD, _SAID_ZH, _TOLD_ZH = "said", "told", "说", "讲"


def without_repeats(text: str) -> str:
    """A text with "as I said" and 我都说了 blanked, at the same places: what is said besides is what was asked for."""
    low = text.lower()
    if not (_SAID in low or _TOLD in low or _SAID_ZH in low or _TOLD_ZH in low) or not (found := _REPEATS.search(text)):
        return text
    rest = text[: found.start()] + " " * (found.end() - found.start()) + text[found.end() :]
    return rest if rest.strip(_MARKS_AROUND) else text


def is_only_repeat(text: str) -> bool:
    """Whether a text says that it was said before, and not what: 我说了呀, "I told you already"."""
    low = text.lower()
    told = len(text) <= _SHORT and (_SAID in low or _TOLD in low or _SAID_ZH in low or _TOLD_ZH in low)
    found = _REPEATS.search(text) if told else None
    return found is not None and not (text[: found.start()] + text[found.end() :]).strip(_MARKS_AROUND)


_UNIT = re.compile(r"[a-z]{3,}|[㐀-鿿]")
_SAYS_LITTLE = frozenset(
    re.findall(
        r"[a-z]+|[一-鿿]",
        "the and that this it's its was were is are has have had you your for with about just already told said again "
        "的了是就都也还我你您他她它们这那个件只双台有在和跟啊呀吗嘛呢吧哦说过讲再又",
    )
)


def says_again(text: str, told: str) -> bool:
    """Whether a text says nothing that was not `told` before: 都说了是杯子, "as I said, the mug"."""
    units = set(_UNIT.findall(flatten(without_repeats(text)))) - _SAYS_LITTLE
    return units <= set(_UNIT.findall(flatten(told)))


def unaccented(flat: str) -> str:
    """A text as it is typed by who leaves accents and tones out."""
    if flat.isascii() or HAN.search(flat):
        return flat
    return "".join(one for one in normalize("NFD", flat) if not combining(one))


def blank(text: str, stretches: Iterable[tuple[int, int]]) -> str:
    """The text with some stretches, in order, made unreadable at the same length: they are spoken for."""
    parts, at = [], 0
    for start, end in stretches:
        parts += [text[at:start], "\0" * (end - max(start, at))]
        at = max(at, end)
    return "".join(parts) + text[at:] if parts else text


def places(spans: Iterable[Span]) -> list[tuple[int, int]]:
    """Where spans lie, as `blank` wants it."""
    return sorted((span.start, span.end) for span in spans)


def _lower(char: str) -> str:
    low = char.lower()
    return low if len(low) == 1 else char
