"""How many files and sockets the process may have open, and what follows for connections and streams."""

from __future__ import annotations

import resource
from contextlib import suppress

ENOUGH = 65_536
"""More would only make every program that is started from here slow to begin."""


def raised() -> int:
    """Raise the soft limit to the hard one, up to `ENOUGH`; returns what it is then. Doing it twice does nothing."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(hard, ENOUGH)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return ENOUGH if soft == resource.RLIM_INFINITY else soft
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def connections_within(files: int, most: int = 8_192) -> int:
    """How many connections may be open at once: a quarter is left for files, uploads and the database."""
    return max(16, min(most, files * 3 // 4))


def streams_within(files: int, most: int) -> int:
    """How many of them may be event streams, so that there is always room to ask and answer."""
    return max(8, min(most, files // 2))
