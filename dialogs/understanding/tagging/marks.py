"""What marks say of a text's facts: whose a day, a sum, a number is, and what is called by the customer's own words.

Grammars know how a day, a sum, an address is written; the tagger has learned whose it is and what for. So what a
grammar found and the tagger knows for somebody else's is no fact of the complaint, and a name, an article, a place, a
number of the shop's own shape, which no grammar knows, are taken in the customer's words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from dialogs.understanding.formats.number_tokens import NumberToken, dictated_code, said_last
from dialogs.understanding.reading import Mark, Reading, Span

SURE, PERHAPS, _SURER = 0.5, 0.38, 0.85
"""How sure the tagger must be of words that it alone takes for a fact, or for none of the customer's. Of an article a
guess is better than a question.
"""

_LONGEST, _LONGEST_HAN = 60, 20
_FEWEST_DIGITS = 3
_NONE_OF_OURS = {
    "order_number": ("other_number", "phone"), "order_like": ("other_number", "phone"), "phone": ("other_number",),
    "email": ("other_email",), "amount": ("other_amount",), "happened_at": ("other_day",), "name": ("other_name",),
}  # fmt: skip
"""Of what a grammar found, the marks that say it is not the customer's."""

_PLAIN = frozenset({"phone", "email", "order_number", "order_like"})
"""What a grammar hardly takes for something else: only whose it is may be in doubt."""

_CALLED = re.compile(r"(?:order|ref(?:erence)?|id|no|nr|number|#)[\s.:#]{1,3}(?=\S{0,40}\d)", re.IGNORECASE)
_WORD = re.compile(r"\S++")
_APART = r"[^,;:，；：、。.!！?？\s\u3400-\u9fff]++"
_CLAUSE = re.compile(rf"{_APART}(?: {_APART})*+|[\u3400-\u9fff·]++")
_ALPHABETIC = re.compile(r"[^\W\d_]+(?:[ '’·-][^\W\d_]+){0,3}")
_LONGEST_HAN_NAME, _LONGEST_NAME = 4, 32
_HAN = re.compile(r"[\u3400-\u9fff]")
_LEADS = re.compile(r"^(?:的|了|这[个台件双]?|那[个台件双]?|一[个台件双]|my |the |a |an |your )+", re.IGNORECASE)


_NAME_LEADS = re.compile(r"^(?:就?叫我|我叫|我是|俺叫|就?写|我(?=[\u3400-\u9fff]{2}))")
_SPELLS = re.compile(r"[\u3400-\u9fff]{1,4}的[\u3400-\u9fff]")
"""A sign of a name told by a word that it stands in: 婉转的婉."""


_HANDLE = re.compile(r"微信|wechat|whatsapp|\bqq\b|telegram|@|\d{4}|电话|邮箱", re.IGNORECASE)
_SOMEBODYS = re.compile(
    r"(?:\b(?:her|his|their|(?:my|our) (?!name\b)\w{2,12})(?:'s)?(?: name)?(?: is|'s|,)? ?"
    r"|(?:[妈媽爸]|女儿|儿子|女兒|兒子|老公|老婆|爱人|对象|奶奶|爷爷|姥[姥爷]|外[婆公]|婆婆|公公|媳妇|朋友|邻居|同事|[弟妹哥姐他她]|孩子)"
    r"(?:的名字|名字)?(?:叫|是|，)?)$",
    re.IGNORECASE,
)
"""Before a name: it is somebody else's, where the customer's own is told as well."""


def _is_no_name(mark: Mark, text: str) -> bool:
    """Whether what is taken for a name spells one out, 婉转的婉, or is a way to be reached."""
    words = text[slice(*_whole_name(mark, text))]
    return bool(_SPELLS.fullmatch(words) or _HANDLE.search(words))


def in_the_light_of(marks: Sequence[Mark], reading: Reading) -> tuple[Span, ...]:
    """The slots of a reading as its marks would have them."""
    told = [_beside(span, reading) for span in reading.slots if not _is_denied(span, reading)]
    judged = (_judged(span, marks, sole=[one.slot for one in told].count(span.slot) == 1) for span in told)
    kept = [span for span in judged if span is not None and not (_is_no_money(span) and not _is_meant(span, marks))]
    for fact in ("item", "name", "place_or_page"):
        said = words_of(fact, marks, reading.text)
        if said is not None and not (fact == "place_or_page" and any(span.slot == fact for span in kept)):
            kept = [span for span in kept if span.slot != fact] + [said]
    if not any(span.slot == "order_number" for span in kept):
        number = number_of(marks, reading, kept)
        kept = [*(span for span in kept if span.slot != "order_like"), number] if number else kept
    return tuple(sorted(kept, key=lambda span: span.start))


