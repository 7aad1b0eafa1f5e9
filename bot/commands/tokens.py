"""`amends token`: what programs show to be let in, for what, and until when."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.opening import opened
from bot.refusal import Refusal
from bot.settings import Settings
from storage.db.timestamps import utc_now
from storage.staff import tokens
from storage.staff.tokens import Token, TokenScope

LONGEST = 80
LATEST = timedelta(days=3650)
_SPAN = re.compile(r"(\d{1,5})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def create(settings: Settings, name: str, scopes: Iterable[str], expires: str) -> str:
    """Make a token; returns it. Raises `Refusal`."""
    if not 0 < len(name) <= LONGEST or not name.isprintable() or name != name.strip():
        raise Refusal(f"give a name of 1 to {LONGEST} characters")
    wanted, now = _scopes(scopes), utc_now()
    until = now + _span(expires) if expires else None
    with opened(settings) as database, database.write() as connection:
        try:
            return tokens.create_token(connection, name, now, wanted, until)
        except tokens.TokenExists as error:
            raise Refusal(str(error)) from None


def listed(settings: Settings) -> str:
    """Tokens by name, one a line."""
    with opened(settings) as database, database.read() as connection:
        found = tokens.list_tokens(connection)
    return "\n".join(_line(token, utc_now()) for token in found) or (
        "There are no tokens. Make one: amends token create NAME --scope chat"
    )


def revoke(settings: Settings, name: str) -> str:
    """End a token. Raises `Refusal`."""
    with opened(settings) as database, database.write() as connection:
        if not tokens.revoke_token(connection, name, utc_now()):
            raise Refusal(f"there is no token named {name} in use; see: amends token list")
    return f"The token {name} is worthless now."


def _scopes(given: Iterable[str]) -> frozenset[TokenScope]:
    try:
        return frozenset(TokenScope(each) for each in given) or frozenset((TokenScope.READ,))
    except ValueError as error:
        raise Refusal(f"{error}; there are: {', '.join(TokenScope)}") from None


def _span(text: str) -> timedelta:
    found = _SPAN.fullmatch(text.strip())
    span = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else timedelta()
    if not timedelta() < span <= LATEST:
        raise Refusal("say after how long it expires, as 90d, 12h or 30m")
    return span


def _line(token: Token, now: datetime) -> str:
    scopes = ", ".join(sorted(token.scopes))
    used = f"last used {token.used_at:%Y-%m-%d %H:%M}" if token.used_at else "never used"
    return f"{token.name}  {scopes}  created {token.created_at:%Y-%m-%d}, {used}, {_end(token, now)}"


def _end(token: Token, now: datetime) -> str:
    if token.revoked_at:
        return f"revoked {token.revoked_at:%Y-%m-%d}"
    if token.expires_at is None:
        return "does not expire"
    return f"{'expires' if now < token.expires_at else 'expired'} {token.expires_at:%Y-%m-%d %H:%M}"
