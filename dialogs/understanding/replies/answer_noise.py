"""The core of a short answer: what is left once a "no", a curse and whoever it is thrown at are taken off it."""

from __future__ import annotations

import re

from dialogs.understanding.formats.number_words_zh import NUMERAL
from dialogs.understanding.text import flatten, without_repeats

_LONGEST, _LONGEST_COUNT = 100, 40

_LEAD = re.compile(
    r"^\s*(?:(?:no|nope|nah|well|ok|okay|oh|um+|uh+|er+)[,.!…]+ ?(?:(?:it'?s|it is|it was|that'?s|i mean)\s)?(?=\S{3})"
    r"|(?:不对|不是|不不+|错了|哎呀?|唉|嗯+|呃)[啊呀的]?[,，.。!！、… ]+(?:就?是|应该是)?(?=\S{2}))",
    re.IGNORECASE,
)
_IT_IS = re.compile(r"^(?:就|也|都)?是(?=[一-鿿]{2})|^就(?=[一两三几\d])")
_CURSES = (
    r"(?:f+u+c+k+(?:ing|in|s)?|f\*+\w*|effing|bloody|god ?damn(?:ed)?|damn(?:ed)?|shit(?:ty|ing)?|stupid"
    r"|flaming|freaking"
    r"|frigging|sodding|他妈[的了]?|特么的?|特码|踏马|tmd|妈的|尼玛的?|你妈的?)"
)
_CURSED = re.compile(rf"(?<![a-z]){_CURSES}(?![a-z])\s?(?=\S)", re.IGNORECASE)
_CURSED_GATE = re.compile(r"[妈特玛踏]|f[u*e]|bloody|damn|shit|stupid|f(?:lam|reak|rigg)ing|sodding|tmd")
_NAMES = (
    r"(?:idiots?|morons?|muppets?|clowns?|fools?|thie(?:f|ves)|crooks?|cretins?|imbeciles?|numpt(?:y|ies)"
    r"|pricks?|bastards?"
    r"|twats?|wankers?|dick ?heads?|arse ?holes?|ass ?holes?|scum(?:bags?)?|scammers?|liars?|jokers?|fuckers?|cunts?)"
)
_FAULTS = r"(?:useless|stupid|thick|dumb|blind|deaf|illiterate|incompetent|pathetic|robots?|pigs?)"
_THROWN = re.compile(
    r"[\s,.!?;:-]+(?:(?:are |r )?(?:you|u|ya|y'all)(?: (?:lot|are|absolute(?:ly)?|complete|total|bunch|of|guys"
    rf"|people|all|a"
    rf"|utter|{_CURSES}))* (?:{_NAMES}|{_FAULTS})|(?:can|do|did)(?:'?t|n'?t) (?:you|u) (?:even )?(?:read|listen"
    rf"|understand)\w*"
    r"|are you even (?:reading|listening)|for (?:fuck|god|christ|pete|heaven)'?s? ?sake|ffs|wtf"
    r"|jesus(?: christ)?|bloody hell"
    r"|damn it|dammit|how (?:many times|hard can it be)|you hear(?: me)?|got it(?: now)?|ok(?:ay)? now|happy now)"
    r"\b[^,.;]{0,30}[\s.!?]*$"
    rf"|[,.!?;]+\s?{_NAMES}[\s.!?]*$"
    r"|(?:(?<=[一-鿿])[啊呀嘛呢哦]?[\s,，.。!！?？、…]+|(?<=[啊呀嘛呢哦]))"
    r"(?:(?:他妈的?|妈的|操|草|靠|真是|真的|是|就|都)*(?:你们?|尼玛)[^,，.。]{0,6}?"
    r"(?:瞎|聋|傻|蠢|猪|有病|有毛病|智障|脑残|脑子|废物|垃圾|骗子|眼睛|识字|[听看]不[懂到见]|烦不烦|有完没完"
    r"|懂不懂|明白|够了)"
    r"|傻[逼比叉x]|sb|脑残|智障|废物|垃圾|骗子|烦死|气死|真烦|操|艹|滚|妈的|他妈的?|有病吧|听不懂吗|看不懂吗"
    r"|懂[吗了]|瞎[吗了])"
    r"[^,，.。]{0,8}[\s.!?。！？]*$",
    re.IGNORECASE,
)
_THROWN_GATE = re.compile(
    r"you|\bu\b|ya\b|sake|ffs|wtf|jesus|hell|dam[nm]|how |idiot|moron|muppet|clown|thie|useless|stupid|liar"
    r"|scam|happy|got it"
    r"|[你尼傻脑智废垃骗烦气操艹滚妈瞎懂病靠草]|sb",
)

_FEW = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a dozen|a couple|a few|both|all|half|\d{1,3})"
)
_PIECES = "个只件双台条把瓶盒张辆部套本箱袋包支顶份样次遍"
_OF_THEM = re.compile(rf"\b{_FEW}(?: \w+)? of (?:them|these|those|it)\b[,.! ]*", re.IGNORECASE)
_COUNT = re.compile(
    rf"(?:there (?:are|were) |it was |it's |just |only |actually )*(?:{_FEW} of (?:them|these|those)"
    rf"|{_FEW} (?:pieces|items|pcs|times)"
    rf"|(?:no|wait|sorry|actually|not)[,.! ]+(?:\w+[,.! ]+)??{_FEW}(?: of (?:them|these|those)"
    rf"| times)?)(?: in total| altogether)?"
    rf"|不是[{NUMERAL}俩仨\d]{{1,3}}[{_PIECES}]?[,. ]*(?:应该)?是[{NUMERAL}俩仨\d]{{1,3}}[{_PIECES}]?"
    rf"|(?:不对?|应该|一共|总共|就|都|只|是|有|哦|啊|[,. ])*(?:\d{{1,3}}"
    rf"|[{NUMERAL}俩仨几])[{_PIECES}](?:都是|全是|吧|啊|呢)?"
    r"|(?:不对?|应该|一共|总共|就|都|是|有|[,. ])*[俩仨]",
)


def core(text: str) -> str:
    """What a short text answers: "no, a bloody toaster, you idiots" is "a toaster". Longer texts are left alone."""
    if len(text) > _LONGEST:
        return text
    rest, low = without_repeats(text), text.lower()
    if _THROWN_GATE.search(low):
        rest = _THROWN.sub("", rest) or rest
    rest = _LEAD.sub("", rest, 1)
    rest = (_CURSED.sub("", rest) if _CURSED_GATE.search(low) else rest).strip()
    return (_IT_IS.sub("", rest) if rest != text.strip() else rest) or text


def past_curses(said: str) -> int:
    """Where a thing's name begins behind the curses before it: at 8 in "fucking toaster"."""
    at = 0
    while found := _CURSED.match(said, at):
        at = found.end()
    return at


def is_count(text: str) -> bool:
    """Whether a text says how many there are and nothing else: "three of them", 两个, 不对 三个."""
    return len(text) <= _LONGEST_COUNT and bool(_COUNT.fullmatch(flatten(text).strip(" ,.!?~")))


def without_count(flat: str) -> str:
    """A text without the "three of them" that stands before what they are."""
    return _OF_THEM.sub("", flat) or flat
