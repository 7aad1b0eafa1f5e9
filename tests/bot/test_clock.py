"""The clock of a process: the world's, or one that lets a week pass in a minute."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.app import build
from bot.clock import SystemClock
from bot.commands.demo import demo_settings
from storage.db.timestamps import utc_now


def test_the_worlds_clock_is_the_worlds_clock() -> None:
    before = utc_now()
    assert before <= SystemClock()() <= utc_now()


def test_a_fast_clock_began_right_and_runs_faster_since() -> None:
    began = utc_now() - timedelta(minutes=1)
    passed = SystemClock(10080, began)() - began
    assert timedelta(days=7) <= passed < timedelta(days=8)


def test_everything_that_is_built_goes_by_the_clock_it_is_given(tmp_path: Path) -> None:
    clock = SystemClock(10080, utc_now() - timedelta(minutes=1))
    app = build(demo_settings(None, 8099, tmp_path), clock)
    assert app.clock is clock
    assert app.desk
    assert app.desk.clock is clock
    assert app.desk.lifetime.longest == timedelta(hours=12) * 10080
