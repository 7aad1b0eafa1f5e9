"""Nothing is read by less than what was measured: what is lacking is learned before the first message is taken."""

from __future__ import annotations

import io
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from bot.learning.progress import shown
from bot.learning.stamp import is_learned, learned_digests
from bot.settings import Settings
from dialogs.understanding.heads.dataset import read_examples
from dialogs.understanding.heads.recipe import digest
from dialogs.understanding.model.encoder import find_encoder
from tests.real.server import ROOT, Server

pytestmark = pytest.mark.xdist_group("first start")
WAITED = 300.0


@pytest.fixture
def without_model(learned: Path, tmp_path: Path) -> Path:
    """A data folder whose heads and tagger are learned, and the playbook's model is still to be: some seconds."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copytree(learned / "nlu", folder / "nlu", ignore=shutil.ignore_patterns("shop", "learned-*"))
    return folder


def environment(folder: Path, **further: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AMENDS_")}
    return clean | {"AMENDS_DATA_DIR": str(folder), "AMENDS_READERS": "1"} | further


def training(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bot", "nlu", "train"]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def versions(folder: Path) -> list[str]:
    return [file.stem for file in (folder / "nlu" / "shop").glob("*.npz")]


@pytest.fixture
def server(without_model: Path, tmp_path: Path) -> Iterator[Server]:
    extra = {"AMENDS_TRAIN_AT_START": "on", "AMENDS_LOG_LEVEL": "info"}
    made = Server(tmp_path, f"sqlite:///{without_model / 'amends.db'}", data=without_model, extra=extra)
    yield made
    made.kill()


def test_the_first_message_after_the_first_start_is_read_by_the_model(server: Server) -> None:
    server.launch()
    assert server.process is not None
    begun = time.monotonic()
    while not server.is_ready():
        assert server.process.poll() is None, server.tail()
        assert time.monotonic() - begun < WAITED, server.tail()
        time.sleep(0.1)
    assert server.data is not None
    (version,) = versions(server.data)
    body = json.dumps({"sender": "first", "message": "the blue kettle I ordered leaks all over the worktop"}).encode()
    headers = {"Content-Type": "application/json", **server.program("chat", "metrics")}
    with urlopen(Request(f"{server.address}/webhooks/rest/webhook", body, headers), timeout=60) as answer:
        assert "kettle" in answer.read().decode()
    with urlopen(Request(f"{server.address}/metrics", headers=headers), timeout=60) as answer:
        told = answer.read().decode()
    model = next(line for line in told.splitlines() if line.startswith("amends_understanding_model_info"))
    assert f'version="{version}+' in model, "model, heads and tagger"
    assert "amends_readings_total 1" in told
    log = server.log.read_text(encoding="utf-8")
    assert log.index("Learning to understand customers") < log.index("Customers chat at"), "nothing is taken before"


def test_a_server_told_not_to_train_starts_at_once_and_says_what_it_lacks(server: Server, tmp_path: Path) -> None:
    server.data = tmp_path / "empty"
    server.extra["AMENDS_TRAIN_AT_START"] = "off"
    server.start()
    begun = time.monotonic()
    while "model_lacking" not in server.tail() and time.monotonic() - begun < WAITED:
        time.sleep(0.1)
    assert "model_lacking" in server.tail()
    assert "amends nlu train" in server.tail()
    assert not (server.data / "nlu").exists()


def test_of_two_that_start_together_one_learns_for_both(without_model: Path) -> None:
    both = [training(without_model) for _ in range(2)]
    told = [one.communicate(timeout=WAITED) for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert len(versions(without_model)) == 1
    assert sum("waiting for it" in errors for _, errors in told) <= 1
    assert sum("there is nothing to learn" in said for said, _ in told) == 1
    assert sum("Promoted" in said for said, _ in told) == 1


def test_what_a_killed_training_left_keeps_nobody_waiting(without_model: Path) -> None:
    killed = training(without_model)
    assert killed.stderr is not None
    assert "Learning to understand customers" in killed.stderr.readline()
    (without_model / "nlu" / "heads-begun.part").write_text("half")
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    said, _ = (after := training(without_model)).communicate(timeout=WAITED)
    assert after.returncode == 0
    assert "Promoted" in said
    assert not list((without_model / "nlu").rglob("*.part"))


def test_what_was_learned_is_known_again_until_a_file_of_it_is_gone(learned: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(learned, folder)
    settings = Settings(data_dir=folder)
    begun = time.monotonic()
    assert is_learned(settings)
    assert time.monotonic() - begun < 5, "a server looks at every start"
    assert learned_digests(settings)["heads"] == digest(read_examples(), find_encoder()), "what a start need not count"
    for file in (folder / "nlu" / "shop").glob("*.npz"):
        file.unlink()
    assert not is_learned(settings)
    assert not learned_digests(settings)
    assert not is_learned(Settings(data_dir=tmp_path / "none"))


def test_what_came_along_is_not_learned_again(without_model: Path) -> None:
    said, _ = (ran := training(without_model)).communicate(timeout=WAITED)
    assert ran.returncode == 0
    assert "heads: trained on these" in said
    assert "tagger: trained on these" in said


def test_where_there_is_no_terminal_progress_is_lines() -> None:
    out = io.StringIO()
    with shown("Learning", out) as reached:
        for step in range(101):
            reached(step / 100)
    lines = out.getvalue().splitlines()
    assert [line.split(": ")[1].split(",")[0] for line in lines] == ["0%", "20%", "40%", "60%", "80%", "100%"]
    assert "seconds left" in lines[2]


def test_on_a_terminal_progress_is_a_bar_in_one_line() -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal, shown("Learning", terminal) as reached:
        for step in range(101):
            reached(step / 100)
    seen = _all_of(ours)
    assert "Learning  [" in seen
    assert "100%" in seen
    assert seen.count("\n") <= 1


def _all_of(terminal: int) -> str:
    """What was written to a terminal whose other end is closed."""
    seen = b""
    with suppress(OSError):  # how a terminal says that its other end is closed
        while more := os.read(terminal, 65_536):
            seen += more
    os.close(terminal)
    return seen.decode()
