"""Accounts of the staff, for administrators: made, changed, closed, signed out, given a new password."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from sqlalchemy import Connection

from handlers.desk.accounts import group_leave
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from handlers.desk.translations import unfit
from handlers.http.problems import BadRequest, Forbidden, NotFound
from staff.rights import needs
from staff.words import later
from storage.staff.account_log import notes
from storage.staff.accounts import (  # fmt: skip
    CAPACITY,
    BadStaff,
    LoginTaken,
    NewStaff,
    Role,
    Staff,
    StaffPresence,
    add_staff,
    change_staff,
    disable_staff,
    enable_staff,
    find_staff,
    list_staff,
    set_presence,
)
from storage.staff.passkeys import list_passkeys, remove_passkeys
from storage.staff.passwords import keep_password, made_password
from storage.staff.second_steps import drop_totp
from storage.staff.sessions import list_sessions, revoke_sessions

PEOPLE = "/desk/staff"
OPEN, FRESH = needs(Role.ADMINISTRATOR), needs(Role.ADMINISTRATOR, fresh=True)


def add(pages: Pages) -> None:
    pages.get(PEOPLE, show_all, OPEN)
    pages.post(PEOPLE, make, FRESH)
    pages.get(f"{PEOPLE}/new", show_new, OPEN)
    pages.get(PEOPLE + "/{id}", show_one, OPEN)
    pages.post(PEOPLE + "/{id}", change, FRESH)
    pages.post(PEOPLE + "/{id}/disable", disable, FRESH)
    pages.post(PEOPLE + "/{id}/enable", enable, FRESH)
    pages.post(PEOPLE + "/{id}/sign-out", sign_out, FRESH)
    pages.post(PEOPLE + "/{id}/password", new_password, FRESH)
    pages.post(PEOPLE + "/{id}/second-step/off", drop_second_step, FRESH)


async def show_all(visit: Visit) -> Response:
    """Everybody, the disabled ones last."""
    everybody = await visit.desk.read(list_staff, disabled=True)
    return visit.render("people.html", people=sorted(everybody, key=lambda each: (each.disabled, each.login)))


async def show_new(visit: Visit) -> Response:
    """The form for a new account."""
    blank = {"login": "", "name": "", "teams": (), "languages": (), "skills": ()}
    return _new(visit, {**blank, "role": Role.AGENT, "capacity": CAPACITY})


async def make(visit: Visit) -> Response:
    """A new account with a password that is shown once, and that its owner changes first of all."""
    password = made_password()
    hashed = await visit.desk.hashed(password)

    def making(conn: Connection) -> Staff:
        made = add_staff(
            conn, NewStaff(visit.text("login"), password=hashed, must_change=True, **_given(visit)), visit.now
        )
        visit.note(conn, "added", made.id, login=made.login, role=made.role)
        return made

    try:
        made = await visit.desk.write(making)
    except LoginTaken:
        said = visit.words.gettext("This login is taken. Choose another, or change that account.")
        return _new(visit, _as_typed(visit), said)
    except BadStaff as error:
        return _new(visit, _as_typed(visit), unfit(visit.words, error))
    return visit.render("password_made.html", person=made, password=password)


async def show_one(visit: Visit) -> Response:
    """One account, its sessions and what was done to it."""
    return await _one(visit, await _person(visit))


async def change(visit: Visit) -> Response:
    """Change an account."""
    person = await _other(visit)

    def changing(conn: Connection) -> Staff:
        changed = change_staff(conn, person.id, _given(visit))
        visit.note(conn, "changed", person.id, **_differences(person, changed))
        return changed

    try:
        await visit.desk.write(changing)
    except BadStaff as error:
        return await _one(visit, person, unfit(visit.words, error))
    return visit.go(f"{PEOPLE}/{person.id}", visit.words.gettext("Saved."))


async def disable(visit: Visit) -> Response:
    """Close an account: from this moment on its sessions open nothing, and its chats go to others.

    Who is closed out leaves the staff's group in Telegram too; where the bot may not do that, it is said.
    """
    person = await _other(visit)

    def closing(conn: Connection) -> None:
        if disable_staff(conn, person.id, visit.now):
            revoke_sessions(conn, person.id, visit.now)
            visit.note(conn, "disabled", person.id)

    await visit.desk.write(closing)
    said, tone = await group_leave.removed(visit, person)
    return visit.go(f"{PEOPLE}/{person.id}", f"{visit.words.gettext('The account is closed.')} {said}".strip(), tone)


async def enable(visit: Visit) -> Response:
    """Open a closed account again."""
    person = await _other(visit)

    def opening(conn: Connection) -> None:
        if enable_staff(conn, person.id):
            visit.note(conn, "enabled", person.id)

    await visit.desk.write(opening)
    return visit.go(f"{PEOPLE}/{person.id}", visit.words.gettext("The account is open again."))


async def sign_out(visit: Visit) -> Response:
    """End all sessions of an account."""
    person = await _other(visit)

    def ending(conn: Connection) -> None:
        revoke_sessions(conn, person.id, visit.now)
        set_presence(conn, person.id, StaffPresence.AWAY, visit.now)
        visit.note(conn, "signed out", person.id)

    await visit.desk.write(ending)
    return visit.go(f"{PEOPLE}/{person.id}", visit.words.gettext("Signed out everywhere."))


async def new_password(visit: Visit) -> Response:
    """A password that is shown once; the old one and all sessions end."""
    person, password = await _other(visit), made_password()
    hashed = await visit.desk.hashed(password)

    def setting(conn: Connection) -> None:
        keep_password(conn, person.id, hashed, must_change=True)
        revoke_sessions(conn, person.id, visit.now)
        visit.note(conn, "password set", person.id)

    await visit.desk.write(setting)
    return visit.render("password_made.html", person=person, password=password)


async def drop_second_step(visit: Visit) -> Response:
    """For somebody who lost their app and their recovery codes, or a device with passkeys: all of them end."""
    person = await _other(visit)

    def dropping(conn: Connection) -> None:
        if drop_totp(conn, person.id):
            visit.note(conn, "second step off", person.id)
        if remove_passkeys(conn, person.id):
            visit.note(conn, "passkeys removed", person.id)

    await visit.desk.write(dropping)
    return visit.go(f"{PEOPLE}/{person.id}", visit.words.gettext("Signing in takes only the password now."))


async def _other(visit: Visit) -> Staff:
    """The account that is acted on, never one's own: what one does to oneself is done at Account."""
    if visit.path("id") == visit.staff.id:
        raise Forbidden(later("This is your own account. Use the page Account, or ask another administrator."))
    return await _person(visit)


