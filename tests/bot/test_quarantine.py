"""An operator sees what was set aside; the customers' words only when asked for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.commands.quarantine import list_set_aside, show_set_aside
from bot.opening import opened
from bot.refusal import Refusal
from bot.settings import Settings
from storage.tables.core import quarantine

RAISED = """Traceback (most recent call last):
  File "step.py", line 1, in step
    raise ValueError(text)
ValueError: my secret illness
illness
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path}/a.db")  # type: ignore[arg-type]


def _set_aside(settings: Settings, event_id: str, chat: str = "a" * 32) -> None:
    row = {"conversation_id": chat, "event_id": event_id, "at": 1, "event": '{"text":"my secret illness"}'}
    with opened(settings) as database, database.write() as conn:
        conn.execute(insert(quarantine), {**row, "error": RAISED})


def test_with_nothing_set_aside_it_says_so(settings: Settings) -> None:
    assert list_set_aside(settings) == "Nothing was set aside."


def test_the_list_says_which_and_why_without_a_customers_word(settings: Settings) -> None:
    _set_aside(settings, "e13")
    assert list_set_aside(settings) == f"1970-01-01 00:00:00  e13  chat {'a' * 32}  ValueError"


def test_one_event_is_shown_whole(settings: Settings) -> None:
    _set_aside(settings, "e13")
    shown = show_set_aside(settings, "e13")
    assert '{"text":"my secret illness"}' in shown
    assert "ValueError: my secret illness" in shown


def test_two_chats_with_the_same_id_are_both_shown(settings: Settings) -> None:
    _set_aside(settings, "e1")
    _set_aside(settings, "e1", "b" * 32)
    assert {"a" * 32, "b" * 32} <= set(show_set_aside(settings, "e1").split())


def test_an_event_that_was_not_set_aside_is_said_to_be_none(settings: Settings) -> None:
    with pytest.raises(Refusal, match="quarantine list"):
        show_set_aside(settings, "e1")


def test_an_id_that_a_client_made_up_does_nothing_to_the_terminal(settings: Settings) -> None:
    _set_aside(settings, "\x1b]0;hello\x07\x9b")
    assert list_set_aside(settings).isprintable()
    assert "\x1b" not in show_set_aside(settings, "\x1b]0;hello\x07\x9b")
