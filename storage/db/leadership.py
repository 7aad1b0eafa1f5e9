"""Who leads, where several processes could and only one may: a PostgreSQL advisory lock, held by a connection.

An SQLite file is served by one process anyway, so that one leads.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from storage.db.database import Database
from storage.db.errors import Unavailable

_TRY = text("SELECT pg_try_advisory_lock(:key)")
_HOLDS = text(
    "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted "
    "AND ((classid::bigint << 32) | objid::bigint) = :key"
)


class Leadership:
    """The lead over one thing, by its name. Not for several threads at once."""

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self._key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) >> 1
        self._connection: Connection | None = None

    def held(self) -> bool:
        """Whether we lead now, trying to become the leader if nobody is. Raises `Unavailable`."""
        if self._database.dialect.name == "sqlite":
            return True
        try:
            return self._still() or self._won()
        except SQLAlchemyError as error:
            self.give_up()
            raise Unavailable(f"the database is not available: {type(error).__name__}") from error

    def give_up(self) -> None:
        """Lead no more. Closing the connection for good frees the lock, whatever state it is in."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _still(self) -> bool:
        """The lock lives and dies with the connection, so asking over it is enough."""
        if self._connection is None:
            return False
        return self._connection.scalar(_HOLDS, {"key": self._key}) is not None

    def _won(self) -> bool:
        self.give_up()
        connection = self._database.writer.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._connection = connection
        if connection.scalar(_TRY, {"key": self._key}):
            return True
        self.give_up()
        return False
