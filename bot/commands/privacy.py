"""`amends privacy`: whose data it is, all of it in a file, and erasing it. Each act returns what to print."""

from __future__ import annotations

from pathlib import Path

from bot.opening import audit_key, opened
from bot.refusal import Refusal
from bot.settings import Settings
from storage.db.timestamps import utc_now
from storage.files.attachments import FileStore
from storage.privacy.erasing import NotErasable, erase, remove_files, scrub
from storage.privacy.exporting import export
from storage.privacy.finding import find_customers

BY = "command line"


def find(settings: Settings, words: str) -> str:
    """The ids of the customers that the words point to, one a line. Raises `Refusal` where there are none."""
    with opened(settings) as database, database.read() as conn:
        found = find_customers(conn, database.dialect, words)
    if not found:
        raise Refusal("nobody was found; give a mail address, a telephone number, or a chat as rest:SENDER")
    return "\n".join(found)


def exported(settings: Settings, customer: str, to: Path) -> str:
    """Write a customer's data into a file."""
    with opened(settings) as database, database.read() as conn:
        try:
            there = export(conn, _files(settings), customer, to, utc_now())
        except FileExistsError:
            raise Refusal(f"{to} is there already; name another file") from None
        except OSError as error:
            raise Refusal(f"{to} cannot be written: {error.strerror}") from None
    if not there:
        raise Refusal(_NOBODY)
    return f"Everything of {customer} is in {to}. Give it to nobody but them."


def erased(settings: Settings, customer: str, reason: str) -> str:
    """Erase a customer's data."""
    with opened(settings) as database:
        try:
            done = erase(database, audit_key(settings), customer, BY, reason, utc_now())
        except NotErasable as error:
            raise Refusal(str(error)) from None
        remove_files(_files(settings), done.files)
        scrubbed = scrub(database)
    said = f"Erased: {done.messages} messages, {done.notes} notes, {done.cases} cases, {len(done.files)} files."
    return said if scrubbed else f"{said}\n{_LEFT}"


def scrubbed(settings: Settings) -> str:
    """Make what was freed unreadable."""
    with opened(settings) as database:
        if not scrub(database):
            raise Refusal("amends serve is running; stop it first")
    return "Nothing that was erased can be read in the file any more."


def _files(settings: Settings) -> FileStore:
    return FileStore(settings.data_dir / "files")


_NOBODY = "there is no such customer; find the id with: amends privacy find"
_LEFT = (
    "Because amends serve is running, traces may stand in the SQLite file and its WAL. Stop it and run: amends privacy "
    "scrub"
)
