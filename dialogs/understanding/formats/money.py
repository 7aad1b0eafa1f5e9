"""Amounts of money in a text, in Chinese and English writing, with their ISO 4217 currency."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from itertools import islice

from complaints.record import Money
from dialogs.understanding.formats.number_words_zh import NUMERAL, whole_number
from dialogs.understanding.reading import Span
from dialogs.understanding.text import MOST_FACTS, blank, places

Reader = Callable[[re.Match[str]], Money | None]

_SYMBOLS = {"¥": "CNY", "$": "USD", "us$": "USD", "hk$": "HKD", "a$": "AUD", "c$": "CAD", "nt$": "TWD", "s$": "SGD",
            "£": "GBP", "€": "EUR", "₹": "INR", "₩": "KRW", "₽": "RUB"}  # fmt: skip
_CODES = {"rmb": "CNY", "cny": "CNY", "usd": "USD", "gbp": "GBP", "eur": "EUR", "hkd": "HKD", "jpy": "JPY",
          "aud": "AUD", "cad": "CAD", "sgd": "SGD", "chf": "CHF", "krw": "KRW", "inr": "INR", "twd": "TWD",
          "nzd": "NZD"}  # fmt: skip
_WORDS = {"dollar": "USD", "buck": "USD", "pound": "GBP", "quid": "GBP", "euro": "EUR", "yuan": "CNY", "kuai": "CNY",
          "renminbi": "CNY", "yen": "JPY", "rupee": "INR", "grand": ""}  # fmt: skip
_CHINESE = {"元": "CNY", "块": "CNY", "人民币": "CNY", "大洋": "CNY", "软妹币": "CNY",
            "美元": "USD", "美金": "USD", "刀": "USD",
            "英镑": "GBP", "欧元": "EUR", "港币": "HKD", "港元": "HKD", "日元": "JPY", "台币": "TWD",
            "澳元": "AUD", "加元": "CAD", "新币": "SGD", "韩元": "KRW"}  # fmt: skip
_ENGLISH = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_OF_REGION = {"GB": "GBP", "US": "USD", "AU": "AUD", "CA": "CAD", "SG": "SGD", "NZ": "NZD", "HK": "HKD", "IE": "EUR"}
"""What "two grand" is where nobody says of what."""
_SCALES = {"hundred": 100, "thousand": 1000}

_AMOUNT = r"\d{1,9}(?:[,.]\d{3}){0,3}(?:[.,]\d{1,2})?(?![\d])"
_COUNT = (
    rf"(?:\d{{1,9}}(?:,\d{{3}}){{0,6}}(?:\.\d{{1,2}})?(?:\s?(?:[万千百]|[wk](?![a-z]))"
    rf"(?:\d(?!\d))?)?|[{NUMERAL}]{{1,12}})"
)
_MEASURED = "天个号日年月点次件斤份张只双瓶盒条台人小晚杯盘碗公趟块元米层袋包箱把"
_PIECES = "屏手表电肥巧布蛋地玻板砖糖木皮饼面儿石肉主硬内"  # 两块手表 counts watches, not money
_CJK = re.compile(
    rf"(?<![\d.{NUMERAL}])(?P<n>{_COUNT})(?:\s?(?:多|来|余|把|几))?\s?"
    r"(?:(?P<c>人民币|软妹币|大洋|美元|美金|英镑|欧元|港[币元]|日元|台币|澳元|加元|新币|韩元|元"
    rf"|块(?![{_PIECES}])|刀(?![^\s,.!]))"
    r"(?:钱"
    r""
    rf"|整)?(?:(?<=[块元])(?P<t>[\d一二两三四五六七八九])(?!分)(?P<j>[毛角]?)(?P<f>(?<=[毛角])[\d一二三四五六七八九]分?)?"
    rf"(?![\d{NUMERAL}{_MEASURED}]))?|(?P<mao>毛|角)(?:钱)?)",
    re.ASCII,
)
_ROUND = re.compile(
    rf"(?<![\d{NUMERAL}.])(?:\d+(?:\.\d+)?[w万]多(?![{_MEASURED}a-z])"
    rf"|\d{{1,3}}(?:\.\d)?[w万千]\d?(?=的(?![人粉用销订]))|[{NUMERAL}]{{2,6}}(?:出头|上下)(?![{_MEASURED}岁]))"
)
_BARE = re.compile(
    rf"(?<![第\d.{NUMERAL}])(?P<n>[一二两三四五六七八九][百千万](?:[零一二两三四五六七八九][百十千]?){{1,5}})(?:多"
    rf"|左右)?"
    r"(?:买的|卖的|的东西|一[个件台双条套张](?![一-鿿])|$|(?=[,.!?;~\s]))"
)
_IDIOM = re.compile(r"十块八块|三块五块|三块两块|块儿八毛")
_A_PATCH = re.compile(r"[烂破掉少缺黑红青肿秃烧坏裂凹脱磕碎湿]了?$")
"""Before 一块: a patch that is spoilt, and no coin."""
_INSULTS = frozenset({"二百五"})
_LEADING = re.compile(
    rf"(?:(?P<s>us\$|hk\$|nt\$|[acs]\$|[¥$£€₹₩₽])|(?<![a-z])(?P<code>{'|'.join(_CODES)}))\s?(?P<n>{_AMOUNT})"
    r"(?:\s?(?P<k>k\b|万))?(?:\s?(?P<after>usd|cad|aud|sgd|hkd|nzd|twd)\b)?",
    re.ASCII,
)
_NAMES = "|".join(_WORDS)
_TRAILING = re.compile(
    rf"(?<![\w.,])(?P<n>{_AMOUNT})(?P<k>k)?[\s-]?(?:(?P<w>{_NAMES})s?|(?P<code>{'|'.join(_CODES)})"
    rf"|(?P<s>[€£¥]))(?![a-z])"
    r"(?: (?:and )?(?P<c>\d{2})(?: (?:cents?|pence|p)\b|(?![\w.,:/%-]|\s?of\b"
    r"|\s?[a-z]*(?:day|week|time|month|hour|minute|year|item))))?",
    re.ASCII,
)
_SPELLED = re.compile(
    rf"\b(?P<n>(?:{'|'.join(_ENGLISH)}|a(?= hundred| thousand))(?:[\s-]+(?:and\s+)?(?:{'|'.join(_ENGLISH)}|hundred"
    rf"|thousand)){{0,5}}"
    rf"|(?:hundred|thousand))\s+(?P<w>{_NAMES})s?\b"
    rf"(?:(?:\s+and)?\s+(?P<p>(?:{'|'.join(_ENGLISH)})(?:[\s-]+(?:{'|'.join(_ENGLISH)}))?)\b(?:\s+(?:pence"
    rf"|cents?|p))?)?",
    re.ASCII,
)
_PARTS = re.compile(r"(\d+(?:[,.]\d{3})*?)(?:[.,](\d{1,2}))?")
_MIXED = re.compile(r"(\d+(?:,\d{3}){0,6}(?:\.\d+)?)([万千百wk])(\d?)")
_MIXED_UNITS = {"万": 10_000, "w": 10_000, "k": 1000, "千": 1000, "百": 100}
_TOGETHER = re.compile(r"[^\s,.!?钱\0]")
_DOLLARS = frozenset({"USD", "AUD", "CAD", "SGD", "HKD", "NZD", "TWD"})
_DIGIT = re.compile(r"\d")
_CJK_GATE = re.compile(r"[元块毛角刀币镑金]")
_LATIN_GATE = re.compile(rf"[¥$£€₹₩₽]|{'|'.join(_CODES)}|{_NAMES}|fiver|tenner")
_COUNTED = "天个件台次年月日号小分点楼层米斤克寸位人只双条瓶箱盒周礼星倍折页元块%"
_NUMBER = re.compile(
    rf"(?<![\w/-])(?<!\d[.,:])\d{{1,9}}(?:,\d{{3}}){{0,6}}(?:\.\d{{1,2}})?(?![\w/:-]|[.,]\d|\s?[{_COUNTED}])", re.ASCII
)
_PAID_GATE = re.compile(
    r"[付花扣价额退赔交收费金买]|[总一]共|paid|cost|spent|charged|took|take[ns]?\b|refund|billed|debited"
)
_PAID = re.compile(
    r"(?:(?:付了?|花了?|花费|实付款?|支付了?|扣(?:了|走|掉){0,3}|扣款|一共是?|总共是?|价格是?|总价是?|金额[是为]?|交了?"
    r"|收了?|续费了?|充值?了?"
    r"|(?:押金|定金|订金|尾款|运费)[是交了]{0,3}(?:还有)?|(?:[一每两]|第[一二])[次笔](?:也|都|又)?是?|会?费用?"
    r"|赔偿?|补|退|退款|买成)(?:我|你们|给|他们|两笔|一笔|人家|[两三23][次遍]|钱){0,6}\s?"
    r"|\b(?:paid|costs?|spent|charged|billed|debited)(?: me| you| us| about| over| almost| nearly| just){0,6} "
    r"|\b(?:took|takes?|taken|charges?|refund(?:ed)?)(?: me| you| us| out| only){0,6} (?=\d+\.\d\d\b))"
    rf"(?P<n>\d{{1,7}}(?:,\d{{3}}){{0,6}}(?:\.\d{{1,2}})?(?:[wk万千](?![a-z])\d?)?|[{NUMERAL}]{{2,10}})"
    rf"(?![\w/:-]|[.,]\d|\s?[{_COUNTED}]|多?\s?[{_COUNTED}]|\s?(?:times|x|days|weeks|hours|minutes|months|years"
    rf"|items?|of)\b)",
    re.ASCII,
)
_BOUGHT_FOR = re.compile(
    r"(?<![\w.月年/双-])(?!(?:20[12]\d|618|1111|1212|11|12)买)(?P<n>\d{2,6}(?:\.\d{1,2})?)(?=买的)", re.ASCII
)
"""1299买的; a year or a day of sales is none."""
_PRICE = re.compile(
    rf"(?<![\w/:.,-])(?P<n>\d{{1,7}}(?:,\d{{3}}){{0,6}}\.\d\d)(?![\w/:%-]|[.,]\d|\s?[{_COUNTED}]"
    r"|\s?(?:x|kg|km|cm|mm|m|gb|mb|inch\w*|hours?|minutes?|days?|am|pm|stars?)\b)",
    re.ASCII,
)
_PAYING = re.compile(
    r"扣|付|花|收费|充值|刷|\b(?:charged?|charges|charging|paid|pay(?:ing|ment)?|bill(?:ed|ing)?|debited|deducted|taken"
    r"|took|costs?|price|refund\w*|credited|withdrawn|money|spent|bank|card)\b"
)
_DATED = re.compile(r"\b(?:on|by|since|at|from|until|till|before|after|version|v|ios|android|around)\s$")
_SENTENCE = re.compile(r"[.!?;](?!\d)")
_PENCE_GATE = re.compile(r"\dp\b|pence")
_HAN = re.compile(r"[\u3400-\u9fff]")
_PENCE = re.compile(r"(?<![\w.,/-])(?P<n>\d{1,2})\s?(?:p|pence)\b", re.ASCII)
_HOTLINES = frozenset({"12315", "12345", "110", "119", "120"})
_UNNAMED_GATE = re.compile(r"[百千万w]")
_LONGEST_NUMERAL, _LONGEST_SPELLED = 20, 80
_ALL_NUMERAL = re.compile(
    rf"\s*(?:(?:大概|大约|差不多|也就|可能|好像|应该|总共|一共|得有|有|是|吧|,)\s?)*"
    rf"(?P<n>(?:\d{{1,6}}(?:\.\d{{1,2}})?[万千百wk]?\d?|[{NUMERAL}]{{2,10}}))"
    r"\s*(?:左右|上下|多点?|来|出头|的?样子|吧|[.!])*\s*"
)
_ABOUT = (
    r"(?:(?:about|around|roughly|approximately|maybe|like|just|over|under|nearly|almost|something like|it was"
    r"|it's|i think"
    r"|i paid|well|um+|er+|no|no wait|oh)[,.]? )*"
)
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_TENS = rf"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[\s-](?:{_ONES}))?"
_TEENS = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
_ALL_SPELLED = re.compile(
    rf"\s*{_ABOUT}(?:(?P<w>{_TENS}|{_TEENS})(?:(?:[\s-]| point )(?P<p>{_TENS}|{_TEENS}))?"
    r"|(?P<n>(?:a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty)[\s-](?:hundred"
    r"|thousand)"
    rf"(?:[\s-](?:and )?(?:{'|'.join(_ENGLISH)}|hundred))*))(?: (?:or so|ish|odd|i think|something))*[\s.!]*",
    re.ASCII,
)
"""A number in words and nothing else. "Two fifty" is not among them: it may be 2.50 or 250."""
_EITHER_WAY = re.compile(rf"\b(?:{_ONES})[\s-]+(?:{_TEENS}|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)\b")
"""Seven fifty: 7.50 or 750."""
_COINED = {"fiver": 5, "tenner": 10}
_COIN = re.compile(r"\b(?:a|an?other|one|that|the|my) (?P<c>fiver|tenner)\b", re.ASCII)


def find_money(text: str, flat: str, currency: str, region: str = "") -> list[Span]:
    """Every amount that names a currency or was plainly paid.

    A bare `$` is the playbook's dollar, if any; `¥` is the yen in Japan. "About" is not kept: 三百来块 is 300.
    """
    spans: list[Span] = []
    money = "JPY" if region == "JP" else currency
    if not flat.isascii() and _CJK_GATE.search(flat):
        spans += _spans(text, _CJK, flat, _chinese)
    if _LATIN_GATE.search(flat):
        spans += _latin(text, blank(flat, places(spans)), money, region)
    if _PENCE_GATE.search(flat) and not _HAN.search(flat):  # 2P of a Chinese text are two poles
        spans += _pence(text, blank(flat, places(spans)))
    if _PAID_GATE.search(flat):
        spans += _paid(text, blank(flat, places(spans)), currency)
    if not spans and "." in flat:
        spans += _priced(text, flat, currency)
    if not flat.isascii():
        spans += _unnamed(text, blank(flat, places(spans)))
    return sorted(spans, key=lambda span: span.start)


def _unnamed(text: str, flat: str) -> list[Span]:
    """Prices by the sound of them: 一千二百八, 1w多. What counts things is none."""
    if not _UNNAMED_GATE.search(flat) or ((whole := _ALL_NUMERAL.fullmatch(flat)) and whole["n"] == flat.strip(" .!")):
        return []
    found = [(one.start("n"), one.end("n")) for one in islice(_BARE.finditer(flat), MOST_FACTS)]
    found += [one.span() for one in islice(_ROUND.finditer(flat), MOST_FACTS)]
    return [
        Span("amount", text[start:end], Money(value, "CNY"), start, end)
        for start, end in found
        if flat[start:end] not in _INSULTS and (value := _count(flat[start:end].rstrip("多出头上下"))) is not None
    ]


def _pence(text: str, flat: str) -> list[Span]:
    return [
        Span("amount", text[found.start() : found.end()], Money(Decimal(found["n"]) / 100, "GBP"), *found.span())
        for found in islice(_PENCE.finditer(flat), MOST_FACTS)
    ]


def _paid(text: str, flat: str, currency: str) -> list[Span]:
    """Numbers without a currency that were plainly paid or charged: the playbook's currency is meant."""
    return [
        Span("amount", text[found.start("n") : found.end("n")], Money(value, currency), *found.span("n"))
        for found in list(islice(_PAID.finditer(flat), MOST_FACTS))
        or (islice(_BOUGHT_FOR.finditer(flat), MOST_FACTS) if "买的" in flat else ())
        if (value := _count(found["n"])) is not None
    ]


