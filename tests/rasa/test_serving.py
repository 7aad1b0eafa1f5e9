"""A served Amends with a Rasa beside it that goes away: what the log, the metrics and the doctor say of it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.rasa import stand_in
from tests.rasa.stand_in import StandIn
from tests.real.server import ROOT, Server

DOOR = "/webhooks/rest/webhook"


@pytest.fixture
def server(tmp_path: Path, rasa: StandIn) -> Iterator[Server]:
    rasa.token = "canary000-token"
    beside = {
        "AMENDS_UNDERSTANDING": "rasa",
        "AMENDS_RASA_TOKEN": rasa.token,
        "AMENDS_RASA_URL": rasa.url,
        "AMENDS_RASA_DEADLINE": "5",
        "AMENDS_LOG_LEVEL": "debug",
    }
    made = Server(tmp_path, f"sqlite:///{tmp_path / 'amends.db'}", extra=beside)
    yield made
    made.kill()


def test_every_message_is_answered_and_nobody_s_words_are_told(server: Server, rasa: StandIn) -> None:
    server.start()
    canaries = [f"canary{number:03}" for number in range(12)]
    with httpx.Client(base_url=server.address, timeout=20, headers=server.program()) as client:
        for number, canary in enumerate(canaries):
            if number == len(canaries) // 2:
                rasa.mood = stand_in.broken
            said = {"sender": canary, "message": f"the {canary} I bought arrived smashed and nobody answers"}
            assert client.post(DOOR, json=said).json(), "an answer, whoever understood the message"
        metrics = client.get("/metrics").text
    assert _counted(metrics, "amends_understanding_rasa_texts_total") > len(canaries) // 2
    assert _counted(metrics, "amends_understanding_rasa_fallbacks_total") == len(canaries) // 2
    assert _counted(metrics, "amends_understanding_rasa_breaker_open") == 1
    told = set(re.findall(r"amends_understanding\w+", (ROOT / "docs/rasa.md").read_text("utf-8")))
    assert told == set(re.findall(r"^amends_understanding\w+", metrics, re.MULTILINE)), "docs/rasa.md tells of each"
    server.terminate()
    logged = server.log.read_text(errors="replace")
    assert "rasa_not_asked_for_now" in logged
    assert not [canary for canary in [*canaries, rasa.token] if canary in logged + metrics]


def test_the_doctor_finds_it_and_finds_it_gone(server: Server, rasa: StandIn) -> None:
    found = _doctor(server)
    assert found.returncode == 0, found.stdout
    assert "version 3.6.21, model shop.tar.gz, which knows 29 of 29 intents" in found.stdout
    assert "plain HTTP" not in found.stdout
    server.extra["AMENDS_RASA_URL"] = rasa.url.replace("127.0.0.1", "0.0.0.0")  # the same place, by another name
    assert "plain HTTP" in _doctor(server).stdout
    rasa.mood = stand_in.garbage
    gone = _doctor(server)
    assert gone.returncode == 1
    assert "BAD  Rasa" in gone.stdout


def _doctor(server: Server) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "doctor"]
    return subprocess.run(command, cwd=ROOT, env=server.environment(), capture_output=True, text=True, check=False)


def _counted(metrics: str, name: str) -> float:
    return float(next(line.split()[1] for line in metrics.splitlines() if line.startswith(f"{name} ")))
