"""In which order texts are read."""

from __future__ import annotations

import asyncio

from engine.readers.queue import PATIENT_FOR, Latecomers, PendingText, ReadingQueue
from tests.readers.conftest import said


def text(words: str) -> PendingText:
    return PendingText(words, said(words), asyncio.get_running_loop().create_future())


def order(waiting: ReadingQueue) -> list[str]:
    found = []
    while waiting.first:
        found.append(waiting.pop().said.text)
    return found


async def test_who_comes_first_is_read_first_and_who_comes_back_has_waited_already() -> None:
    waiting = ReadingQueue()
    for words in ("c", "d"):
        waiting.put(text(words))
    waiting.put_back([text("a"), text("b")])
    assert order(waiting) == ["a", "b", "c", "d"]


async def test_what_nobody_waits_for_any_more_is_not_read() -> None:
    waiting = ReadingQueue()
    given_up, wanted = text("a"), text("b")
    waiting.put(given_up)
    waiting.put(wanted)
    given_up.read.cancel()
    assert order(waiting) == ["b"]


def test_lateness_is_forgotten_in_the_end() -> None:
    latecomers = Latecomers()
    latecomers.add("a", 0.0)
    latecomers.add("a", 1.0)
    latecomers.add("", 1.0)
    assert [latecomers.times(chat, 2.0) for chat in ("a", "b", "")] == [2, 0, 0]
    assert latecomers.times("a", 2.0 + PATIENT_FOR) == 0
