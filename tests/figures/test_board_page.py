"""The board at the desk: every mark opens as many cases as it says; whoever serves some teams sees those."""

from __future__ import annotations

import re
from html import unescape
from random import Random

import pytest
from sqlalchemy import insert

from storage.staff.accounts import Role
from storage.tables.core import cases, conversations
from storage.tables.promises import promises
from storage.tables.surveys import surveys
from tests.desk.conftest import open_office, place, playbook  # noqa: F401
from tests.desk.scenery import Browser, Office
from tests.figures.test_board import drawn

SPAN = "from=2026-11-01&to=2026-11-20"
MARK = re.compile(r'<a href="(/desk/board/cases[^"]+)" aria-label="[^"]*: (\d+)"><rect')
NUMBER = re.compile(r'<a href="(/desk/board/cases[^"]+)">(?:<b>)?(\d+)<')
ROW = re.compile(r'<th scope="row" class="word"><a href="/desk/chats/')


@pytest.fixture
def shop(place: Office) -> Office:  # noqa: F811
    made = drawn(Random(5))
    with place.house.database.write() as conn:
        for table in (conversations, cases, surveys, promises):
            conn.execute(insert(table), made[table.name])
    return place


def opened(browser: Browser, address: str) -> int:
    page = browser.get(unescape(address))
    assert page.status_code == 200, address
    return len(ROW.findall(page.text))


@pytest.mark.parametrize("teams", [(), ("care",)])
def test_every_mark_and_number_opens_as_many_cases(shop: Office, teams: tuple[str, ...]) -> None:
    shop.hire("nora", Role.SUPERVISOR, teams=teams)
    nora = shop.at_work("nora")
    page = nora.get(f"/desk/board?{SPAN}").text
    marks, numbers = MARK.findall(page), NUMBER.findall(page)
    assert len(marks) > 20
    assert len(numbers) > 100
    for address, number in Random(1).sample(sorted({*marks, *numbers}), 60):
        assert opened(nora, address) == int(number), address
    assert ("Only of the teams that you serve." in page) == bool(teams)


def test_the_board_is_for_supervisors_and_says_what_it_does_not_know(shop: Office) -> None:
    shop.hire("nora", Role.SUPERVISOR)
    shop.hire("olaf", Role.AGENT)
    assert shop.at_work("olaf").get("/desk/board").status_code == 403
    nora = shop.at_work("nora")
    for address, status in (
        ("/desk/board?colour=red", 422), ("/desk/board?from=2026-02-31", 400), ("/desk/board/cases?figure=x", 404),
        ("/desk/board/cases?figure=open&by=hour&of=7-30", 404), ("/desk/board?from=2001-01-01&to=2001-01-02", 200),
    ):  # fmt: skip
        assert nora.get(address).status_code == status, address


def test_the_figures_can_be_saved(shop: Office) -> None:
    shop.hire("nora", Role.SUPERVISOR)
    saved = shop.at_work("nora").get(f"/desk/board.csv?{SPAN}&by=team")
    assert saved.headers["content-type"].startswith("text/csv")
    assert saved.text.splitlines()[0].endswith("group,figure,value,part,n,low,high")
    assert {line.split(",")[0] for line in saved.text.splitlines()[1:]} == {"care", "logistics", "quality"}