def _priced(text: str, flat: str, currency: str) -> list[Span]:
    """A number with two decimals in a sentence about paying: "charged TWICE 49.99"."""
    return [
        Span("amount", text[found.start("n") : found.end("n")], Money(value, currency), *found.span("n"))
        for found in islice(_PRICE.finditer(flat), MOST_FACTS)
        if (value := decimal_of(found["n"])) is not None
        and not _DATED.search(flat[max(0, found.start() - 12) : found.start()])
        and _PAYING.search(_around(flat, *found.span()))
    ]


def _around(flat: str, start: int, end: int) -> str:
    """The sentence that a stretch stands in."""
    ends = [found.start() for found in _SENTENCE.finditer(flat)]
    first = max((at + 1 for at in ends if at < start), default=0)
    return flat[first : min((at for at in ends if at >= end), default=len(flat))]


def find_numbers(text: str, flat: str) -> list[Span]:
    """Bare numbers, which may be an amount if one was asked for. Values are `Decimal`."""
    if not _DIGIT.search(flat) and flat.isascii():
        return _spelled_out(text, flat)
    if len(flat) < _LONGEST_NUMERAL and (whole := _ALL_NUMERAL.fullmatch(flat)):
        value, (start, end) = _count(whole["n"]), whole.span("n")
        return [] if value is None else [Span("number", text[start:end], value, start, end)]
    return [
        Span(
            "number", text[found.start() : found.end()], Decimal(found[0].replace(",", "")), found.start(), found.end()
        )
        for found in islice(_NUMBER.finditer(flat), MOST_FACTS)
        if found[0] not in _HOTLINES
    ]


