"""Numbers of payment cards and their security codes in a text: masked, so that they are kept nowhere. Pure.

A card is told by all three: an issuer's prefix, a length that issuer uses, and the check digit (Luhn, ISO/IEC 7812-1).
One number in ten passes the check digit by chance, and shops have order numbers of 13 to 19 digits. So nothing is
masked that was asked for as an order number, or has a word of orders or parcels beside it. Codes are masked only beside
a card or beside their own name, expiry dates only beside a card.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

MASK, CODE = "••••", "•••"
"""What stands in the place of a card's first digits, and of a security code."""

MASKED = re.compile(r"•{3,4}(?:/•{3}| \d{4}(?!\d))?")
"""A card or a code in a text that was masked."""

_GAP = r"[\s\u00a0.\-_‐‑–—－．･·]{0,2}"
_RUN = re.compile(rf"\d(?:{_GAP}\d){{12,}}+")
_DIGITS = re.compile(r"\d+")
_ANY_CODE = re.compile(r"cvv|cvc|cvn|csc|security|verification|安全码|校验码|三位", re.IGNORECASE)
_NAMED_CODE = re.compile(
    r"(?:(?<![a-z])(?:cvv2?|cvc2?|cvn2?|csc|security\s?(?:code|number)|card verification (?:code|value|number))"
    r"(?![a-z])|安全码|校验码|后三位|背面的?三位数?)(?:\s?(?:code|number|no\.?|码|数字))?\s{0,2}(?:is|was|are|=|:|：|是|为|-|#|\()?"
    r"\s{0,2}(?P<code>\d{3,4})(?!\d)",
    re.IGNORECASE,
)
_CODE_BEFORE = re.compile(
    r"(?<![\d.])(?P<code>\d{3,4})\s{0,2}(?:is|was|are|as|是)?\s{0,2}(?:my |the |our )?"
    r"(?:(?:cvv2?|cvc2?|csc|security code)(?![a-z])|(?:这|就)?是?(?:安全码|校验码))",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"[\s,;/|，；、.。]{0,3}(?:(?:and |with )?(?:exp(?:iry|ires?|iration)?(?: date)?|valid (?:thru|until|to)|有效期至?"
    r"|到期)\s?(?:is|:|：|是|为)?\s?)?(?P<expiry>(?:0[1-9]|1[0-2])\s?[/\-]\s?(?:20)?[2-5]\d(?!\d))?"
    r"[\s,;/|，；、.。]{0,3}(?P<code>(?<!\d)\d{3,4}(?!\d)(?!\s?[-/.:年月日号点块元个件天]))?",
    re.IGNORECASE,
)
_CARD = re.compile(
    r"card|credit|debit|visa|master|amex|american express|discover|diners|jcb|union ?pay|maestro|信用卡|银行卡|借记卡"
    r"|储蓄卡|卡号|银联|刷卡",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"order|purchase|invoice|receipt|parcel|package|packet|shipment|consignment|tracking|track|delivery|waybill|awb"
    r"|\bref|订单|单号|单子|编号|快递|包裹|物流|运单|发票|快件|货号|交易号|流水号",
    re.IGNORECASE,
)
_LETTERS_BEFORE, _LETTER_AFTER = re.compile(r"[A-Za-z]{1,20}[-_#]?$"), re.compile(r"[-_]?[A-Za-z]")
_BEFORE, _AFTER = 32, 14
_LONGEST = 19
_CLAUSE = re.compile(r"[.!?;。！？；\n]")


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without cards. `last` are the last four digits of each that was masked, `codes` how many codes were."""

    text: str
    last: tuple[str, ...] = ()
    codes: int = 0


def suspects(text: str) -> bool:
    """Whether a text may hold a card or a code at all: a cheap look, before anything is asked of anybody."""
    return bool(_RUN.search(text) or (_ANY_CODE.search(text) and _DIGITS.search(text)))


def mask(text: str, order_asked: bool = False) -> Masked:
    """The text with every card and code masked. `order_asked` says that an order number was asked for."""
    if not suspects(text):
        return Masked(text)
    cards = [
        (start, end, digits) for start, end, digits in _cards(text) if not _is_order(text, start, end, order_asked)
    ]
    parts: list[tuple[int, int, str]] = []
    for start, end, digits in cards:
        parts += [(start, end, f"{MASK} {digits[-4:]}"), *_beside(text, end)]
    taken = [(start, end) for start, end, _ in parts]
    parts += [
        (*found.span("code"), CODE)
        for pattern in (_NAMED_CODE, _CODE_BEFORE)
        for found in pattern.finditer(text)
        if not any(start < found.end("code") and found.start("code") < end for start, end in taken)
    ]
    codes = len(dict.fromkeys(part for part in parts if part[2] == CODE))
    return Masked(_with(text, sorted(set(parts))), tuple(digits[-4:] for *_, digits in cards), codes)


def _with(text: str, parts: Sequence[tuple[int, int, str]]) -> str:
    said, at = [], 0
    for start, end, instead in parts:
        said += [text[at:start], instead]
        at = end
    return "".join(said) + text[at:]


def _beside(text: str, end: int) -> Iterator[tuple[int, int, str]]:
    """The expiry date and the code that stand behind a card."""
    found = _BESIDE.match(text, end)
    if found and found["expiry"]:
        yield *found.span("expiry"), f"{CODE}/{CODE}"
    if found and found["code"]:
        yield *found.span("code"), CODE


def _cards(text: str) -> Iterator[tuple[int, int, str]]:
    """Where cards are, and their digits. A card begins and ends with a group of digits."""
    for run in _RUN.finditer(text):
        groups = list(_DIGITS.finditer(text, *run.span()))
        at = 0
        while at < len(groups):
            found = _card_from(text, groups, at)
            if found is None:
                at += 1
                continue
            last, digits = found
            yield groups[at].start(), groups[last].end(), digits
            at = last + 1


def _card_from(text: str, groups: Sequence[re.Match[str]], at: int) -> tuple[int, str] | None:
    """The longest card that begins with this group: the number of its last group, and its digits."""
    if _is_led(text[max(0, groups[at].start() - 24) : groups[at].start()]):
        return None
    found = None
    digits, lengths = "", _lengths("".join(group[0] for group in groups[at : at + 4])[:4])
    for last in range(at, min(at + _LONGEST, len(groups)) if lengths else at):
        digits += groups[last][0]
        if len(digits) > _LONGEST:
            break
        if len(digits) in lengths and passes_luhn(digits) and not _LETTER_AFTER.match(text, groups[last].end()):
            found = last, "".join(str(int(digit)) for digit in digits)
    return found


def _is_led(before: str) -> bool:
    """Whether a number goes on from letters, as order numbers do, or from the plus of a telephone number."""
    letters = _LETTERS_BEFORE.search(before)
    return before.rstrip(" (").endswith("+") or bool(letters and not _CARD.search(letters[0]))


def _is_order(text: str, start: int, end: int, asked: bool) -> bool:
    """Whether it was asked for, or called, an order or parcel number; the word nearest before it decides."""
    before = _CLAUSE.split(text[max(0, start - _BEFORE) : start])[-1]
    after = _CLAUSE.split(text[end : end + _AFTER])[0]
    order, card = (max((found.end() for found in words.finditer(before)), default=-1) for words in (_ORDER, _CARD))
    if order != card:
        return order > card
    return bool(_ORDER.search(after)) or (asked and not _CARD.search(after))


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others."""
    doubled = sum(_DOUBLED[int(digit)] for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + doubled) % 10 == 0


