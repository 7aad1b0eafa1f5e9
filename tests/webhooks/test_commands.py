"""`amends webhooks` adds, lists, shows, sends again and forgets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.main import app
from complaints.news import news
from storage.db.database import open_database
from storage.db.timestamps import to_micros
from storage.delivery.webhooks import TELL, end_webhook, list_webhooks, row_of
from tests.turn.scenery import NOON, a_case


@pytest.fixture
def amends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AMENDS_DATA_DIR", str(tmp_path))

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["webhooks", *words])
        return done.exit_code, done.output

    return run


def test_a_receiver_is_added_listed_and_forgotten(amends) -> None:  # type: ignore[no-untyped-def]
    code, said = amends("add", "https://crm.example.com/hook", "--kind", "case.filed", "--kind", "case.resolved")
    assert code == 0
    assert re.search(r"^whsec_[A-Za-z0-9+/]{43}=$", said, re.MULTILINE)
    of_id = said.split()[1]
    _, listed = amends("list")
    assert of_id in listed
    assert "case.filed, case.resolved" in listed
    assert "whsec_" not in listed
    assert amends("remove", of_id)[0] == 0
    assert "no webhooks" in amends("list")[1]
    assert amends("remove", of_id)[0] == 1


def test_what_cannot_be_is_refused_in_plain_words(amends) -> None:  # type: ignore[no-untyped-def]
    assert amends("add", "http://127.0.0.1/x") == (
        1, "use https, or set AMENDS_WEBHOOKS_PRIVATE=on for a receiver of your own network\n",
    )  # fmt: skip
    code, said = amends("add", "https://crm.example.com", "--kind", "case.lost")
    assert (code, "case.lost is no kind of news" in said) == (1, True)
    assert amends("resend", "msg_none")[0] == 1
    assert amends("log", "msg_none")[0] == 1
    assert amends("log") == (0, "Nothing was sent yet.\n")


def test_the_log_shows_what_was_told_and_a_message_is_sent_again(amends, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    amends("add", "https://crm.example.com/hook")
    database = open_database(f"sqlite:///{tmp_path / 'amends.db'}")
    with database.write() as conn:
        conn.execute(TELL, [row_of(one, to_micros(NOON)) for one in news(None, a_case("C-2611-000042"))])
    database.close()
    _, said = amends("log")
    assert "case.filed  C-2611-000042" in said
    assert "waiting  0 attempts" in said
    message = next(word for word in said.split() if word.startswith("msg_"))
    assert '"type":"case.filed"' in amends("log", message)[1]
    assert amends("resend", message) == (0, "It is sent once more, to 1.\n")


def test_the_doctor_says_when_a_receiver_hears_nothing_any_more(amends, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    def says() -> str:
        found = CliRunner().invoke(app, ["doctor"]).output.splitlines()
        return next(line for line in found if " webhooks " in line)

    amends("add", "https://crm.example.com/hook")
    assert says().split(maxsplit=2) == ["ok", "webhooks", "1 receivers"]
    database = open_database(f"sqlite:///{tmp_path / 'amends.db'}")
    with database.write() as conn:
        end_webhook(conn, list_webhooks(conn)[0].id, NOON, "the receiver answered 410, Gone")
    database.close()
    assert says().startswith("BAD  webhooks")
    assert "ended 2026-11-21 12:00: the receiver answered 410, Gone" in amends("list")[1]
