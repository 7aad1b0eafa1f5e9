"""Wording rules: how a complaint's customer is spoken to (DESIGN section 5). Each rule is one small function.

A rule looks at one text and says what is wrong with it, or nothing. Which words it looks for is a
lexicon's matter, one for each language; a language without one is held to the other rules only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import yaml

from dialogs.playbooks.contents import PLACEHOLDER
from dialogs.understanding.language.packs import file_of

LONGEST_WORDS = 40
LONGEST_HAN = 70


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What a language has for saying what must, or must not, be said; as regular expressions."""

    apology: re.Pattern[str]
    liability: re.Pattern[str]
    money: re.Pattern[str]
    blame: re.Pattern[str]
    servile: re.Pattern[str]


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_ENGLISH = Lexicon(
    apology=_any(r"\bsorry\b", r"\bapolog", r"\bwe regret\b"),
    liability=_any(
        r"\bour (?:own )?(?:fault|mistake|error|negligence)\b",
        r"\bwe(?:'re| are| were) (?:\w+ )?(?:liable|responsible|to blame|at fault|in the wrong)\b",
        r"\bwe (?:take|accept|admit) (?:\w+ )?(?:responsibility|liability|fault|blame)\b",
    ),
    money=_any(
        r"\bwe(?:'ll| will| shall| are going to| promise to) (?:\w+ )?(?:refund|compensate|pay|reimburse)\b",
        r"\byou(?:'ll| will| shall) (?:\w+ )?(?:get|receive|be given) your money\b",
        r"\byou(?:'ll| will| shall) (?:\w+ )?(?:get|receive|be given) (?:a |the |your )?(?:full )?refund\b",
        r"\byou(?:'ll| will| shall) be (?:\w+ )?(?:refunded|compensated|paid|reimbursed)\b",
        r"\bguarantee[sd]? (?:\w+ ){0,3}(?:refund|money|compensation)\b",
    ),
    blame=_any(
        r"\byou (?:should|ought to|could|must) (?:\w+ )?have\b",
        r"\byou (?:shouldn't|failed|forgot|neglected)\b",
        r"\byou (?:didn't|did not) (?:read|check|follow|provide|give|tell)\b",
        r"\byou (?:haven't|have not) (?:read|checked|followed|provided|given|told)\b",
        r"\byour (?:own )?(?:fault|mistake|error|carelessness)\b",
        r"\bas (?:we|i) (?:already|have) (?:said|told)\b",
    ),
    servile=_any(r"\bhumbl[ey]\b", r"\bvalued customer\b", r"\bwe beg\b", r"\bdear (?:sir|madam|customer)\b"),
)

_CHINESE = Lexicon(
    apology=_any("抱歉", "对不起", "不好意思", "歉意", "致歉", "道歉"),
    liability=_any(
        "我们的(?:责任|过错|过失|错|失误)",
        "是我们(?:不对|错了|没做好)",
        "我们(?:会)?(?:承担|负)(?:全部|全责|责任)",
        "我方(?:责任|过错)",
    ),
    money=_any(
        "(?:一定|保证|肯定|承诺|确保|马上|立即)(?:会|给您|为您|帮您){0,2}(?:全额)?(?:退款|退钱|退还|赔|补偿)",
        "我们(?:一定|将|就)?会?(?:给您|为您|向您)?(?:全额)?(?:退款|退钱|退还|赔|补偿)",
        "(?:会|将)(?:给|为|向)您(?:全额)?(?:退款|退钱|退还|赔|补偿)",
    ),
    blame=_any(
        "您(?:应该|应当|本该|早该|当初)",
        "您(?:没有?|未)(?:说清|看清|仔细|按照?|遵守|及时|提供|填写?|注意)",
        "您自己的?(?:错|责任|失误|问题|原因)",
        "(?:怪|怨)您",
        "您(?:忘了|忘记|忽略)",
    ),
    servile=_any("亲[，,~～！]", "亲亲", "尊敬的", "尊贵", "小的", "恳请", "万分", "诚惶诚恐"),
)

LEXICONS: Mapping[str, Lexicon] = MappingProxyType({"en": _ENGLISH, "zh": _CHINESE})


def lexicon_of(language: str) -> Lexicon | None:
    """A language's lexicon, `lexicon.yml` of its pack for any but these two; `zh-Hant` finds `zh`."""
    code = language.partition("-")[0]
    return LEXICONS.get(code) or _read_lexicon(file_of(code, "lexicon.yml"))


@lru_cache(maxsize=16)
def _read_lexicon(file: Path) -> Lexicon | None:
    if not file.is_file():
        return None
    said = yaml.safe_load(file.read_text(encoding="utf-8"))
    return Lexicon(**{name: _any(pattern.replace(" |", "|")) for name, pattern in said.items()})