def _spelled_out(text: str, flat: str) -> list[Span]:
    """A number in words that is the whole text: "about ninety-nine", "nineteen ninety nine"."""
    if len(flat) > _LONGEST_SPELLED or not (found := _ALL_SPELLED.fullmatch(flat)):
        return []
    start, end = found.span("n" if found["n"] else "w")
    value = Decimal(_whole(found["n"] or found["w"]))
    if found["p"]:
        value, end = value + Decimal(_whole(found["p"])) / 100, found.end("p")
    return [Span("number", text[start:end], value, start, end)]


def _latin(text: str, flat: str, currency: str, region: str) -> list[Span]:
    spans: list[Span] = []
    for pattern, reader in (
        (_LEADING, partial(_leading, currency=currency)),
        (_TRAILING, partial(_trailing, grand=_OF_REGION.get(region, currency), currency=currency)),
        (_SPELLED, partial(_spelled, grand=_OF_REGION.get(region, currency))),
        (_COIN, partial(_coin, currency="GBP" if region == "GB" else currency)),
    ):
        found = _spans(text, pattern, flat, reader)
        spans += found
        flat = blank(flat, places(found))
    return spans


def _spans(text: str, pattern: re.Pattern[str], flat: str, reader: Reader) -> list[Span]:
    spans = []
    for found in islice(pattern.finditer(flat), MOST_FACTS):
        value = reader(found)
        if value is not None:
            start, end = found.span()
            spans.append(Span("amount", text[start:end], value, start, end))
    return spans


