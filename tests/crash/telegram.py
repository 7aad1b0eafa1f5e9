"""A crash run at the Telegram door: people go on talking on Telegram while servers that are slow to think die.

What Telegram gave and got is known here, so nothing rests on what the servers say of themselves.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from itertools import cycle
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from storage.conversations.conversations import conversation_id
from tests.crash.storm import LEAVING
from tests.real.server import Server
from tests.telegram.server import TelegramServer
from tests.telegram.users import User
from tests.telegram.webhook import Backoff
from tests.telegram.world import Bot

TOKEN = "123456:crash"
SLOWLY = "tests.crash.slowly"
SETTLED_WITHIN = 300.0
LONGEST_LIFE = 1.4
"""Seconds after which a server is taken down at the latest: two batches of turns, and what they send."""


@dataclass(frozen=True)
class Plan:
    """How much of a storm: `way` is `polling` or `webhook`, `how` is `kill` (kill -9) or `term` (SIGTERM)."""

    kills: int
    people: int = 24
    way: str = "polling"
    how: str = "kill"
    servers: int = 1
    seed: int = 1


@dataclass
class Findings:
    """Counts of faults, each of which must be 0, but for `unknown`; and of what was looked at."""

    updates: int = 0
    answers: int = 0
    lost: int = 0
    twice: int = 0
    out_of_order: int = 0
    answers_lost: int = 0
    answers_twice: int = 0
    answers_out_of_order: int = 0
    given_up: int = 0
    bad_leaves: int = 0
    unknown: int = 0
    token_logged: int = 0

    @property
    def faults(self) -> int:
        looked_at = ("updates", "answers", "unknown")
        return sum(getattr(self, one.name) for one in fields(self) if one.name not in looked_at)


@dataclass
class Outcome:
    """What a run showed. Times in seconds."""

    plan: Plan
    findings: Findings
    took: float
    restarts: list[float] = field(default_factory=list)

    @property
    def well(self) -> bool:
        """At most one message may be in doubt for each kill, none for a server that was asked to leave."""
        allowed = self.plan.kills if self.plan.how == "kill" else 0
        return self.findings.faults == 0 and self.findings.unknown <= allowed


@dataclass
class Storm:
    """Customers who go on talking while servers die and come back."""

    plan: Plan
    telegram: TelegramServer
    bot: Bot
    servers: list[Server]
    people: list[User]
    dice: random.Random
    said: int = 0
    restarts: list[float] = field(default_factory=list)
    bad_leaves: int = 0

    async def rages(self) -> None:
        """Everyone speaks again and again; in the midst of it a server dies."""
        await self._all_speak()
        for _, server in zip(range(self.plan.kills), cycle(self.servers), strict=False):
            speaking = asyncio.create_task(self._all_speak())
            await asyncio.sleep(self.dice.uniform(0.05, LONGEST_LIFE))
            await asyncio.to_thread(self._take_down, server)
            await speaking
            self.restarts.append(await asyncio.to_thread(server.start))

    async def settles(self) -> None:
        """Until Telegram holds no update for us and nothing waits in the outbox."""
        async with asyncio.timeout(SETTLED_WITHIN):
            while self.bot.updates.waiting or await asyncio.to_thread(self._unfinished):  # noqa: ASYNC110 - a database rings no bell
                await asyncio.sleep(0.2)

    async def _all_speak(self) -> None:
        self.said += 1
        for number, person in enumerate(self.people):
            await person.says(self.bot, words(number, self.said))
            await asyncio.sleep(self.dice.uniform(0, 1 / len(self.people)))

    def _take_down(self, server: Server) -> None:
        if self.plan.how == "kill":
            server.kill()
        else:
            seconds, code = server.terminate()
            self.bad_leaves += seconds > LEAVING or code != 0

    def _unfinished(self) -> bool:
        return bool(rows(self.servers[0], "SELECT 1 FROM outbox WHERE state IN ('new', 'retry', 'sending') LIMIT 1"))


def words(person: int, share: int) -> str:
    """What a person says."""
    return f"My parcel {person:03} is late, part {share}"


async def run(plan: Plan, folder: Path, database_url: str, understanding: str = "rules") -> Outcome:
    """Let it storm against a fresh database, then look at what is left on both sides."""
    begun = time.monotonic()
    async with TelegramServer(models=False) as telegram:
        telegram.retries(Backoff(first=0.1, most=1.0))
        servers = _servers(plan, folder, database_url, telegram, understanding)
        people = [telegram.user(f"P{number}", language="en") for number in range(plan.people)]
        bot = telegram.bot(TOKEN, "Amends")
        storm = Storm(plan, telegram, bot, servers, people, random.Random(plan.seed))
        try:
            await asyncio.to_thread(servers[0].migrate)
            for server in servers:
                await asyncio.to_thread(server.start)
            await storm.rages()
            await storm.settles()
            findings = await asyncio.to_thread(examine, storm)
            return Outcome(plan, findings, time.monotonic() - begun, storm.restarts)
        finally:
            for server in servers:
                await asyncio.to_thread(server.kill)


def _servers(plan: Plan, folder: Path, url: str, telegram: TelegramServer, understanding: str) -> list[Server]:
    """They have one public address, where only the first of them listens: the others poll or send."""
    servers = [Server(folder, url, data=folder, module=SLOWLY) for _ in range(plan.servers)]
    extra = {
        "AMENDS_TELEGRAM_TOKEN": TOKEN,
        "AMENDS_TELEGRAM_API_URL": telegram.url,
        "AMENDS_UNDERSTANDING": understanding,
    }
    if plan.way == "webhook":
        extra["AMENDS_PUBLIC_URL"] = servers[0].address
    for server in servers:
        server.extra = extra
    return servers


def rows(server: Server, query: str, **bound: object) -> list[Any]:
    """What the database answers."""
    engine = create_engine(server.database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        found = list(connection.execute(text(query), bound))
    engine.dispose()
    return found


def examine(storm: Storm) -> Findings:
    """Everything said is stored once and in order, and what was answered stands on the screen once and in order."""
    server = storm.servers[0]
    found = Findings(updates=storm.said * len(storm.people), bad_leaves=storm.bad_leaves)
    found.unknown = len(rows(server, "SELECT seq FROM outbox WHERE state = 'unknown'"))
    dead = rows(server, "SELECT seq FROM outbox WHERE state = 'dead'")
    found.given_up = len(dead) + len(rows(server, "SELECT event_id FROM quarantine"))
    found.token_logged = sum(TOKEN in each.log.read_text() for each in storm.servers)
    kept: dict[str, list[tuple[str, str]]] = {}
    for of_id, said, author in rows(server, "SELECT conversation_id, text, author FROM messages ORDER BY 1, seq"):
        kept.setdefault(of_id, []).append((said, author))
    for number, person in enumerate(storm.people):
        lines = kept.get(conversation_id("telegram", str(storm.bot.id), str(person.id)), [])
        _compare_words([said for said, author in lines if author == "customer"], number, storm.said, found)
        shown = [message.text for message in person.screen(storm.bot) if message.sender == storm.bot.id]
        _compare_answers([said for said, author in lines if author != "customer"], shown, found)
    # Whose outcome is not known may have arrived or not; each is shown as such.
    found.answers_lost = max(0, found.answers_lost - found.unknown)
    return found


def _compare_words(kept: list[str], person: int, shares: int, found: Findings) -> None:
    wanted = [words(person, share) for share in range(1, shares + 1)]
    found.lost += len(set(wanted) - set(kept))
    found.twice += len(kept) - len(set(kept))
    found.out_of_order += kept != wanted and Counter(kept) == Counter(wanted)


def _compare_answers(answered: list[str], shown: list[str], found: Findings) -> None:
    found.answers += len(answered)
    found.answers_lost += sum((Counter(answered) - Counter(shown)).values())
    found.answers_twice += sum((Counter(shown) - Counter(answered)).values())
    found.answers_out_of_order += not is_within(shown, answered)


def is_within(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether the texts of `part` come in `whole`, in their order."""
    left = iter(whole)
    return all(any(one == other for other in left) for one in part)


_COLUMNS = (
    "Telegram", "way", "processes", "how", "times", "updates", "lost", "twice", "out of order", "answers", "lost",
    "twice", "out of order", "given up", "unknown", "restart s", "took s",
)  # fmt: skip


def table(outcomes: dict[str, Outcome]) -> str:
    """The outcomes by their database's name, in Markdown."""
    lines = [_COLUMNS, ("---",) * len(_COLUMNS), *(_cells(name, outcome) for name, outcome in outcomes.items())]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _cells(name: str, outcome: Outcome) -> tuple[object, ...]:
    plan, found = outcome.plan, outcome.findings
    restart = sum(outcome.restarts) / max(1, len(outcome.restarts))
    return (
        name, plan.way, plan.servers, "kill -9" if plan.how == "kill" else "SIGTERM", plan.kills,
        found.updates, found.lost, found.twice, found.out_of_order,
        found.answers, found.answers_lost, found.answers_twice, found.answers_out_of_order,
        found.given_up + found.bad_leaves + found.token_logged, found.unknown, f"{restart:.2f}", f"{outcome.took:.0f}",
    )  # fmt: skip
