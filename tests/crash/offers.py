"""Negotiations while servers are killed: each customer is offered something, says yes, and has it done, however often
an answer was lost on its way. Then each case is looked at: one offer, accepted once, owed or done once.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from tests.real.server import Server

PATIENCE = 120.0
"""Seconds after which a step that never comes through is a fault."""
_ONCE = ("offer_made", "offer_accepted", "offer_fulfilled")


@dataclass(frozen=True)
class Plan:
    """How many customers negotiate, how many at a time, and how often a server is killed (-9) meanwhile."""

    customers: int
    kills: int
    at_once: int = 8
    servers: int = 1
    seed: int = 1


@dataclass
class Outcome:
    """What was found. All but the first two must be 0."""

    plan: Plan
    resent: int = 0
    lost: int = 0
    twice: int = 0
    wrong_sum: int = 0
    broken: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def well(self) -> bool:
        return not (self.lost or self.twice or self.wrong_sum or self.broken)


@dataclass
class Customer:
    """One customer and the program that talks for them; every step is sent until it is acknowledged, and once more."""

    number: int
    ports: list[int]
    token: str
    dice: random.Random
    passed: Callable[[], None]
    resent: int = 0
    reference: str = ""

    @property
    def amount(self) -> Decimal:
        return Decimal(100 + self.number).scaleb(-1)

    def negotiate(self) -> None:
        for _ in range(12):
            self.reference = self.reference or self.says("the blender stopped working, write to a@example.com")
            if self.reference:
                break
            self.reference = self.says("skip") or self.says("yes")
        assert self.reference, "no case was filed"
        lines = [{"kind": "refund", "amount": str(self.amount), "currency": "CNY"}]
        self.posts("offers", {"lines": lines}, "offer")
        self.says("yes please, I accept")
        self.posts("offers/1/lines/1/done", {"proof": f"T-{self.number}"}, "done")

    def says(self, text: str) -> str:
        """The customer writes; the reference that the answer names."""
        name = f"{self.number}-{self.dice.random()}"
        body = {"sender": f"c{self.number}", "message": text, "metadata": {"message_id": name, "language": "en"}}
        said = self._until_acknowledged("/webhooks/rest/webhook", body, {})
        return next((one["custom"]["case"] for one in said if one["custom"]["case"]), "")

    def posts(self, path: str, body: Any, key: str) -> None:
        headers = {"Idempotency-Key": f"{self.number}-{key}"}
        self._until_acknowledged(f"/api/v1/cases/{self.reference}/{path}", body, headers)

    def _until_acknowledged(self, path: str, body: Any, headers: dict[str, str]) -> Any:
        """Sent again with the same name until it is taken; a third of what was taken is sent once more."""
        answer = self._sent(path, body, headers)
        self.passed()
        if self.dice.random() < 0.3:
            self.resent += 1
            answer = self._sent(path, body, headers)
        return answer

    def _sent(self, path: str, body: Any, headers: dict[str, str]) -> Any:
        headers, begun = headers | {"Authorization": f"Bearer {self.token}"}, time.monotonic()
        while time.monotonic() - begun < PATIENCE:
            try:
                url = f"http://127.0.0.1:{self.dice.choice(self.ports)}{path}"
                answer = httpx.post(url, json=body, headers=headers, timeout=10)
                if answer.status_code == 200:
                    return answer.json()
                assert answer.status_code in (429, 503), answer.text
            except httpx.TransportError:
                pass
            self.resent += 1
            time.sleep(0.1)
        raise AssertionError(f"{path} was never taken")


@dataclass
class Reaper:
    """Kills a server whenever the crowd has got a little further, and brings it back."""

    plan: Plan
    servers: list[Server]
    steps: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    over: threading.Event = field(default_factory=threading.Event)

    def passed(self) -> None:
        with self.lock:
            self.steps += 1

    def reap(self) -> None:
        every, dice = max(1, self.plan.customers * 8 // (self.plan.kills + 1)), random.Random(self.plan.seed)
        for number in range(1, self.plan.kills + 1):
            while self.steps < number * every and not self.over.is_set():
                time.sleep(0.01)
            if self.over.is_set():
                return
            server = self.servers[number % len(self.servers)]
            time.sleep(dice.uniform(0, 0.05))
            server.kill()
            server.start()


def run(plan: Plan, folder: Path, database_url: str) -> Outcome:
    """Let them negotiate while servers are killed; then look at every case."""
    servers = [Server(folder, database_url, data=folder) for _ in range(plan.servers)]
    try:
        servers[0].migrate()
        for server in servers:
            server.start()
        return _run(plan, servers)
    finally:
        for server in servers:
            server.kill()


def _run(plan: Plan, servers: list[Server]) -> Outcome:
    token = servers[0].token("chat", "read", "write")
    reaper, ports = Reaper(plan, servers), [server.port for server in servers]
    crowd = [Customer(n, ports, token, random.Random(n), reaper.passed) for n in range(plan.customers)]
    killer = threading.Thread(target=reaper.reap)
    killer.start()
    with ThreadPoolExecutor(plan.at_once) as pool:
        list(pool.map(Customer.negotiate, crowd))
    reaper.over.set()
    killer.join()
    outcome = Outcome(plan, sum(one.resent for one in crowd))
    for customer in crowd:
        _examine(customer, ports[0], token, outcome)
    return outcome


def _examine(customer: Customer, port: int, token: str, outcome: Outcome) -> None:
    url = f"http://127.0.0.1:{port}/api/v1/cases/{customer.reference}"
    case = httpx.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=30).json()
    done = Counter(one["action"] for one in case["timeline"])
    lost, twice = [each for each in _ONCE if not done[each]], [each for each in _ONCE if done[each] > 1]
    said = Counter(one["text"] for one in case["transcript"] if one["author"] == "customer")
    told = sum("done" in one["text"] and "¥" in one["text"] for one in case["transcript"] if one["author"] == "notice")
    paid = [Decimal(line["amount"]) for offer in case["offers"] for line in offer["lines"] if line["done"]]
    outcome.lost += len(lost) + (said["yes please, I accept"] == 0)
    outcome.twice += len(twice) + (said["yes please, I accept"] > 1) + (told > 1)
    outcome.wrong_sum += paid != [customer.amount]
    outcome.broken += [offer["state"] for offer in case["offers"]] != ["fulfilled"]
    if lost or twice or paid != [customer.amount]:
        outcome.examples.append(f"{customer.reference}: {dict(done)} {paid} {said}")


def table(outcomes: dict[str, Outcome]) -> str:
    """How each run went, a line for each."""
    head = f"{'negotiations':24} customers kills resent lost twice wrong_sum broken"
    lines = [
        f"{name:24} {one.plan.customers:9} {one.plan.kills:5} {one.resent:6} {one.lost:4} {one.twice:5}"
        f" {one.wrong_sum:9} {one.broken:6}"
        for name, one in outcomes.items()
    ]
    return "\n".join([head, *lines, *(each for one in outcomes.values() for each in one.examples[:5])])
