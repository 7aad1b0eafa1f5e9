"""Figures at the desk: each number opens the list of exactly as many cases; whoever serves some teams sees those."""

from __future__ import annotations

import csv
import re
from html import unescape
from io import StringIO
from typing import Any

import pytest

from storage.analytics.figures import FIGURES
from storage.db.timestamps import to_micros
from storage.staff.accounts import Role
from tests.desk.conftest import open_office, place, playbook  # noqa: F401
from tests.desk.scenery import Browser, Office
from tests.figures.rows import HOUR, NOON, filled

LINK = re.compile(r'<a href="(/desk/figures/cases\?[^"]+)">(\d+)</a>')
ROW = re.compile(r'<th scope="row"><a href="/desk/chats/\w+"><bdi>(C-\d{4}-\d{6})</bdi></a></th>')
SPAN = "from=2026-11-19&to=2026-11-21"
EMPTY = dict.fromkeys(("channel", "reason", "words", "more", "contact", "dropped", "reopened_by"), "")
NEVER = dict.fromkeys(("reminded_at", "asked_seq", "done_at"), 0)


def resolution(n: int, **more: Any) -> dict[str, Any]:
    at = to_micros(NOON + (n % 30 - 15) * HOUR)
    team, category = (("quality", "product_quality"), ("logistics", "delivery"), ("care", ""))[n % 3]
    facts = {"agent": "wang" if n % 7 == 0 else "li", "team": team, "category": category, "playbook": f"v{n % 2}"}
    asked = {"asked_at": at * (n % 4 > 0), "delivered_at": at * (n % 4 > 1), "answered_at": at * (n % 4 > 2)}
    said = {"solved": ("", "yes", "partly", "no")[n % 4], "outcome": n % 6, "treatment": (n // 2) % 6}
    waves = {"wave": n % 3, "answered_wave": n % 2, "reopened_at": at * (n % 5 == 0)}
    return {"case": n, "resolution": 1 + n % 2, "resolved_at": at} | EMPTY | NEVER | facts | asked | said | waves | more


def promise(n: int) -> dict[str, Any]:
    at, state = to_micros(NOON + (n % 30 - 15) * HOUR), ("kept", "missed", "running", "dropped")[n % 4]
    of = {"priority": ("urgent", "normal")[n % 2], "team": ("quality", "logistics")[n % 2], "category": "delivery"}
    kind = ("first_response", "resolution")[n % 2]
    kept = {"kept_at": at * (state == "kept"), "spent": n * 60_000_000, "state": state, "cause": ""}
    return {"case": n, "kind": kind, "began_at": at, "playbook": "v1", "target": 1} | of | kept


@pytest.fixture
def shop(place: Office) -> Office:  # noqa: F811
    filled(place.house.database, [resolution(n) for n in range(250)], [promise(n) for n in range(250)], [])
    return place


def rows(browser: Browser, address: str) -> list[str]:
    """The references of a list, over all its pages."""
    found: list[str] = []
    while address:
        page = browser.get(unescape(address))
        assert page.status_code == 200
        found += ROW.findall(page.text)
        following = re.search(r'<a href="([^"]+)">Next page</a>', page.text)
        address = following[1] if following else ""
    return found


@pytest.mark.parametrize("by", ["", "team", "priority", "wave"])
def test_every_number_opens_exactly_as_many_cases(shop: Office, by: str) -> None:
    sam = shop.at_work("sam")
    page = sam.get(f"/desk/figures?{SPAN}&by={by}")
    links = LINK.findall(page.text)
    assert len(links) > 20
    for address, count in links:
        assert len(rows(sam, address)) == int(count), address


def test_a_long_list_has_pages_and_its_file_holds_all_of_it(shop: Office) -> None:
    sam = shop.at_work("sam")
    behind = f"{SPAN}&figure=resolutions"
    first = sam.get(f"/desk/figures/cases?{behind}").text
    assert len(ROW.findall(first)) == 200
    whole = rows(sam, f"/desk/figures/cases?{behind}")
    assert len(whole) == len(set(whole)) == 250
    saved = sam.get(f"/desk/figures/cases.csv?{behind}")
    assert saved.headers["content-disposition"] == 'attachment; filename="cases-2026-11-19-2026-11-21.csv"'
    assert {row["reference"] for row in table(saved.text)} == set(whole)


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))


