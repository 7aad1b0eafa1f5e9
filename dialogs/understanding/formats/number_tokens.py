"""Numbers of any shape, taken as whole tokens: `TY-0620-3391-K`, `SHR/2026/114-0772`, `LN 20 4418 63`, 幺三八 零零二幺.

Shops number their orders as they like, so a token is taken whole first and judged second: neighbours that belong
together are joined, and what is an amount, a time, an address or a plain word is not taken. Linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_LOOKED_AT = 4_000
MOST_TOKENS = 400
_PART = re.compile(r"[A-Za-z0-9]{1,40}(?:[-/_.·#][A-Za-z0-9]{1,40}){0,8}")
_JOINT = re.compile(r"[ \u3000]{1,2}|(?<=\d) ?[-–—] ?(?=\d)")
_MONEY_BEFORE = re.compile(r"(?:[£$€¥₹]|\b(?:rs|rmb|cny|usd|gbp|eur|hkd|inr)\.?)\s?$", re.IGNORECASE)
_MONEY_AFTER = re.compile(
    r"\s?(?:[£$€¥₹元块圆%％]|(?:rs|rmb|cny|usd|gbp|eur|pounds?|quid|dollars?|euros?|yuan|p)\b)", re.I
)
_UNIT_AFTER = re.compile(
    r"\s?(?:st|nd|rd|th|am|pm|kg|g|ml|l|cm|mm|m|gb|tb|w|v|inch(?:es)?|pieces?|pcs|days?|weeks?|months?|years?"
    r"|hours?|hrs?|mins?|minutes?|times|x)\b|\s?(?:[年月日号天周点时分秒个只件双台条把瓶盒张次斤克升寸层楼岁人%]|毫升|毫米|厘米|公斤|千克)",
    re.IGNORECASE,
)
_ORDER_WORDS = re.compile(
    r"(?:order|purchase|ref(?:erence)?|confirmation|invoice|booking|receipt|slip|number|\b(?:no|num|id)\b|code|#"
    r"|订单|单号|编号|订单号|流水号|号码|凭证|號|單號|訂單)[\s\w:：#.'’]{0,14}$",
    re.IGNORECASE,
)
_OTHER_WORDS = re.compile(
    r"(?:tracking|waybill|awb|parcel no|phone|tel|mobile|cell|call|card|model|serial|version|size|sku|postcode|zip|room"
    r"|batch|运单|快递单|物流|电话|手机|热线|致电|卡号|型号|批号|批次|取件码|提货码|凭|微信|qq)[\s\w:：#.()（）-]{0,12}$",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"(?:19|20)\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}(?:[-/.](?:19|20)?\d\d)?|\d{1,2}:\d\d"
)
_MEASURE = re.compile(r"\d{1,6}(?:ml|kg|mg|g|l|cm|mm|gb|mb|tb|w|v|mah)", re.IGNORECASE)
_HOTLINE = re.compile(r"11[0-9]|12[0-9]|12\d{3}|96\d{3,4}|95\d{3}|100\d\d|400\d{7}|999|911|112")
"""Numbers that whole countries ring: the police, a consumer's line, a carrier's or a bank's."""
_FEWEST_DIGITS = 3


@dataclass(frozen=True, slots=True)
class NumberToken:
    """A number as it stands in the text: `text[start:end]`.

    `called` is 1 where words of orders stand before it, -1 where words of something else do, else 0.
    """

    text: str
    start: int
    end: int
    called: int

    @property
    def digits(self) -> int:
        """How many digits it has."""
        return sum(map(str.isdigit, self.text))

    @property
    def plausible(self) -> bool:
        """Whether it could be an order number though nobody called it one."""
        mixed = not self.text.isdigit()
        return self.called >= 0 and self.digits >= (4 if mixed else 5)


def number_tokens(text: str) -> list[NumberToken]:
    """Every token with at least three digits that is no amount, day, time, address or measure, in order."""
    looked = text[:MOST_LOOKED_AT].translate(_HALF_WIDTH)
    found: list[NumberToken] = []
    for start, end in _grouped(looked):
        token = _judged(looked, text, start, end)
        if token is not None:
            found.append(token)
        if len(found) >= MOST_TOKENS:
            break
    return found


_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x2013: "-", 0x2014: "-"}


def _grouped(text: str) -> Iterator[tuple[int, int]]:
    """Neighbours that are written with a space between them and yet are one: digits beside digits or capitals."""
    start = end = -1
    for part in _PART.finditer(text):
        if not _belongs(part[0]):
            continue
        joint = text[end : part.start()] if end >= 0 else ""
        if end >= 0 and _JOINT.fullmatch(joint) and _goes_on(text[start:end], part[0]):
            end = part.end()
            continue
        if end >= 0:
            yield start, end
        start, end = part.start(), part.end()
    if end >= 0:
        yield start, end


