"""What happens once somebody has shown who they are: a session, a browser known from now on, entries in the logs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from fastapi import Response
from sqlalchemy import Connection, select
from starlette.responses import RedirectResponse

from handlers.desk.accounts.known import browser_id, remember
from handlers.desk.accounts.trying import tell
from handlers.desk.csrf import GUEST, HALF, PROOF, SESSION, WAY, inside
from handlers.desk.request_context import HEADERS, Guest
from storage.security.events import SecurityEventKind
from storage.staff.accounts import Staff
from storage.staff.login_attempts import by_code, forget_tries
from storage.staff.sessions import digest_of, forget_sessions, open_session, revoke_session
from storage.tables.core import sessions

PASSWORD, CODE, PASSKEY, ISSUER = "password", "password and code", "passkey", "issuer"
MANY_FAILURES = 5
KEPT = timedelta(days=30)
"""How long ended sessions stay on file."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """A good sign-in: whose, by which way, after how many failures of this login, and where it leads."""

    staff: Staff
    way: str
    failures: int = 0
    next: str = "/desk"


async def enter(guest: Guest, entry: SignIn) -> Response:
    """A new session always: a token that somebody else may have put here before is worth nothing."""
    token, odd = await guest.desk.write(_open, guest, entry)
    guest.desk.tally["sign_ins"] += 1
    kind = SecurityEventKind.SIGN_IN_ODD if odd else SecurityEventKind.SIGN_IN
    tell(guest, kind, entry.staff.id, way=entry.way, **({"odd": ", ".join(odd)} if odd else {}))
    response: Response = RedirectResponse(inside(entry.next), 303, HEADERS)
    keep_session(guest, response, token)
    remember(guest, response, entry.staff.login)
    for short in (HALF, GUEST, PROOF):
        guest.desk.cookies.drop(response, short)
    if entry.way in (PASSKEY, ISSUER):
        keep_way(guest, response, token)
    return response


def keep_session(guest: Guest, response: Response, token: str) -> None:
    """Put a session's token into the browser."""
    guest.desk.cookies.put(response, SESSION, token, int(guest.desk.lifetime.longest.total_seconds()))


def keep_way(guest: Guest, response: Response, token: str) -> None:
    """Remember in the browser that this session was begun by more than a password."""
    guest.desk.cookies.put(response, WAY, guest.desk.marks.sign("way", digest_of(token)))


def _open(conn: Connection, guest: Guest, entry: SignIn) -> tuple[str, list[str]]:
    desk, now, staff = guest.desk, guest.now, entry.staff
    odd = _oddities(conn, guest, entry)
    if before := desk.cookies.read(guest.request, SESSION):
        revoke_session(conn, staff.id, digest_of(before), now)
    forget_sessions(conn, now - KEPT)
    forget_tries(conn, by_code(staff.id))
    desk.note(conn, staff.id, "signed in", staff.id, address=guest.address, way=entry.way)
    return open_session(conn, staff.id, desk.lifetime, now, guest.address, guest.browser), odd


def _oddities(conn: Connection, guest: Guest, entry: SignIn) -> list[str]:
    """What is unusual about it. The first time that somebody signs in nothing is."""
    addresses = set(conn.scalars(select(sessions.c.address).where(sessions.c.staff_id == entry.staff.id).distinct()))
    if not addresses:
        return []
    told = {
        "new browser": not browser_id(guest, entry.staff.login),
        "new address": guest.address not in addresses,
        f"after {entry.failures} failures": entry.failures >= MANY_FAILURES,
    }
    return [words for words, so in told.items() if so]
