"""What `amends user` does to accounts, beside a running server too. Each act returns what to print."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.opening import audit_key, opened
from bot.refusal import Refusal
from bot.settings import Settings
from bot.wiring.accounts import removed_from_group
from handlers.desk.accounts.accounts import Removal
from storage.db.database import Database
from storage.db.timestamps import utc_now
from storage.staff.account_log import COMMAND_LINE, AccountEntry, note
from storage.staff.accounts import (
    BadStaff,
    LoginTaken,
    NewStaff,
    Role,
    Staff,
    add_staff,
    change_staff,
    disable_staff,
    enable_staff,
    find_login,
    folded,
    list_staff,
)
from storage.staff.passkeys import remove_passkeys
from storage.staff.passwords import Passwords, check_password, keep_password
from storage.staff.second_steps import drop_totp
from storage.staff.sessions import revoke_sessions


@dataclass(frozen=True, slots=True)
class WantedAccount:
    """What an account shall be, as it was typed."""

    name: str
    role: str
    teams: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    capacity: int = 8


@dataclass(frozen=True, slots=True)
class AccountChanges:
    """An open transaction on the accounts, and the log of what is done to them."""

    database: Database
    conn: Connection
    key: bytes

    def get(self, login: str) -> Staff:
        """The account of a login. Raises `Refusal`."""
        found = find_login(self.conn, login)
        if found is None:
            raise Refusal(f"there is no account {folded(login)}; see: amends user list")
        return found

    def note(self, action: str, person: Staff, **detail: str) -> None:
        """Put what was done into the log."""
        note(
            self.conn, self.database.dialect, self.key, AccountEntry(utc_now(), COMMAND_LINE, action, person.id, detail)
        )


def add_user(settings: Settings, login: str, wanted: WantedAccount, password: str) -> str:
    """Make an account."""
    role = _role(wanted.role)
    hashed = _hashed(password, login)
    with _office(settings) as office:
        new = NewStaff(login, wanted.name, role, hashed, wanted.teams, wanted.languages, wanted.skills, wanted.capacity)
        made = add_staff(office.conn, new, utc_now())
        office.note("added", made, login=made.login, role=made.role)
    return f"{made.login} may sign in at {settings.address}/desk as {made.role}."


def list_users(settings: Settings) -> str:
    """The accounts, one a line."""
    with opened(settings) as database, database.read() as conn:
        found = list_staff(conn, disabled=True)
    nobody = "There are no accounts. Make the first: amends user add LOGIN --role administrator"
    return "\n".join(map(_line, found)) or nobody


def disable_user(settings: Settings, login: str) -> str:
    """Close an account."""
    with _office(settings) as office:
        person = office.get(login)
        if not disable_staff(office.conn, person.id, utc_now()):
            return f"{person.login} was closed already."
        revoke_sessions(office.conn, person.id, utc_now())
        office.note("disabled", person)
    return f"{person.login} is closed, and signed out everywhere.{_out_of_the_group(settings, person)}"


def enable_user(settings: Settings, login: str) -> str:
    """Open a closed account again."""
    with _office(settings) as office:
        person = office.get(login)
        if not enable_staff(office.conn, person.id):
            return f"{person.login} was open already."
        office.note("enabled", person)
    return f"{person.login} may sign in again."


def set_password(settings: Settings, login: str, password: str, drop_second_step: bool) -> str:
    """Set another password; it is changed by nobody at the first sign-in, for whoever typed it may be its owner."""
    hashed = _hashed(password, login)
    with _office(settings) as office:
        person = office.get(login)
        keep_password(office.conn, person.id, hashed)
        revoke_sessions(office.conn, person.id, utc_now())
        office.note("password set", person)
        if drop_second_step and drop_totp(office.conn, person.id):
            office.note("second step off", person)
        if drop_second_step and remove_passkeys(office.conn, person.id):
            office.note("passkeys removed", person)
    return f"The password of {person.login} is changed; all their browsers are signed out."


def set_role(settings: Settings, login: str, role: str) -> str:
    """Give an account another role."""
    wanted = _role(role)
    with _office(settings) as office:
        person = office.get(login)
        change_staff(office.conn, person.id, {"role": wanted})
        office.note("role set", person, role=wanted)
    return f"{person.login} is {wanted} now."


def revoke_user(settings: Settings, login: str) -> str:
    """Sign an account out everywhere."""
    with _office(settings) as office:
        person = office.get(login)
        ended = revoke_sessions(office.conn, person.id, utc_now())
        office.note("signed out", person)
    return f"{person.login} is signed out everywhere ({ended} sessions)."


def _out_of_the_group(settings: Settings, person: Staff) -> str:
    """Take somebody out of the staff's group, where they are in one; says what came of it."""
    if person.telegram_id is None:
        return ""
    match asyncio.run(removed_from_group(settings, person.telegram_id)):
        case None:
            return ""
        case Removal.DONE:
            return " They are out of the staff's group."
        case Removal.NO_RIGHT:
            return " They are still in the staff's group: the bot may not ban members there. Remove them by hand."
        case Removal.FAILED:
            return " The staff's group did not answer. Look there, and remove them by hand."


@contextmanager
def _office(settings: Settings) -> Iterator[AccountChanges]:
    """One transaction; what the store refuses is told in its own words."""
    with opened(settings) as database, database.write() as conn:
        try:
            yield AccountChanges(database, conn, audit_key(settings).current)
        except (BadStaff, LoginTaken) as error:
            raise Refusal(str(error)) from None


def _role(given: str) -> Role:
    try:
        return Role(given.strip().lower())
    except ValueError:
        raise Refusal(f"{given} is no role; choose one of: {', '.join(Role)}") from None


def _hashed(password: str, login: str) -> str:
    try:
        check_password(password, folded(login))
    except BadStaff as error:
        raise Refusal(str(error)) from None
    return Passwords().hash(password)


def _line(person: Staff) -> str:
    facts = [person.login, person.name, person.role.value, ", ".join(person.teams) or "all teams"]
    facts += ["second step"] * person.has_second_step + ["disabled"] * person.disabled
    return "  ".join(facts)