def test_the_files_hold_what_the_page_shows(shop: Office) -> None:
    sam = shop.at_work("sam")
    groups = table(sam.get(f"/desk/figures/follow-up.csv?{SPAN}&by=team").text)
    assert [row["group"] for row in groups] == ["care", "logistics", "quality"]
    assert sum(int(row["resolutions"]) for row in groups) == 250
    assert set(FIGURES) < set(groups[0])
    kept = table(sam.get(f"/desk/figures/promises.csv?{SPAN}&by=priority").text)
    assert {(row["promise"], row["group"]) for row in kept} == {("first_response", "urgent"), ("resolution", "normal")}
    assert sum(int(row["all"]) for row in kept) == 250


def test_the_files_call_colleagues_by_their_names(shop: Office) -> None:
    """Nobody who opens a sheet knows an account by its id."""
    li = shop.hire("li")
    filled(shop.house.database, [resolution(1, agent=li.id)], [], [])
    sam = shop.at_work("sam")
    (line,) = table(sam.get(f"/desk/figures/follow-up.csv?{SPAN}&by=agent").text)
    (case,) = table(sam.get(f"/desk/figures/cases.csv?{SPAN}&figure=resolutions").text)
    assert (line["group"], case["agent"]) == ("Li", "Li")


def test_what_stands_in_the_rows_becomes_no_formula_and_no_markup(shop: Office) -> None:
    hostile = resolution(1, category='=HYPERLINK("http://evil.example")', agent="<script>alert(1)</script>")
    filled(shop.house.database, [hostile], [], [])
    sam = shop.at_work("sam")
    for by in ("category", "agent"):
        page = sam.get(f"/desk/figures?{SPAN}&by={by}").text
        assert "<script>alert" not in page
        (line,) = table(sam.get(f"/desk/figures/follow-up.csv?{SPAN}&by={by}").text)
        assert not line["group"].startswith("=")
    assert "<script>alert" not in sam.get(f"/desk/figures/cases?{SPAN}&figure=resolutions").text
    (case,) = table(sam.get(f"/desk/figures/cases.csv?{SPAN}&figure=resolutions").text)
    assert case["category"].startswith("'=")


def test_whoever_serves_some_teams_sees_their_figures_only(shop: Office) -> None:
    shop.hire("pat", Role.SUPERVISOR, teams=("quality",))
    pat, sam = shop.at_work("pat"), shop.at_work("sam")
    mine = table(pat.get(f"/desk/figures/follow-up.csv?{SPAN}&by=team").text)
    everybodys = table(sam.get(f"/desk/figures/follow-up.csv?{SPAN}&by=team").text)
    assert mine == [row for row in everybodys if row["group"] == "quality"]
    foreign = f"/desk/figures/cases.csv?{SPAN}&figure=resolutions&by=team&of=logistics"
    assert (len(table(pat.get(foreign).text)), len(table(sam.get(foreign).text))) == (0, 83)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("from=tomorrow", 400), ("from=2026-11-22&to=2026-11-01", 400), ("from=0001-01-01", 400),
        ("from=2026-13-01", 400), ("to=9999-12-31", 400), ("by=secret", 200), ("from=2026-11-01&to=2026-11-01", 200),
    ],
)  # fmt: skip
def test_days_that_cannot_be_are_refused_in_plain_words(shop: Office, query: str, status: int) -> None:
    answer = shop.at_work("sam").get(f"/desk/figures?{query}")
    assert answer.status_code == status
    assert (status == 200) == ("Choose a first day" not in answer.text)


@pytest.mark.parametrize(
    "query",
    ["", "figure=secret", "promise=resolution", "promise=resolution&state=late", "figure=sent&by=wave&of=x",
     "figure=sent&by=priority&of=urgent", "promise=resolution&state=kept&by=agent&of=li"],
)  # fmt: skip
def test_a_figure_that_is_not_there_is_not_found(shop: Office, query: str) -> None:
    assert shop.at_work("sam").get(f"/desk/figures/cases?{query}").status_code == 404


def test_figures_are_shown_in_chinese_with_the_playbooks_names(shop: Office) -> None:
    sam = shop.at_work("sam")
    sam.post("/desk/language", {"language": "zh"}, page="/desk/figures")
    page = sam.get(f"/desk/figures?{SPAN}&by=category").text
    assert "一次解决" in page
    assert "product_quality" not in re.sub(r"<[^>]+>", " ", page)


def test_a_shop_without_cases_has_figures_too(place: Office) -> None:  # noqa: F811
    page = place.at_work("sam").get("/desk/figures")
    assert page.status_code == 200
    assert "Nothing was promised in these days." in page.text