def _chinese(found: re.Match[str]) -> Money | None:
    count = _count(found["n"].replace(" ", ""))
    if count is None:
        return None
    if found["mao"]:
        return Money(count / 10, "CNY")
    if _IDIOM.search(found.string, max(0, found.start() - 2), found.end() + 2):
        return None
    if found["c"] == "块" and found["n"] == "一" and not found["t"] and _TOGETHER.match(found.string, found.end()):
        return None
    if found["n"] == "一" and _A_PATCH.search(found.string[: found.start()][-3:]):
        return None
    tenth = whole_number(found["t"]) if found["t"] else 0
    hundredth = whole_number(found["f"][0]) if found["f"] else 0
    return Money(count + Decimal(tenth or 0) / 10 + Decimal(hundredth or 0) / 100, _CHINESE[found["c"]])


def _leading(found: re.Match[str], currency: str) -> Money | None:
    amount = decimal_of(found["n"])
    if amount is None:
        return None
    if found["k"]:
        amount *= 1000 if found["k"] == "k" else 10_000
    code = found["code"] or (found["after"] if found["s"] == "$" else None)
    return Money(amount, _CODES[code] if code else _symbol(found["s"], currency))


def _symbol(symbol: str, currency: str) -> str:
    """A bare sign means the shop's own dollar or yen where it has one."""
    if (symbol == "$" and currency in _DOLLARS) or (symbol == "¥" and currency == "JPY"):
        return currency
    return _SYMBOLS[symbol]


