"""What customers say and who they are appears in no log, no metric and no error, at the chattiest level."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.real.server import Server

DOOR = "/webhooks/rest/webhook"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path, f"sqlite:///{tmp_path / 'amends.db'}", extra={"AMENDS_LOG_LEVEL": "debug"})
    running.start()
    yield running
    running.kill()


def test_no_personal_word_is_in_a_log_a_metric_or_an_error(server: Server) -> None:
    canaries = [f"canary{number:04}" for number in range(300)]
    heard = "".join(_speaks(server, canaries))
    heard += (
        httpx.get(f"{server.address}/metrics", headers=server.program()).text
        + httpx.get(f"{server.address}/readyz").text
    )
    server.terminate()
    logged = server.log.read_text(errors="replace")
    assert "listening" in logged, "the log must be one that would show it"
    assert [canary for canary in canaries if canary in logged or canary in heard] == []


def _speaks(server: Server, canaries: list[str]) -> Iterator[str]:
    """Say each canary as some personal thing; yields what refused requests were answered."""
    with httpx.Client(base_url=server.address, headers=server.program()) as client:
        for number, canary in enumerate(canaries):
            file = {"name": f"{canary}.exe", "data": base64.b64encode(b"MZ" + canary.encode()).decode()}
            said = {"sender": canary, "message": _words(number, canary), "metadata": {"attachments": [file]}}
            assert client.post(DOOR, json=said).status_code == 200
            refused = client.post(DOOR, content=f'{{"sender": "{canary}", "message": {canary}')
            assert refused.status_code == 400
            yield refused.text


def _words(number: int, canary: str) -> str:
    kinds = ("My name is {}", "write to {}@example.com", "my parcel {} never arrived", "我的快递{}丢了", "{}")
    return kinds[number % len(kinds)].format(canary)
