"""Accounts of the staff, for administrators: made, changed, closed, signed out, given a new password."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from sqlalchemy import Connection

from handlers.desk.permission import needs
from handlers.desk.routing import Pages
from handlers.desk.visits import Visit
from handlers.desk.words import later, unfit
from handlers.problems import BadRequest, NotFound
from storage.passwords import keep_password, made_password
from storage.second_steps import drop_totp
from storage.sessions import list_sessions, revoke_sessions
from storage.staff import (
    CAPACITY,
    BadStaff,
    LoginTaken,
    NewStaff,
    Presence,
    Role,
    Staff,
    add_staff,
    change_staff,
    disable_staff,
    enable_staff,
    find_staff,
    list_staff,
    set_presence,
)  # fmt: skip
from storage.staff_log import notes

PEOPLE = "/desk/staff"
OPEN = needs(Role.ADMINISTRATOR)


def add(pages: Pages) -> None:
    pages.get(PEOPLE, show_all, OPEN)
    pages.post(PEOPLE, make, OPEN)
    pages.get(f"{PEOPLE}/new", show_new, OPEN)
    pages.get(PEOPLE + "/{id}", show_one, OPEN)
    pages.post(PEOPLE + "/{id}", change, OPEN)
    pages.post(PEOPLE + "/{id}/disable", disable, OPEN)
    pages.post(PEOPLE + "/{id}/enable", enable, OPEN)
    pages.post(PEOPLE + "/{id}/sign-out", sign_out, OPEN)
    pages.post(PEOPLE + "/{id}/password", new_password, OPEN)
    pages.post(PEOPLE + "/{id}/second-step/off", drop_second_step, OPEN)


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
    """Change an account. Nobody takes their own role away: somebody must be left who can give it back."""
    person = await _person(visit)

    def changing(conn: Connection) -> Staff:
        given = _given(visit)
        if person.id == visit.staff.id and given["role"] is not person.role:
            raise BadStaff("own role", "nobody changes their own role; ask another administrator")
        changed = change_staff(conn, person.id, given)
        visit.note(conn, "changed", person.id, **_differences(person, changed))
        return changed

    try:
        await visit.desk.write(changing)
    except BadStaff as error:
        return await _one(visit, person, unfit(visit.words, error))
    return visit.go(f"{PEOPLE}/{person.id}", visit.words.gettext("Saved."))


async def disable(visit: Visit) -> Response:
    """Close an account: from this moment on its sessions open nothing."""
    person = await _person(visit)
    if person.id == visit.staff.id:
        return await _one(visit, person, visit.words.gettext("Nobody closes their own account."))

    def closing(conn: Connection) -> None:
        if disable_staff(conn, person.id, visit.now):
            revoke_sessions(conn, person.id, visit.now)
            visit.note(conn, "disabled", person.id)

    await visit.desk.write(closing)
    return visit.go(f"{PEOPLE}/{person.id}", visit.words.gettext("The account is closed."))


async def enable(visit: Visit) -> Response:
    """Open a closed account again."""
    person = await _person(visit)

    def opening(conn: Connection) -> None:
        if enable_staff(conn, person.id):
            visit.note(conn, "enabled", person.id)

    await visit.desk.write(opening)
    return visit.go(f"{PEOPLE}/{person.id}", visit.words.gettext("The account is open again."))


async def sign_out(visit: Visit) -> Response:
    """End all sessions of an account."""
    person = await _person(visit)

    def ending(conn: Connection) -> None:
        revoke_sessions(conn, person.id, visit.now, visit.session.digest)
        if person.id != visit.staff.id:
            set_presence(conn, person.id, Presence.AWAY, visit.now)
        visit.note(conn, "signed out", person.id)

    await visit.desk.write(ending)
    return visit.go(f"{PEOPLE}/{person.id}", visit.words.gettext("Signed out everywhere."))


async def new_password(visit: Visit) -> Response:
    """A password that is shown once; the old one and all sessions end."""
    person, password = await _person(visit), made_password()
    hashed = await visit.desk.hashed(password)

    def setting(conn: Connection) -> None:
        keep_password(conn, person.id, hashed, must_change=True)
        revoke_sessions(conn, person.id, visit.now, visit.session.digest)
        visit.note(conn, "password set", person.id)

    await visit.desk.write(setting)
    return visit.render("password_made.html", person=person, password=password)


async def drop_second_step(visit: Visit) -> Response:
    """For somebody who lost both their app and their recovery codes."""
    person = await _person(visit)

    def dropping(conn: Connection) -> None:
        if drop_totp(conn, person.id):
            visit.note(conn, "second step off", person.id)

    await visit.desk.write(dropping)
    return visit.go(f"{PEOPLE}/{person.id}", visit.words.gettext("Signing in takes only the password now."))


async def _person(visit: Visit) -> Staff:
    found = await visit.desk.read(find_staff, visit.path("id"))
    if found is None:
        raise NotFound(later("There is no such account."))
    return found


async def _one(visit: Visit, person: Staff, said: str = "") -> Response:
    sessions = await visit.desk.read(list_sessions, person.id, visit.desk.lifetime, visit.now)
    log = await visit.desk.read(notes, person.id, 20)
    names = {each.id: each.name for each in await visit.desk.read(list_staff, disabled=True)}
    return visit.render(
        "person.html", 422 if said else 200, person=person, sessions=sessions, log=log, names=names, said=said,
        teams=_teams(visit, person.teams),
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