def _trailing(found: re.Match[str], grand: str, currency: str) -> Money | None:
    amount = decimal_of(found["n"])
    if amount is None:
        return None
    if found["w"] == "grand":
        return Money(amount * 1000, grand)
    sign = _symbol(found["s"], currency) if found["s"] else ""
    amount += Decimal(found["c"] or 0) / 100
    named = _WORDS.get(found["w"] or "") or _CODES.get(found["code"] or "") or sign
    return Money(amount * 1000 if found["k"] else amount, named)


def _whole(said: str) -> int:
    """The whole number that English words name."""
    total, section = 0, 0
    for word in re.split(r"[\s-]+", said.strip()):
        if word in _SCALES:
            section = max(section, 1) * _SCALES[word]
            if word == "thousand":
                total, section = total + section, 0
        else:
            section += _ENGLISH.get(word, 0)
    return total + section


def _spelled(found: re.Match[str], grand: str) -> Money | None:
    if _EITHER_WAY.search(found["n"]):
        return None
    whole = _whole(found["n"])
    pence = sum(_ENGLISH[word] for word in re.split(r"[\s-]+", found["p"])) if found["p"] else 0
    if found["w"] == "grand":
        return Money(Decimal(whole) * 1000, grand)
    return Money(Decimal(whole) + Decimal(pence % 100) / 100, _WORDS[found["w"]])


def _coin(found: re.Match[str], currency: str) -> Money:
    return Money(Decimal(_COINED[found["c"]]), currency)


def decimal_of(said: str) -> Decimal | None:
    """`1,234.50`, `1.234,50` and `12,50` as a number: the last mark with one or two digits after it is the point."""
    if not (parts := _PARTS.fullmatch(said)):
        return None
    whole = re.sub(r"[.,]", "", parts[1])
    return Decimal(f"{whole}.{parts[2]}" if parts[2] else whole)


def _count(said: str) -> Decimal | None:
    """Digits, a Chinese numeral, or both together (`2万3`, `1.5万`)."""
    if mixed := _MIXED.fullmatch(said):
        unit = _MIXED_UNITS[mixed[2]]
        return Decimal(mixed[1].replace(",", "")) * unit + (Decimal(mixed[3]) * unit / 10 if mixed[3] else 0)
    if said[0] in "0123456789":
        return Decimal(said.replace(",", ""))
    whole = whole_number(said)
    return None if whole is None else Decimal(whole)
