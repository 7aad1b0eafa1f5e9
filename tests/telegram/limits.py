"""How fast bots may send, and who did not wait when told to. Pure: times are arguments."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from math import ceil

SENDING = ("send", "copy", "forward", "edit")


@dataclass(frozen=True, slots=True)
class Limits:
    """Telegram's published figures. `slack` is how many seconds too soon are forgiven, for the way over the wire."""

    per_second: int = 30
    chat_seconds: float = 1.0
    group_per_minute: int = 20
    slack: float = 0.05


@dataclass(slots=True)
class Window:
    """At most `limit` in any `seconds`."""

    limit: int
    seconds: float
    times: deque[float] = field(default_factory=deque)

    def wait(self, at: float) -> float:
        """Seconds until there is room; 0 when there is."""
        while self.times and self.times[0] + self.seconds <= at:
            self.times.popleft()
        return self.times[-self.limit] + self.seconds - at if len(self.times) >= self.limit else 0.0


def counts(method: str) -> bool:
    return method.startswith(SENDING) and method != "sendChatAction"


class Pace:
    """Of one bot: what it sent, and the pauses it was told to keep."""

    def __init__(self) -> None:
        self.limits: Limits | None = None
        self._all: Window | None = None
        self._chats: dict[int | str, list[Window]] = {}
        self._pauses: dict[int | str | None, float] = defaultdict(float)

    def paused(self, chat: int | str | None, at: float) -> int | None:
        """Whole seconds of the pause still to keep, if one is in force for this chat or for all."""
        left = max(self._pauses[chat], self._pauses[None]) - at
        return ceil(left) if left > 0 else None

    def pause(self, chat: int | str | None, seconds: float, at: float) -> None:
        """`chat` None: everywhere."""
        self._pauses[chat] = max(self._pauses[chat], at + seconds)

    def sent(self, chat: int | str | None, method: str, at: float) -> int | None:
        """Counts one sending, or says how many seconds to wait instead."""
        if self.limits is None or chat is None:
            return None
        windows = [self._whole(self.limits), *self._of(chat, self.limits, edit=method.startswith("edit"))]
        if wait := max(window.wait(at) for window in windows):
            return ceil(wait)
        for window in windows:
            window.times.append(at)
        return None

    def _whole(self, limits: Limits) -> Window:
        self._all = self._all or Window(limits.per_second, 1 - limits.slack)
        return self._all

    def _of(self, chat: int | str, limits: Limits, edit: bool) -> list[Window]:
        if chat not in self._chats:
            group = [Window(limits.group_per_minute, 60 - limits.slack)] if isinstance(chat, int) and chat < 0 else []
            self._chats[chat] = [Window(1, limits.chat_seconds - limits.slack), *group]
        return self._chats[chat][1:] if edit else self._chats[chat]
