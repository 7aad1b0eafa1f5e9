"""Scores from 1 to 5 as people say them: a number, stars, or words like 还行吧 and "could be worse". By rules, pure.

Reads what was said in answer to a question for a score, so a bare number is one. What is said in words only is
rarely exact: it is read, and marked as unsure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dialogs.understanding.formats.number_words_zh import whole_number
from dialogs.understanding.text import flatten

LOWEST, HIGHEST = 1, 5
_LONG = 60
"""Beyond so many characters (a Chinese one counts two) words of praise or blame tell a story and are no score."""
_SHORT = 18
"""Up to so many, a number that stands by itself is the score that was asked for."""


@dataclass(frozen=True, slots=True)
class Score:
    """From 1 to 5; `sure` when it may be put down without asking back."""

    value: int
    sure: bool


_NUMBER = r"(?:\d{1,3}(?:\.\d)?|[零〇一二两三四五六七八九十]{1,2}|one|two|three|four|five|zero|ten)"
_TOP = r"(?:5|10|100|五|十|five|ten)"
_OUT_OF = re.compile(
    rf"(?<![\w.])({_NUMBER}) ?(?:分|星|颗星|stars?)? ?(?:/|out of|outta|of|over|分之) ?({_TOP})(?![\w.])"
    rf"|({_TOP})分(?:制|里面?|之|中|满分)?(?:的话)?[, ]?(?:我)?(?:给|打|之)[个]?({_NUMBER})分?"
)
_OF_ALL = re.compile(rf"({_TOP})[颗顆粒]?[星分]里[头面頭]?\D{{0,6}}?({_NUMBER})[颗顆粒分星]")
_SHARE = re.compile(
    r"(?<![\w.])(\d{1,3}) ?(?:%|percent\b|per cent\b)|(?P<all>\b(?:a )?hundred ?per ?cent\b|百分之?百)"
    r"|(?<![一-鿿])(?P<tenths>[一二三四五六七八九十])成"
)
_BETWEEN = re.compile(
    rf"\b(?:between|from) (?:a )?({_NUMBER}) (?:and|to) (?:a )?({_NUMBER})(?!\w)"
    r"|([1-5一二三四五])分?[.、,，或] ?([1-5一二三四五])分?都"
)
_RETHOUGHT = re.compile(
    r"\b(?:i meant|meant to (?:put|give|say)|(?:make|change) (?:it|that) (?:to )?|it'?s an? )"
    r"|改成|改为|改給|改给|想[给給]|要[给給按]|应该是|該是"
    r"|\b(?:no,? wait|wrong (?:way|button))|按错|按錯|手滑"
)
"""What says that the number before it was not meant."""
_TAKEN_BACK = re.compile(r"不算|不作数|\b(?:ignore|scrap|forget) (?:it|that)\b")
_ANY = re.compile(rf"(?<![a-z0-9.])({_NUMBER})(?![a-z0-9%])")
_RANGE = re.compile(
    r"(?<![\w.])([1-5]|[一二三四五]|one|two|three|four|five) ?(?:-|~|到|至|to|or|或者?) ?"
    r"([1-5]|[一二三四五]|one|two|three|four|five)(?![^\W分星颗吧]|[.:/])"
    r"|(?<![一二三四五])([一二三四])([二三四五])(?=[分星])"
)
_MARKED = re.compile(
    rf"(?<![a-z0-9.第])({_NUMBER}) ?(?:分(?!钟)|[颗顆粒]?星|stars?\b|points?\b|marks?\b)"
    rf"|(?:打|给|评|score|rate|rating|solid|a|say|about|give(?: it| you"
    rf"| them)?)[个: ]{{0,2}}({_NUMBER})(?![\w.:/年月日天周])"
)
_BARE = re.compile(
    rf"(?<![a-z0-9.:/$£€¥-])({_NUMBER})(?![^\W吧啦呀哦喽咯嘛]|[:/%年月日天周号点次个块元小件]|\.\d| ?(?:days?"
    rf"|weeks?|months?|hours?"
    rf"|times?|people|am|pm)\b)"
)
_FIRST = re.compile(rf"^({_NUMBER})(?: ?[,.;!。，]|\s+-)(?!\d)")
_STARS = re.compile(r"^\s*(?P<shown>([★⭐*])\ufe0f?(?:\2\ufe0f?){0,4})[☆\s]*(?:$|(?<=[\s☆])(?=[^\W\d]))")
_HOLLOW = re.compile(r"^\s*☆{1,5}\s*$")
_FACES = ((1, "👎😡😠"), (2, "😕🙁☹"), (3, "😐"), (4, "👍😊🙂"), (5, "😀😍💯"))
_FORMAL = str.maketrans("壹贰貳叁參肆伍", "一二二三三四五")
_NAMED = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "zero": 0, "ten": 10}

_SURE: tuple[tuple[int, str], ...] = (
    (1, r"(?:very|extremely|deeply|totally|completely) (?:bad|poor|dissatisfied|unhappy|unsatisfied|disappointed)"
        r"|terrible|awful|horrible|abysmal|dreadful"
        r"|appalling"
        r"|worst(?: ever| possible)?|(?:很|非常|极其?|特别|十分|完全)不满意?|(?:极|太|非常|特别|很)差(?:劲)?|差评"
        r"|零分|负分|糟透了?|烂透了?|垃圾"),
    (2, r"poor|dissatisfied|unsatisfied|unhappy|disappoint(?:ed|ing)|(?:not|isn't|wasn't) (?:very |really |that "
        r"|so )?(?:satisfied|happy|good|great|pleased)"
        r"|below average|不(?:太|怎么|大|是很|够)?满意|不(?:太|怎么|够)好|不怎么样|不咋(?:样|的|地)"),
    (3, r"so[- ]so|average|middling|neutral|in the middle|neither|一般般?|普普通通|不好不坏|中规中矩|中等|中评"),
    (4, r"satisfied|happy with|(?:pretty|quite|rather) (?:good|happy|satisfied|pleased)|good|比较满意|(?:挺|蛮"
        r"|还算)满意的?|满意"),
    (5, r"very (?:good|satisfied|happy|pleased)|(?:really|extremely|completely|totally) (?:good|satisfied|happy"
        r"|pleased)|excellent|perfect|outstanding|superb|flawless"
        r"|full marks|top marks|couldn't (?:be|have been) better|could not (?:be|have been) better|couldn't (?:be"
        r"|ask for|have asked for) (?:happier|more|better)"
        r"|(?:很|非常|特别|十分|超级?|相当|太|极其)满意|满分|完美|非常好|特别好|好极了|太好了|太棒了|无可挑剔"),
)  # fmt: skip
_UNSURE: tuple[tuple[int, str], ...] = (
    (1, r"useless|rubbish|hopeless|pathetic|disgusting|a joke|couldn't (?:be|have been) worse|差劲|糟糕|恶心|太烂"
        r"|很烂|烂"),
    (2, r"bad|not (?:ok|okay|fine|enough)|meh|mediocre|(?:had|hoped|expected) (?:hoped for )?(?:more|better)|不好"
        r"|失望|不行|(?:谈|说|算)不上(?:很|太)?(?:满意|好)|有点差|差点意思|差"),
    (3, r"could(?:'ve| have)? be(?:en)? (?:worse|better)|might be worse|ok(?:ay)?(?:ish)?|all right|alright"
        r"|acceptable|passable|tolerable|fair(?: enough)?|decent enough|it'?ll do"
        r"|还行|还可以|还好|凑合|将就|马马虎虎|过得去|勉强(?:可以|满意|接受|及格)?|就那样|就这样|普通|及格|尚可"
        r"|可以接受|能接受"),
    (4, r"not (?:too |so |that )?bad(?: at all)?|fine|decent|nice|better than (?:i )?expected|well done"
        r"|no complaints|nothing to complain about|not (?:at all )?(?:unhappy|dissatisfied|unsatisfied|disappointed)"
        r"|没(?:有|什么|啥)*(?:可|好)?(?:不满意|抱怨|挑剔)的?|不错|挺好|蛮好|挺不错|可以|不赖|^好[的吧]?[.!]*$"),
    (5, r"great|brilliant|amazing|fantastic|wonderful|awesome|superb|love(?:d|ly)?(?: it)?|spot on|top[- ]notch"
        r"|first[- ]class|(?:好)?棒|赞|给力|很好|超好|优秀|好评"),
)  # fmt: skip


def _bounded(words: str) -> str:
    return "|".join(word if re.search(r"[㐀-鿿]", word) else rf"\b(?:{word})\b" for word in _alternatives(words))


def _alternatives(words: str) -> list[str]:
    """The words at the outermost level of an expression."""
    parts, depth, begin = [], 0, 0
    for at, mark in enumerate(words):
        depth += (mark in "([") - (mark in ")]")
        if mark == "|" and not depth:
            parts.append(words[begin:at])
            begin = at + 1
    return [*parts, words[begin:]]


_WORDS = [
    (score, sure, re.compile(_bounded(words)))
    for sure, table in ((True, _SURE), (False, _UNSURE))
    for score, words in table
]


def read_score(text: str) -> Score | None:
    """The score that an answer gives, or None. Never raises."""
    flat = flatten(text).strip().translate(_FORMAL)
    return _starred(flat) or _by_number(flat) or _by_words(flat)


def _starred(flat: str) -> Score | None:
    if found := _STARS.match(flat):
        return Score(sum(found["shown"].count(star) for star in "★⭐*"), sure=True)
    if _HOLLOW.match(flat):
        return Score(flat.count("☆"), sure=False)
    shown = [score for score, faces in _FACES if any(face in flat for face in faces)]
    bare = not re.search(r"\w", flat)
    return Score(shown[0], sure=False) if bare and len(shown) == 1 else None


def is_undecided(text: str) -> bool:
    """Whether a text names two scores and chooses neither, or takes the one it gave back."""
    flat = flatten(text).strip()
    return bool(_BETWEEN.search(flat) or _RANGE.search(flat)) or (bool(_TAKEN_BACK.search(flat)) and not _meant(flat))


def _meant(flat: str) -> float | None:
    """The score that somebody means after all: the first behind the last word that says so."""
    *_, last = (None, *_RETHOUGHT.finditer(flat))
    behind = _ANY.findall(flat[last.end() :]) if last else []
    if not last or not behind or _TAKEN_BACK.search(flat):
        return None
    return _value(behind[-1] if last[0] in _VAGUE or last[0].startswith(("no", "wrong")) else behind[0])


_VAGUE = ("按错", "按錯", "手滑")


def _by_share(flat: str) -> Score | None:
    found = _SHARE.search(flat)
    if not found:
        return None
    if found["tenths"]:
        return _of_top(_value(found["tenths"]), 10)
    return _of_top(100.0 if found["all"] else float(found[1]), 100)


def _by_number(flat: str) -> Score | None:
    meant = _meant(flat)
    if meant is not None:
        return _one_of([meant])
    if found := _OF_ALL.search(flat):
        return _of_top(_value(found[2]), _value(found[1]))
    if found := _BETWEEN.search(flat):
        return Score(max(int(min(_value(said) for said in found.groups() if said)), LOWEST), sure=False)
    if share := _by_share(flat):
        return share
    if found := _OUT_OF.search(flat):
        number, top = (found[1], found[2]) if found[1] else (found[4], found[3])
        return _of_top(_value(number), _value(top))
    if found := _RANGE.search(flat):
        ends = [_value(said) for said in found.groups() if said]
        return Score(max(int(min(ends)), LOWEST), sure=False)
    if found := _FIRST.match(flat):
        return _one_of([_value(found[1])])
    given = [_value(found[1] or found[2]) for found in _MARKED.finditer(flat)]
    given = given or ([_value(found[1]) for found in _BARE.finditer(flat)] if _weight(flat) <= _SHORT else [])
    return _one_of(given)


def _one_of(given: list[float]) -> Score | None:
    """The number that is meant: the last of several, but then it is asked back."""
    if not given:
        return None
    value = given[-1]
    if value > HIGHEST:
        return _of_top(value, 10 if value <= 10 else 100)
    rounded = min(max(int(value + 0.5), LOWEST), HIGHEST)
    return Score(rounded, sure=len(set(given)) == 1 and value == rounded)


def _of_top(value: float, top: float) -> Score | None:
    """A score on another scale, brought onto ours."""
    if value > top or top <= 0:
        return None
    return Score(
        min(max(int(value * HIGHEST / top + 0.5), LOWEST), HIGHEST), sure=top == HIGHEST and value in range(1, 6)
    )


def _value(said: str) -> float:
    if said in _NAMED:
        return _NAMED[said]
    if said.replace(".", "", 1).isdecimal():
        return float(said)
    return float(whole_number(said) or 0)


def _by_words(flat: str) -> Score | None:
    """What the words say. Those that contradict each other are asked back, and so is what is only half said."""
    if _weight(flat) > _LONG:
        return None
    hits = _hits(flat)
    scores = {score for score, _ in hits}
    if not scores:
        return None
    first, sure = hits[0]
    return Score(first, sure=sure) if len(scores) == 1 else Score(min(scores), sure=False)


def _hits(flat: str) -> list[tuple[int, bool]]:
    """Every word that says how good it was, in order; of those that overlap, the longest."""
    found = [(one.start(), one.end(), score, sure) for score, sure, words in _WORDS for one in words.finditer(flat)]
    kept: list[tuple[int, int, int, bool]] = []
    for one in sorted(found, key=lambda each: (each[0] - each[1], each[0])):
        if all(one[1] <= other[0] or one[0] >= other[1] for other in kept):
            kept.append(one)
    return [(score, sure) for _, _, score, sure in sorted(kept)]


def _weight(flat: str) -> int:
    return sum(1 if char.isascii() else 2 for char in flat)
