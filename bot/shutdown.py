"""What is still to be written before a served database is left."""

from __future__ import annotations

from contextlib import suppress

from engine.security_log import SecurityLog
from engine.upkeep.proof import Proving
from storage.db.errors import Unavailable


def written(security: SecurityLog | None, proving: Proving | None) -> None:
    """Write what was noted last, and where every conversation stands. A database that is away costs it."""
    if security:
        with suppress(Unavailable):
            security.flush()
    if proving:
        with suppress(Unavailable):
            proving.settle()