def words_of(fact: str, marks: Sequence[Mark], text: str) -> Span | None:
    """The customer's own words for a fact, where the tagger is sure of some: the surest of those that are short; of
    names the longest, for who says 佟 and then 佟振山 means the latter.
    """
    least = PERHAPS if fact == "item" else SURE
    meant = [mark for mark in marks if mark.fact == fact and mark.confidence >= least]
    short = [mark for mark in meant if mark.end - mark.start <= _most(text[mark.start : mark.end])]
    if fact == "name":
        short = [mark for mark in short if not _is_no_name(mark, text)]
        short = [mark for mark in short if not _SOMEBODYS.search(text[max(0, mark.start - _FAR) : mark.start])] or short
    if not short:
        return None
    if fact == "name":
        return _said_as(
            fact, text, *max((_whole_name(mark, text) for mark in short), key=lambda place: place[1] - place[0])
        )
    best = max(short, key=lambda mark: mark.confidence)
    return _said_as(fact, text, best.start, best.end)


def _said_as(fact: str, text: str, start: int, end: int) -> Span:
    lead = (_NAME_LEADS if fact == "name" else _LEADS).match(text[start:end])
    start += lead.end() if lead and lead.end() < end - start else 0
    if fact == "name" and _HAN.match(text[end : end + 1]) and (apart := _HAN_APART.search(text, start, end)):
        end = apart.start()  # a piece that ends within a clause is no part of it: 小鹿 真名 of 我叫小鹿 真名不说了
    return Span(fact, text[start:end], text[start:end], start, end)


_HAN_APART = re.compile(r"(?<=[\u3400-\u9fff]{2})\s+(?=[\u3400-\u9fff])")


def _whole_name(mark: Mark, text: str) -> tuple[int, int]:
    """A name with the rest of its clause, where that could be one: 尹志 of 尹志刚 is none. Of a mark over several
    Chinese clauses, 邵，邵长, the last is meant.
    """
    begun = max((mark.start, *(found.end() for found in _HAN_BREAK.finditer(text, mark.start, mark.end))))
    for clause in _CLAUSE.finditer(text):
        if clause.start() <= begun and mark.end <= clause.end():
            words = clause[0].rstrip()
            longest = _LONGEST_HAN_NAME if _HAN.search(words) else _LONGEST_NAME
            whole = clause.start() == begun and len(words) <= longest and _ALPHABETIC.fullmatch(words)
            return (begun, begun + len(words)) if whole else (begun, mark.end)
    return begun, mark.end


_HAN_BREAK = re.compile(r"(?<=[\u3400-\u9fff])[，,、]\s?(?=[\u3400-\u9fff])")


def number_of(marks: Sequence[Mark], reading: Reading, known: Collection[Span] = ()) -> Span | None:
    """The order number as the tagger sees it, grown to the whole of the number it is part of; never a telephone or an
    address that is `known`, nor a number that is called something else.
    """
    taken = [span for span in known if span.slot in ("phone", "email")]
    meant = [
        mark
        for mark in marks
        if mark.fact == "order_number" and mark.confidence >= SURE and not any(_overlap(mark, one) for one in taken)
    ]
    anew = said_last(reading.text)
    if reading.taken_back and meant and (stands := _only_one_after(anew, reading.numbers)):
        return Span("order_number", stands.text, stands.text, stands.start, stands.end)
    for mark in sorted(meant, key=lambda mark: (mark.start < anew, -mark.confidence)):
        start, end = _standing(mark, reading) if reading.taken_back else _whole(mark, reading.numbers)
        if any(token.called < 0 and token.start < end and start < token.end for token in reading.numbers):
            continue
        start += called.end() if (called := _CALLED.match(reading.text[start:end])) else 0
        if _has_digits(code := dictated_code(reading.text[start:end])):
            return Span("order_number", reading.text[start:end], code, start, end)
        start, end = _without_words(reading.text, start, end)
        words = reading.text[start:end].strip()
        if _has_digits(words):
            return Span("order_number", words, words, start, end)
    return None


