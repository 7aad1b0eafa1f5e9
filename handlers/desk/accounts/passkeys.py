"""Passkeys (WebAuthn): what a browser is asked, and whether its answer is good. The pages are in `passkey_pages`.

A challenge is signed, bound to one browser and one purpose, good for some minutes and once. The device must have
checked its user (by finger, face or PIN), so a passkey is two steps in one.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio.to_thread
import msgspec
from sqlalchemy import Connection

from storage.db.timestamps import from_micros, to_micros
from storage.staff.passkeys import Passkey, find_passkey, spend_challenge, use_passkey

if TYPE_CHECKING:
    from handlers.desk.request_context import Guest, Visit

LASTS = timedelta(minutes=5)
LONGEST = 16_000
"""Characters of a browser's answer."""
PROVE, MAKE = "prove", "make"


class BadPasskey(Exception):
    """An answer that is not good: forged, of another site, too late, or given before."""


@dataclass(frozen=True, slots=True)
class Site:
    """What passkeys are made for: `id` is the host's name, `origin` the address with scheme and port."""

    id: str
    origin: str


@dataclass(frozen=True, slots=True)
class PasskeyRequest:
    """What the page's script passes to the browser, as JSON, and the signed challenge that comes back beside it."""

    options: str
    challenge: str


def site(guest: Guest) -> Site | None:
    """The site, where its address may have passkeys: by https, or on this machine by the name `localhost`."""
    try:
        address, asked = urlsplit(guest.origin), urlsplit(f"//{guest.request.headers.get('host', '')}")
    except ValueError:
        return None
    host = address.hostname or ""
    if host and host == asked.hostname and (address.scheme == "https" or host == "localhost"):
        return Site(host, f"{address.scheme}://{address.netloc.lower()}")
    return None


def request(guest: Guest, having: Iterable[Passkey] = ()) -> PasskeyRequest | None:
    """Ask for a passkey: for one of these, or, before anybody said who they are, for whichever the device has."""
    here = site(guest)
    if here is None:
        return None
    challenge = _challenge()
    options = {
        "challenge": challenge, "rpId": here.id, "timeout": _milliseconds(), "userVerification": "required",
        "allowCredentials": [{"type": "public-key", "id": each.id} for each in having],
    }  # fmt: skip
    return _request(guest, PROVE, challenge, options)


def registration(visit: Visit, having: Iterable[Passkey]) -> PasskeyRequest | None:
    """Ask for a new passkey, on a device that has none of these."""
    from webauthn.helpers import bytes_to_base64url

    here = site(visit)
    if here is None:
        return None
    challenge = _challenge()
    options = {
        "challenge": challenge, "timeout": _milliseconds(), "attestation": "none",
        "rp": {"id": here.id, "name": "Amends"},
        "user": {
            "id": bytes_to_base64url(visit.staff.id.encode()), "name": visit.staff.login,
            "displayName": visit.staff.name,
        },
        "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in (-8, -7, -257)],
        "authenticatorSelection": {"residentKey": "required", "requireResidentKey": True,
                                   "userVerification": "required"},
        "excludeCredentials": [{"type": "public-key", "id": each.id} for each in having],
    }  # fmt: skip
    return _request(visit, MAKE, challenge, options)


async def owner(guest: Guest, answer: str) -> str:
    """The staff id of whoever's passkey gave this answer; empty where it is not good. It is used up.

    Raises `Unavailable`.
    """
    kept = await guest.desk.read(find_passkey, _id_of(answer))
    if kept is None:
        return ""
    try:
        challenge, until = _read(guest, PROVE)
        counted = await anyio.to_thread.run_sync(_verified, guest, kept, answer, challenge)
    except BadPasskey:
        return ""
    return kept.staff_id if await guest.desk.write(_used, guest, kept.id, challenge, until, counted) else ""


async def made(visit: Visit, answer: str, name: str) -> Passkey:
    """The new passkey that this answer brings. Raises `BadPasskey`, `Unavailable`."""
    challenge, until = _read(visit, MAKE)
    new = await anyio.to_thread.run_sync(_registered, visit, answer, challenge, name)
    dialect = visit.desk.database.dialect
    if not await visit.desk.write(spend_challenge, dialect, challenge, until, visit.now):
        raise BadPasskey
    return new


def _used(conn: Connection, guest: Guest, passkey: str, challenge: str, until: datetime, counted: int) -> bool:
    if not spend_challenge(conn, guest.desk.database.dialect, challenge, until, guest.now):
        return False
    use_passkey(conn, passkey, counted, guest.now)
    return True


def _verified(guest: Guest, kept: Passkey, answer: str, challenge: str) -> int:
    """How far the device has counted. Raises `BadPasskey`."""
    from webauthn import base64url_to_bytes, verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    here = _here(guest)
    try:
        proof = verify_authentication_response(
            credential=answer, expected_challenge=base64url_to_bytes(challenge), expected_rp_id=here.id,
            expected_origin=here.origin, credential_public_key=base64url_to_bytes(kept.public_key),
            credential_current_sign_count=kept.sign_count, require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise BadPasskey from None
    return proof.new_sign_count


def _registered(visit: Visit, answer: str, challenge: str, name: str) -> Passkey:
    from webauthn import base64url_to_bytes, verify_registration_response
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException

    here = _here(visit)
    try:
        new = verify_registration_response(
            credential=answer, expected_challenge=base64url_to_bytes(challenge), expected_rp_id=here.id,
            expected_origin=here.origin, require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise BadPasskey from None
    key, public = bytes_to_base64url(new.credential_id), bytes_to_base64url(new.credential_public_key)
    return Passkey(key, visit.staff.id, name, public, new.sign_count, visit.now, visit.now)


def _request(guest: Guest, purpose: str, challenge: str, options: Mapping[str, Any]) -> PasskeyRequest:
    signed = guest.desk.marks.sign(f"passkey {purpose}", [challenge, to_micros(guest.now + LASTS), guest.holder])
    return PasskeyRequest(msgspec.json.encode(options).decode(), signed)


def _read(guest: Guest, purpose: str) -> tuple[str, datetime]:
    """The challenge that this very browser was given for this, and until when it is good. Raises `BadPasskey`."""
    match guest.desk.marks.read(f"passkey {purpose}", guest.raw("challenge")):
        case [str(challenge), int(until), guest.holder] if from_micros(until) > guest.now:
            return challenge, from_micros(until)
    raise BadPasskey


def _here(guest: Guest) -> Site:
    here = site(guest)
    if here is None:
        raise BadPasskey
    return here


def _id_of(answer: str) -> str:
    try:
        match msgspec.json.decode(answer):
            case {"id": str(key)}:
                return key
    except (msgspec.DecodeError, RecursionError):
        pass
    return ""


def _challenge() -> str:
    return secrets.token_urlsafe(32)


def _milliseconds() -> int:
    return int(LASTS.total_seconds() * 1000)