async def _person(visit: Visit) -> Staff:
    found = await visit.desk.read(find_staff, visit.path("id"))
    if found is None:
        raise NotFound(later("There is no such account."))
    return found


async def _one(visit: Visit, person: Staff, said: str = "") -> Response:
    sessions = await visit.desk.read(list_sessions, person.id, visit.desk.lifetime, visit.now)
    log = await visit.desk.read(notes, person.id, 20)
    having = await visit.desk.read(list_passkeys, person.id)
    names = {each.id: each.name for each in await visit.desk.read(list_staff, disabled=True)}
    return visit.render(
        "person.html", 422 if said else 200, person=person, sessions=sessions, log=log, names=names, said=said,
        teams=_teams(visit, person.teams), passkeys=len(having), own=person.id == visit.staff.id,
    )  # fmt: skip


def _new(visit: Visit, person: dict[str, Any], said: str = "") -> Response:
    teams = _teams(visit, person["teams"])
    return visit.render("person_new.html", 422 if said else 200, person=person, said=said, teams=teams)


def _as_typed(visit: Visit) -> dict[str, Any]:
    """The form just as it was sent, to be shown again."""
    return {**_typed(visit), **{name: visit.text(name) for name in ("login", "role", "capacity")}}


def _teams(visit: Visit, theirs: tuple[str, ...]) -> list[str]:
    """The playbook's teams, and those that somebody is still in."""
    return sorted({*visit.desk.teams, *theirs})


def _given(visit: Visit) -> dict[str, Any]:
    """The form as `change_staff` takes it. Raises `BadRequest` for what no form of ours sends, else `BadStaff`."""
    role, capacity = visit.text("role"), visit.text("capacity")
    if role not in set(Role):
        raise BadRequest(later("This form is not complete. Reload the page and try again."))
    if not capacity.isascii() or not capacity.isdigit() or len(capacity) > 4:
        raise BadStaff("capacity", "a capacity is a number from 0 to 1000")
    return {**_typed(visit), "role": Role(role), "capacity": int(capacity)}


def _typed(visit: Visit) -> dict[str, Any]:
    return {
        "name": visit.text("name"), "teams": visit.texts("team"), "languages": _list(visit.text("languages")),
        "skills": _list(visit.text("skills")),
    }  # fmt: skip


def _list(text: str) -> tuple[str, ...]:
    """Words between commas, of either script."""
    return tuple(word.strip() for word in text.replace("，", ",").replace("、", ",").split(",") if word.strip())


def _differences(before: Staff, after: Staff) -> dict[str, str]:
    names = ("name", "role", "teams", "languages", "skills", "capacity")
    return {name: str(getattr(after, name)) for name in names if getattr(before, name) != getattr(after, name)}
