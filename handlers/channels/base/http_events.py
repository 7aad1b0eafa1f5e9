"""From what a request said to the event that a turn takes. Pure; no request, no response, no file is touched here."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from complaints.record import Attachment
from dialogs.flows.events import Event, Said, Tapped, Withheld

ACCOUNT = "default"
"""The web page's inbox. Each program at the REST door has one of its own, named as its token is."""

LONGEST_ID = 1000

_BUTTON = re.compile(r"~[0-9a-z]{8,16}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
_ZONE = re.compile(r"[A-Za-z0-9_+\-]{1,32}(?:/[A-Za-z0-9_+\-]{1,32}){0,2}")


def event(
    channel: str,
    chat: str,
    event_id: str,
    body: Said | Tapped | Withheld,
    at: datetime,
    language: object = "",
    timezone: object = "",
    account: str = ACCOUNT,
    source: str = "",
    barred: bool = False,
) -> Event:
    """One event from an HTTP channel. A language or zone that is not one is treated as not given."""
    spoken, zone = language_of(language), timezone_of(timezone)
    return Event(event_id, channel, account, chat, at, body, spoken, zone, source, barred)


def body_of(text: str, files: tuple[Attachment, ...] = ()) -> Said | Tapped:
    """A message in the shape of a button's opaque id is a tap; whether it is a live one, the flow decides."""
    if not files and is_button(text):
        return Tapped(text)
    return Said(text, files)


def is_button(text: str) -> bool:
    """Whether this has the shape of an opaque button id: `~` and 8 to 16 digits or small letters."""
    return _BUTTON.fullmatch(text) is not None


def chat_of_token(token: str) -> str:
    """A web chat's name: the digest of its secret, so that the secret itself is never stored."""
    return sha256(token.encode()).hexdigest()


def language_of(given: object) -> str:
    """A BCP 47 tag, or empty."""
    return given if isinstance(given, str) and _LANGUAGE.fullmatch(given) else ""


def timezone_of(given: object) -> str:
    """An IANA zone name, or empty."""
    return given if isinstance(given, str) and given and _is_zone(given) else ""


@lru_cache(maxsize=512)
def _is_zone(name: str) -> bool:
    if not _ZONE.fullmatch(name):
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def id_of(given: Any) -> str | None:
    """A client's own id for a message, as text: a string or a whole number; None for anything else.

    Ids are kept with the conversation, so one customer who repeats (or guesses) the id of another
    neither silences nor reads them.
    """
    if isinstance(given, int) and not isinstance(given, bool):
        return str(given)
    if isinstance(given, str) and 0 < len(given) <= LONGEST_ID:
        return given
    return None
