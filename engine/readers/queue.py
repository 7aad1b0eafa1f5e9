"""Texts that wait to be read, and in which order they are.

Of each chat one text waits at most (`engine.turn.lanes`), so first come, first served is fair by chat: who posts
much waits for himself. A chat whose text was late a while ago is read by the spare alone, and not for ever.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass

from dialogs.understanding.model.explaining import Explanation
from dialogs.understanding.reading import Reading, Utterance

PATIENT_FOR = 600.0
"""Seconds for which a chat is known for a text that was late."""

PATIENT_WITH = 3
"""Late texts in that time after which a chat's texts are not tried at all."""

MOST_KNOWN = 10_000


@dataclass(slots=True, eq=False)
class PendingText:
    """A text and who waits for its reading, or for its explanation. `tries` says how many readers ended before they
    had read it, `deaths` how many of them by themselves, and not with their template. It is read by who began after
    the moment `after` of the monotonic clock: an older reader may have been killed with the one that died over it.
    """

    chat: str
    said: Utterance
    read: asyncio.Future[Reading | Explanation]
    explain: bool = False
    tries: int = 0
    deaths: int = 0
    after: float = 0.0


class ReadingQueue:
    """A queue of texts. Those that nobody waits for any more are passed over."""

    def __init__(self) -> None:
        self._texts: deque[PendingText] = deque()

    def __len__(self) -> int:
        return len(self._texts)

    def put(self, text: PendingText) -> None:
        self._texts.append(text)

    def put_back(self, texts: Iterable[PendingText]) -> None:
        """They have waited already."""
        self._texts.extendleft(reversed([text for text in texts if not text.read.done()]))

    @property
    def first(self) -> PendingText | None:
        """Who is next."""
        while self._texts and self._texts[0].read.done():
            self._texts.popleft()
        return self._texts[0] if self._texts else None

    def pop(self) -> PendingText:
        return self._texts.popleft()


class Latecomers:
    """The chats whose texts were late within the last `PATIENT_FOR` seconds. `now` is in seconds that only grow."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def add(self, chat: str, now: float) -> None:
        if chat:
            self._known[chat] = (self.times(chat, now) + 1, now + PATIENT_FOR)
            self._known.move_to_end(chat)
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)

    def times(self, chat: str, now: float) -> int:
        """How often a text of this chat was late."""
        times, until = self._known.get(chat, (0, 0.0))
        return times if now < until else 0
