"""What colleagues work with, as the settings say: the desk's pages, and the bot in their group on Telegram."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.clock import Clock
from bot.opening import audit_key
from bot.readers import explaining
from bot.refusal import Refusal
from bot.settings import NO_STAFF_TOKEN, Settings, is_token
from dialogs.playbooks.playbook import Playbook
from handlers.readers.pool import ReaderPool
from handlers.security_log import SecurityLog
from handlers.telegram import CHANNEL as TELEGRAM
from handlers.turn import TurnDoor
from handlers.understanding.chain import FirstThatWorks
from storage.attachments import FileStore
from storage.database import Database
from storage.instants import utc_now
from storage.staff import Staff

if TYPE_CHECKING:
    from handlers.desk.desk import Desk
    from handlers.staffbot.channel import StaffChannel
    from handlers.telegram.channel import Channel


def desk(
    settings: Settings, door: TurnDoor, database: Database, playbook: Playbook, files: FileStore,
    telegram: Channel | None, staff: StaffChannel | None, clock: Clock, reader: FirstThatWorks | ReaderPool,
    security: SecurityLog,
) -> Desk | None:  # fmt: skip
    """The staff's pages, unless they are off."""
    if settings.desk == "off":
        return None
    from bot.accounts import accounts
    from handlers.desk.desk import Desk
    from storage.sessions import Lifetime

    hours, idle = timedelta(hours=settings.desk_session_hours), timedelta(minutes=settings.desk_idle_minutes)
    # Nobody at the desk lives faster because promises do.
    lifetime = Lifetime(hours * clock.speed, idle * clock.speed)
    staff_bot = (lambda: staff.username) if staff else lambda: ""
    key, address = audit_key(settings), settings.public_url
    typing = {TELEGRAM: telegram.typing} if telegram else {}
    return Desk(
        database, door, playbook, key, files, address, lifetime, clock, staff_bot=staff_bot, typing=typing,
        explain=explaining(reader), security=security, accounts=accounts(settings, staff),
    )  # fmt: skip


def staff_chat(
    settings: Settings, door: TurnDoor, database: Database, playbook: Playbook, files: FileStore
) -> StaffChannel | None:
    """The staff bot, if there is one. Nobody else loads its library."""
    if not settings.staff:
        return None
    if not is_token(settings.staff):
        raise Refusal(NO_STAFF_TOKEN)
    from handlers.staffbot.channel import Bureau, StaffChannel

    desk_url = "" if settings.desk == "off" else settings.public_url
    bureau = Bureau(settings.staff, settings.staff_chat, settings.telegram_api_url, desk_url, settings.staff_language)
    return StaffChannel(
        bureau, door, database, playbook, files, joined=partial(_note_joined, audit_key(settings).current, database)
    )


def _note_joined(key: bytes, database: Database, connection: Connection, who: Staff) -> None:
    """An account was joined to a Telegram user by its own link: that goes into the log of accounts."""
    from storage.staff_log import Note, note

    done = Note(utc_now(), who.id, "telegram_linked", who.id)
    note(connection, database.dialect, key, done)
