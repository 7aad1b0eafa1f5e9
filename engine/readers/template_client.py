"""The server's side of a template: started as a program of its own, and asked to fork readers.

It is never forked from the server, whose threads hold locks that a fork would keep locked for ever.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import msgspec

from engine.readers.connection import FrameConnection, ReaderGone
from engine.readers.frames import Hello, decoded
from engine.readers.reader import BACKSTOP, Answered, Ended, ReaderProcess

FORKED_WITHIN, LOADED_WITHIN, ENDED_WITHIN = 10.0, 120.0, 5.0
"""Seconds in which a reader, and a template, must say hello, and a template must end. Busy machines are slow."""


@dataclass(frozen=True, slots=True)
class Program:
    """What a template is: its command, to which the number of its socket is added, and its whole environment."""

    command: Sequence[str]
    environment: Mapping[str, str]
    backstop: float = BACKSTOP


class Template:
    """A running template. `changed` is called when it ends."""

    def __init__(self, process: subprocess.Popen[bytes], sock: socket.socket, changed: Callable[[], None]) -> None:
        self._process = process
        self._hello: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._line = FrameConnection(
            sock, partial(_hello_is, self._hello), partial(_hello_was_not, self._hello, changed)
        )
        self.model = ""

    @property
    def ended(self) -> bool:
        return self._line.closed

    @property
    def is_gone(self) -> bool:
        """Whether it has ended, also where that has not been noticed yet."""
        return self._line.is_cut

    @property
    def pid(self) -> int:
        return self._process.pid

    async def fork(self, backstop: float, answered: Answered, ended: Ended) -> ReaderProcess:
        """One more reader. Raises `ReaderGone`."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._line.sock, [b"."], [theirs.fileno()])
        except OSError:
            ours.close()
            raise ReaderGone("the template has ended") from None
        return await _begun(ours, self, backstop, answered, ended)

    async def close(self) -> None:
        """Let it end, and see that it has."""
        self._line.close()
        await asyncio.to_thread(self._awaited)

    def _awaited(self) -> None:
        try:
            self._process.wait(ENDED_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    async def loaded(self) -> Template:
        """Itself, once it has loaded. Raises `ReaderGone`."""
        try:
            async with asyncio.timeout(LOADED_WITHIN):
                self.model = decoded(await self._hello, Hello).model
        except (msgspec.DecodeError, TimeoutError):
            raise ReaderGone("what was started is no template") from None
        return self


async def _begun(
    sock: socket.socket, template: Template, backstop: float, answered: Answered, ended: Ended
) -> ReaderProcess:
    """The reader at the other end of a socket, once it says hello."""
    hello: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    reader = ReaderProcess(template, backstop, answered, ended)
    reader.line = FrameConnection(sock, partial(_hello_is, hello), partial(_hello_was_not, hello, reader.gone))
    try:
        async with asyncio.timeout(FORKED_WITHIN):
            reader.pid = decoded(await hello, Hello).pid
    except (msgspec.DecodeError, TimeoutError):
        reader.close()
        raise ReaderGone("what was forked is no reader") from None
    except BaseException:
        reader.close()
        raise
    reader.line.heard = reader.heard
    return reader


def _hello_is(hello: asyncio.Future[bytes], frame: bytes) -> None:
    if not hello.done():
        hello.set_result(frame)


def _hello_was_not(hello: asyncio.Future[bytes], ended: Callable[[], None]) -> None:
    if not hello.done():
        hello.set_exception(ReaderGone("it ended before it said hello"))
    ended()


async def started(program: Program, changed: Callable[[], None]) -> Template:
    """A template that has loaded. Raises `ReaderGone`."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = await asyncio.to_thread(_launched, program, theirs.fileno())
    template = Template(process, ours, changed)
    try:
        return await template.loaded()
    except BaseException:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
        await template.close()
        raise


def _launched(program: Program, socket_number: int) -> subprocess.Popen[bytes]:
    command = [*program.command, str(socket_number)]
    return subprocess.Popen(  # noqa: S603 - our own program
        command, pass_fds=[socket_number], env=dict(program.environment), stdin=subprocess.DEVNULL
    )
