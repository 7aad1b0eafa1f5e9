"""What goes wrong on demand: refusals, and a network that drops, delays, or resets after the deed is done."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from tests.telegram.things import Refusal, TooManyRequests

Kind = Literal["refuse", "drop", "delay", "reset", "lose"]
WEBHOOK = "a webhook's answer"


@dataclass(frozen=True, slots=True)
class Fault:
    """`drop`: the connection ends before anything is done. `delay`: done, and answered `seconds` later.
    `reset`: done, and the connection ends without an answer. `refuse`: not done, `refusal` is the answer.
    `lose`: a webhook's 200 never arrives, so that the update is sent again.
    """

    kind: Kind
    method: str | None = None
    """None: every method but getUpdates."""
    chat: int | None = None
    rate: float = 1.0
    seconds: float = 0.0
    refusal: Refusal | None = None

    def concerns(self, method: str, chat: object) -> bool:
        named = method not in ("getUpdates", WEBHOOK) if self.method is None else method == self.method
        return named and (self.chat is None or self.chat == chat)


class Faults:
    """The faults in force; `times` of each run out."""

    def __init__(self) -> None:
        self._left: dict[Fault, int | None] = {}
        self._chance = Random(0)

    def add(self, fault: Fault, times: int | None) -> None:
        self._left[fault] = times

    def clear(self) -> None:
        self._left.clear()

    def seed(self, seed: int) -> None:
        self._chance = Random(seed)

    def meet(self, method: str, chat: object) -> Fault | None:
        """The fault this request runs into, if any."""
        for fault, left in self._left.items():
            if fault.concerns(method, chat) and self._chance.random() < fault.rate:
                self._used(fault, left)
                return fault
        return None

    def _used(self, fault: Fault, left: int | None) -> None:
        if left == 1:
            del self._left[fault]
        elif left is not None:
            self._left[fault] = left - 1


def refusal(status: int, retry_after: int | None) -> Refusal:
    """What Telegram answers with this status."""
    if status == 429:
        return TooManyRequests(retry_after or 1)
    words = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden: bot was blocked by the user", 409: "Conflict"}
    return Refusal(status, words.get(status, "Internal Server Error" if status == 500 else "Bad Gateway"))
