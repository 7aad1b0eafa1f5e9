"""Moments, languages and browsers as a reader of the desk calls them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from gettext import NullTranslations
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, format_timedelta

from staff.words import SOURCE
from storage.staff.accounts import BadStaff

_NEAR = 7 * 24 * 3600


def unfit(words: NullTranslations, error: BadStaff) -> str:
    """What an account or a password cannot be, as its reader is told."""
    _ = words.gettext
    told = {
        "name": _("A name has 1 to 80 characters."),
        "login": _("A login has 1 to 80 characters and no blanks, as: mei or mei@shop.example"),
        "capacity": _("Chats at a time: a number from 0 to 1000."),
        "length": _("A password has 10 to 200 characters. A few words in a row make a good one."),
        "common": _("This is one of the ten thousand commonest passwords. A few words in a row make a good one."),
        "easy": _("This password is too easy to guess. A few words in a row make a good one."),
    }
    return told.get(error.reason) or _("This cannot be saved. Check what you typed.")


def negotiated(known: Sequence[str], *wanted: str) -> str:
    """The first language that is known of an account's, a cookie's, a browser's `Accept-Language`."""
    for choice in wanted:
        for tag in choice.split(","):
            plain = tag.partition(";")[0].strip().lower().partition("-")[0]
            if plain in known:
                return plain
    return known[0]


def named(language: str) -> str:
    """A language by its own name: 中文, English."""
    try:
        return (Locale.parse(language).get_display_name() or language).capitalize()
    except (UnknownLocaleError, ValueError):
        return language


def moment(at: datetime, language: str, zone: ZoneInfo) -> str:
    """A moment as this reader writes it, in their zone: 22 Nov 2026, 09:30."""
    here = at.astimezone(zone)
    return _joined(format_date(here, "medium", _region(language)), here, language)


def brief(at: datetime, now: datetime, language: str, zone: ZoneInfo) -> str:
    """A moment as short as it may be: of today only the time, of this year no year."""
    here, today = at.astimezone(zone), now.astimezone(zone).date()
    if here.date() == today:
        return format_time(here, "short", locale=_region(language))
    if here.year != today.year:
        return moment(at, language, zone)
    return _joined(format_skeleton("MMMd", here, locale=_region(language)), here, language)


def _joined(day: str, here: datetime, language: str) -> str:
    return f"{day}{', ' if language == SOURCE else ' '}{format_time(here, 'short', locale=_region(language))}"


def _region(language: str) -> str:
    """English is read everywhere: a month by its name, for 11/12 is two days, and a time by 24 hours."""
    return "en_GB" if language == SOURCE else language


def ago(at: datetime, now: datetime, language: str, zone: ZoneInfo) -> str:
    """How long ago, for what is near: 3 minutes ago. Else the moment."""
    passed = at - now
    if abs(passed.total_seconds()) > _NEAR:
        return moment(at, language, zone)
    return format_timedelta(passed, add_direction=True, locale=language)


def zone_of(*names: str) -> ZoneInfo:
    """The first of these zones that there is; else UTC."""
    for name in names:
        try:
            return ZoneInfo(name)
        except (ValueError, OSError, KeyError):
            continue
    return ZoneInfo("UTC")


_BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "MicroMessenger": "WeChat", "Firefox/": "Firefox", "Chrome/": "Chrome"}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


def browser_name(calls_itself: str) -> str:
    """A browser's long name for itself in two words that people know: Chrome, Windows. What is not known stays."""
    found = [
        next((name for mark, name in known.items() if mark in calls_itself), "") for known in (_BROWSERS, _SYSTEMS)
    ]
    if not found[0] and "Safari/" in calls_itself:
        found[0] = "Safari"
    return ", ".join(filter(None, found)) or calls_itself


def never(at: datetime) -> bool:
    """Whether this is the moment that stands for none."""
    return at <= datetime(1970, 1, 1, tzinfo=UTC)
