"""A Telegram of its own process, and the way to tell it what to do. It outlives a bot that is killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]


class Remote:
    """`remote.do("says", user=5000000001, text="hello")`; the acts are those of `Control`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, timeout=60, trust_env=False)

    def do(self, act: str, **asked: Any) -> Any:
        answer = self._http.post(f"/control/{act}", json=asked)
        if answer.is_error:
            raise AssertionError(f"{act}: {answer.json()['error']}")
        return answer.json()

    def close(self) -> None:
        self._http.close()


@contextmanager
def telegram_process(*tokens: str, models: bool = False) -> Iterator[Remote]:
    """A server with these bots. Leaving fails if the rules of the Bot API were broken."""
    bots = [part for token in tokens for part in ("--bot", token)]
    command = [sys.executable, "-m", "tests.telegram.server", "--port", "0", *bots, *(["--models"] if models else [])]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        remote = Remote(process.stdout.readline().strip())
        try:
            yield remote
            violations = remote.do("state")["violations"]
        finally:
            remote.close()
            process.terminate()
    assert not violations, "; ".join(violations)