def _only_one_after(place: int, numbers: Sequence[NumberToken]) -> NumberToken | None:
    """The number that takes the place of one taken back, where there is no other and it is called nothing else."""
    left = [token for token in numbers if token.start >= place]
    return left[0] if place and len(left) == 1 and left[0].called >= 0 else None


def _has_digits(number: str) -> bool:
    return sum(map(str.isdigit, number)) >= _FEWEST_DIGITS


def _without_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A number without words in small letters around it, "umm 4471190", "NG-0093-FAN abeg": capitals may be its own."""
    words = [(start + found.start(), start + found.end()) for found in _WORD.finditer(text[start:end])]
    said = [place for place in words if not _is_mere_word(text[slice(*place)])]
    return (said[0][0], said[-1][1]) if said else (start, end)


def _is_mere_word(word: str) -> bool:
    letters = word.strip(",.!?;:'")
    return letters == "I" or (letters.isalpha() and letters.islower())


def _standing(mark: Mark, reading: Reading) -> tuple[int, int]:
    """What is left of a mark that spans a number and the one that takes its place."""
    left = [token for token in reading.numbers if token.start < mark.end and mark.start < token.end]
    return (left[0].start, left[-1].end) if left else (mark.start, mark.start)


def _whole(mark: Mark, numbers: Sequence[NumberToken]) -> tuple[int, int]:
    touched = [token for token in numbers if token.start < mark.end and mark.start < token.end]
    return min([mark.start, *(one.start for one in touched)]), max([mark.end, *(one.end for one in touched)])


def _judged(span: Span, marks: Sequence[Mark], sole: bool) -> Span | None:
    """What a grammar found, unless the tagger knows better; a day that is none of the complaint's is beside it. Of the
    only day or sum that is named, and of what no grammar mistakes, it must be surer.
    """
    against = _NONE_OF_OURS.get(span.slot, ())
    least = _SURER if span.slot in _PLAIN or (sole and span.slot in ("happened_at", "amount")) else SURE
    wrong = [mark for mark in marks if _overlap(mark, span) and mark.fact in against and mark.confidence >= least]
    if not wrong:
        return span
    return Span("mentioned_at", span.text, span.value, span.start, span.end) if span.slot == "happened_at" else None


_DENIES = re.compile(
    r"(?:不是|並不是|而非|唔係|\bnot|\brather than|\binstead of)[\s的]{0,2}(?:on |the |£|\$|€|¥|￥)?$", re.IGNORECASE
)
_DENIED = ("happened_at", "amount", "order_number")


def _is_denied(span: Span, reading: Reading) -> bool:
    """Whether a value is named to say that it is not that one, beside the one it is: "the 9th, not the 6th"."""
    others = [one for one in reading.slots if one.slot == span.slot and one.value != span.value]
    before = reading.text[max(0, span.start - _FAR) : span.start]
    return span.slot in _DENIED and bool(others) and bool(_DENIES.search(before))


_ROUGH = re.compile(r"[一二两兩三四五六七八九十百千万\d][来來多几幾余]")


def _beside(span: Span, reading: Reading) -> Span:
    """A sum that is said roughly beside an exact one, 两百来块吧，二百三十八, is only mentioned."""
    exact = [one for one in reading.slots if one.slot == "amount" and not _ROUGH.search(one.text)]
    return replace(span, slot="mentioned_amount") if span.slot == "amount" and span not in exact and exact else span


_FAR = 24
_PERHAPS_NO_MONEY = re.compile(r"[一二两兩三四五六七八九十几幾半][角分块塊毛]")


def _is_no_money(span: Span) -> bool:
    """Whether a grammar may have taken a corner, a piece or a share for money: 一角, 一块, 三分."""
    return span.slot == "amount" and bool(_PERHAPS_NO_MONEY.fullmatch(span.text))


def _is_meant(span: Span, marks: Sequence[Mark]) -> bool:
    return any(_overlap(mark, span) and mark.fact in ("amount", "other_amount") for mark in marks)


def _overlap(mark: Mark, span: Span) -> bool:
    return mark.start < span.end and span.start < mark.end


def _most(words: str) -> int:
    return _LONGEST if words.isascii() else _LONGEST_HAN
