"""The server's side of one reader: it is given texts, answers them in order, and is killed when it is late."""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Protocol

import msgspec

from engine.readers.connection import FrameConnection
from engine.readers.frames import ReadAnswer, ReadRequest, decoded, encoded
from engine.readers.queue import PendingText

DEADLINE = 0.3
"""Seconds of processor time that a message may take. On a busy machine these may be many of the wall's."""

BACKSTOP = 5.0
"""Seconds by the wall, however little of the processor was used."""

SLOW = 0.05
"""Seconds by the wall after which nobody else should wait behind a text."""

AHEAD, MOST_CHARACTERS = 8, 4_000
"""Texts, and characters of them all, that a reader is given before it has answered: it need not wait for us."""


def used_by(pid: int) -> float:
    """Seconds of processor time a process has used, all its threads together; 0 where the system does not tell.

    The number is Linux's name for the clock of that process, as `clock_getcpuclockid` makes it.
    """
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


class Origin(Protocol):
    """What a reader was forked from, and ends with."""

    @property
    def is_gone(self) -> bool: ...


class ReaderProcess:
    """One reader, and the `texts` that it was given and has not answered: it reads the first of them.

    `origin` is the template that it was forked from. `suspect` says that it reads what may well be late, `late` that
    it was killed for it, `slow` that others should not wait for it, `shared` that those who did were sent elsewhere;
    `born` is when it was forked, by the monotonic clock.
    """

    def __init__(self, origin: Origin, backstop: float, answered: Answered, ended: Ended) -> None:
        self.pid, self.born = 0, time.monotonic()
        self.origin = origin
        self.texts: deque[PendingText] = deque()
        self.counters: Mapping[str, float] = {}
        self.suspect = self.late = self.slow = self.shared = self.ended = False
        self.line: FrameConnection | None = None
        self._backstop = backstop
        self._answered = answered
        self._on_end = ended
        self._characters = 0
        self._since = self._used = 0.0

    @property
    def idle(self) -> bool:
        return not self.texts and not self.ended

    def has_room(self, text: PendingText) -> bool:
        """Whether it should be given one more: any text when it has none."""
        fits = len(self.texts) < AHEAD and self._characters + len(text.said.text) <= MOST_CHARACTERS
        return not self.ended and (not self.texts or fits)

    def give(self, text: PendingText) -> None:
        """Have it read a text."""
        assert self.line is not None
        frame = encoded(ReadRequest(text.said, text.explain))
        if not self.texts:
            self._begin()
        self.texts.append(text)
        self._characters += len(text.said.text)
        self.line.send(frame)

    def heard(self, frame: bytes) -> None:
        """It has answered the first of its texts."""
        try:
            answer, text = decoded(frame, ReadAnswer), self.texts.popleft()
        except (msgspec.DecodeError, IndexError):
            self.kill()
            return
        self._characters -= len(text.said.text)
        self.counters = answer.counters or self.counters
        spent = time.monotonic() - self._since
        self._begin()
        self._answered(self, text, answer, spent)

    def look(self) -> None:
        """See whether it is slow, and kill it if it is late."""
        if not self.texts or self.ended:
            return
        spent = time.monotonic() - self._since
        self.slow = spent > SLOW
        if spent > self._backstop or used_by(self.pid) - self._used > DEADLINE:
            self.late = True
            self.kill()

    def kill(self) -> None:
        """End it at once."""
        if not self.ended:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Let it end when it has answered all."""
        self.ended = True
        if self.line:
            self.line.close()

    def gone(self) -> None:
        """It has ended."""
        if not self.ended:
            self.close()
            self._on_end(self)

    def _begin(self) -> None:
        """It begins with the first of its texts now."""
        self.slow = self.shared = False
        self._since, self._used = time.monotonic(), used_by(self.pid)


Answered = Callable[[ReaderProcess, PendingText, ReadAnswer, float], None]
"""A reader answered a text, after so many seconds."""

Ended = Callable[[ReaderProcess], None]
"""A reader has ended, with the texts that it did not answer."""
