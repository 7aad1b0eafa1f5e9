"""One run: customers and colleagues at work, readers whose lines are cut, servers that are killed and come back."""

from __future__ import annotations

import asyncio
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import httpx

from storage.db.database import open_database
from storage.db.timestamps import utc_now
from storage.staff.accounts import NewStaff, Role, StaffPresence, add_staff, find_login, set_presence
from storage.staff.passwords import Passwords
from tests.crash.desk.evidence import Findings, compare_streams, cursors, examine, watch_holders
from tests.crash.desk.people import Colleague, Customer, Town
from tests.crash.desk.readers import Reader
from tests.desk.scenery import PASSWORD, QUICK, Browser
from tests.real.server import Server

WATCHER = "sam"
"""The supervisor whose streams follow every chat."""
SETTLED_WITHIN = 60.0


@dataclass(frozen=True)
class Plan:
    """How much of a storm. `cuts` are of streams, at the least; `life` is how long a server lives at most, seconds."""

    kills: int
    cuts: int = 60
    chats: int = 8
    colleagues: int = 4
    capacity: int = 3
    servers: int = 1
    life: float = 2.0
    seed: int = 1


@dataclass
class Outcome:
    """What a run showed. Times in seconds."""

    plan: Plan
    found: Findings
    kills: int
    cuts: int
    resent: int
    took: float

    @property
    def well(self) -> bool:
        return self.found.faults == 0 and self.cuts >= self.plan.cuts and self.found.acts > 0


@dataclass
class Storm:
    """Everybody in it."""

    plan: Plan
    servers: list[Server]
    town: Town
    readers: list[tuple[Reader, Reader]]
    dice: random.Random
    kills: int = 0
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def rages(self) -> None:
        """Until so many servers were killed and so many lines cut; then everyone finishes what they began."""
        people = [
            *map(self.town.writes, self.town.customers),
            *map(self.town.works, self.town.colleagues),
        ]
        async with asyncio.TaskGroup() as group:
            for one in people:
                group.create_task(one)
            self._tasks = [asyncio.create_task(reader.follow()) for pair in self.readers for reader in pair]
            await self._kill_all()
            while self.cuts < self.plan.cuts:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.1)
            self.town.closed = True

    async def settles(self) -> None:
        """Until every reader, whose line holds now, was told all there is; and whatever they are told after that."""
        for pair in self.readers:
            for reader in pair:
                reader.last = True
        async with asyncio.timeout(SETTLED_WITHIN):
            while not await asyncio.to_thread(self._are_told):  # noqa: ASYNC110 - a database rings no bell
                await asyncio.sleep(0.2)
        await asyncio.sleep(1.0)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _are_told(self) -> bool:
        heads = cursors(self.servers[0].database_url)
        chats = zip(self.town.customers, self.readers, strict=True)
        return all((page.cursor, desk.cursor) == heads[customer.conversation] for customer, (page, desk) in chats)

    @property
    def cuts(self) -> int:
        return sum(reader.cuts for pair in self.readers for reader in pair)

    async def _kill_all(self) -> None:
        for _, server in zip(range(self.plan.kills), cycle(self.servers), strict=False):
            await asyncio.sleep(self.dice.uniform(0.2, self.plan.life))
            server.kill()
            self.kills += 1
            await asyncio.to_thread(server.start)


def run(plan: Plan, folder: Path, database_url: str) -> Outcome:
    """Let it storm against a fresh database, then examine what is left."""
    servers = [Server(folder, database_url, data=folder) for _ in range(plan.servers)]
    try:
        servers[0].migrate()
        ids = hire([*(f"p{n}" for n in range(plan.colleagues)), WATCHER], plan.capacity, database_url)
        watch_holders(database_url)
        for server in servers:
            server.start()
        # A thread of its own: another test's browser may hold this one's event loop.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, _storm(plan, servers, ids)).result()
    finally:
        for server in servers:
            server.kill()


async def _storm(plan: Plan, servers: list[Server], ids: dict[str, str]) -> Outcome:
    dice, ports = random.Random(plan.seed), [server.port for server in servers]
    customers = [Customer(number) for number in range(plan.chats)]
    known = {login: signed_in(servers[0], login) for login in ids}
    colleagues = [Colleague(ids[login], login, known[login]) for login in ids if login != WATCHER]
    town = Town(customers, colleagues, ports, dice)
    readers = [
        (
            Reader("/chat/stream", customer.headers, ports, dice),
            Reader(f"/desk/chats/{customer.conversation}/events", known[WATCHER], ports, dice),
        )
        for customer in customers
    ]
    storm, begun = Storm(plan, servers, town, readers, dice), time.monotonic()
    await storm.rages()
    await storm.settles()
    for server in servers:
        await asyncio.to_thread(server.terminate)
    found = examine(customers, town.ledger, servers[0], plan.capacity)
    compare_streams(customers, readers, servers[0].database_url, found)
    return Outcome(plan, found, storm.kills, storm.cuts, town.resent, time.monotonic() - begun)


def hire(logins: list[str], capacity: int, database_url: str) -> dict[str, str]:
    """Accounts by their logins; the watcher may see every chat."""
    database, hashed = open_database(database_url), Passwords(QUICK).hash(PASSWORD)
    with database.write() as conn:
        for login in logins:
            role = Role.SUPERVISOR if login == WATCHER else Role.AGENT
            add_staff(conn, NewStaff(login, login.title(), role, hashed, capacity=capacity), utc_now())
        found = {login: find_login(conn, login) for login in logins}
        for one in found.values():
            # They are there, and choose their chats themselves.
            set_presence(conn, one.id if one else "", StaffPresence.BUSY, utc_now())
    database.close()
    return {login: one.id for login, one in found.items() if one}


def signed_in(server: Server, login: str) -> str:
    """The lines of a request by which the desk knows somebody and believes their forms."""
    with httpx.Client(base_url=server.address, timeout=20) as http:
        browser = Browser(http)
        assert browser.sign_in(login).status_code == 303
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in http.cookies.jar)
        token = browser.token("/desk/account")
    return f"Cookie: {cookies}\r\nX-CSRF-Token: {token}\r\nHX-Request: true\r\n"


_COLUMNS = (
    "the desk", "processes", "kill -9", "cuts", "messages", "acts", "refused", "resent", "told", "lost", "twice",
    "out of order", "not refused", "two holders", "bot spoke", "trail", "over capacity", "streams", "broken", "took s",
)  # fmt: skip


def table(outcomes: dict[str, Outcome]) -> str:
    """The outcomes by their database's name, in Markdown."""
    lines = [_COLUMNS, ("---",) * len(_COLUMNS), *(_cells(name, outcome) for name, outcome in outcomes.items())]
    rows = [f"| {' | '.join(map(str, line))} |" for line in lines]
    rows += [f"{name}: {example}" for name, outcome in outcomes.items() for example in outcome.found.examples]
    return "\n".join(rows)


def _cells(name: str, outcome: Outcome) -> tuple[object, ...]:
    found = outcome.found
    return (
        name, outcome.plan.servers, outcome.kills, outcome.cuts, found.messages, found.acts, found.refused,
        outcome.resent, found.told, found.lost, found.twice, found.out_of_order, found.not_refused, found.two_holders,
        found.bot_spoke, found.trail_differs, found.over_capacity, found.streams_differ, found.broken,
        f"{outcome.took:.0f}",
    )  # fmt: skip
