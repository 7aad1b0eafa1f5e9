"""What the figures count is written by the turn itself: each promise from the filing of a case to its keeping."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner

from bot.cli.main import app
from storage.analytics.figures import FigureScope, answers
from storage.tables.core import cases
from storage.tables.promises import promises
from tests.desk.conftest import mei, open_office, place, playbook  # noqa: F401
from tests.desk.scenery import KEY, Browser, Office
from tests.desk.shop import act, filed


def states(shop: Office) -> list[tuple[str, str, int]]:
    """Every promise in the order in which it was given: its kind, its state, whether it was kept."""
    query = select(promises.c.kind, promises.c.state, promises.c.kept_at > 0).order_by(
        promises.c.began_at, promises.c.kind
    )
    with shop.house.database.read() as conn:
        return [(row[0], row[1], int(row[2])) for row in conn.execute(query)]


def test_a_promise_runs_is_kept_and_is_given_anew_when_a_case_is_opened_again(
    place: Office,  # noqa: F811
    mei: Browser,  # noqa: F811
) -> None:
    _, page, reference = filed(place, mei)
    assert states(place) == [("first_response", "running", 0), ("resolution", "running", 0)]
    act(mei, page, "reply", text="We are looking into it.")
    assert states(place) == [("first_response", "kept", 1), ("resolution", "running", 0)]
    done = {"reference": reference, "outcome": "We send a new one.", "cause": "courier", "remedy": ""}
    act(mei, page, "resolve", **done)
    kept = [("first_response", "kept", 1), ("resolution", "kept", 1)]
    assert states(place) == kept
    act(mei, page, "reopen", reference=reference, why="It broke again")
    assert states(place) == [*kept, ("first_response", "running", 0), ("resolution", "running", 0)]


def test_a_resolution_counts_from_the_moment_it_is_made_and_as_one_that_did_not_hold_later(
    place: Office,  # noqa: F811
    mei: Browser,  # noqa: F811
) -> None:
    def counted() -> tuple[int, ...]:
        now = place.desk.clock()
        with place.house.database.read() as conn:
            lines = answers(conn, FigureScope(now - timedelta(days=1), now + timedelta(days=1)), "category")
        return tuple(line.counts[name] for line in lines for name in ("resolutions", "first_contact", "reopened"))

    _, page, reference = filed(place, mei)
    assert counted() == ()
    done = {"reference": reference, "outcome": "We send a new one.", "cause": "courier", "remedy": ""}
    act(mei, page, "resolve", **done)
    assert counted() == (1, 1, 0)
    act(mei, page, "reopen", reference=reference, why="It broke again")
    assert counted() == (1, 0, 1)
    act(mei, page, "claim")
    act(mei, page, "resolve", **done)
    assert counted() == (2, 0, 1)


@pytest.fixture
def amends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["report", *words])
        return done.exit_code, done.output

    return run


def test_the_same_figures_are_printed_on_the_command_line(
    place: Office,  # noqa: F811
    mei: Browser,  # noqa: F811
    amends,  # type: ignore[no-untyped-def]
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    filed(place, mei)
    monkeypatch.setenv("AMENDS_DATABASE_URL", str(place.house.database.url))
    monkeypatch.setenv("AMENDS_SECRET_KEY", KEY.decode())
    days = ("--from", "2027-01-01", "--to", "2027-01-31")
    code, said = amends("promises", "--by", "priority", "--csv", *days)
    assert code == 0
    assert said.splitlines()[0] == "promise,group,all,running,kept,missed,dropped,median_hours,p90_hours"
    assert [line.split(",")[2:4] for line in said.splitlines()[1:]] == [["1", "1"], ["1", "1"]]
    _, said = amends("follow-up", "--by", "category", *days)
    assert "first_contact" in said
    assert [line.split()[0] for line in said.splitlines()[-2:]] == ["first_response", "resolution"]
    assert amends("follow-up", "--by", "weather") == (
        1, "figures are grouped by one of: category, team, agent, wave, playbook, priority\n",
    )  # fmt: skip
    assert amends("follow-up", "--from", "yesterday") == (1, "write days as 2026-11-22\n")


def test_the_board_is_printed_on_the_command_line(
    place: Office,  # noqa: F811
    mei: Browser,  # noqa: F811
    amends,  # type: ignore[no-untyped-def]
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    filed(place, mei)
    monkeypatch.setenv("AMENDS_DATABASE_URL", str(place.house.database.url))
    monkeypatch.setenv("AMENDS_SECRET_KEY", KEY.decode())
    days = ("--from", "2027-01-01", "--to", "2027-01-31")
    assert amends("board", "--by", "channel", "--csv", *days) == (0, "group,figure,value,part,n,low,high\n")
    with place.house.database.write() as conn:
        conn.execute(update(cases).values(partial=False))  # the customer has confirmed it
    code, said = amends("board", "--by", "channel", "--csv", *days)
    assert code == 0
    assert said.splitlines()[:2] == ["group,figure,value,part,n,low,high", "web,received,1,1,1,,"]
    assert amends("board", *days)[1].splitlines()[1].split() == ["all", "received", "1", "1", "1", "–", "–"]
    assert amends("board", "--by", "weather")[0] == 1
