"""How a process is bound to the one that started it: it does not outlive it, whatever that one dies of."""

from __future__ import annotations

import ctypes
import os
import signal
from contextlib import suppress

_PR_SET_PDEATHSIG = 1
"""Of `prctl(2)`: the signal that Linux sends a process when the one that forked it ends."""


def end_with(parent: int) -> None:
    """Have the system kill this process when its parent ends, also in the middle of something that has no end."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)  # it has ended already
