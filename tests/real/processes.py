"""Which processes a server has below it, and whether any of them stays behind."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

PATIENCE = 20.0


def children(pid: int) -> list[int]:
    """The processes that this one started, and that have not ended."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = status.read_text().rpartition(") ")[2].split()[:2]
            if int(parent) == pid and state != "Z":
                found.append(int(status.parent.name))
    return found


def readers(server: int) -> list[int]:
    """A server's readers: what was forked by what it started. The last of them are the youngest."""
    return [reader for template in children(server) for reader in children(template)]


def stay(pids: list[int]) -> list[int]:
    """Those of the processes that are still there, zombies too, after a while in which they may end."""
    until = time.monotonic() + PATIENCE
    while (there := [pid for pid in pids if Path(f"/proc/{pid}").exists()]) and time.monotonic() < until:
        time.sleep(0.05)
    return there
