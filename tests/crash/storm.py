"""One crash run: a crowd that talks, servers that die and come back, and a count of how it went."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from tests.crash.chats import Crowd, ask_again, make_chats
from tests.crash.evidence import Evidence, examine
from tests.real.processes import children, readers, stay
from tests.real.server import Server

LEAVING = 10.0


@dataclass(frozen=True)
class Plan:
    """How much of a storm: `how` is `kill` (kill -9), `term` (SIGTERM), or `readers`: kill -9 of a server's readers,
    and every third time of the template that they come from.
    """

    kills: int
    messages: int
    chats: int
    servers: int = 1
    how: str = "kill"
    seed: int = 1


@dataclass
class Outcome:
    """What a run showed. Times in seconds; `orphans` are processes that outlived their server."""

    plan: Plan
    evidence: Evidence
    resent: int
    took: float
    restarts: list[float] = field(default_factory=list)
    leaves: list[tuple[float, int]] = field(default_factory=list)
    orphans: list[int] = field(default_factory=list)

    @property
    def late_or_dirty(self) -> int:
        """How often a server that was asked to leave took over ten seconds or left with an error."""
        return sum(seconds > LEAVING or code != 0 for seconds, code in self.leaves)

    @property
    def well(self) -> bool:
        return self.evidence.faults == 0 and self.late_or_dirty == 0 and not self.orphans


@dataclass
class Reaper:
    """Takes a server down whenever the crowd has got a little further, and brings it back."""

    servers: list[Server]
    plan: Plan
    dice: random.Random
    acknowledged: int = 0
    moment: int = 0
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    restarts: list[float] = field(default_factory=list)
    leaves: list[tuple[float, int]] = field(default_factory=list)

    def heard(self) -> None:
        """One more message was acknowledged."""
        self.acknowledged += 1
        if self.acknowledged >= self.moment:
            self.reached.set()

    async def reap(self) -> None:
        step = self.plan.messages // (self.plan.kills + 1)
        for number, server in zip(range(1, self.plan.kills + 1), cycle(self.servers), strict=False):
            await self._until(number * step - self.dice.randrange(step // 2 + 1))
            await asyncio.sleep(self.dice.uniform(0, 0.05))
            if self.plan.how == "readers":
                await asyncio.to_thread(kill_a_reader, server, template=number % 3 == 0)
                continue
            await self._take_down(server)
            self.restarts.append(await asyncio.to_thread(server.start))

    async def _until(self, moment: int) -> None:
        self.moment = moment
        if self.acknowledged < moment:
            self.reached.clear()
            await self.reached.wait()

    async def _take_down(self, server: Server) -> None:
        if self.plan.how == "kill":
            server.kill()
        else:
            self.leaves.append(await asyncio.to_thread(server.terminate))


def kill_a_reader(server: Server, *, template: bool) -> None:
    """kill -9 of one of a server's readers, or of their template."""
    assert server.process is not None
    below = children(server.process.pid) if template else readers(server.process.pid)
    for pid in below[:1]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def run(plan: Plan, folder: Path, database_url: str) -> Outcome:
    """Let it storm against a fresh database, then examine what is left."""
    servers = [Server(folder, database_url, data=folder) for _ in range(plan.servers)]
    try:
        servers[0].migrate()
        for server in servers:
            server.start()
        # A thread of its own: another test's browser may hold this one's event loop.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, _storm(plan, servers, database_url)).result()
    finally:
        for server in servers:
            server.kill()


async def _storm(plan: Plan, servers: list[Server], database_url: str) -> Outcome:
    dice = random.Random(plan.seed)
    reaper = Reaper(servers, plan, dice)
    token, ports = await asyncio.to_thread(servers[0].token, "chat"), [one.port for one in servers]
    crowd = Crowd(make_chats(plan.chats), ports, token, plan.messages, dice, reaper.heard)
    begun = time.monotonic()
    async with asyncio.TaskGroup() as group:
        group.create_task(reaper.reap())
        group.create_task(crowd.talk())
    took = time.monotonic() - begun
    different = await ask_again(crowd.chats, servers[0].port, token)
    below = [pid for server in servers for pid in _below(server)]
    for server in servers:
        await asyncio.to_thread(server.terminate)
    left = await asyncio.to_thread(stay, below)
    evidence = examine(crowd.chats, database_url, different, servers[0])
    return Outcome(plan, evidence, crowd.resent, took, reaper.restarts, reaper.leaves, left)


def _below(server: Server) -> list[int]:
    assert server.process is not None
    return [*children(server.process.pid), *readers(server.process.pid)]
