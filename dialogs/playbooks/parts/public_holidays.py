"""The public holidays of a country, and the days that are worked to make up for them, from the library `holidays`.

The library is loaded only for a playbook that names a country, and each year is worked out when a clock first
reaches it. What a government announces year by year (China's make-up workdays, every November) the library knows
once a release of it does; until then a playbook lists such days itself, and what it lists wins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache


class UnknownCountry(ValueError):
    """The library knows no such country, or no such part of it."""


@dataclass(frozen=True, slots=True)
class Year:
    """One year's public holidays, and the days of rest that are worked."""

    free: frozenset[date]
    worked: frozenset[date]


@dataclass(frozen=True, slots=True)
class Days:
    """Days that a playbook lists itself, and those of its country that it does not say the opposite of."""

    listed: frozenset[date]
    known: Callable[[int], frozenset[date]]
    excepted: frozenset[date]

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        return day in self.listed or (day not in self.excepted and day in self.known(day.year))


def of_country(country: str, subdivision: str = "") -> Callable[[int], Year]:
    """The years of a country (ISO 3166-1, `CN`) or of a part of it (ISO 3166-2 without the country, `ENG`).

    Raises `UnknownCountry`.
    """
    from holidays import country_holidays

    def found(year: int) -> Year:
        days = country_holidays(country, subdiv=subdivision or None, years=year)
        made_up: set[date] = getattr(days, "weekend_workdays", set())
        return Year(frozenset(days), frozenset(day for day in made_up if day.year == year))

    try:
        country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError:
        where = f"{country}-{subdivision}" if subdivision else country
        raise UnknownCountry(f"there are no public holidays of {where}") from None
    return cache(found)
