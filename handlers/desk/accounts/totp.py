"""Codes of an authenticator app: six digits that change every half minute, each taken once; and the picture to scan."""

from __future__ import annotations

from datetime import datetime

import pyotp
import segno
from markupsafe import Markup
from sqlalchemy import Connection

from handlers.desk.csrf import same
from handlers.desk.desk import Desk
from storage.db.encryption import Seal
from storage.staff.accounts import Staff
from storage.staff.second_steps import totp_secret, use_recovery_code, use_step

ISSUER = "Amends"
SECONDS = 30
_DIGITS = 6
_SLACK = (0, -1, 1)
"""Clocks differ, and typing takes time: the code before and the one after are taken too."""


async def takes(desk: Desk, staff: Staff, code: str) -> bool:
    """Whether this is a good code of the app, or a recovery code; it is used up then. Raises `Unsealable`."""
    return await desk.write(_takes, desk, staff.id, code)


def _takes(conn: Connection, desk: Desk, staff_id: str, code: str) -> bool:
    plain = "".join(each for each in code if each.isalnum())
    if len(plain) != _DIGITS or not plain.isascii() or not plain.isdigit():
        if not use_recovery_code(conn, staff_id, plain):
            return False
        desk.note(conn, staff_id, "recovery code used", staff_id)
        return True
    step = matching_step(totp_secret(conn, staff_id, desk.seal), plain, desk.clock())
    return step is not None and use_step(conn, staff_id, step)


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, or None."""
    app, present = pyotp.TOTP(secret), int(now.timestamp()) // SECONDS
    return next((present + off for off in _SLACK if secret and same(code, app.generate_otp(present + off))), None)


def new_secret() -> str:
    """160 random bits in base32, as apps take them."""
    return pyotp.random_base32()


def address_of(secret: str, staff: Staff) -> str:
    """What the app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=staff.login, issuer_name=ISSUER)


def picture(address: str, title: str) -> Markup:
    """The address as a QR code: an SVG without styles, dark on light in every theme, for apps read no other."""
    svg: str = segno.make(address, error="m").svg_inline(
        omitsize=True, border=4, dark="#000", light="#fff", svgclass="qr"
    )
    labelled = Markup('<svg role="img" aria-label="{}" ').format(title)
    return Markup(svg.replace("<svg ", labelled, 1))  # noqa: S704 - drawn from the address, which is no part of it


def offered(seal: Seal, secret: str, staff: Staff) -> str:
    """A secret that is on its way to an app, for the form that confirms it."""
    return seal.close(secret, f"offer {staff.id}")


def accepted(seal: Seal, sealed: str, staff: Staff) -> str:
    """The secret that was offered to this very account. Raises `Unsealable`."""
    return seal.open(sealed, f"offer {staff.id}")
