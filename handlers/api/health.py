"""For those who run it: is it alive, can it work, and what has it counted. Nothing about any customer.

Whether it is alive and ready anybody may ask, for what starts and stops it has no token: the answer names what is amiss
in a word and nothing of where or how it runs. What was counted is for a token of the scope `metrics`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import anyio
import msgspec
from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, text

from engine.reads import Reads
from engine.upkeep.write_probe import Heart
from handlers.channels.base.event_stream import Chats
from handlers.http.bearer_tokens import Tokens
from handlers.http.fast_routes import LeanRoute
from storage.db.errors import Unavailable
from storage.staff.tokens import TokenScope

PATIENCE = 3.0
"""Seconds that a database may take to answer before it counts as away."""

Check = Callable[[], str]
"""Says what is wrong, or nothing. Quick: it runs on the loop."""


@dataclass(frozen=True, slots=True)
class Probes:
    """The endpoints. `checks` by name are what must be well, besides the database; `notes` are what should be."""

    reads: Reads
    tokens: Tokens
    checks: Mapping[str, Check]
    collector: Collector
    heart: Heart
    notes: Mapping[str, Check] = field(default_factory=dict)

    async def alive(self, _: Request) -> Response:
        """The process answers."""
        return _json(200, {"status": "ok"})

    async def ready(self, _: Request) -> Response:
        """It can take a turn now; 503 with what is wrong when it cannot."""
        found = {name: check() or "ok" for name, check in self.checks.items()}
        found["database"] = await self._database() or "ok"
        for name, wrong in (await self._written()).items():
            found[name] = wrong or found.get(name, "ok")
        well = all(state == "ok" for state in found.values())
        noted = {name: says for name, note in self.notes.items() if (says := note())}
        noted |= {"space": self.heart.low} if self.heart.low else {}
        status = {"status": "ok" if well else "unready", "checks": found}
        return _json(200 if well else 503, {**status, "notes": noted} if noted else status)

    async def metrics(self, request: Request) -> Response:
        """Counts and gauges as Prometheus reads them, for a token of the scope `metrics`."""
        await self.tokens.admit(request, TokenScope.METRICS)
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self.collector)
        return Response(generate_latest(registry), media_type="text/plain; version=0.0.4; charset=utf-8")

    async def _database(self) -> str:
        with anyio.move_on_after(PATIENCE):
            try:
                await self.reads.run(_ping)
            except Unavailable:
                return "away"
            return ""
        return "slow"

    async def _written(self) -> Mapping[str, str]:
        """What is wrong with writing, by what is written to; a disk that hangs is as good as none."""
        with anyio.move_on_after(PATIENCE):
            return await self.heart.beat()
        return {"files": "slow"}


class Counted(Collector):
    """What Prometheus gets: the turn's own counters, the answers by route, the open streams, and the model in use."""

    def __init__(
        self, counters: Callable[[], Mapping[str, float]], answers: Counter[tuple[str, int]], chats: Chats,
        model: Callable[[], str] = str,
    ):  # fmt: skip
        self.counters = counters
        self.answers = answers
        self.chats = chats
        self.model = model

    def collect(self) -> Iterable[Metric]:
        for name, value in sorted(self.counters().items()):
            yield _family(name, value)
        answers = CounterMetricFamily("amends_http_answers", "HTTP answers.", labels=("route", "status"))
        for (route, status), count in sorted(self.answers.items()):
            answers.add_metric((route, str(status)), count)
        yield answers
        yield GaugeMetricFamily("amends_streams_open", "Open event streams.", value=self.chats.open)
        if model := self.model():
            yield InfoMetricFamily("amends_understanding_model", "The model that reads.", value={"version": model})


def router(probes: Probes) -> APIRouter:
    """`/healthz`, `/readyz`, `/metrics`."""
    routes = APIRouter(tags=["operation"], route_class=LeanRoute)
    routes.add_api_route("/healthz", probes.alive, methods=["GET"], summary="Alive")
    routes.add_api_route("/readyz", probes.ready, methods=["GET"], summary="Ready to work")
    routes.add_api_route("/metrics", probes.metrics, methods=["GET"], summary="Counters for Prometheus")
    return routes


def _family(name: str, value: float) -> Metric:
    """Names that end in `_total` only ever grow; all others go up and down."""
    words = name.replace("_", " ")
    if name.endswith("_total"):
        return CounterMetricFamily(f"amends_{name}", words, value=value)
    return GaugeMetricFamily(f"amends_{name}", words, value=value)


def _ping(connection: Connection) -> None:
    connection.execute(text("SELECT 1"))


def _json(status: int, body: object) -> Response:
    return Response(msgspec.json.encode(body), status, {"Cache-Control": "no-store"}, media_type="application/json")
