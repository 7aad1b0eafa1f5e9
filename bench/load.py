"""The load: whole intake dialogues over the REST door, as a process of its own.

    python -m bench.load PORT PATH --at-once 64 --seconds 12            as fast as it goes (closed loop)
    python -m bench.load PORT PATH --at-once 256 --rate 400 --seconds 12   at a fixed rate (open loop)

In the open loop a turn's time counts from when it was due, so that waiting is not left out. Prints JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
import uuid
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bench.answers import Answered, answered, reply_to, story
from bench.wire import Wire, bearer

LONGEST = 30
SETTLING = 0.15
"""The share of a run's begin that is not counted: connections open, caches warm."""


@dataclass
class Dialogue:
    """One customer from the story to the reference number."""

    number: int
    run: str
    heard: Answered | None = None
    turns: int = 0
    confirming: bool = False

    @property
    def language(self) -> str:
        return "zh" if self.number % 2 else "en"

    def next_message(self) -> dict[str, Any]:
        words = story(self.language, self.number) if self.heard is None else reply_to(self.language, self.heard)
        self.confirming = self.heard is not None and self.heard.asks == "confirm"
        self.turns += 1
        about = {"message_id": f"{self.number}-{self.turns}", "language": self.language}
        return {"sender": f"{self.run}-{self.number}", "message": words, "metadata": about}

    def hear(self, replies: list[dict[str, Any]]) -> None:
        self.heard = answered(replies)

    @property
    def filed(self) -> bool:
        return self.confirming and self.heard is not None and bool(self.heard.case)

    @property
    def over(self) -> bool:
        return self.filed or self.turns >= LONGEST


@dataclass
class Tally:
    """What was measured: the time of each turn, when it ended, and how dialogues went. Seconds."""

    ends: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    dialogues: int = 0
    filed: int = 0
    refused: int = 0

    def turn(self, begun: float) -> None:
        now = time.perf_counter()
        self.ends.append(now)
        self.times.append(now - begun)

    def over(self, dialogue: Dialogue) -> None:
        self.dialogues += 1
        self.filed += dialogue.filed


@dataclass
class Load:
    """Customers at one server. A server that answers with nothing (the bare one) is sent dialogues of fixed length."""

    port: int
    path: str
    until: float
    token: str = ""
    tally: Tally = field(default_factory=Tally)
    run: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    _numbers: Any = field(default_factory=count)

    async def closed(self, at_once: int) -> None:
        """Each customer answers at once; a new one comes when one is done."""
        await asyncio.gather(*(self._customer() for _ in range(at_once)))

    async def _customer(self) -> None:
        wire = self._wire()
        dialogue = self._new()
        while time.perf_counter() < self.until:
            dialogue = await self._turn(wire, dialogue, time.perf_counter())
        wire.close()

    async def open(self, at_once: int, rate: float) -> None:
        """Turns are due at a fixed rate, whoever is free takes the next."""
        free: asyncio.Queue[tuple[Wire, Dialogue]] = asyncio.Queue()
        for _ in range(at_once):
            free.put_nowait((self._wire(), self._new()))
        begun, tasks = time.perf_counter(), set()
        for number in count():
            due = begun + number / rate
            if due >= self.until:
                break
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            task = asyncio.create_task(self._due(free, due))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks)

    async def _due(self, free: asyncio.Queue[tuple[Wire, Dialogue]], due: float) -> None:
        wire, dialogue = await free.get()
        free.put_nowait((wire, await self._turn(wire, dialogue, due)))

    async def _turn(self, wire: Wire, dialogue: Dialogue, begun: float) -> Dialogue:
        status, replies = await wire.post(self.path, dialogue.next_message())
        self.tally.turn(begun)
        if status != 200:
            self.tally.refused += 1
            return self._new()
        dialogue.hear(replies)
        if not dialogue.over:
            return dialogue
        self.tally.over(dialogue)
        return self._new()

    def _wire(self) -> Wire:
        return Wire("127.0.0.1", self.port, headers=bearer(self.token))

    def _new(self) -> Dialogue:
        return Dialogue(next(self._numbers), self.run)


def figures(tally: Tally, begun: float, seconds: float) -> dict[str, float]:
    """Rate and percentiles (milliseconds) of the counted part of a run."""
    since = begun + SETTLING * seconds
    times = sorted(spent for end, spent in zip(tally.ends, tally.times, strict=True) if end >= since)
    span = (max(tally.ends) - since) if times else 1.0
    return {
        "turns_per_second": len(times) / span,
        "turns": len(times),
        "p50": percentile(times, 0.50),
        "p99": percentile(times, 0.99),
        "worst": percentile(times, 1.0),
        "dialogues": tally.dialogues,
        "filed": tally.filed,
        "refused": tally.refused,
    }


def percentile(times: list[float], share: float) -> float:
    return 1000 * times[min(len(times) - 1, int(share * len(times)))] if times else float("nan")


async def main(arguments: argparse.Namespace) -> None:
    begun = time.perf_counter()
    load = Load(arguments.port, arguments.path, begun + arguments.seconds, arguments.token)
    if arguments.rate:
        await load.open(arguments.at_once, arguments.rate)
    else:
        await load.closed(arguments.at_once)
    json.dump(figures(load.tally, begun, arguments.seconds), sys.stdout)


if __name__ == "__main__":
    import uvloop

    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("path")
    parser.add_argument("--token", default="")
    parser.add_argument("--at-once", type=int, default=64)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--seconds", type=float, default=12)
    uvloop.run(main(parser.parse_args()))
