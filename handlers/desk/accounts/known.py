"""Known browsers: a signed cookie says with which logins this browser has signed in, so that the failures of others
do not count for it. It opens nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from fastapi import Response

from handlers.desk.csrf import KNOWN
from storage.db.timestamps import from_micros, to_micros

if TYPE_CHECKING:
    from handlers.desk.request_context import Guest

KEPT = timedelta(days=180)
MOST = 8
"""People who share a browser, the latest."""


def browser_id(guest: Guest, login: str) -> str:
    """What this browser is known by to a login; empty when it has not signed in with it."""
    mark = _mark(login)
    return next((each for who, each, until in _kept(guest) if who == mark and from_micros(until) > guest.now), "")


def remember(guest: Guest, response: Response, login: str) -> None:
    """Make this browser a known one of this login."""
    mark = _mark(login)
    known = browser_id(guest, login) or secrets.token_hex(8)
    others = [each for each in _kept(guest) if each[0] != mark][: MOST - 1]
    value = [[mark, known, to_micros(guest.now + KEPT)], *others]
    seconds = int(KEPT.total_seconds())
    guest.desk.cookies.put(response, KNOWN, guest.desk.marks.sign("known browser", value), seconds)


def _kept(guest: Guest) -> list[tuple[str, str, int]]:
    kept = guest.desk.marks.read("known browser", guest.desk.cookies.read(guest.request, KNOWN))
    rows = kept if isinstance(kept, list) else []
    return [(who, each, until) for who, each, until in rows]


def _mark(login: str) -> str:
    return hashlib.sha256(f"known {login}".encode("utf-8", "replace")).hexdigest()[:16]
