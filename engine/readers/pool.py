"""The pool: gives what waits to readers, and has those ended that are late.

`working` readers are at work and one more is spare. A reader is given a few texts ahead and reads them one by one;
when the first of them takes long, the spare reads the others. Who is killed over a text is replaced at once by the
spare, and a new one is forked. A text that was late is given up, its reading says that it is unread; so is one that
two readers died over.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping

import structlog

from dialogs.understanding.model.explaining import Explanation
from dialogs.understanding.reading import Reading, Utterance
from engine.readers.crew import Crew
from engine.readers.frames import ReadAnswer
from engine.readers.queue import PATIENT_WITH, Latecomers, PendingText, ReadingQueue
from engine.readers.reader import ReaderProcess
from engine.readers.template_client import Program
from engine.readers.unreadable import Unreadable
from storage.db.errors import Unavailable

LOOKS = 0.02
"""Seconds between two looks at how long readers take."""

MOST_DEATHS, MOST_TRIES = 2, 8
"""Readers that may die over a text, and that may end for whatever reason, before it is given up."""

_log = structlog.get_logger("amends.readers")


class ReaderPool:
    """Readers of one program, on the event loop that `run` runs on.

    Args:
        working: how many read at once; one more is spare.
        unreadable: what is not to be tried again.
        note: told the chat (a conversation's id) of each text that could not be read.
    """

    def __init__(
        self, program: Program, working: int, unreadable: Unreadable, note: Callable[[str], None] = lambda _chat: None
    ) -> None:
        self.ready = asyncio.Event()
        self._crew = Crew(program, working + 1, self._joined, self._answered, self._ended)
        self._working = working
        self._unreadable = unreadable
        self._note = note
        self._waiting = ReadingQueue()
        self._suspects = ReadingQueue()
        self._latecomers = Latecomers()
        self._counts: Counter[str] = Counter()
        self._seconds = 0.0
        self._closed = False
        self._looking: asyncio.TimerHandle | None = None
        self._giving_up: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Keep readers at hand until cancelled; what waits then is refused."""
        self._closed = False
        await self._unreadable.load()
        try:
            await self._crew.run()
        finally:
            self._closed = True
            for text in self._unread():
                if not text.read.done():
                    text.read.set_exception(Unavailable("nobody reads now; the program is stopping"))

    async def read(self, chat: str, said: Utterance) -> Reading:
        """What a text means; `unread` when nobody could tell in time. Raises `Unavailable` when the pool has closed."""
        found = await self._put(chat, said, explain=False)
        return found.reading if isinstance(found, Explanation) else found

    async def explain(self, said: Utterance) -> Explanation:
        """Why a text is read as it is; with an unread reading when nobody could tell in time. Raises `Unavailable`."""
        found = await self._put("", said, explain=True)
        return found if isinstance(found, Explanation) else Explanation(found, decided_by="nobody")

    def renew(self) -> None:
        """Let the readers load anew what they read with. Until then these go on."""
        self._crew.renew()

    @property
    def model(self) -> str:
        """The version of the model in use, or empty."""
        return self._crew.model

    @property
    def lacking(self) -> str:
        """What is wrong, or nothing: for `/readyz`."""
        return "" if any(not reader.ended for reader in self._crew.readers) else "nobody reads: no reader has started"

    def counters(self) -> Mapping[str, float]:
        """For the metrics: the pool's own counts, and those of the readers."""
        names = ("readings", "texts_not_read", "readers_killed", "readers_died")
        counted = {f"{name}_total": float(self._counts[name]) for name in names}
        counted |= {"readers_started_total": float(self._crew.joins), "reading_seconds_total": self._seconds}
        counted["texts_waiting"] = float(len(self._waiting) + len(self._suspects))
        counted["readers"] = float(sum(not reader.ended for reader in self._crew.readers))
        return {**self._crew.counters(), **counted}

    async def _put(self, chat: str, said: Utterance, *, explain: bool) -> Reading | Explanation:
        if self._closed:
            raise Unavailable("nobody reads now; the program is stopping")
        late = self._latecomers.times(chat, time.monotonic())
        if late >= PATIENT_WITH or self._unreadable.knows(said.text):
            self._counts["texts_not_read"] += 1
            return Reading(said.text, unread=True)
        text = PendingText(chat, said, asyncio.get_running_loop().create_future(), explain)
        (self._suspects if late else self._waiting).put(text)
        self._serve()
        return await text.read

    def _joined(self) -> None:
        self.ready.set()
        self._serve()

    def _serve(self) -> None:
        """Give readers what waits."""
        while (text := self._waiting.first) and (reader := self._at_work(text)):
            self._give(reader, self._waiting.pop())
        if self._suspects.first and (spare := self._spare()):
            spare.suspect = True
            self._give(spare, self._suspects.pop())
        if self._looking is None and any(reader.texts for reader in self._crew.readers):
            self._looking = asyncio.get_running_loop().call_later(LOOKS, self._look)

    def _give(self, reader: ReaderProcess, text: PendingText) -> None:
        try:
            reader.give(text)
        except Exception:
            # Whatever it was that cannot even be sent, somebody waits for it.
            _log.exception("text_not_sent", conversation=text.chat)
            self._give_up(text)

    def _at_work(self, text: PendingText) -> ReaderProcess | None:
        """Who is to read a text: of those that are at work whoever has least to do. None: it waits."""
        able = [reader for reader in self._crew.readers if not reader.ended and reader.born >= text.after]
        free = [reader for reader in able if not (reader.slow or reader.suspect)]
        at_work = sorted(free, key=lambda reader: not reader.texts)[: self._working]
        with_room = [reader for reader in at_work if reader.has_room(text)]
        return min(with_room, key=lambda reader: len(reader.texts), default=None)

    def _spare(self) -> ReaderProcess | None:
        """An idle reader for a chat that was late: none is taken from the others, and it is given one alone."""
        alive = [reader for reader in self._crew.readers if not reader.ended]
        enough = len(alive) > self._working and not any(reader.suspect for reader in alive)
        return next((reader for reader in alive if reader.idle), None) if enough else None

    def _look(self) -> None:
        """See who is late, and have others read what waits behind who is slow."""
        self._looking = None
        for reader in self._crew.readers:
            reader.look()
            if reader.slow and not reader.shared:
                reader.shared = True
                self._waiting.put_back(list(reader.texts)[1:])
        self._serve()

    def _answered(self, reader: ReaderProcess, text: PendingText, answer: ReadAnswer, spent: float) -> None:
        reader.suspect = False
        if answer.failed or answer.text != text.said.text:
            self._try_again(text, its_own_doing=True)
        else:
            self._counts["readings"] += 1
            self._seconds += spent
            if not text.read.done():
                text.read.set_result(answer.result())
        self._serve()

    def _ended(self, reader: ReaderProcess) -> None:
        """It died over the first of its texts; the others it had not begun."""
        self._counts["readers_killed" if reader.late else "readers_died"] += 1
        if reader.texts:
            first, *others = reader.texts
            self._waiting.put_back([] if reader.shared else others)
            if reader.late:
                self._give_up(first)
            else:
                first.after = time.monotonic()
                self._try_again(first, its_own_doing=not reader.origin.is_gone)
        self._serve()

    def _try_again(self, text: PendingText, *, its_own_doing: bool) -> None:
        text.tries += 1
        text.deaths += its_own_doing
        if text.deaths >= MOST_DEATHS or text.tries >= MOST_TRIES:
            self._give_up(text)
        else:
            late = self._latecomers.times(text.chat, time.monotonic())
            (self._suspects if late else self._waiting).put_back([text])

    def _give_up(self, text: PendingText) -> None:
        """Its chat goes on without it; what it was is remembered before anybody is told."""
        if text.read.done():
            return
        self._counts["texts_not_read"] += 1
        self._latecomers.add(text.chat, time.monotonic())
        _log.warning("text_not_read", conversation=text.chat, characters=len(text.said.text))
        if text.chat:
            self._note(text.chat)
        task = asyncio.get_running_loop().create_task(self._remember(text))
        self._giving_up.add(task)
        task.add_done_callback(self._giving_up.discard)

    async def _remember(self, text: PendingText) -> None:
        try:
            await self._unreadable.remember(text.said.text)
        finally:
            if not text.read.done():
                text.read.set_result(Reading(text.said.text, unread=True))

    def _unread(self) -> list[PendingText]:
        """All that waits or is being read."""
        queued = [queue.pop() for queue in (self._waiting, self._suspects) for _ in range(len(queue))]
        return queued + [text for reader in self._crew.readers for text in reader.texts]
