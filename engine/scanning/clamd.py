"""ClamAV's daemon by its INSTREAM command: a file goes there in pieces, one line comes back. Blocking; for threads."""

from __future__ import annotations

import socket
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import structlog

from storage.files.attachments import ScannerAway

_PIECE = 64 * 1024
_LONGEST = 4096
_log = structlog.get_logger("amends.scanner")


@dataclass(frozen=True, slots=True)
class Clamd:
    """A scanner at `address`: `host:port`, or the path of a Unix socket.

    `deadline` is how many seconds one file may take. `passes`: while the scanner is away files are taken unseen;
    otherwise they are held until it has looked at them.
    """

    address: str
    deadline: float = 10.0
    passes: bool = False

    def scan(self, path: Path) -> str:
        """What it found in this file, by its own name; empty for nothing. Raises `ScannerAway`, unless it passes."""
        try:
            return self.ask(path)
        except ScannerAway as away:
            _log.warning("scanner_away", reason=str(away), taken=self.passes)
            if self.passes:
                return ""
            raise

    def ask(self, path: Path) -> str:
        """The same, and always `ScannerAway` where it did not answer."""
        end = time.monotonic() + self.deadline
        try:
            with closing(self._connected()) as line, open(path, "rb") as file:
                _send(line, b"zINSTREAM\0", end)
                while piece := file.read(_PIECE):
                    _send(line, len(piece).to_bytes(4) + piece, end)
                _send(line, bytes(4), end)
                return _finding(_answer(line, end))
        except OSError as error:
            raise ScannerAway(error.strerror or type(error).__name__) from error

    def _connected(self) -> socket.socket:
        if self.address.startswith("/"):
            line = socket.socket(socket.AF_UNIX)
            line.settimeout(self.deadline)
            line.connect(self.address)
            return line
        host, _, port = self.address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=self.deadline)


def _send(line: socket.socket, data: bytes, end: float) -> None:
    line.settimeout(_left(end))
    line.sendall(data)


def _answer(line: socket.socket, end: float) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < _LONGEST:
        line.settimeout(_left(end))
        piece = line.recv(_LONGEST)
        if not piece:
            break
        said += piece
    return said.rstrip(b"\0\n").decode("utf-8", "replace")


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError("it took too long")
    return left


def _finding(answer: str) -> str:
    """What `stream: Eicar-Signature FOUND` names; nothing of `stream: OK`. Anything else is no answer."""
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")[:200] or "unnamed"
    raise ScannerAway(f"it says {answer[:80]!r}")
