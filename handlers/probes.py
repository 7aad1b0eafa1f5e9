"""For those who run it: is it alive, can it work, and what has it counted. Nothing about any customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import anyio
import msgspec
from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, text

from handlers.lean import LeanRoute
from handlers.limits import is_local
from handlers.problems import Forbidden, Refused
from handlers.stream import Chats
from handlers.taking import Reads
from storage.tokens import check_token

PATIENCE = 3.0
"""Seconds that a database may take to answer before it counts as away."""

Check = Callable[[], str]
"""Says what is wrong, or nothing. Quick: it runs on the loop."""


@dataclass(frozen=True, slots=True)
class Probes:
    """The endpoints. `checks` by name are what must be well, besides the database."""

    reads: Reads
    checks: Mapping[str, Check]
    collector: Collector

    async def alive(self, _: Request) -> Response:
        """The process answers."""
        return _json(200, {"status": "ok"})

    async def ready(self, _: Request) -> Response:
        """It can take a turn now; 503 with what is wrong when it cannot."""
        found = {name: check() or "ok" for name, check in self.checks.items()}
        found["database"] = await self._database() or "ok"
        well = all(state == "ok" for state in found.values())
        return _json(200 if well else 503, {"status": "ok" if well else "unready", "checks": found})

    async def metrics(self, request: Request) -> Response:
        """Counts and gauges as Prometheus reads them: on this machine, or for a token of the API."""
        if not is_local(request.scope) and not await self._has_token(request):
            raise Forbidden("Metrics are for this machine, or for a token from `amends token create NAME`.")
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self.collector)
        return Response(generate_latest(registry), media_type="text/plain; version=0.0.4; charset=utf-8")

    async def _database(self) -> str:
        with anyio.move_on_after(PATIENCE):
            try:
                await self.reads.run(_ping)
            except Refused:
                return "away"
            return ""
        return "slow"

    async def _has_token(self, request: Request) -> bool:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        return kind.lower() == "bearer" and bool(await self.reads.run(check_token, token))


class Counted(Collector):
    """What Prometheus gets: the turn's own counters, the answers by route, and the open streams."""

    def __init__(self, counters: Callable[[], Mapping[str, float]], answers: Counter[tuple[str, int]], chats: Chats):
        self.counters = counters
        self.answers = answers
        self.chats = chats

    def collect(self) -> Iterable[Metric]:
        for name, value in sorted(self.counters().items()):
            yield _family(name, value)
        answers = CounterMetricFamily("amends_http_answers", "HTTP answers.", labels=("route", "status"))
        for (route, status), count in sorted(self.answers.items()):
            answers.add_metric((route, str(status)), count)
        yield answers
        yield GaugeMetricFamily("amends_streams_open", "Open event streams.", value=self.chats.open)


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
