"""The one door: every message, click, file and timer becomes a turn here, and nowhere else.

Events wait in a queue that is in memory only until their turn is committed: a caller acknowledges
nothing to its channel before `take` returns. Texts are read first, by processes of their own where there are such
(`engine.readers`), while others' turns are taken. What is ready in one round of the event loop is handed over
together; one thread takes whatever waits, about `MOST_TOGETHER`, in one transaction. A batch that fails
is taken turn by turn; a turn that fails alone is set aside.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue
from time import monotonic, perf_counter
from types import MappingProxyType

import structlog
from sqlalchemy import Connection

from complaints.copies import altered
from dialogs.flows.events import Event
from dialogs.flows.reach import Reach
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.reading import Understanding
from engine.readers.pool import ReaderPool
from engine.turn.admission import Arrival, admit, admit_unkept
from engine.turn.apply_effects import Push
from engine.turn.batch import UNLIMITED, Step, TurnBatch
from engine.turn.card_masking import OrderNumberAwaited
from engine.turn.lanes import Lanes
from engine.turn.outcome import Outcome, Tally
from engine.turn.quarantine import Hopeless, set_aside
from engine.turn.reading_ahead import ReadAhead, words_to_read
from engine.turn.reading_context import Advisor
from storage.cases.playbooks import note_playbook
from storage.conversations.transcript import Message
from storage.db.database import Database
from storage.db.errors import Unavailable, WriteConflict, is_disconnect
from storage.db.timestamps import utc_now
from storage.files.attachments import FileStore
from storage.security.alert_rate import Rate
from storage.security.keys import AnyKey

__all__ = ["Hopeless", "Message", "Outcome", "TurnProcessor", "Unavailable"]

MOST_TOGETHER = 100
"""Events in one transaction: as many as Telegram gives at once."""
MOST_WAITING = 10_000
CLASH_TRIES = 4
PATIENCE = 15.0
"""Seconds a caller waits for its turn: a database that hangs says nothing, so the door must."""

_log = structlog.get_logger("amends.turn")


@dataclass(frozen=True, slots=True)
class _Waiting:
    event: Event
    future: asyncio.Future[Outcome]
    hopeless: Hopeless | None = None


_Result = tuple[_Waiting, Outcome | Exception]


class TurnProcessor:
    """Takes events, one transaction for as many as wait.

    Args:
        step: what follows from an event; a pure function, such as `dialogs.flows.step`.
        understanding: reads texts; a pool does so before the turn, anything else in the turn's own thread.
        files: keeps texts that are too long for a message.
        audit_key: the secret that the audit trail is sealed with, or the ring of it and older ones.
        patience: seconds that a caller waits.
        push_channels: channels that are given every bot message by the outbox.
        push: any other event whose answers the outbox must deliver.
        reaches: which channels may not always be written to of our own accord.
        rate: how many chats of one network may ring for a person.
        advisor: reads texts in context, before their turn, after they were read without.
    """

    def __init__(
        self,
        database: Database,
        playbook: Playbook,
        understanding: Understanding | ReaderPool,
        *,
        step: Step,
        clock: Callable[[], datetime] = utc_now,
        files: FileStore,
        audit_key: AnyKey,
        patience: float = PATIENCE,
        push_channels: frozenset[str] = frozenset(),
        push: Push = lambda _event: False,
        reaches: Mapping[str, Reach] = MappingProxyType({}),
        rate: Rate = UNLIMITED,
        advisor: Advisor | None = None,
    ) -> None:
        self.tally = Tally()
        self._database = database
        self._playbook = playbook
        self._understanding = None if isinstance(understanding, ReaderPool) else understanding
        self._ahead = ReadAhead(database, understanding, clock, playbook.file.timezone, advisor)
        self._clock = clock
        self._files = files
        self._patience = patience
        self._asking = OrderNumberAwaited(database, playbook.file.like_cards)
        self._batch = TurnBatch(
            database.dialect,
            playbook,
            step,
            audit_key,
            lambda event: event.channel in push_channels or push(event),
            self.tally,
            reaches,
            rate,
            advisor,
        )
        self._noted = False
        self._settling = False
        self._queue: SimpleQueue[list[_Waiting] | None] = SimpleQueue()
        self._arriving: list[_Waiting] = []
        self._lanes = Lanes()
        self._callers = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watchers: dict[str, set[asyncio.Event]] = {}
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to take turns. The database may be away."""
        self._thread = threading.Thread(target=self._work, name="turns", daemon=True)
        self._thread.start()

    @property
    def moved(self) -> set[str]:
        """The conversations that had turns, until their ids are taken out of it."""
        return self._batch.moved

    @property
    def alive(self) -> bool:
        """Whether turns are taken: it was started, not stopped, and its thread lives."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def busy(self) -> bool:
        """Whether turns are being taken just now."""
        return self._settling or not self._queue.empty()

    async def stop(self) -> None:
        """Take what still waits, then end."""
        thread, self._thread = self._thread, None
        if thread is not None:
            await self._lanes.empty()
            self._hand_over()
            self._queue.put(None)
            await asyncio.to_thread(thread.join)

    async def take(self, event: Event) -> Outcome:
        """Take one event; returns after its turn is committed.

        Raises:
            Unavailable: nothing was acknowledged; the same event may be sent again later. After `patience`
                seconds it may yet be taken, and is then known when it comes again.
        """
        if self._callers >= MOST_WAITING:
            raise Unavailable("too many turns are waiting; send it again later")
        return await self._put(event)

    async def set_aside(self, event: Event, hopeless: Hopeless) -> Outcome:
        """Keep an event that cannot even be brought here whole, in its place among the others, and tell the customer.

        Raises `Unavailable` as `take` does, and whatever else keeps it from being kept.
        """
        return await self._put(event, hopeless)

    async def _put(self, event: Event, hopeless: Hopeless | None = None) -> Outcome:
        if not self.alive:
            raise Unavailable("no turns are taken now; the program is starting or stopping")
        self._callers += 1
        until = monotonic() + self._patience
        try:
            async with asyncio.timeout(self._patience):
                async with self._lanes.turn_of(event) as chat:
                    event = await self._ahead.read(chat, event, until) if self._ahead.reads_ahead else event
                    taken = self._queued(event, hopeless)
                    if self._ahead.advisor:
                        return await taken  # what comes behind it is read in the context that it leaves
                return await taken
        except TimeoutError:
            raise Unavailable("the turn was not taken in time; send it again later") from None
        finally:
            self._callers -= 1

    def _queued(self, event: Event, hopeless: Hopeless | None) -> asyncio.Future[Outcome]:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._arriving = loop, []
        future: asyncio.Future[Outcome] = loop.create_future()
        if not self._arriving:
            loop.call_soon(self._hand_over)
        self._arriving.append(_Waiting(event, future, hopeless))
        return future

    def _hand_over(self) -> None:
        """Let the thread have what has come since the last round of the loop: a hundred at once are one transaction."""
        arrived, self._arriving = self._arriving, []
        for first in range(0, len(arrived), MOST_TOGETHER):
            self._queue.put(arrived[first : first + MOST_TOGETHER])

    @asynccontextmanager
    async def watch(self, conversation_id: str, wake: asyncio.Event | None = None) -> AsyncIterator[asyncio.Event]:
        """An event, a new one or `wake`, that is set whenever a turn of this conversation commits here; the watcher
        clears it.
        """
        wake = wake or asyncio.Event()
        self._watchers.setdefault(conversation_id, set()).add(wake)
        try:
            yield wake
        finally:
            watching = self._watchers[conversation_id]
            watching.discard(wake)
            if not watching:
                del self._watchers[conversation_id]

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            self._settling = True
            waiting = list(first)
            last = self._gather(waiting)
            self._answer(self._settle(waiting))
            self._settling = False
            if last:
                return

    def _gather(self, waiting: list[_Waiting]) -> bool:
        """Add what waits already; true when the door is to close after these."""
        try:
            while len(waiting) < MOST_TOGETHER:
                following = self._queue.get_nowait()
                if following is None:
                    return True
                waiting += following
        except Empty:
            pass
        return False

    def _settle(self, waiting: list[_Waiting]) -> list[_Result]:
        """Bring every waiting event to an outcome or an error; never raises, so that the thread lives."""
        admitted, results = self._admit(waiting)
        try:
            outcomes = self._together([arrival for _, arrival in admitted])
            return results + [(one, outcome) for (one, _), outcome in zip(admitted, outcomes, strict=True)]
        except Unavailable as away:
            self.tally.unavailable += len(admitted)
            return results + [(one, away) for one, _ in admitted]
        except Exception as error:
            self._batch.forget()
            if len(admitted) > 1:
                self.tally.retried += len(admitted)
                return results + [result for one, _ in admitted for result in self._settle([one])]
            one, arrival = admitted[0]
            return [*results, (one, self._quarantine(arrival, Hopeless(error)))]

    def _admit(self, waiting: Sequence[_Waiting]) -> tuple[list[tuple[_Waiting, Arrival]], list[_Result]]:
        admitted: list[tuple[_Waiting, Arrival]] = []
        refused: list[_Result] = []
        for one in waiting:
            if one.hopeless:
                refused.append((one, self._quarantine(admit_unkept(one.event), one.hopeless)))
                continue
            try:
                admitted.append((one, admit(one.event, self._files, self._asking.for_order)))
            except Unavailable as away:
                refused.append((one, away))
            except OSError as error:
                refused.append((one, Unavailable(f"the file store takes nothing: {error.strerror}")))
            except Exception as error:
                refused.append((one, self._quarantine(admit_unkept(one.event), Hopeless(error))))
        return admitted, refused

    def _together(self, arrivals: Sequence[Arrival]) -> list[Outcome]:
        """All of them in one transaction, tried again where two transactions clashed or a connection was stale.

        Trying again is always safe: had the first try been committed after all, its events are known.
        """
        if not arrivals:
            return []
        ready = self._with_readings(arrivals)
        for _ in range(CLASH_TRIES - 1):
            try:
                return self._commit(ready)
            except Unavailable as away:
                self._batch.forget()
                if not isinstance(away, WriteConflict) and not is_disconnect(away):
                    raise
        return self._commit(ready)

    def _with_readings(self, arrivals: Sequence[Arrival]) -> list[Arrival]:
        """Understand every text, outside any transaction."""
        started = perf_counter()
        now = self._clock()
        unread = [(place, said) for place, arrival in enumerate(arrivals) if (said := words_to_read(arrival.event))]
        ready = list(arrivals)
        if unread and self._understanding:
            asked = [self._ahead.utterance(arrivals[place].event, said.words, now) for place, said in unread]
            for (place, said), reading in zip(unread, self._understanding.read(asked), strict=True):
                event = altered(arrivals[place].event, body=altered(said, reading=reading))
                ready[place] = Arrival(event, arrivals[place].conversation_id)
        self.tally.seconds["read"] += perf_counter() - started
        return ready

    def _commit(self, arrivals: Sequence[Arrival]) -> list[Outcome]:
        now = self._clock()
        with self._database.write() as conn:
            self._note_playbook(conn, now)
            outcomes = self._batch.take(conn, arrivals, now)
            written = perf_counter()
        self.tally.seconds["commit"] += perf_counter() - written
        self._batch.committed(arrivals)
        self._noted = True
        self._count(outcomes)
        return outcomes

    def _note_playbook(self, conn: Connection, now: datetime) -> None:
        if not self._noted:
            playbook = self._playbook
            content = playbook.file.model_dump_json()
            note_playbook(conn, self._database.dialect, playbook.version, playbook.name, content, now)

    def _count(self, outcomes: Sequence[Outcome]) -> None:
        repeated = sum(outcome.repeated for outcome in outcomes)
        self.tally.turns += len(outcomes) - repeated
        self.tally.repeated += repeated
        self.tally.batches += 1
        self.tally.largest_batch = max(self.tally.largest_batch, len(outcomes))

    def _quarantine(self, arrival: Arrival, hopeless: Hopeless) -> Outcome | Exception:
        try:
            with self._database.write() as conn:
                outcome = set_aside(conn, self._database.dialect, self._batch, arrival, hopeless, self._clock())
        except Unavailable as away:
            return away
        except Exception as worse:
            _log.exception("turn_lost", conversation=arrival.conversation_id, error=type(worse).__name__)
            return worse
        self.tally.quarantined += 1
        # The error's own words may hold the customer's; they are in the quarantine, not in the log.
        _log.error("turn_quarantined", conversation=arrival.conversation_id, error=type(hopeless.error).__name__)
        return outcome

    def _answer(self, results: list[_Result]) -> None:
        """Wake all callers and watchers of a batch by a single call into the loop."""
        # A loop that has closed has no callers left to wake; the turns are committed all the same.
        with suppress(RuntimeError):
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._wake, results)

    def _wake(self, results: list[_Result]) -> None:
        for waiting, result in results:
            if isinstance(result, Exception):
                if not waiting.future.done():
                    waiting.future.set_exception(result)
                continue
            if not waiting.future.done():
                waiting.future.set_result(result)
            for conversation in (result.conversation_id, *result.beside):
                for wake in self._watchers.get(conversation, ()):
                    wake.set()
