"""Figures for other programs: each with its number of cases, its interval, and an address that lists them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import httpx
import pytest

from handlers.api.figures import By
from storage.analytics.board import BY
from storage.staff.tokens import TokenScope
from tests.edges.scenery import House

PATH = "/api/v1/figures"


@pytest.fixture(scope="module")
def references(house: House) -> list[str]:
    visitor = house.visitor()
    return [visitor.say(f"file case {n}")[-1]["case"] for n in range(3)]


@pytest.fixture
def api(house: House) -> Iterator[httpx.Client]:
    with house.program(TokenScope.READ, name="figures") as http:
        yield http


def figures(api: httpx.Client, **asked: str) -> dict[tuple[str, str], dict[str, Any]]:
    answer = api.get(PATH, params=asked)
    assert answer.status_code == 200, answer.text
    return {(one["group"], one["name"]): one for one in answer.json()["figures"]}


def test_each_figure_has_its_number_its_interval_and_its_cases(api: httpx.Client, references: list[str]) -> None:
    found = figures(api)
    assert {name for _, name in found} >= {
        "received", "resolved", "open", "overdue", "response_rate", "resolution_rate", "satisfaction",
        "first_contact", "reopened", "upheld",
    }  # fmt: skip
    received, share = found["", "received"], found["", "resolution_rate"]
    assert (received["value"], received["n"], received["low"], received["high"]) == (3, 3, None, None)
    assert (share["value"], share["n"], share["low"]) == (0.0, 3, 0.0)
    assert share["high"] == pytest.approx(0.5615, abs=1e-4)
    assert [found["", name]["value"] for name in ("satisfaction", "upheld")] == [None, None]
    for one in found.values():
        assert set(one) == {"name", "group", "value", "n", "low", "high", "cases"}


@pytest.mark.parametrize("by", [by for by in BY if by])
def test_the_address_of_each_group_lists_as_many_cases_as_it_counts(
    api: httpx.Client, references: list[str], by: str
) -> None:
    found = figures(api, by=by)
    assert sum(one["value"] for (_, name), one in found.items() if name == "received") == 3
    for one in found.values():
        part = api.get(one["cases"]).json()["cases"]
        whole = api.get(one["cases"] + "&whole=true").json()["cases"]
        assert len(whole) == one["n"]
        assert len(part) == (round(one["value"] * one["n"]) if one["low"] is not None else one["value"] or 0)
    first = next(one for (_, name), one in found.items() if name == "received")
    assert {one["reference"] for one in api.get(first["cases"]).json()["cases"]} == {*references}


def test_a_list_comes_a_page_at_a_time(api: httpx.Client, references: list[str]) -> None:
    address = figures(api)["", "open"]["cases"]
    seen, page = [], 1
    while page:
        answer = api.get(f"{address}&limit=2&page={page}").json()
        seen += [one["reference"] for one in answer["cases"]]
        page = answer["next"]
    assert seen == references[::-1]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{PATH}?colour=red", 422), (f"{PATH}?by=weather", 400), (f"{PATH}?from=yesterday", 400),
        (f"{PATH}?from=2026-02-31", 400), (f"{PATH}?from=2026-02-03&to=2026-02-01", 400), (f"{PATH}/cases", 400),
        (f"{PATH}/cases?figure=weather", 404), (f"{PATH}/cases?figure=open&by=day&of=never", 400),
        (f"{PATH}/cases?figure=open&colour=red", 422),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(api: httpx.Client, path: str, status: int) -> None:
    assert api.get(path).status_code == status


def test_figures_are_for_programs_with_a_token(house: House) -> None:
    with house.client() as http:
        assert http.get(PATH).status_code == 401
    assert get_args(By) == BY