def _belongs(part: str) -> bool:
    """Digits, or a short run of capitals that may lead a number."""
    return any(map(str.isdigit, part)) or (part.isupper() and len(part) <= 6 and part.isalpha())


def _goes_on(before: str, part: str) -> bool:
    """Whether a part continues the number before it: "LN 20 4418 63", "NB0066 2915", "298 374 650 123"."""
    if len(before) <= _STRAY and before.isdigit() and part.isdigit() and len(part) >= _WHOLE:
        return False
    if not any(map(str.isdigit, part)):
        return any(map(str.isdigit, before)) and len(part) <= 3
    return not before.isalpha() or before not in _NO_PREFIX


_STRAY, _WHOLE = 2, 10
"""Digits of a number that is told of, 最后一位是3, and of one that stands for itself."""
_NO_PREFIX = frozenset(
    {"I", "A", "THE", "AND", "IS", "NO", "ON", "AT", "OF", "IN", "MY", "IT", "FOR", "ORDER", "NUMBER"}
)


def _judged(looked: str, text: str, start: int, end: int) -> NumberToken | None:
    said = looked[start:end]
    if _MEASURE.fullmatch(said):
        return None
    if sum(map(str.isdigit, said)) < _FEWEST_DIGITS or _DAY.fullmatch(said):
        return None
    before, after = looked[max(0, start - 28) : start], looked[end : end + 12]
    if before.endswith("@") or after.startswith("@") or "://" in before or "www." in said.lower():
        return None
    if before.endswith("+"):
        return NumberToken(text[start - 1 : end], start - 1, end, -1)
    if _MONEY_BEFORE.search(before) or _MONEY_AFTER.match(after):
        return None
    called = 1 if _ORDER_WORDS.search(before) else 0
    called = -1 if _OTHER_WORDS.search(before) else called
    if not called and said.isdigit() and _UNIT_AFTER.match(after):
        return None
    called = -1 if not called and _HOTLINE.fullmatch(said) else called
    return NumberToken(text[start:end], start, end, called)


_TAKEN_BACK = re.compile(
    r"\b(?:no,? (?:sorry|wait)|(?:sorry|wait|oops|scratch that|i mean|i meant|correction)[,:]? |actually"
    r"|that'?s (?:my|the) \w+ |not that)|(?:哦|啊|噢|呃|诶|欸)?不[对對]|[说說打写寫]错|[說打寫]錯|搞错|弄错|等等|那是",
    re.IGNORECASE,
)


def said_last(text: str) -> int:
    """Where somebody who takes back what they said begins anew, as a place in the text; 0 where nobody does."""
    places = [found.end() for found in _TAKEN_BACK.finditer(text[:MOST_LOOKED_AT])]
    return places[-1] if places else 0


_SAID = {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_HAN_DIGITS = str.maketrans("零〇幺一二两三四五六七八九壹贰叁肆伍陆柒捌玖", "0011223456789123456789")
_HAN_DIGIT = r"[零〇幺一二两三四五六七八九壹贰叁肆伍陆柒捌玖\d]"
_HAN_RUN = re.compile(rf"{_HAN_DIGIT}(?:[ \u3000,，、-]?{_HAN_DIGIT}){{6,24}}")
_WORD = re.compile(r"[a-z]+|\d")


def dictated_number(text: str, least: int = 7) -> str:
    """A number that is spelled out digit by digit, as digits; empty where none is.

    幺三八 零零二幺 七六五四 is 13800217654, "oh seven seven double oh nine hundred" is not.
    """
    flat = text[:MOST_LOOKED_AT].translate(_HALF_WIDTH).lower()
    for found in _HAN_RUN.finditer(flat):
        digits = "".join(filter(str.isdigit, found[0].translate(_HAN_DIGITS)))
        if len(digits) >= least and not found[0].isascii():
            return digits
    return _dictated_in_english(flat, least)


def dictated_code(words: str) -> str:
    """A code told letter by letter and digit by digit, "B seven seven zero two one", as it is written: B77021; empty
    where anything else stands among these words, or no sign is told by its name.
    """
    said = _WORD.findall(words[:MOST_LOOKED_AT].translate(_HALF_WIDTH).lower())
    code, times = "", 1
    for word in said:
        if word in _TIMES:
            times = _TIMES[word]
        elif sign := _SAID.get(word, word if len(word) == 1 else ""):
            code, times = code + (sign * times).upper(), 1
        else:
            return ""
    return code if any(len(word) > 1 for word in said) else ""


def _dictated_in_english(flat: str, least: int) -> str:
    digits, times, spelled = "", 1, False
    for word in [*_WORD.findall(flat), ""]:
        if word in _TIMES:
            times = _TIMES[word]
        elif (digit := _SAID.get(word, word if word.isdigit() else "")) and word:
            digits, times, spelled = digits + digit * times, 1, spelled or word in _SAID
        else:
            if len(digits) >= least and spelled:
                return digits
            digits, times, spelled = "", 1, False
    return ""
