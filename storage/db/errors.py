"""What can go wrong while keeping things.

StorageError
├── Unavailable        the database is away, full or locked: nothing was kept, send it again
│   └── WriteConflict  two transactions stood in each other's way: trying again at once is right
├── BadAddress         what is given as the address of a database is none that we know
├── AlreadyServed      another process serves this SQLite file
├── SchemaBehind       the tables are older than this program
└── FileRefused        a file that is not taken
    ├── FileTooLarge
    ├── FileEmpty
    ├── FileTypeRefused
    ├── FileHarmful    the scanner found something in it; it lies in quarantine
    ├── NotHeard       the visitor is blocked, or the chat is spam
    ├── ChatFull       the chat has as many files as it may have
    ├── EnoughForToday this address has sent as much as it may in a day
    └── NoSpace        the disk, or what we may take of it, is all but full
"""

from __future__ import annotations

from sqlalchemy import exc


class StorageError(Exception):
    """Anything that went wrong in storage."""


class Unavailable(StorageError):
    """The database cannot take anything now. Nothing was acknowledged, so send it again later."""


class WriteConflict(Unavailable):
    """Two transactions stood in each other's way; the database gave this one up."""


class BadAddress(StorageError, ValueError):
    """The address of a database cannot be read, or is of a kind we do not know. Its text never shows it."""


class AlreadyServed(StorageError):
    """Another process already serves this SQLite file."""


class SchemaBehind(StorageError):
    """The tables are older or newer than this program expects."""


class FileRefused(StorageError):
    """A file that is not taken."""


class FileTooLarge(FileRefused):
    """The file is larger than allowed."""


class FileEmpty(FileRefused):
    """The file has no content."""


class FileTypeRefused(FileRefused):
    """The content is of a kind that is not taken, whatever its name says."""


class FileHarmful(FileRefused):
    """The scanner found something in the file. `finding` is the scanner's name for it."""

    def __init__(self, finding: str) -> None:
        super().__init__(f"the scanner found {finding}")
        self.finding = finding


class NotHeard(FileRefused):
    """Nobody hears this visitor, so nothing of theirs is kept either."""


class ChatFull(FileRefused):
    """The chat has as many files, or bytes of them, as it may have."""


class EnoughForToday(FileRefused):
    """This address has sent as many files, or bytes of them, as it may in a day."""


class NoSpace(FileRefused):
    """The disk, or what we may take of it, is all but full. Text goes on."""


_CLASHES = frozenset({"40001", "40P01"})
_LIMITS = "54"


def sqlstate(error: BaseException) -> str:
    """The SQLSTATE of a PostgreSQL error, or empty."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""


def is_clash(error: BaseException) -> bool:
    """Whether two transactions stood in each other's way, so that trying again at once is right."""
    return sqlstate(error) in _CLASHES


def is_away(error: BaseException) -> bool:
    """Whether the database, and not what we asked of it, is at fault.

    PostgreSQL's class 54 (a row or statement beyond its limits) is what we asked, though its driver
    counts it among the operational errors: such a turn would fail for ever.
    """
    if isinstance(error, exc.OperationalError):
        return not sqlstate(error).startswith(_LIMITS)
    if isinstance(error, exc.DBAPIError):
        return error.connection_invalidated or isinstance(error, exc.InterfaceError)
    return isinstance(error, (Unavailable, exc.TimeoutError))


def is_disconnect(error: BaseException) -> bool:
    """Whether the connection was gone, so that a fresh one may well do."""
    cause = error.__cause__
    return isinstance(cause, exc.DBAPIError) and cause.connection_invalidated
