"""Proving oneself again. A session that was stolen, or a browser left open, is enough to work, not to touch an account.

One rule for every route that is declared `fresh`: the form brings the password (or an answer of a passkey), or this
browser did so within the last minutes and holds a mark of it, which is no part of the session. Otherwise a page asks,
and what was to be done waits in it, sealed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
from fastapi import Response
from starlette.datastructures import FormData

from handlers.desk.accounts import passkeys
from handlers.desk.accounts.trying import counted, forget, tell_failed, tell_locked, try_password, waiting_words
from handlers.desk.csrf import CSRF_FIELD, PROOF
from storage.db.encryption import Unsealable
from storage.db.timestamps import from_micros, to_micros
from storage.staff.issuer_identities import has_identity
from storage.staff.login_attempts import by_session
from storage.staff.passkeys import list_passkeys
from storage.staff.passwords import kept_password

if TYPE_CHECKING:
    from handlers.desk.request_context import Visit

LASTS = timedelta(minutes=5)
_FIELDS = (CSRF_FIELD, "password", "passkey", "challenge", "carried")


async def proved(visit: Visit) -> tuple[Visit, str]:
    """The visit with the form that was to be sent, and why it is not proved who sends it (empty: it is).

    Raises `TooMany`.
    """
    visit = _restored(visit)
    if answer := visit.raw("passkey", passkeys.LONGEST):
        return visit, await _by_passkey(visit, answer)
    if password := visit.raw("password"):
        return visit, await _by_password(visit, password)
    if _is_fresh(visit):
        return visit, ""
    return visit, visit.words.gettext("This concerns an account, so please show again that it is you.")


async def asked(visit: Visit, said: str) -> Response:
    """The page on which they show that it is them; it sends the form on to where it was going."""
    issuer, staff_id = visit.desk.accounts.issuer, visit.staff.id
    joined = issuer is not None and await visit.desk.read(has_identity, staff_id, issuer.url)
    having = await visit.desk.read(list_passkeys, staff_id)
    return visit.render(
        "proof.html", 422, said=said, carried=_carried(visit), action=visit.request.scope["path"],
        has_password=bool(await visit.desk.read(kept_password, staff_id)),
        issuer=issuer.name if issuer and joined else "",
        passkey=passkeys.request(visit, having) if having else None,
    )  # fmt: skip


def keep_proof(visit: Visit, response: Response) -> None:
    """Let this browser act on accounts for some minutes."""
    value = [visit.session.digest, to_micros(visit.now + LASTS)]
    visit.desk.cookies.put(response, PROOF, visit.desk.marks.sign("proof", value), int(LASTS.total_seconds()))


def _is_fresh(visit: Visit) -> bool:
    match visit.desk.marks.read("proof", visit.desk.cookies.read(visit.request, PROOF)):
        case [visit.session.digest, int(until)]:
            return from_micros(until) > visit.now
    return False


async def _by_password(visit: Visit, password: str) -> str:
    verdict = await try_password(visit, visit.staff.login, password, by_session(visit.session.digest))
    if verdict.until is not None:
        return waiting_words(visit, verdict.until)
    return "" if verdict.staff_id == visit.staff.id else visit.words.gettext("Your present password is not right.")


async def _by_passkey(visit: Visit, answer: str) -> str:
    session = (by_session(visit.session.digest),)
    if until := await visit.desk.write(counted, visit, session):
        tell_locked(visit, visit.staff.id)
        return waiting_words(visit, until)
    if await passkeys.owner(visit, answer) == visit.staff.id:
        await visit.desk.write(forget, session)
        return ""
    tell_failed(visit, visit.staff.id, "passkey")
    return visit.words.gettext("That passkey did not fit, or it took too long. Please try again.")


def _carried(visit: Visit) -> str:
    """The form without what proves anything; sealed, for a new password may be in it."""
    fields = [(name, value) for name, value in visit.form.multi_items() if name not in _FIELDS]
    return visit.desk.seal.close(msgspec.json.encode(fields).decode(), _about(visit))


def _restored(visit: Visit) -> Visit:
    """The visit with the form that was carried through the page that asked."""
    sealed = visit.form.get("carried")
    if not isinstance(sealed, str):
        return visit
    try:
        fields = msgspec.json.decode(visit.desk.seal.open(sealed, _about(visit)), type=list[tuple[str, str]])
    except (Unsealable, msgspec.DecodeError):
        return visit
    proof = [(name, value) for name, value in visit.form.multi_items() if name in _FIELDS and name != "carried"]
    return replace(visit, form=FormData([*fields, *proof]))


def _about(visit: Visit) -> str:
    return f"carried {visit.session.digest} {visit.request.scope['path']}"
