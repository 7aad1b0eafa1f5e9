"""The calendar of a playbook: its country's holidays and make-up workdays, and days of its own that win over them."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from complaints.clocks import Office
from dialogs.playbooks.loading import load_playbook
from tests.dialogs.playbooks.test_loading import change, problems

SHANGHAI = "Asia/Shanghai"
FIVE_DAYS = "".join(f'    {day}: ["09:00-17:00"]\n' for day in range(1, 6))


def with_calendar(folder: Path, lines: str) -> Path:
    change(folder, "playbook.yml", '    1: ["09:00-12:00", "13:00-17:00"]\n    2: ["09:00-17:00"]\n', FIVE_DAYS)
    change(folder, "playbook.yml", "  holidays: [2026-12-28]\n", lines)
    return folder


def open_days(folder: Path, zone: str, *days: str) -> list[bool]:
    office = Office(load_playbook(folder).office.calendar, zone)
    noons = [datetime.fromisoformat(f"{day}T04:00:00+00:00") for day in days]
    return [office.is_open(noon) for noon in noons]


def test_spring_festival_is_free_and_its_make_up_days_are_worked(tiny: Path) -> None:
    with_calendar(tiny, "  country: CN\n")
    free = ["2026-02-16", "2026-02-17", "2026-02-20", "2026-02-23"]
    assert open_days(tiny, SHANGHAI, "2026-02-13", "2026-02-14", *free, "2026-02-24", "2026-02-28") == [
        True, True, False, False, False, False, True, True,
    ]  # fmt: skip


def test_a_promise_made_before_spring_festival_counts_the_make_up_saturday(tiny: Path) -> None:
    office = Office(load_playbook(with_calendar(tiny, "  country: CN\n")).office.calendar, SHANGHAI)
    friday_at_four = datetime(2026, 2, 13, 8, tzinfo=UTC)
    assert office.due(friday_at_four, timedelta(hours=9)) == datetime(2026, 2, 14, 9, tzinfo=UTC)
    assert office.due(friday_at_four, timedelta(hours=10)) == datetime(2026, 2, 24, 2, tzinfo=UTC)


def test_days_that_the_playbook_lists_win_over_its_country(tiny: Path) -> None:
    with_calendar(tiny, "  country: CN\n  holidays: [2026-02-14, 2026-03-02]\n  workdays: [2026-02-16, 2026-03-01]\n")
    assert open_days(tiny, SHANGHAI, "2026-02-14", "2026-03-02", "2026-02-16", "2026-03-01") == [
        False, False, True, True,
    ]  # fmt: skip


def test_a_part_of_a_country_has_its_own_holidays(tiny: Path) -> None:
    """St Andrew's Day is Scotland's alone."""
    with_calendar(tiny, "  country: GB\n  subdivision: SCT\n")
    noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
    office = Office(load_playbook(tiny).office.calendar, "Europe/London")
    assert office.is_open(noon)
    assert not office.is_open(noon - timedelta(days=1))


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("  country: ZZ\n", "there are no public holidays of ZZ"),
        ("  country: GB\n  subdivision: XX\n", "there are no public holidays of GB-XX"),
        ("  subdivision: ENG\n", "a subdivision is of a country"),
        ("  holidays: [2026-02-14]\n  workdays: [2026-02-14]\n", "2026-02-14 is a holiday and a workday"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(tiny: Path, lines: str, says: str) -> None:
    (problem,) = problems(with_calendar(tiny, lines))
    assert problem.says.endswith(f": {says}")
    assert problem.remedy


def test_the_library_of_holidays_is_loaded_for_nobody_who_names_no_country() -> None:
    program = "import sys; from dialogs.playbooks.loading import load_playbook as load; load('shop'); "
    subprocess.run([sys.executable, "-c", program + "assert 'holidays' not in sys.modules"], check=True)