_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)

ISSUERS: tuple[tuple[str, tuple[tuple[int, int], ...], frozenset[int]], ...] = (
    ("American Express", ((34, 34), (37, 37)), frozenset({15})),
    ("Diners Club", ((300, 305), (3095, 3095), (36, 36), (38, 39)), frozenset({14, 16})),
    ("Discover", ((6011, 6011), (644, 649), (65, 65)), frozenset({16, 19})),
    ("JCB", ((3528, 3589),), frozenset(range(16, 20))),
    ("Maestro", ((50, 50), (56, 58), (6304, 6304), (6759, 6759), (6761, 6763)), frozenset(range(13, 20))),
    ("Mastercard", ((51, 55), (2221, 2720)), frozenset({16})),
    ("Mir", ((2200, 2204),), frozenset(range(16, 20))),
    ("Troy", ((9792, 9792),), frozenset({16})),
    ("UnionPay", ((62, 62), (81, 81)), frozenset(range(16, 20))),
    ("Visa", ((4, 4),), frozenset({13, 16, 19})),
)
"""Issuers with the prefixes of their numbers, as ranges, and how long these are."""


@lru_cache(maxsize=10_000)
def _lengths(prefix: str) -> frozenset[int]:
    """How long the numbers are that begin with these four digits; empty where nobody gives such out."""
    return frozenset().union(
        *(
            lengths
            for _, ranges, lengths in ISSUERS
            if any(low <= int(prefix[: len(str(low))]) <= high for low, high in ranges)
        )
    )
