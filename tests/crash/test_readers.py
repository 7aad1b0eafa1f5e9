"""Readers and their template are killed under a crowd that talks: not a word is lost, and nothing is left behind."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.crash.report import table
from tests.crash.storm import Plan, run
from tests.real.processes import children, readers, stay
from tests.real.server import Server

pytestmark = [pytest.mark.alone, pytest.mark.timeout(240)]


def test_no_message_is_lost_or_doubled_when_readers_are_killed(tmp_path: Path) -> None:
    plan = Plan(kills=9, messages=400, chats=40, how="readers")
    outcome = run(plan, tmp_path, f"sqlite:///{tmp_path / 'amends.db'}")
    assert outcome.well, table({"SQLite": outcome})


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda how: how.name)
def test_a_server_that_ends_leaves_no_reader_behind(tmp_path: Path, how: signal.Signals) -> None:
    server = Server(tmp_path, f"sqlite:///{tmp_path / 'amends.db'}")
    server.start()
    assert server.process is not None
    pid = server.process.pid
    below = [*children(pid), *readers(pid)]
    assert len(below) >= 2
    os.kill(pid, how)
    server.process.wait(30)
    assert stay(below) == []
