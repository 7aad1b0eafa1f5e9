"""Exact money: decimal amounts that a currency can pay out. Never a float."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from complaints.offers.errors import BadTerms
from complaints.record import Money

MOST_DIGITS = 12
_CURRENCY = re.compile(r"[A-Z]{3}")
_PLACES = {
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND"), 0),
    **dict.fromkeys(("VUV", "XAF", "XOF", "XPF"), 0),
}
"""Decimal places of the currencies that do not have two (ISO 4217)."""


def places(currency: str) -> int:
    """How many decimal places a currency has."""
    return _PLACES.get(currency, 2)


def exact(amount: object, currency: str) -> Money:
    """An amount, as text, a whole number or a Decimal, in a currency. Raises `BadTerms` for what cannot be paid out."""
    if not _CURRENCY.fullmatch(currency):
        raise BadTerms(f"{currency[:10]!r} is no currency: use an ISO 4217 code, like CNY or GBP")
    try:
        given = Decimal(amount) if isinstance(amount, str | int | Decimal) else Decimal("nan")
    except InvalidOperation:
        given = Decimal("nan")
    if not given.is_finite() or given <= 0 or given.adjusted() >= MOST_DIGITS:
        raise BadTerms(f"{str(amount)[:20]} is no amount: write it like 20 or 19.90")
    paid = given.quantize(Decimal(1).scaleb(-places(currency)))
    if paid != given:
        raise BadTerms(f"{given} {currency} cannot be paid: {currency} has {places(currency)} decimal places")
    return Money(paid, currency)


def minor_units(money: Money) -> int:
    """The amount in the currency's smallest unit: 1990 for 19.90 CNY."""
    return int(money.amount.scaleb(places(money.currency)))