_LEFTOVER = _any(
    r"\{\{", r"\}\}", r"\$\{", r"%\(\w+\)", r"\[[A-Z][A-Z_ ]+\]", r"\bX{3,}\b",
    r"(?-i:\bTODO\b)", r"\bTBD\b", r"\bFIXME\b", r"\bundefined\b", r"\blorem ipsum\b",
)  # fmt: skip
_SENTENCE = re.compile(r"(?<=[.!?])\s+|[。！？；\n]")
_HAN = re.compile(r"[\u3400-\u9fff]")


def apologises(text: str, lexicon: Lexicon) -> str:
    return "" if lexicon.apology.search(text) else "does not apologise"


def restates(text: str, lexicon: Lexicon) -> str:
    return (
        "" if {"restate", "category"} & set(PLACEHOLDER.findall(text)) else "does not say what the complaint is about"
    )


def gives_reference(text: str, lexicon: Lexicon) -> str:
    return "" if "{reference}" in text else "does not give the reference"


def gives_deadline(text: str, lexicon: Lexicon) -> str:
    return "" if "{by}" in text else "does not say by when somebody answers"


def admits_liability(text: str, lexicon: Lexicon) -> str:
    return _quoted("admits liability", lexicon.liability.search(text))


def promises_money(text: str, lexicon: Lexicon) -> str:
    return _quoted("promises money", lexicon.money.search(text))


def blames(text: str, lexicon: Lexicon) -> str:
    return _quoted("blames the customer", lexicon.blame.search(text))


def is_servile(text: str, lexicon: Lexicon) -> str:
    return _quoted("is servile", lexicon.servile.search(text))


def leaves_blanks(text: str, lexicon: Lexicon) -> str:
    return _quoted("shows an unfilled placeholder", _LEFTOVER.search(text))


def rambles(text: str, lexicon: Lexicon) -> str:
    for sentence in _SENTENCE.split(text):
        han, words = len(_HAN.findall(sentence)), len(_HAN.sub(" ", sentence).split())
        if han > LONGEST_HAN or (not han and words > LONGEST_WORDS):
            return f"has a sentence of {han or words} {'characters' if han else 'words'}"
    return ""


def shouts(text: str, lexicon: Lexicon) -> str:
    marks = len(re.findall("[!！]", text))
    if marks and lexicon.apology.search(text):
        return "apologises with an exclamation mark"
    return "has more than one exclamation mark" if marks > 1 else ""


def _quoted(says: str, found: re.Match[str] | None) -> str:
    return f"{says} ({found[0]})" if found else ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, the keys it looks at, those it leaves alone, and what to do about a breach."""

    finds: Callable[[str, Lexicon], str]
    remedy: str
    keys: tuple[str, ...] = ("*",)
    but: tuple[str, ...] = ()

    def concerns(self, key: str) -> bool:
        return _matches(key, self.keys) and not _matches(key, self.but)


def _matches(key: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(key, pattern) for pattern in patterns)


RULES = (
    Rule(apologises, "Say sorry for the experience, not for a fault.", ("opening.*", "sorry.*", "filed.*")),
    Rule(restates, "Put {restate} in, so that they see they were heard.", ("opening.*", "filed.*"), ("filed.partial",)),
    Rule(gives_reference, "Put {reference} in.", ("filed.*",)),
    Rule(gives_deadline, "Put {by} in.", ("filed.*",)),
    Rule(admits_liability, "Regret what they went through; who is at fault is found out later."),
    Rule(promises_money, "Say that a person will look into it; only they can promise a remedy."),
    Rule(blames, "Say what is needed now, not what was missed."),
    Rule(is_servile, "Speak plainly, as one person to another."),
    Rule(leaves_blanks, "Write the text, or use a placeholder {name}."),
    Rule(rambles, f"Make two of it: at most {LONGEST_WORDS} words, or {LONGEST_HAN} Chinese characters."),
    Rule(shouts, "End it with a full stop."),
)

_SILENT = Lexicon(*(re.compile(r"(?!)") for _ in range(5)))
_NEEDS_WORDS = frozenset({apologises})


def lint(language: str, key: str, text: str) -> Iterator[tuple[str, str]]:
    """What is wrong with one text, each with its remedy."""
    lexicon = lexicon_of(language)
    for rule in RULES:
        heard = lexicon or rule.finds not in _NEEDS_WORDS
        if heard and rule.concerns(key) and (says := rule.finds(text, lexicon or _SILENT)):
            yield f"{key} {says}", rule.remedy
