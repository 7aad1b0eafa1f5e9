"""What colleagues work with, as the settings say: the desk's pages, and the bot in their group on Telegram."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.opening import audit_key
from bot.refusal import Refusal
from bot.settings import NO_STAFF_TOKEN, Settings, is_token
from storage.db.timestamps import utc_now

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.clock import SystemClock
    from dialogs.playbooks.playbook import Playbook
    from dialogs.understanding.model.explaining import Explanation
    from dialogs.understanding.reading import Utterance
    from engine.security_log import SecurityLog
    from engine.turn.processor import TurnProcessor
    from handlers.channels.base.channel import OpenChannel
    from handlers.desk.desk import Desk
    from handlers.staff_telegram.channel import StaffChannel
    from storage.db.database import Database
    from storage.files.attachments import FileStore
    from storage.staff.accounts import Staff


def desk(
    settings: Settings, door: TurnProcessor, database: Database, playbook: Playbook, files: FileStore,
    channels: tuple[OpenChannel, ...], staff: StaffChannel | None, clock: SystemClock,
    explain: Callable[[Utterance], Explanation], security: SecurityLog,
) -> Desk | None:  # fmt: skip
    """The staff's pages, unless they are off. `explain` says why a text is read as it is."""
    if settings.desk == "off":
        return None
    from bot.wiring.accounts import accounts
    from handlers.desk.desk import Desk
    from storage.staff.sessions import Lifetime

    hours, idle = timedelta(hours=settings.desk_session_hours), timedelta(minutes=settings.desk_idle_minutes)
    # Nobody at the desk lives faster because promises do.
    lifetime = Lifetime(hours * clock.speed, idle * clock.speed)
    staff_bot = (lambda: staff.username) if staff else lambda: ""
    key, address = audit_key(settings), settings.public_url
    typing = {channel.name: channel.typing for channel in channels if channel.typing}
    return Desk(
        database, door, playbook, key, files, address, lifetime, clock, staff_bot=staff_bot, typing=typing,
        explain=explain, security=security, accounts=accounts(settings, staff),
    )  # fmt: skip


def staff_chat(
    settings: Settings, door: TurnProcessor, database: Database, playbook: Playbook, files: FileStore
) -> StaffChannel | None:
    """The staff bot, if there is one. Nobody else loads its library."""
    if not settings.staff:
        return None
    if not is_token(settings.staff):
        raise Refusal(NO_STAFF_TOKEN)
    from handlers.staff_telegram.channel import Bureau, StaffChannel

    desk_url = "" if settings.desk == "off" else settings.public_url
    bureau = Bureau(settings.staff, settings.staff_chat, settings.telegram_api_url, desk_url, settings.staff_language)
    return StaffChannel(
        bureau, door, database, playbook, files, joined=partial(_note_joined, audit_key(settings).current, database)
    )


def _note_joined(key: bytes, database: Database, connection: Connection, who: Staff) -> None:
    """An account was joined to a Telegram user by its own link: that goes into the log of accounts."""
    from storage.staff.account_log import AccountEntry, note

    done = AccountEntry(utc_now(), who.id, "telegram_linked", who.id)
    note(connection, database.dialect, key, done)
