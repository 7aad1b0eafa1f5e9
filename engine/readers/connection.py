"""A line: one end of a socket on the event loop, by which frames go and come."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from engine.readers.frames import HEAD, MOST_BYTES

_PIECE = 262_144


class ReaderGone(Exception):
    """The other side ended before it answered, or answered with what is no answer."""


class FrameConnection:
    """Belongs to the loop that runs when it is made. `heard` gets each frame that comes; `ended` is called when the
    other side is gone, unless it was closed here.
    """

    def __init__(self, sock: socket.socket, heard: Callable[[bytes], None], ended: Callable[[], None]) -> None:
        sock.setblocking(False)
        self.sock = sock
        self.closed = False
        self.heard = heard
        self._ended = ended
        self._coming = bytearray()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock, self._hear)

    def send(self, frame: bytes) -> None:
        """Send a frame. One that does not fit into the socket's own room is for a side that hears nothing."""
        try:
            if self.closed or self.sock.send(frame) == len(frame):
                return
        except OSError:
            pass
        self._loop.call_soon(self._end)

    @property
    def is_cut(self) -> bool:
        """Whether the other side is gone, as of this very moment."""
        try:
            return self.closed or not self.sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        """Hang up. The other side ends when it has nothing more to do."""
        if not self.closed:
            self.closed = True
            self._loop.remove_reader(self.sock)
            self.sock.close()

    def _hear(self) -> None:
        try:
            piece = self.sock.recv(_PIECE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            piece = b""
        self._coming += piece
        while (frame := self._frame()) is not None and not self.closed:
            self.heard(frame)
        if not piece or int.from_bytes(self._coming[:HEAD], "big") > MOST_BYTES:
            self._end()

    def _frame(self) -> bytes | None:
        """The next frame, once it is whole."""
        size = HEAD + int.from_bytes(self._coming[:HEAD], "big")
        if len(self._coming) < max(size, HEAD):
            return None
        frame = bytes(self._coming[HEAD:size])
        del self._coming[:size]
        return frame

    def _end(self) -> None:
        if not self.closed:
            self.close()
            self._ended()
