"""Opening what a command works on: the database, the playbook, the key. What is wrong is said in words.

The short commands import this and not the application, so that they begin at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from bot.keys import FILE, keyring
from bot.refusal import BadKey, BadPlaybook, BadSettings, InUse, NotReachable, NotUpToDate
from bot.settings import Settings
from storage.db.database import Database, open_database
from storage.db.errors import AlreadyServed, BadAddress, SchemaBehind, Unavailable
from storage.db.read_only import can_be_written, looking, sqlite_file
from storage.db.timestamps import utc_now
from storage.migrations.upgrade import bring_up_to_date, check_current
from storage.security.key_check import WrongKey, check_keys, is_recorded, record_key
from storage.security.keys import Keyring

if TYPE_CHECKING:
    from dialogs.playbooks.playbook import Playbook


def load(where: str | Path) -> Playbook:
    """The playbook, or `BadPlaybook` with every problem in it."""
    from dialogs.playbooks.loading import load_playbook
    from dialogs.playbooks.problems import PlaybookError

    try:
        return load_playbook(where)
    except PlaybookError as error:
        raise BadPlaybook(f"the playbook {where} cannot be used:\n{error}") from None


def audit_key(settings: Settings) -> Keyring:
    """The key that the audit trail is sealed with, and older ones."""
    return keyring(settings)


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database for a short command beside a running server, its schema up to date."""
    with explained(settings):
        database = open_database(settings.database)
        try:
            prepare(settings, database)
            database.seal_with(audit_key(settings))
            yield database
        finally:
            database.close()


@contextmanager
def looked_at(settings: Settings) -> Iterator[Database]:
    """The database for a command that only reads, on a medium that cannot be written too."""
    file = sqlite_file(settings.database)
    with explained(settings), looking(settings.database) as database:
        if file and file.exists() and not can_be_written(file):
            check_current(database)
        else:
            prepare(settings, database)
        yield database


def prepare(settings: Settings, database: Database) -> None:
    """An embedded file is brought up to date; of a PostgreSQL it is only asked that it be."""
    if settings.embedded:
        bring_up_to_date(database)
    else:
        check_current(database)
    _check_keys(database, keyring(settings))


def _check_keys(database: Database, ring: Keyring) -> None:
    """Raise `WrongKey` where the database was written with a key that is not at hand; keep a new one's check value."""
    with database.read() as conn:
        check_keys(conn, ring)
        recorded = is_recorded(conn, ring)
    if not recorded:
        with database.write() as conn:
            record_key(conn, database.dialect, ring, utc_now())


@contextmanager
def explained(settings: Settings) -> Iterator[None]:
    """Turn what can be wrong with a database into a refusal that says what to do."""
    try:
        yield
    except AlreadyServed as error:
        raise InUse(str(error)) from None
    except SchemaBehind as error:
        raise NotUpToDate(f"{settings.safe_database}: {error}") from None
    except WrongKey as error:
        raise BadKey(
            f"{settings.safe_database}: {error}. Put it into AMENDS_OLDER_KEYS, or as a line of its own at the end of "
            f"{settings.data_dir / FILE}; docs/keys.md says which it was if none was ever set"
        ) from None
    except Unavailable as error:
        raise NotReachable(f"{settings.safe_database} does not answer ({error}). Is it running?") from None
    except BadAddress as error:
        raise BadSettings(f"AMENDS_DATABASE_URL: {error}") from None
    except DBAPIError as error:
        if error.statement is not None:
            raise
        # It would not even connect: an option it does not know. The driver's words may hold a password.
        raise BadSettings(f"AMENDS_DATABASE_URL: {settings.safe_database} has something the driver refuses") from None
    except OSError as error:
        raise NotReachable(f"AMENDS_DATABASE_URL: {error}") from None
