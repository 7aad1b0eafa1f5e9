"""A served Amends with a language model beside it: the log, the metrics, the doctor, and the commands that use it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.llm import stand_in as moods
from tests.llm.stand_in import KEY, MODEL, StandIn
from tests.real.server import ROOT, Server

DOOR = "/webhooks/rest/webhook"


@pytest.fixture
def server(tmp_path: Path, stand_in: StandIn) -> Iterator[Server]:
    beside = {
        "AMENDS_UNDERSTANDING": "llm",
        "AMENDS_LLM_URL": stand_in.url,
        "AMENDS_LLM_MODEL": MODEL,
        "AMENDS_LLM_KEY": KEY,
        "AMENDS_LLM_DEADLINE": "5",
        "AMENDS_LOG_LEVEL": "debug",
    }
    made = Server(tmp_path, f"sqlite:///{tmp_path / 'amends.db'}", extra=beside)
    yield made
    made.kill()


def test_every_message_is_answered_and_nobody_s_words_are_told(server: Server, stand_in: StandIn) -> None:
    server.start()
    canaries = [f"canary{number:03}" for number in range(10)]
    with httpx.Client(base_url=server.address, timeout=30, headers=server.program()) as client:
        for number, canary in enumerate(canaries):
            if number == len(canaries) // 2:
                stand_in.mood = moods.refusing(500)
            said = {"sender": canary, "message": f"the {canary} I bought arrived smashed and nobody answers"}
            assert client.post(DOOR, json=said).json(), "an answer, whoever understood the message"
        metrics = client.get("/metrics").text
    assert _counted(metrics, "amends_understanding_llm_calls_total") == 8
    assert _counted(metrics, "amends_understanding_llm_refused_total") == 3
    assert _counted(metrics, "amends_understanding_llm_breaker_skips_total") == 2
    assert _counted(metrics, "amends_understanding_llm_breaker_open") == 1
    told = set(re.findall(r"amends_understanding_llm\w+", (ROOT / "docs/language-model.md").read_text("utf-8")))
    counted = set(re.findall(r"^amends_understanding_llm\w+", metrics, re.MULTILINE))
    assert told == counted, "docs/language-model.md tells of each"
    server.terminate()
    logged = server.log.read_text(errors="replace")
    assert "language_model_not_asked_for_now" in logged
    assert not [canary for canary in [*canaries, KEY] if canary in logged + metrics]


def test_the_doctor_says_how_it_stands(server: Server, stand_in: StandIn) -> None:
    found = _ran(server, "doctor")
    assert found.returncode == 0, found.stdout
    assert re.search(rf"ok   language model .*{MODEL} answers in \d+\.\d s, asked for JSON by schema", found.stdout)
    assert KEY not in found.stdout
    stand_in.mood = moods.refusing(401)
    assert "no language model answers at AMENDS_LLM_URL (HTTP status 401)" in _ran(server, "doctor").stdout
    stand_in.mood = moods.writing("hello")
    assert "answers, but not with what it was asked for" in _ran(server, "doctor").stdout
    server.extra["AMENDS_LLM_MODEL"] = ""
    assert "AMENDS_LLM_MODEL is empty" in _ran(server, "doctor").stdout


def test_serve_says_that_a_model_must_be_named(server: Server) -> None:
    server.extra["AMENDS_LLM_MODEL"] = " "
    refused = _ran(server, "serve", "--port", str(server.port))
    assert refused.returncode == 1
    assert "AMENDS_LLM_MODEL is empty" in refused.stderr


def test_understand_reads_with_it_in_the_context_that_a_line_gives(server: Server, stand_in: StandIn) -> None:
    stand_in.reads = lambda _text, context: {
        "acts": ["no"] if context.get("said_before") == "Is it solved now?" else ["complain"],
        "answer": "partly" if context.get("asked") == "survey_solved" else "",
    }
    lines = [
        {"text": "well half of it came back I guess", "asked": "survey_solved", "said_before": "Is it solved now?"},
        {"text": "the toaster went up in smoke, that is all"},
        {"text": "yes"},
    ]
    found = _ran(server, "understand", written="\n".join(map(json.dumps, lines)))
    answers = [json.loads(line) for line in found.stdout.splitlines()]
    assert answers[0]["reply"]["solved"] == "partly"
    assert answers[1]["acts"][0]["act"] == "complain"
    assert len(stand_in.requests) == 2, "a plain yes is read here"
    stand_in.mood = moods.page
    again = _ran(server, "understand", written="\n".join(map(json.dumps, lines)))
    assert len(again.stdout.splitlines()) == 3


def _ran(server: Server, *command: str, written: str = "") -> subprocess.CompletedProcess[str]:
    asked = [sys.executable, "-m", "bot", *command]
    environment = server.environment()
    return subprocess.run(
        asked, cwd=ROOT, env=environment, input=written, capture_output=True, text=True, check=False, timeout=120
    )


def _counted(metrics: str, name: str) -> float:
    return float(next(line.split()[1] for line in metrics.splitlines() if line.startswith(f"{name} ")))
