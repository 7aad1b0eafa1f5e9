"""Simulating a playbook on past cases: what is told is what the new one really does with the same complaint."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner

from bot.cli.main import app
from complaints.case import Case
from complaints.priority import Priority
from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from dialogs.playbooks.schema import PlaybookFile
from dialogs.playbooks.simulation import simulate, treated
from storage.cases.cases import decode_case, encode_case
from storage.tables.core import cases
from tests.desk.conftest import mei, open_office, place, playbook  # noqa: F401
from tests.desk.scenery import KEY, Browser, Office
from tests.desk.shop import filed

SHOP = Path(__file__).parents[2] / "dialogs/playbooks/shop"
PRODUCT = "  product_quality:\n    impact: medium\n    urgency: medium\n    team: product\n"


def changed(folder: Path, new: str) -> Playbook:
    """The shop's playbook with other lines for faulty products."""
    shutil.copytree(SHOP, folder)
    text = (folder / "playbook.yml").read_text("utf-8")
    assert PRODUCT in text
    (folder / "playbook.yml").write_text(text.replace(PRODUCT, f"  product_quality:\n{new}"), "utf-8")
    return load_playbook(folder)


@pytest.fixture
def case(place: Office, mei: Browser) -> Case:  # noqa: F811
    filed(place, mei)
    with place.house.database.read() as conn:
        return decode_case(conn.scalar(select(cases.c.body)))  # type: ignore[arg-type]


def test_a_version_on_file_can_be_read_again() -> None:
    file = load_playbook("shop").file
    assert PlaybookFile.model_validate_json(file.model_dump_json()) == file


def test_under_its_own_playbook_a_case_is_treated_as_it_was(case: Case) -> None:
    shop = load_playbook("shop")
    found = treated(case, shop.file, shop.file)
    assert found is not None
    assert (found.team, found.priority) == (case.team, case.priority)
    assert (found.first_response, found.resolution) == (case.promise.first_response, case.promise.resolution)
    same = simulate([case], {case.playbook: shop.file}, shop.file)
    assert (same.cases, same.unknown, dict(same.teams), dict(same.priorities)) == (1, 0, {}, {})
    assert (same.sooner, same.later) == (0, 0)


def test_signals_and_severity_count_under_the_new_one_too(case: Case, tmp_path: Path) -> None:
    shop = load_playbook("shop")
    low = changed(tmp_path / "low", "    impact: low\n    urgency: low\n    team: product\n")
    plain = replace(case, reasons=("impact_medium", "urgency_medium"))
    severe = replace(case, reasons=("impact_medium", "urgency_high"))
    raised = replace(case, reasons=("impact_medium", "urgency_medium", "safety"))
    assert shop.file.raises["safety"] is Priority.URGENT
    found = [treated(one, shop.file, low.file) for one in (plain, severe, raised)]
    assert [one.priority for one in found if one] == [Priority.LOW, Priority.NORMAL, Priority.URGENT]


def test_what_cannot_be_compared_is_counted_as_such(case: Case) -> None:
    shop = load_playbook("shop")
    gone = replace(case, record=replace(case.record, category="weather"))
    found = simulate([case, gone], {case.playbook: shop.file}, shop.file)
    assert (found.cases, found.unknown) == (2, 1)
    assert simulate([case], {}, shop.file).unknown == 1


def test_it_is_printed_what_would_have_differed(
    place: Office,  # noqa: F811
    case: Case,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    changed(tmp_path / "new", "    impact: high\n    urgency: high\n    team: care\n")
    with place.house.database.write() as conn:
        conn.execute(update(cases).values(partial=False, body=encode_case(replace(case, partial=False))))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AMENDS_DATABASE_URL", str(place.house.database.url))
    monkeypatch.setenv("AMENDS_SECRET_KEY", KEY.decode())
    days = [f"{case.opened_at + timedelta(days=n):%Y-%m-%d}" for n in (-1, 1)]
    ran = CliRunner().invoke(
        app, ["playbook", "simulate", str(tmp_path / "new"), "--from", days[0], "--to", days[1]]
    )  # fmt: skip
    assert ran.exit_code == 0, ran.output
    assert ran.output.splitlines()[1:] == [
        "cases: 1, of which cannot be compared, for their category or version: 0",
        "team: 1 would have gone from product to care",
        "priority: 1 would have gone from normal to urgent",
        "outcome promised sooner: 1; later: 0; of 1",
        "questions at most: 7 before, 7 after (+0%)",
    ]
