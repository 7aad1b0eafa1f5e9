"""The command line, run as people run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.real.server import ROOT, Server, free_port

Amends = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def amends(tmp_path: Path) -> Amends:
    """Runs a command in a folder of its own, with no settings of the developer's."""

    def run(*words: str, said: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("AMENDS_")}
        environment = clean | {"PYTHONPATH": str(ROOT), "AMENDS_DATA_DIR": str(tmp_path / "data")}
        environment |= {"AMENDS_TRAIN_AT_START": "off"} | variables
        command = [sys.executable, "-m", "bot", *words]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, input=said, capture_output=True, text=True, timeout=60, check=False
        )

    return run


def test_help_is_quick_because_nothing_heavy_is_imported_for_it(amends: Amends) -> None:
    heavy = ("sqlalchemy", "fastapi", "uvicorn", "numpy", "pydantic_settings", "handlers", "engine", "storage")
    code = f"import sys, bot.cli.main; sys.exit(','.join(name for name in {heavy} if name in sys.modules) or None)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert amends("--help").returncode == 0


def test_a_short_command_does_not_wait_for_the_application_to_load() -> None:
    heavy = {"bot.app", "fastapi", "numpy"}
    commands = ", ".join(f"bot.commands.{name}" for name in ("upkeep", "users", "quarantine"))
    code = f"import sys, {commands}; sys.exit({heavy} & {{*sys.modules}} or None)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_doctor_finds_a_fresh_machine_well(amends: Amends) -> None:
    done = amends("doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "BAD" not in done.stdout


def test_doctor_says_what_is_unsafe_and_shows_no_secret(amends: Amends) -> None:
    url = "postgresql://amends:hidden-word@127.0.0.1:1/amends?connect_timeout=1"
    done = amends("doctor", AMENDS_HOST="0.0.0.0", AMENDS_SECRET_KEY="hidden-key", AMENDS_DATABASE_URL=url)
    assert done.returncode == 1
    assert "BAD  secret key" in done.stdout
    assert "BAD  database" in done.stdout
    assert "hidden" not in done.stdout + done.stderr


def test_an_address_that_is_none_gives_words_and_no_traceback(amends: Amends) -> None:
    for command in (["serve"], ["doctor"], ["migrate"], ["audit", "verify"]):
        done = amends(*command, AMENDS_DATABASE_URL="notaurl")
        assert done.returncode == 1
        assert "AMENDS_DATABASE_URL" in done.stdout + done.stderr
        assert "Traceback" not in done.stderr


def test_an_option_that_the_driver_refuses_gives_words_and_no_password(amends: Amends) -> None:
    done = amends("migrate", AMENDS_DATABASE_URL="postgresql://u:hidden-word@127.0.0.1:1/db?nonsense=hidden-word")
    assert done.returncode == 1
    assert "AMENDS_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr
    assert "hidden-word" not in done.stderr


def test_doctor_says_who_may_embed_the_chat_where_others_can_reach_it(amends: Amends) -> None:
    open_to_all = amends("doctor", AMENDS_HOST="0.0.0.0", AMENDS_SECRET_KEY="x" * 32)
    assert "any site may embed the chat" in open_to_all.stdout
    assert "AMENDS_FRAME_ANCESTORS" in open_to_all.stdout
    named = amends("doctor", AMENDS_PUBLIC_URL="https://h.example", AMENDS_FRAME_ANCESTORS="https://shop.example")
    assert "any site" not in named.stdout
    assert "AMENDS_FRAME_ANCESTORS" not in amends("doctor").stdout


def test_serve_refuses_a_short_secret_off_loopback(amends: Amends) -> None:
    done = amends("serve", "--host", "0.0.0.0", AMENDS_SECRET_KEY="short")
    assert done.returncode == 1
    assert "openssl rand" in done.stderr
    assert "Traceback" not in done.stderr


def test_serve_refuses_a_playbook_that_does_not_hold(amends: Amends, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "playbook.yml").write_text("name: broken\nlanguages: [zh\n")
    done = amends("serve", AMENDS_PLAYBOOK=str(tmp_path / "broken"))
    assert done.returncode == 1
    assert "playbook.yml:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_token_is_made_listed_and_revoked(amends: Amends) -> None:
    secret = amends("token", "create", "reports").stdout.strip()
    assert len(secret) > 30
    assert secret not in amends("token", "list").stdout
    again = amends("token", "create", "reports")
    assert again.returncode == 1
    assert "revoke" in again.stderr
    assert amends("token", "revoke", "reports").returncode == 0
    assert amends("token", "revoke", "reports").returncode == 1
    assert "revoked" in amends("token", "list").stdout


def test_a_token_has_scopes_and_an_end(amends: Amends) -> None:
    assert amends("token", "create", "shop", "--scope", "chat", "--scope", "read", "--expires", "90d").returncode == 0
    listed = amends("token", "list").stdout
    assert "shop  chat, read  created" in listed
    assert "never used, expires 20" in listed
    for wrong in (("--scope", "everything"), ("--expires", "soon"), ("--expires", "0d"), ("--expires", "99999w")):
        refused = amends("token", "create", "other", *wrong)
        assert (refused.returncode, "Traceback" in refused.stderr) == (1, False), refused.stderr


def test_a_chat_in_the_terminal_goes_on_where_it_was_left(amends: Amends) -> None:
    first = amends("talk", "--lang", "zh", said="快递晚了五天还没到\n/quit\n")
    assert first.returncode == 0, first.stderr
    assert "单号" in first.stdout
    second = amends("talk", "--lang", "zh", said="")
    assert "快递晚了五天还没到" in second.stdout


def test_a_file_that_is_not_there_is_said_and_the_chat_goes_on(amends: Amends) -> None:
    done = amends("talk", "--lang", "en", said="/file nowhere.jpg\nMy parcel is late\n")
    assert "nowhere.jpg" in done.stdout
    assert "order number" in done.stdout


def test_the_terminal_does_not_share_a_file_with_a_running_server(amends: Amends, tmp_path: Path) -> None:
    data = tmp_path / "data"
    server = Server(data, f"sqlite:///{data / 'amends.db'}")
    server.start()
    try:
        done = amends("talk")
        assert done.returncode == 1
        assert "already served" in done.stderr
        taken = amends("serve", "--port", str(server.port))
        assert taken.returncode == 1
        assert "--port" in taken.stderr
        assert amends("audit", "verify").returncode == 0, "a short command may look beside the server"
        assert amends("token", "create", "beside").returncode == 0
    finally:
        seconds, code = server.terminate()
    assert code == 0
    assert seconds < 10


def test_doctor_neither_waits_for_a_served_database_nor_holds_it_up(amends: Amends, tmp_path: Path) -> None:
    import sqlite3

    data = tmp_path / "data"
    server = Server(data, f"sqlite:///{data / 'amends.db'}")
    server.start()
    try:
        # As a turn does, in the middle of its transaction; it commits after the doctor has left.
        with sqlite3.connect(data / "amends.db", isolation_level=None) as turn:
            turn.execute("BEGIN IMMEDIATE")
            turn.execute("INSERT INTO counters VALUES ('x', 1, '')")
            started = time.monotonic()
            done = amends("doctor")
            assert time.monotonic() - started < 15
            assert "BAD  database" not in done.stdout + done.stderr
            assert "BAD  set aside" not in done.stdout
            turn.execute("COMMIT")
        turn.close()
    finally:
        server.terminate()


def test_the_demo_files_its_cases_and_serves_them(amends: Amends, tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "bot", "demo", "--port", str(port), "--data", str(tmp_path / "demo")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    said = tmp_path / "said"
    with said.open("w") as out:
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=out, stderr=out)
        try:
            _until(lambda: "Stop with" in said.read_text() or process.poll() is not None)
            # It was announced some seconds before anybody read, and the first message was told to come again.
            assert urlopen(f"http://127.0.0.1:{port}/readyz").status == 200
            curl = said.read_text().partition("over HTTP:\n")[2].partition("Read a case")[0]
            answer = subprocess.run(["bash", "-c", curl], capture_output=True, text=True, timeout=30, check=True)
            assert json.loads(answer.stdout)[0]["recipient_id"] == "me", answer.stdout
        finally:
            process.terminate()
            code = process.wait(15)
    assert "C-" in said.read_text(), said.read_text()
    assert code == 0
    refused = amends("demo", "--data", str(tmp_path))
    assert refused.returncode == 1
    assert "other files" in refused.stderr


def _until(done: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.1)


def test_evaluating_prints_one_json_object_and_nothing_else(amends: Amends, tmp_path: Path) -> None:
    rows = "".join(f"where is parcel {word},delivery\nrefund my {word},refund\n" for word in ("one", "two", "three"))
    for name in ("train", "test"):
        (tmp_path / f"{name}.csv").write_text(f"text,label\n{rows}", encoding="utf-8")
    done = amends("nlu", "evaluate", "--train", "train.csv", "--test", "test.csv", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["accuracy"] == 1.0
    assert found["oos_recall"] is None
    refused = amends("nlu", "evaluate", "--train", "none.csv", "--test", "test.csv")
    assert refused.returncode == 1
    assert "none.csv cannot be read" in refused.stderr


def test_whoever_talked_is_found_taken_along_and_erased(amends: Amends, tmp_path: Path) -> None:
    assert amends("talk", "--lang", "en", said="my kettle zqplanted is broken\n").returncode == 0
    found = amends("privacy", "find", "zqplanted")
    assert found.returncode == 0, found.stderr
    customer = found.stdout.strip()
    done = amends("privacy", "export", customer, "--to", "mine.zip")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "mine.zip").exists()
    assert amends("privacy", "export", customer, "--to", "mine.zip").returncode != 0
    erased = amends("privacy", "erase", customer, "--reason", "GDPR Art. 17", "--yes")
    assert erased.returncode == 0, erased.stderr
    assert amends("privacy", "find", "zqplanted").returncode != 0
    left = [path for path in (tmp_path / "data").rglob("*") if path.is_file() and b"zqplanted" in path.read_bytes()]
    assert left == []
    verified = amends("audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "GDPR Art. 17" in verified.stdout
    assert customer in verified.stdout
