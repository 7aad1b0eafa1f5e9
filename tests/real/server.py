"""A real `amends serve` in a process of its own, which may be killed."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
READY_WITHIN = 90.0
"""Seconds: a busy machine is slow, and slowness is the bench's to judge."""


class NotReady(RuntimeError):
    """The server did not become ready; the message holds the end of its log."""


@dataclass
class Server:
    """One `amends serve` on loopback with its own folder and database.

    `folder` holds the log; processes that share a PostgreSQL also share `data`, as they would in earnest.
    `module` is what runs the command line.
    """

    folder: Path
    database_url: str
    port: int = field(default_factory=lambda: free_port())
    data: Path | None = None
    extra: dict[str, str] = field(default_factory=dict)
    module: str = "bot"
    process: subprocess.Popen[bytes] | None = None

    def migrate(self) -> None:
        """Bring the database's schema up to date, as an operator does before serving on PostgreSQL."""
        command = [sys.executable, "-m", "bot", "migrate"]
        subprocess.run(command, env=self.environment(), cwd=ROOT, check=True, capture_output=True)

    def start(self) -> float:
        """Start and wait until ready; returns the seconds it took."""
        self.launch()
        return self.wait_ready()

    def launch(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module, "serve", "--port", str(self.port)],
                env=self.environment(), stdout=log, stderr=log, cwd=ROOT,
            )  # fmt: skip

    def environment(self) -> dict[str, str]:
        """The server's variables: none of the developer's own `AMENDS_…` may leak in."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("AMENDS_")}
        own = {
            "AMENDS_DATABASE_URL": self.database_url,
            "AMENDS_DATA_DIR": str(self.data or self.folder),
            "AMENDS_REST_RATE": "0",
            "AMENDS_LOG_LEVEL": "warning",
            "AMENDS_TRAIN_AT_START": "off",
        }
        return clean | own | self.extra

    def wait_ready(self) -> float:
        begun = time.monotonic()
        while time.monotonic() - begun < READY_WITHIN:
            if self.process is None or self.process.poll() is not None:
                break
            if self.is_ready():
                return time.monotonic() - begun
            time.sleep(0.02)
        raise NotReady(f"amends serve did not become ready:\n{self.tail()}")

    def is_ready(self) -> bool:
        try:
            with urlopen(f"{self.address}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def token(self, *scopes: str) -> str:
        """A token for these scopes, made as an operator makes one; for talking, reading and measuring if none is named.

        The processes of one database share it, so its name does not belong to one of them.
        """
        wanted = [word for scope in scopes or ("chat", "read", "metrics") for word in ("--scope", scope)]
        command = [sys.executable, "-m", "bot", "token", "create", f"test-{secrets.token_hex(4)}", *wanted]
        made = subprocess.run(command, env=self.environment(), cwd=ROOT, check=True, capture_output=True, text=True)
        return made.stdout.strip()

    def program(self, *scopes: str) -> dict[str, str]:
        """The headers of a program with such a token."""
        return {"Authorization": f"Bearer {self.token(*scopes)}"}

    def kill(self) -> None:
        """`kill -9`: nothing of the process gets a last word."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def terminate(self) -> tuple[float, int]:
        """SIGTERM; returns the seconds until it was gone and its exit code."""
        assert self.process is not None
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=30)
        return time.monotonic() - begun, code

    def memory(self) -> float:
        """Resident megabytes now."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / f"serve-{self.port}.log"

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else "(no log)"


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
