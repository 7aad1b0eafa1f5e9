"""Who the host page says that its visitor is: a JWT that it signed for this visit (HS256, RFC 7519).

Only what stands in it is shown to colleagues as verified. It opens nothing and joins no chats: a chat belongs to
whoever holds its token, and another person's proof is refused in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.exc import IntegrityError

from engine.reads import Reads
from handlers.http.problems import BadRequest, Forbidden, NotFound
from storage.security.visitor_identities import Identity, keep_identity

AUDIENCE = "amends"
LONGEST_TOKEN, LONGEST = 4_096, 200
LONGEST_LIFE = timedelta(days=1)
"""A proof that is good for longer would outlive the visit that it was made for."""


@dataclass(frozen=True, slots=True)
class Identities:
    """Reads proofs with the key that the host page signs with; empty: none are taken."""

    key: bytes
    reads: Reads
    clock: Callable[[], datetime]

    async def keep(self, conversation: str, token: str) -> Identity:
        """Keep what was proved of this chat's customer. Raises `NotFound`, `BadRequest`, `Forbidden`."""
        if not self.key:
            raise NotFound("No identity is taken here: AMENDS_IDENTITY_KEY is not set.", "no_identity")
        proved = read_proof(self.key, token, self.clock())
        if not await self.reads.blocking(partial(self._keep, conversation, proved)):
            raise Forbidden("This chat is somebody else's. Begin a new one.", "other_person")
        return proved

    def _keep(self, conversation: str, proved: Identity) -> bool:
        database = self.reads.database
        for last in (False, True):
            try:
                with database.write() as conn:
                    return keep_identity(conn, database.dialect, conversation, proved)
            except IntegrityError:
                # Two of the page's tabs were at it at once; now the row is there.
                if last:
                    raise
        return False


def read_proof(key: bytes, token: str, now: datetime) -> Identity:
    """What a proof says. Raises `BadRequest`. Its times are the world's, whatever clock we go by."""
    import jwt

    if len(token) > LONGEST_TOKEN:
        raise _bad("it is too long")
    required = ["exp", "aud", "sub"]
    try:
        claims = jwt.decode(token, key, algorithms=["HS256"], audience=AUDIENCE, options={"require": required})
    except jwt.ExpiredSignatureError:
        raise _bad("it has expired") from None
    except jwt.InvalidTokenError as error:
        raise _bad(type(error).__name__) from None
    if claims["exp"] > datetime.now(now.tzinfo).timestamp() + LONGEST_LIFE.total_seconds():
        raise _bad("it is good for more than a day")
    return Identity(_text(claims, "sub", needed=True), _text(claims, "name"), _text(claims, "email"), now)


def _text(claims: dict[str, Any], name: str, *, needed: bool = False) -> str:
    value = claims.get(name, "")
    if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable() or (needed and not value.strip()):
        raise _bad(f"`{name}` must be a text of at most {LONGEST} characters")
    return value.strip()


def _bad(why: str) -> BadRequest:
    return BadRequest(f"This identity is not valid: {why}. See docs/identity.md.", "bad_identity")
