"""`make bench`: all figures in one run, as a table with the goals, and as JSON in bench/results/.

python -m bench [--seconds 12] [--rows 1000000] [--only sqlite|postgres]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine, text

from bench.history import seed
from bench.report import table
from bench.wire import Wire
from tests.real.postgres import NoPostgres, new_database, running_postgres
from tests.real.server import Server, free_port

DOOR = "/webhooks/rest/webhook"
TOKEN = "123:bench"
AT_ONCE = 64
LONGEST = 180.0
"""Seconds after which a process of ours is given up."""
LITTLE = 1_000
FIXED_RATE = 200.0
"""Turns a second at which little and much history are compared: well below what either can do."""


@dataclass
class Run:
    """One database's figures."""

    seconds: float
    rows: int
    folder: Path
    figures: dict[str, Any] = field(default_factory=dict)

    def measure(self, url: str, bare_url: str) -> dict[str, Any]:
        """Bare endpoint, full load, half load, then the same fixed load with little and with much history."""
        with _bare(bare_url) as port:
            self.figures["bare"] = _load(port, "/fastapi", self.seconds)
            self.figures["barest"] = _load(port, "/", self.seconds / 2)
        with self._server(url) as server:
            token = server.token("chat")
            full = self.figures["full"] = _load(server.port, DOOR, self.seconds, token=token)
            half = max(1.0, full["turns_per_second"] / 2)
            self.figures["half"] = _load(server.port, DOOR, self.seconds, half, token)
            self.figures["memory"] = server.memory()
        return self.figures

    def measure_telegram(self, webhook_url: str, polling_url: str) -> None:
        """aiogram alone, then updates brought by webhook and asked for by polling, each on a fresh database."""
        self.figures["aiogram"] = _child("bench.feeding", "--seconds", self.seconds / 3)
        for way, url in (("webhook", webhook_url), ("polling", polling_url)):
            self.figures[way] = self._telegram(way, url)

    def _telegram(self, way: str, url: str) -> dict[str, Any]:
        """One run through the Telegram door, with the cases that it left on file."""
        port = free_port()
        server = Server(self.folder, url, data=self.folder)
        server.extra = {"AMENDS_TELEGRAM_TOKEN": TOKEN, "AMENDS_TELEGRAM_API_URL": f"http://127.0.0.1:{port}"}
        if way == "webhook":
            server.extra["AMENDS_PUBLIC_URL"] = server.address
        asked = (port, server.port, server.token("chat"), "--seconds", self.seconds)
        with _at_once("bench.telegram", *asked) as telegram, self._up(server):
            figures = telegram()
        return figures | {"filed": _filed(url)}

    def compare_history(self, little: str, much: str) -> None:
        """The same fixed load on a database with little and one with much history, in turns: better of two rounds."""
        for url, rows in ((little, LITTLE), (much, self.rows)):
            with self._server(url):
                pass
            seed(url, rows)
        with self._server(little) as first, self._server(much) as second:
            tokens = {server.port: server.token("chat") for server in (first, second)}
            for _ in range(2):
                for name, server in (("little", first), ("much", second)):
                    load = _load(server.port, DOOR, self.seconds / 2, FIXED_RATE, tokens[server.port])
                    self._note_better(name, load)
            self.figures["memory"] = max(self.figures["memory"], second.memory())

    def _note_better(self, name: str, figures: dict[str, Any]) -> None:
        if name not in self.figures or figures["p50"] < self.figures[name]["p50"]:
            self.figures[name] = figures

    @contextmanager
    def _server(self, url: str) -> Iterator[Server]:
        server = Server(self.folder, url, data=self.folder)
        with self._up(server):
            yield server

    @contextmanager
    def _up(self, server: Server) -> Iterator[None]:
        try:
            started = server.start()
            if not server.extra:
                self.figures.setdefault("starts", []).append(started)
            yield
        finally:
            if server.process is not None and server.process.poll() is None:
                server.terminate()


def _load(port: int, path: str, seconds: float, rate: float = 0, token: str = "") -> dict[str, Any]:
    """One run of the load in a process of its own."""
    at_once = AT_ONCE * 4 if rate else AT_ONCE
    chosen = ("--at-once", at_once, "--seconds", seconds, "--rate", rate, "--token", token)
    return _child("bench.load", port, path, *chosen)


def _child(module: str, *arguments: object) -> dict[str, Any]:
    """What a process of our own prints."""
    with _at_once(module, *arguments) as figures:
        return figures()


@contextmanager
def _at_once(module: str, *arguments: object) -> Iterator[Callable[[], dict[str, Any]]]:
    """A process beside; the call yielded waits for its end and gives what it printed."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def figures() -> dict[str, Any]:
        printed, told = process.communicate(timeout=LONGEST)
        if process.returncode:
            raise RuntimeError(told[-2000:])
        return dict(json.loads(printed))

    try:
        yield figures
    finally:
        process.kill()
        process.wait()


def _filed(url: str) -> int:
    """How many cases came over Telegram."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        found = connection.scalar(text(_CASES))
    engine.dispose()
    return int(found or 0)


_CASES = (
    "SELECT count(*) FROM cases JOIN conversations ON conversations.id = cases.conversation_id"
    " WHERE channel = 'telegram'"
)


@contextmanager
def _bare(url: str) -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.bare", url, str(port)])
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    import asyncio

    from bench.wire import Gone

    async def asked() -> bool:
        try:
            return (await Wire("127.0.0.1", port).get("/"))[0] == 200
        except Gone:
            return False

    for _ in range(200):
        if asyncio.run(asked()):
            return
        time.sleep(0.05)
    raise RuntimeError("the bare endpoint did not start")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--seconds", type=float, default=12)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    chosen = parser.parse_args()
    results: dict[str, dict[str, Any]] = {}
    with TemporaryDirectory(prefix="amends-bench-") as folder:
        if chosen.only != "postgres":
            results["SQLite"] = _sqlite(Path(folder) / "sqlite", chosen)
        if chosen.only != "sqlite":
            try:
                with running_postgres() as server:
                    results["PostgreSQL"] = _postgres(Path(folder) / "postgres", chosen, server)
            except NoPostgres as reason:
                print(f"not found, so skipped: PostgreSQL ({reason})")
    print(table(results))
    _keep(results)


def _sqlite(folder: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    run = Run(chosen.seconds, chosen.rows, folder)
    folder.mkdir()
    run.measure(f"sqlite:///{folder / 'amends.db'}", f"sqlite:///{folder / 'bare.db'}")
    run.measure_telegram(f"sqlite:///{folder / 'webhook.db'}", f"sqlite:///{folder / 'polling.db'}")
    run.compare_history(f"sqlite:///{folder / 'little.db'}", f"sqlite:///{folder / 'much.db'}")
    return run.figures


def _postgres(folder: Path, chosen: argparse.Namespace, server: str) -> dict[str, Any]:
    run = Run(chosen.seconds, chosen.rows, folder)
    folder.mkdir()
    run.measure(_migrated(folder, new_database(server)), new_database(server))
    run.measure_telegram(_migrated(folder, new_database(server)), _migrated(folder, new_database(server)))
    run.compare_history(_migrated(folder, new_database(server)), _migrated(folder, new_database(server)))
    return run.figures


def _migrated(folder: Path, url: str) -> str:
    Server(folder, url).migrate()
    return url


def _keep(results: dict[str, dict[str, Any]]) -> None:
    folder = Path(__file__).parent / "results"
    folder.mkdir(exist_ok=True)
    (folder / f"{time.strftime('%Y%m%d-%H%M%S')}.json").write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
