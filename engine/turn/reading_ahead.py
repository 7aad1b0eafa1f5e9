"""Reading an event's words before its turn: by the pool or in a thread of its own, and then in context, if anybody
does. Nobody else's turn waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from time import monotonic

from complaints.copies import altered
from dialogs.flows.events import Event, Said
from dialogs.understanding.reading import Reading, Understanding, Utterance
from engine.readers.pool import ReaderPool
from engine.turn.admission import legible, plain
from engine.turn.reading_context import Advisor, advice_on, context_in
from storage.db.database import Database
from storage.db.errors import Unavailable

SPARE = 5.0
"""Seconds of a caller's patience that are left for the turn itself."""


class ReadAhead:
    """Makes utterances of events, and has them read before their turn.

    `zone` is the playbook's; `clock` gives the hour; `advisor` reads in context, if there is one.
    """

    def __init__(
        self,
        database: Database,
        reader: Understanding | ReaderPool,
        clock: Callable[[], datetime],
        zone: str,
        advisor: Advisor | None = None,
    ) -> None:
        self.advisor = advisor
        self._database = database
        self._reader = reader
        self._clock = clock
        self._zone = zone
        self._one_at_a_time = asyncio.Lock()

    @property
    def reads_ahead(self) -> bool:
        """Whether texts are read before their turn, rather than in it."""
        return isinstance(self._reader, ReaderPool) or self.advisor is not None

    def utterance(self, event: Event, text: str, now: datetime) -> Utterance:
        """A text with what is known of whoever wrote it."""
        return Utterance(text, now, plain(event.timezone) or self._zone, _region(plain(event.language)))

    async def read(self, chat: str, event: Event, until: float) -> Event:
        """The event with its words read, as they are admitted. Words that cannot be admitted are not read.

        `until` is when the caller's patience ends, by `time.monotonic`.
        """
        said = words_to_read(event)
        if said is None:
            return event
        try:
            words = altered(said, text=legible(said.text)).words
        except Exception:
            return event  # which is set aside when its turn comes
        if not words:
            return event
        reading = await self._read(chat, self.utterance(event, words, self._clock()))
        said = altered(said, reading=reading)
        return altered(event, body=await self._advised(chat, said, reading, until))

    async def _read(self, chat: str, said: Utterance) -> Reading:
        if isinstance(self._reader, ReaderPool):
            return await self._reader.read(chat, said)
        async with self._one_at_a_time:
            return (await asyncio.to_thread(self._reader.read, [said]))[0]

    async def _advised(self, chat: str, said: Said, reading: Reading, until: float) -> Said:
        if self.advisor is None or not self.advisor.may_add_to(reading):
            return said
        try:
            context = await asyncio.to_thread(context_in, self._database, chat)
        except Unavailable:
            return said  # its turn will tell
        within = until - SPARE - monotonic()
        return altered(said, advice=await advice_on(self.advisor, context, reading, within))


def words_to_read(event: Event) -> Said | None:
    """The words that are still to be understood, if there are any."""
    body = event.body
    return body if isinstance(body, Said) and body.text and body.reading is None else None


def _region(language: str) -> str:
    """The country in a BCP 47 tag (`en-GB`, `zh-Hans-CN`), or empty; then the reader goes by the time zone."""
    last = language.replace("_", "-").rpartition("-")[2]
    return last.upper() if len(last) == 2 and last != language else ""
