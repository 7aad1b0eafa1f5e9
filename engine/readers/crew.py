"""The crew: the readers there are, and the template that they come from; whoever ends is replaced.

no template --started--> a template, which forks until there are enough
     ^                        |  a reader ended: fork another
     |                        |  renewal asked for: start another template, and let these readers go when it can fork
     +-------it ended---------+  its readers go on, until those of the next one are there
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress

import structlog

from engine.readers.connection import ReaderGone
from engine.readers.reader import Answered, Ended, ReaderProcess
from engine.readers.template_client import Program, Template, started

PAUSE, LONGEST_PAUSE = 0.1, 10.0
"""Seconds between two tries to start what ends at once: doubled each time."""

LOOKS = 1.0
"""Seconds between two looks at what is not yet as it should be."""

STEADY = 10.0
"""Seconds after which a template that ends is no longer one that ends at once."""

_log = structlog.get_logger("amends.readers")


class Crew:
    """So many readers of one program. `joined` is called when there is one more; `answered` and `ended` are told what
    readers do.
    """

    def __init__(
        self, program: Program, size: int, joined: Callable[[], None], answered: Answered, ended: Ended
    ) -> None:
        self.model = ""
        self.readers: list[ReaderProcess] = []
        self.joins = 0
        self._program = program
        self._size = size
        self._joined = joined
        self._answered = answered
        self._ended = ended
        self._past: Counter[str] = Counter()
        self._dying: set[int] = set()
        self._leaving: list[Template] = []
        self._changed = asyncio.Event()
        self._renewal = False
        self._pause = PAUSE

    def renew(self) -> None:
        """Load anew what the readers read with, and then put fresh readers in the place of these."""
        self._renewal = True
        self._changed.set()

    def counters(self) -> Mapping[str, float]:
        """What the readers count, dead and alive."""
        counted = Counter(self._past)
        for reader in self.readers:
            counted.update(reader.counters)
        return counted

    async def run(self) -> None:
        """Keep the crew complete until cancelled."""
        template: Template | None = None
        try:
            while True:
                begun = time.monotonic()
                try:
                    template = await self._next(template)
                    await self._complete(template)
                except (ReaderGone, OSError) as error:
                    _log.error("readers_template_ended", reason=str(error))
                    await self._pause_after(begun)
        finally:
            for reader in self.readers:
                if not reader.idle:
                    reader.kill()
                reader.close()
            for one in [template, *self._leaving] if template else self._leaving:
                await one.close()

    async def _next(self, before: Template | None) -> Template:
        """A template that has loaded and forked readers. Only then are those of the one before let go."""
        self._renewal = False
        template = await started(self._program, self._changed.set)
        self.model = template.model
        try:
            await self._fill(template)
        except BaseException:
            await template.close()
            raise
        if before:
            self._leaving.append(before)  # its readers end with it, and may be reading
        return template

    async def _complete(self, template: Template) -> None:
        """See to it until another template is wanted. Raises `ReaderGone` when this one has ended."""
        while not self._renewal:
            if template.ended:
                raise ReaderGone("it was killed, or failed")
            self._changed.clear()
            with suppress(ReaderGone):
                await self._fill(template)
            await self._let_go(template)
            with suppress(TimeoutError):
                async with asyncio.timeout(None if self._is_settled(template) else LOOKS):
                    await self._changed.wait()

    async def _fill(self, template: Template) -> None:
        while self._living(template) < self._size:
            self._bury()
            self.readers.append(await template.fork(self._program.backstop, self._answered, self._has_ended))
            self.joins += 1
            self._joined()

    def _has_ended(self, reader: ReaderProcess) -> None:
        self._changed.set()
        self._ended(reader)

    def _living(self, template: Template) -> int:
        return sum(reader.origin is template and not reader.ended for reader in self.readers)

    def _is_settled(self, template: Template) -> bool:
        return not (self._dying or self._leaving) and len(self.readers) == self._size == self._living(template)

    def _bury(self) -> None:
        """Of readers that have ended only their counts are kept."""
        for reader in [reader for reader in self.readers if reader.ended]:
            self.readers.remove(reader)
            self._dying.add(reader.pid)
            self._past.update({name: count for name, count in reader.counters.items() if name.endswith("_total")})
        self._dying = {pid for pid in self._dying if _is_ours(pid)}

    async def _let_go(self, template: Template) -> None:
        """Readers of an earlier template may end once they have nothing to do, and then it may end too."""
        for reader in self.readers:
            if reader.origin is not template and reader.idle and self._living(template) == self._size:
                reader.close()
        self._bury()
        for before in [before for before in self._leaving if before.ended or not self._living(before)]:
            self._leaving.remove(before)
            await before.close()

    async def _pause_after(self, begun: float) -> None:
        self._pause = PAUSE if time.monotonic() - begun > STEADY else min(2 * self._pause, LONGEST_PAUSE)
        await asyncio.sleep(self._pause)


def _is_ours(pid: int) -> bool:
    """Whether a process that ends still is a child of ours. A reader is, once its template is gone, of a server that
    is a container's first process; it would stay as a zombie.
    """
    try:
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return False
