"""The training itself: two processes learn, a third shows how far they are. One training at a time in a data folder."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import MappingProxyType

from bot.learning import from_desk
from bot.learning.parts import HANDS, PARTS, SECONDS, PartLearned, Tell
from bot.learning.progress import Reached, shown
from bot.learning.stamp import note_learned
from bot.opening import load
from bot.refusal import Refusal
from bot.settings import Settings
from bot.wiring.local_provider import one_thread
from dialogs.understanding.heads.dataset import BadExample
from engine.readers.parent_death import end_with

_LABEL = "Learning to understand customers, once"


class Interrupted(Refusal):
    """A training that ended before it was done."""


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    """What a process tells of a part: how much of it is done, and at the end what became of it; or what went wrong."""

    part: str
    share: float
    became: PartLearned | None = None
    fault: str = ""


_ALL: Mapping[str, Callable[[Settings, Tell], PartLearned]] = MappingProxyType(
    {**PARTS, "dangers set right": from_desk.heads_of_desk, "facts set right": from_desk.tagger_of_desk}
)
_SECONDS: Mapping[str, float] = MappingProxyType({**SECONDS, "dangers set right": 90, "facts set right": 200})
WITH_DESK = (("heads", "dangers set right"), ("tagger", "model", "facts set right"))
"""What is trained by which process where what was set right at the desk is learned from as well."""


def train(settings: Settings, hands: Sequence[Sequence[str]] = HANDS) -> str:
    """Learn what is lacking, and show how far it is. Returns what became of each part. Raises `Refusal`."""
    one_thread()  # it is inherited by the processes that learn
    load(settings.playbook)
    with _alone(settings.data_dir / "nlu"):
        became = _together(settings, hands)
        digests = {part: one.digest for part, one in became.items() if one.digest}
        note_learned(settings, [one.file for one in became.values() if one.file], digests)
        return "\n".join(became[part].said for part in _ALL if part in became and became[part].said)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One training at a time. The system gives the lock of a killed one free; what it had begun to write is removed."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".training").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another process is learning to understand customers; waiting for it.", file=sys.stderr, flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        for begun in folder.rglob("*.part"):
            begun.unlink(missing_ok=True)
        yield


def _together(settings: Settings, hands: Sequence[Sequence[str]]) -> dict[str, PartLearned]:
    """Start the processes and listen to them until each has ended."""
    context = get_context("spawn")
    became: dict[str, PartLearned] = {}
    with ExitStack() as closing:
        listening = []
        for parts in hands:
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_learn, args=(parts, settings, theirs, os.getpid()), daemon=True)
            process.start()
            theirs.close()
            closing.callback(process.kill)
            listening.append(ours)
        reached = Shares(closing, sum(_SECONDS[part] for parts in hands for part in parts))
        for news in _heard(listening, hands):
            if news.fault:
                raise Interrupted(news.fault)
            if news.became:
                became[news.part] = news.became
            reached.tell(news)
    return became


class Shares:
    """How far all parts are together, shown from the moment that one has something to learn."""

    def __init__(self, closing: ExitStack, seconds: float) -> None:
        self._closing, self._seconds = closing, seconds
        self._shares: dict[str, float] = {}
        self._reached: Reached | None = None

    def tell(self, news: TrainingProgress) -> None:
        """One part is so far."""
        if news.became is None and self._reached is None:
            self._reached = self._closing.enter_context(shown(_LABEL, sys.stderr))
        self._shares[news.part] = news.share
        if self._reached:
            self._reached(sum(_SECONDS[part] * share for part, share in self._shares.items()) / self._seconds)


def _heard(listening: Sequence[Connection], hands: Sequence[Sequence[str]]) -> Iterator[TrainingProgress]:
    """What the processes tell, until each has said that it is done. Raises `Interrupted`."""
    waiting = dict(zip(listening, (len(parts) for parts in hands), strict=True))
    while waiting:
        for told in wait(list(waiting)):
            assert isinstance(told, Connection)
            try:
                news: TrainingProgress = told.recv()
            except EOFError:
                raise Interrupted("the training was ended before it was done; start it again") from None
            yield news
            waiting[told] -= news.became is not None
            if not waiting[told]:
                del waiting[told]


def _learn(parts: Sequence[str], settings: Settings, tells: Connection, parent: int) -> None:
    """Learn some parts, one after another: the whole of a process."""
    end_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who waits for it hears it, and ends this
    for part in parts:
        try:
            became = _ALL[part](settings, lambda share, part=part: tells.send(TrainingProgress(part, share)))  # type: ignore[misc]
        except Exception as fault:
            if not isinstance(fault, Refusal | BadExample):
                traceback.print_exc()
            tells.send(TrainingProgress(part, 0.0, fault=f"{part}: {fault}"))
            return
        tells.send(TrainingProgress(part, 1.0, became))
