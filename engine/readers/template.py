"""The processes that read: a template that has loaded everything, and the readers that it forks.

A template has one thread, so it may be forked at any moment; what it has loaded is shared by its readers until one
of them writes to it. Neither outlives the server: a template ends when its socket does, and its readers with it.
Signals for the server (Ctrl-C, a service that is stopped) are left to it, so that it can have read what it has taken.

This module knows nothing of settings or models: `bot.wiring.reader_program` is the program.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from dialogs.understanding.model.explaining import Explanation
from dialogs.understanding.reading import Reading, Utterance
from engine.readers.frames import Hello, ReadAnswer, ReadRequest, answer, decoded, encoded, received
from engine.readers.parent_death import end_with

_log = structlog.get_logger("amends.readers")


class BatchReader(Protocol):
    """What reads: as `engine.providers.fallback.FirstThatWorks` does."""

    def read(self, utterances: Sequence[Utterance]) -> list[Reading]: ...

    def explain(self, said: Utterance) -> Explanation: ...

    def counters(self) -> Mapping[str, float]: ...


@dataclass(frozen=True, slots=True)
class LoadedReader:
    """What reads, and the version of its model, or empty."""

    reads: BatchReader
    model: str = ""


def run(control: socket.socket, load: Callable[[], LoadedReader]) -> None:
    """Load, then fork a reader for each socket that is sent, until the server closes `control`."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(each, signal.SIG_IGN)  # children that are ignored leave no zombies
    loaded = load()
    gc.collect()
    gc.freeze()  # else the collector would write to every object, and so copy what is shared
    control.sendall(encoded(Hello(os.getpid(), loaded.model)))
    template = os.getpid()
    while sock := _next_socket(control):
        if _forked():
            end_with(template)
            control.close()
            _serve(sock, loaded)
            return
        sock.close()


def _next_socket(control: socket.socket) -> socket.socket | None:
    _, files, _, _ = socket.recv_fds(control, 1, 1)
    return socket.socket(fileno=files[0]) if files else None


def _forked() -> bool:
    """Whether this is the child. Where there is no room for one, the socket is closed, and the server asks again."""
    try:
        return os.fork() == 0
    except OSError as error:
        _log.error("reader_not_forked", reason=error.strerror)
        return False


def _serve(sock: socket.socket, loaded: LoadedReader) -> None:
    sock.sendall(encoded(Hello(os.getpid(), loaded.model)))
    while body := received(sock):
        sock.sendall(_answered(decoded(body, ReadRequest), loaded.reads))


def _answered(request: ReadRequest, reads: BatchReader) -> bytes:
    try:
        if request.explain:
            explanation = reads.explain(request.said)
            return encoded(answer(explanation.reading, reads.counters(), explanation))
        return encoded(answer(reads.read([request.said])[0], reads.counters()))
    except Exception as error:
        # The log shows where it failed, never the error's words, which may be the customer's.
        _log.exception("reading_failed")
        return encoded(ReadAnswer(failed=type(error).__name__))
