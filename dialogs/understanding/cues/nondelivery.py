"""What never came: goods, and then it is a matter of delivery; or somebody, or news, or money, and then it is not."""

from __future__ import annotations

import re
from collections.abc import Iterator

_BREAK = re.compile(r"[,.;!?]|\b(?:and|but|then|so|plus)\b")
_NOT_COME = re.compile(
    r"\b(?:never|not|hasn't|haven't|didn't|hasnt|havent|didnt) (?:even |yet )?"
    r"(?:c[ao]me(?! back| across| close| with| off| in\b| on\b| out)|arrived?|turn(?:ed)? up|show(?:n|ed)? up|showed"
    r"|got here|been (?:sent|delivered)|sent|shipped|delivered)\b"
    r"|没(?:有|能)?(?:送|寄)?(?:到(?!底|位|岗|场|点)|来(?!得及|由))|没(?:有|给)?(?:发|送|寄)(?=$|[\s,.!来出给了])"
    r"|(?:包裹|快递|货|东西|件)不见了"
)
_NO_THING = re.compile(
    r"客服|售后|师傅|维修|安装|工人|上门|人(?!民|参)|电[话信]|来电|回复|答复|消息|短信|邮件|验证码|保修"
    r"|\b(?:engineers?|technicians?|fitters?|plumbers?|electricians?|men|man|guys?|someone|somebody|nobody|no ?one"
    r"|people|he|she|they|you|managers?|colleagues?|agents?|staff|call(?:back|s)?|repl(?:y|ies)|answers?|responses?|e-?mails?"
    r"|help|codes?|texts?|messages?|link)\b"
)
_MONEY = re.compile(
    r"退|钱|款|赔|账|帐|\b(?:refunds?|money|cash|credit|voucher|points|confirmation|invoice|receipt|deposit)\b"
)


def has_not_come(told: str) -> bool:
    """Whether a clause of a text in its plain form says that something, money too, was awaited in vain."""
    return bool(_NOT_COME.search(told)) and not _NO_THING.search(told)


def awaits_goods(flat: str) -> bool:
    """Whether any clause of a text says so of goods."""
    parts = (flat[start:end] for start, end in clauses(flat))
    return any(has_not_come(part) and not _MONEY.search(part) for part in parts)


def clauses(flat: str) -> Iterator[tuple[int, int]]:
    """Where the clauses of a text lie, between its marks and its "and"s."""
    at = 0
    for found in _BREAK.finditer(flat):
        yield at, found.start()
        at = found.end()
    yield at, len(flat)
