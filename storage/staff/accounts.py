"""Who works at the desk: their accounts, and where each of them is just now.

Passwords, second steps and sessions have files of their own; here an account's password is only a
hash that is passed on.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, insert, select, update

from storage.db.dialect import Dialect
from storage.db.errors import StorageError
from storage.db.timestamps import from_micros, to_micros
from storage.tables.core import staff, staff_teams

CAPACITY = 8
"""How many chats somebody has at a time, unless told otherwise."""
LONGEST = 80
"""Characters of a login or a name."""


class Role(StrEnum):
    """What somebody is at the desk; each may do all that those before it may."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"

    @property
    def rank(self) -> int:
        return list(Role).index(self)


class StaffPresence(StrEnum):
    """Whether somebody takes chats now."""

    AVAILABLE = "available"
    BUSY = "busy"
    AWAY = "away"


class LoginTaken(StorageError):
    """Somebody else has this login."""


class BadStaff(StorageError, ValueError):
    """Something about an account cannot be. The message says what, and what to do; `reason` names it for programs."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Staff:
    """One account. Moments are aware, UTC.

    `name` is what customers and colleagues see. `languages` are those this person writes in, `language`
    is that of their own screens (empty: their browser's), `timezone` an IANA name or empty. Without
    `teams` somebody serves every team.
    """

    id: str
    login: str
    name: str
    role: Role
    teams: tuple[str, ...]
    languages: tuple[str, ...]
    skills: tuple[str, ...]
    capacity: int
    presence: StaffPresence
    presence_at: datetime
    seen_at: datetime
    created_at: datetime
    language: str = ""
    timezone: str = ""
    disabled_at: datetime | None = None
    telegram_id: int | None = None
    must_change: bool = False
    has_second_step: bool = False

    @property
    def disabled(self) -> bool:
        return self.disabled_at is not None

    def at_least(self, role: Role) -> bool:
        """Whether this person may do all that `role` may."""
        return self.role.rank >= role.rank

    def serves(self, team: str) -> bool:
        """Whether a chat of this team is theirs to take. A chat of no team is everybody's."""
        return not team or not self.teams or team in self.teams


@dataclass(frozen=True, slots=True)
class NewStaff:
    """What an account is made of; `password` is a hash."""

    login: str
    name: str
    role: Role
    password: str
    teams: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    capacity: int = CAPACITY
    must_change: bool = False


def folded(login: str) -> str:
    """A login as it is kept and compared: `Mei ` and `mei` are one."""
    return unicodedata.normalize("NFKC", login).casefold().strip()


def add_staff(conn: Connection, new: NewStaff, now: datetime) -> Staff:
    """Make an account; it is away until it is first used. Raises `LoginTaken` and `BadStaff`."""
    login = _checked_login(new.login)
    if find_login(conn, login) is not None:
        raise LoginTaken(f"the login {login} is taken; choose another, or change that account")
    at, key = to_micros(now), secrets.token_hex(16)
    row = {
        "id": key, "login": login, "password": new.password, "must_change": new.must_change,
        "totp": "", "totp_step": 0, "language": "", "timezone": "",
        "presence": StaffPresence.AWAY, "presence_at": at, "seen_at": 0, "created_at": at,
        **_columns({"name": new.name, "role": new.role, "languages": new.languages,
                    "skills": new.skills, "capacity": new.capacity}),
    }  # fmt: skip
    conn.execute(insert(staff), row)
    _set_teams(conn, key, new.teams)
    return get_staff(conn, key)


def find_staff(conn: Connection, staff_id: str) -> Staff | None:
    """An account by its id."""
    return next(iter(_read(conn, select(staff).where(staff.c.id == staff_id))), None)


def get_staff(conn: Connection, staff_id: str) -> Staff:
    """An account that must be there. Raises `KeyError`."""
    found = find_staff(conn, staff_id)
    if found is None:
        raise KeyError(staff_id)
    return found


def find_login(conn: Connection, login: str) -> Staff | None:
    """An account by its login, however that is written."""
    return next(iter(_read(conn, select(staff).where(staff.c.login == folded(login)))), None)


def find_telegram(conn: Connection, telegram_id: int) -> Staff | None:
    """The account that is linked to a Telegram user, unless it is disabled."""
    linked = (staff.c.telegram_id == telegram_id) & staff.c.disabled_at.is_(None)
    return next(iter(_read(conn, select(staff).where(linked))), None)


def list_staff(conn: Connection, team: str = "", *, disabled: bool = False) -> list[Staff]:
    """Accounts by login: of those who were put into this team, or all; the disabled ones only when asked for."""
    query = select(staff).order_by(staff.c.login)
    if team:
        query = query.where(staff.c.id.in_(select(staff_teams.c.staff_id).where(staff_teams.c.team == team)))
    if not disabled:
        query = query.where(staff.c.disabled_at.is_(None))
    return _read(conn, query)


def lock_staff(conn: Connection, dialect: Dialect, ids: Iterable[str]) -> list[Staff]:
    """These accounts, locked until the transaction ends, always in the order of their ids: no two wait in a ring."""
    wanted = select(staff).where(dialect.among(staff.c.id, "ids")).order_by(staff.c.id)
    return _with_teams(conn, conn.execute(dialect.locking(wanted), {"ids": dialect.texts(ids)}).all())


CHANGEABLE = frozenset({"name", "role", "teams", "languages", "skills", "capacity", "language", "timezone"})
"""What of an account `change_staff` changes."""


def change_staff(conn: Connection, staff_id: str, changes: Mapping[str, Any]) -> Staff:
    """Change an account. Raises `KeyError` for an unknown one, `BadStaff` for what cannot be."""
    if strange := changes.keys() - CHANGEABLE:
        raise BadStaff("unchangeable", f"these cannot be changed here: {', '.join(sorted(strange))}")
    values = dict(changes)
    teams = values.pop("teams", None)
    if values:
        conn.execute(update(staff).where(staff.c.id == staff_id).values(**_columns(values)))
    found = get_staff(conn, staff_id)
    if teams is None:
        return found
    _set_teams(conn, staff_id, teams)
    return get_staff(conn, staff_id)


def set_presence(conn: Connection, staff_id: str, presence: StaffPresence, now: datetime) -> bool:
    """Say whether somebody takes chats. False when that is how it was."""
    other = (staff.c.id == staff_id) & (staff.c.presence != presence)
    return conn.execute(update(staff).where(other).values(presence=presence, presence_at=to_micros(now))).rowcount == 1


def disable_staff(conn: Connection, staff_id: str, now: datetime) -> bool:
    """Close an account; it is away from now on, and linked to nobody in Telegram. False when it was closed already."""
    at = to_micros(now)
    open_one = (staff.c.id == staff_id) & staff.c.disabled_at.is_(None)
    values = {"disabled_at": at, "presence": StaffPresence.AWAY, "presence_at": at, "telegram_id": None}
    return conn.execute(update(staff).where(open_one).values(**values)).rowcount == 1


def enable_staff(conn: Connection, staff_id: str) -> bool:
    """Open a closed account again. False when it was open."""
    closed = (staff.c.id == staff_id) & staff.c.disabled_at.is_not(None)
    return conn.execute(update(staff).where(closed).values(disabled_at=None)).rowcount == 1


def link_telegram(conn: Connection, staff_id: str, telegram_id: int | None) -> None:
    """Link an account to a Telegram user, who leaves any other account; None takes the link away."""
    if telegram_id is not None:
        conn.execute(update(staff).where(staff.c.telegram_id == telegram_id).values(telegram_id=None))
    conn.execute(update(staff).where(staff.c.id == staff_id).values(telegram_id=telegram_id))


def presence_of(conn: Connection, staff_id: str) -> StaffPresence:
    """Whether somebody takes chats; whoever is not there any more is away."""
    found = conn.scalar(select(staff.c.presence).where(staff.c.id == staff_id))
    return StaffPresence(found) if found else StaffPresence.AWAY


def note_seen(conn: Connection, staff_id: str, now: datetime) -> None:
    """Remember that somebody was here."""
    conn.execute(update(staff).where(staff.c.id == staff_id).values(seen_at=to_micros(now)))


def _read(conn: Connection, query: Any) -> list[Staff]:
    return _with_teams(conn, conn.execute(query).all())


def _with_teams(conn: Connection, rows: Iterable[Row[Any]]) -> list[Staff]:
    found = list(rows)
    teams = defaultdict[str, list[str]](list)
    if found:
        wanted = select(staff_teams).where(staff_teams.c.staff_id.in_([row.id for row in found]))
        for row in conn.execute(wanted.order_by(staff_teams.c.team)):
            teams[row.staff_id].append(row.team)
    return [_staff(row, tuple(teams[row.id])) for row in found]


def _staff(row: Row[Any], teams: tuple[str, ...]) -> Staff:
    return Staff(
        id=row.id,
        login=row.login,
        name=row.name,
        role=Role(row.role),
        teams=teams,
        languages=tuple(msgspec.json.decode(row.languages)),
        skills=tuple(msgspec.json.decode(row.skills)),
        capacity=row.capacity,
        presence=StaffPresence(row.presence),
        presence_at=from_micros(row.presence_at),
        seen_at=from_micros(row.seen_at),
        created_at=from_micros(row.created_at),
        language=row.language,
        timezone=row.timezone,
        disabled_at=None if row.disabled_at is None else from_micros(row.disabled_at),
        telegram_id=row.telegram_id,
        must_change=row.must_change,
        has_second_step=bool(row.totp),
    )


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they are stored. Raises `BadStaff`."""
    if "name" in values and not 0 < len(values["name"].strip()) <= LONGEST:
        raise BadStaff("name", f"a name has 1 to {LONGEST} characters")
    if "capacity" in values and not 0 <= values["capacity"] <= 1000:
        raise BadStaff("capacity", "a capacity is a number from 0 to 1000")
    kept: dict[str, Callable[[Any], Any]] = {"name": str.strip, "role": Role, "languages": _json, "skills": _json}
    return {name: kept[name](value) if name in kept else value for name, value in values.items()}


def _json(words: Iterable[str]) -> str:
    return msgspec.json.encode(list(dict.fromkeys(words))).decode()


def _checked_login(login: str) -> str:
    kept = folded(login)
    if not 0 < len(kept) <= LONGEST or any(each.isspace() or not each.isprintable() for each in kept):
        raise BadStaff("login", f"a login has 1 to {LONGEST} characters and no blanks, as: mei or mei@shop.example")
    return kept


def _set_teams(conn: Connection, staff_id: str, teams: Iterable[str]) -> None:
    conn.execute(delete(staff_teams).where(staff_teams.c.staff_id == staff_id))
    if rows := [{"staff_id": staff_id, "team": team} for team in dict.fromkeys(teams) if team]:
        conn.execute(insert(staff_teams), rows)
