"""Passwords: kept as argon2id hashes only, and checked in the same time whether or not there is an account."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, select, update

from storage.staff.accounts import BadStaff
from storage.tables.core import staff

SHORTEST, LONGEST = 10, 200
"""Characters of a password."""
COMMONEST = 10_000
"""So many of the commonest passwords are refused whatever else speaks for them."""
LEAST_SCORE = 3
"""Of zxcvbn's 0 to 4: more than 10^8 guesses."""
_JUDGED = 72
"""How many characters are judged: the judge's time grows with the square of their number, and it takes no more."""
_PLAIN = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody takes for one another."""


@dataclass(frozen=True, slots=True)
class Passwords:
    """Hashes and checks. `nobody` is the hash that a password is checked against where there is no account."""

    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    nobody: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "nobody", self.hasher.hash(secrets.token_urlsafe()))

    def hash(self, password: str) -> str:
        """The hash to keep. It takes some tens of milliseconds and of megabytes, on purpose."""
        return self.hasher.hash(_bytes(password))

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether this is the password. None (no such account) takes as long, and never matches."""
        try:
            self.hasher.verify(kept or self.nobody, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether a hash was made with weaker parameters than today's."""
        return self.hasher.check_needs_rehash(kept)


def check_password(password: str, *others: str) -> None:
    """Raise `BadStaff` for a password that is too easy; `others` are words it must not lean on, such as the login.

    `zxcvbn` tells how many guesses it takes, and ships the commonest passwords, which are in no way good enough.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadStaff(
            "length", f"a password has {SHORTEST} to {LONGEST} characters; a few words in a row make a good one"
        )
    plain = unicodedata.normalize("NFKC", password)
    # It costs tens of milliseconds and megabytes to load, and only whoever sets a password needs it.
    from zxcvbn import zxcvbn
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    if plain.casefold() in FREQUENCY_LISTS["passwords"][:COMMONEST]:
        raise BadStaff("common", "this password is one of the ten thousand commonest; a few words in a row are better")
    words = [word for word in ("amends", *others) if word]
    if zxcvbn(plain[:_JUDGED], user_inputs=words)["score"] < LEAST_SCORE:
        raise BadStaff("easy", "this password is too easy to guess; a few words in a row make a good one")


def made_password() -> str:
    """A password for somebody else: four groups of five characters that are easy to read out; 99 bits."""
    return "-".join("".join(secrets.choice(_PLAIN) for _ in range(5)) for _ in range(4))


def kept_password(conn: Connection, staff_id: str) -> str | None:
    """The hash on file of an account that is not disabled; None for one without a password."""
    return conn.scalar(select(staff.c.password).where((staff.c.id == staff_id) & staff.c.disabled_at.is_(None))) or None


def keep_password(conn: Connection, staff_id: str, hashed: str, *, must_change: bool = False) -> None:
    """Put another hash on file; with `must_change` it only opens the page on which to choose one's own."""
    conn.execute(update(staff).where(staff.c.id == staff_id).values(password=hashed, must_change=must_change))


def _bytes(password: str) -> bytes:
    """One form for what keyboards write in several; what cannot be encoded matches nothing anybody typed."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace")
