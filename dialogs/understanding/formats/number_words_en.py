"""English words for numbers, days and months, with the slips of fingers and of dictation that they are written with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

_ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
_FIRSTS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}


def _numbers() -> dict[str, int]:
    """one to fifty-nine, the tens joined by a space or a hyphen."""
    ones = {word: at for at, word in enumerate([*_ONES.split(), "eighteen", "nineteen"], 1)}
    joined = {
        f"{ten}{mark}{one}": value + ones[one]
        for ten, value in _TENS.items()
        for one in list(ones)[:9]
        for mark in " -"
    }
    return {**ones, **_TENS, **joined}


def _ordinals() -> dict[str, int]:
    """first to thirty-first."""
    plain = {word: at for at, word in enumerate(_FIRSTS.split(), 1)} | {"twelvth": 12, "thirtieth": 30}
    firsts = _FIRSTS.split()[:9]
    joined = {f"twenty{mark}{word}": 20 + at for at, word in enumerate(firsts, 1) for mark in " -"}
    return {**plain, **joined, "thirty first": 31, "thirty-first": 31}


def _spelt(lines: str) -> dict[str, int]:
    """Each line's words, all meaning the number of the line, from 0."""
    return {word: at for at, line in enumerate(lines.strip().splitlines()) for word in line.split()}


NUMBERS: Mapping[str, int] = MappingProxyType(_numbers())
ORDINALS: Mapping[str, int] = MappingProxyType(_ordinals())
WEEKDAYS: Mapping[str, int] = MappingProxyType(
    _spelt(
        """
        monday munday monady mondy
        tuesday tuseday teusday tusday tuesdy teuesday tuesay
        wednesday wensday wendsday wedensday wednsday wenesday wednesdy wendesday weds
        thursday thrusday thurday thusday thursdy thurdsay thersday
        friday firday fridy frday
        saturday satuday saterday satruday saturdy saturaday
        sunday sundy sudnay
        """
    )
)
"""Weekdays written out, 0 for Monday."""

SHORT_WEEKDAYS: Mapping[str, int] = MappingProxyType(_spelt("mon\ntue tues\nwed\nthu thur thurs\nfri\nsat\nsun"))
MONTHS: Mapping[str, int] = MappingProxyType(
    {
        word: at + 1
        for word, at in _spelt(
            """
            jan january janurary januray
            feb february febuary feburary febrary
            mar march
            apr april apirl arpil
            may
            jun june
            jul july
            aug august agust augst
            sep sept september septmber setember septemeber
            oct october octber ocotber
            nov november novemeber novmber novembre
            dec december decmber dicember decemeber
            """
        ).items()
    }
)
YESTERDAY = "yesterday yesteday yesturday yesterdy yestarday ysterday yersterday yestereday yestrday yesterda yest"
UNITS: Mapping[str, str] = MappingProxyType(
    {
        word: name
        for name, words in {
            "minute": "minute min mins minit",
            "hour": "hour hr hrs",
            "day": "day night evening",
            "week": "week wk wks wek weeek",
            "fortnight": "fortnight",
            "month": "month mth mths mnth",
            "year": "year yr yrs",
        }.items()
        for word in words.split()
    }
)


def either(words: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first."""
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))
