"""Asking a language model about one text in its context: with a deadline, a breaker, and so many at a time.

Whatever goes wrong there is no second reading, and ours stands.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog

from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.context import NOWHERE, Context
from dialogs.understanding.llm.answer import answer_in
from dialogs.understanding.llm.asking import is_worth_asking
from dialogs.understanding.llm.checking import Heard, checked
from dialogs.understanding.llm.joining import joined
from dialogs.understanding.llm.lists import lists_of
from dialogs.understanding.llm.prompt import Message, messages
from dialogs.understanding.llm.schema import schema
from dialogs.understanding.llm.veil import Veil, unveiled, veiled
from dialogs.understanding.reading import Reading
from engine.providers.breaker import Breaker, Closed, Open, answered, ask, failed
from engine.providers.llm.errors import NoAnswer, ServerRefused

LEAST = 0.2
"""Seconds in which an answer may come; with less left nobody is asked."""

AN_HOUR = 3600.0

COUNTS = ("calls", "late", "refused", "broken", "nonsense", "breaker_skips", "crowded", "moved_on")
_PREFIX = "understanding_llm"

_log = structlog.get_logger("amends.understanding")


class AnsweringServer(Protocol):
    """Writes an answer, or raises `NoAnswer`."""

    async def complete(self, messages: list[Message], schema: dict[str, object]) -> str: ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Terms:
    """Seconds that an answer may take, how many may be asked for at once, and whether personal data is masked."""

    deadline: float
    at_once: int
    mask: bool = True


class LanguageModel:
    """Second readings by a language model. Of one event loop until it is closed; `clock` gives seconds that grow."""

    def __init__(
        self, playbook: Playbook, server: AnsweringServer, terms: Terms, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.breaker: Breaker = Closed()
        self._lists = lists_of(playbook)
        self._server = server
        self._terms = terms
        self._clock = clock
        self._places = asyncio.Semaphore(terms.at_once)
        self._seconds = 0.0

    def may_add_to(self, ours: Reading) -> bool:
        """Whether our own reading leaves anything to ask about, whatever the context."""
        return is_worth_asking(ours, NOWHERE)

    async def advise(self, ours: Reading, context: Context, within: float = AN_HOUR) -> Reading | None:
        """The reading of a text in its context, in at most so many seconds; None where ours is to stand."""
        heard = await self.hear(ours, context, within)
        return joined(ours, heard, context) if heard else None

    async def hear(self, ours: Reading, context: Context, within: float = AN_HOUR) -> Heard | None:
        """What may be believed of what the model says of a text; None where nobody is asked, or nothing came."""
        seconds = min(self._terms.deadline, within)
        if seconds < LEAST or not is_worth_asking(ours, context):
            return None
        end = _now() + seconds
        try:
            async with asyncio.timeout_at(end - LEAST):
                await self._places.acquire()
        except TimeoutError:
            self.counts["crowded"] += 1
            return None
        try:
            if end - _now() >= LEAST:
                return await self._asked(ours, context, end)
            self.counts["crowded"] += 1  # a place became free in the last moment, and too late
            return None
        finally:
            self._places.release()

    def note_moved_on(self) -> None:
        """A second reading came too late: the conversation had moved on."""
        self.counts["moved_on"] += 1

    def counters(self) -> Mapping[str, float]:
        """For the metrics."""
        counted = {f"{_PREFIX}_{name}_total": float(self.counts[name]) for name in COUNTS}
        counted[f"{_PREFIX}_seconds_total"] = self._seconds
        counted[f"{_PREFIX}_breaker_open"] = float(not isinstance(self.breaker, Closed))
        return counted

    async def close(self) -> None:
        """Close the connections. It may be used again, also on another loop."""
        await self._server.close()
        self._places = asyncio.Semaphore(self._terms.at_once)

    async def _asked(self, ours: Reading, context: Context, end: float) -> Heard | None:
        allowed, self.breaker = ask(self.breaker, self._clock())
        if not allowed:
            self.counts["breaker_skips"] += 1
            return None
        self.counts["calls"] += 1
        started = self._clock()
        try:
            async with asyncio.timeout_at(end):
                heard = await self._answer(ours, context)
        except TimeoutError:
            self._failed("late")
            return None
        except NoAnswer as error:
            self._failed("refused" if isinstance(error, ServerRefused) else "broken", error)
            return None
        finally:
            self._seconds += self._clock() - started
        self._move(answered(self.breaker))
        # Nonsense is no fault of the server, and one customer could bring it about for all.
        self.counts["nonsense"] += heard is None
        return heard

    def _failed(self, how: str, error: NoAnswer | None = None) -> None:
        """Count it; where the server asked to be left alone, it is."""
        self.counts[how] += 1
        now = self._clock()
        pause = error.pause if isinstance(error, ServerRefused) else 0.0
        self._move(Open(now + pause) if pause else failed(self.breaker, now))
        _log.info("language_model_gave_no_answer", how=how, reason=str(error or ""))

    def _move(self, breaker: Breaker) -> None:
        before, self.breaker = self.breaker, breaker
        if isinstance(before, Closed) != isinstance(breaker, Closed):
            well = isinstance(breaker, Closed)
            _log.warning("language_model_answers_again" if well else "language_model_not_asked_for_now")

    async def _answer(self, ours: Reading, context: Context) -> Heard | None:
        seen, text, veil = veiled(context, ours) if self._terms.mask else (context, ours.text, Veil())
        request = messages(self._lists, seen, text)
        answer = answer_in(await self._server.complete(request, schema(self._lists, context.asked)))
        return checked(unveiled(answer, veil), ours.text, self._lists, context.asked) if answer else None


def _now() -> float:
    """Seconds by the clock of the event loop, which its timeouts go by."""
    return asyncio.get_running_loop().time()
