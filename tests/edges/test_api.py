"""The cases API: whole, paged, and for those with a token only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from storage.staff.tokens import create_token, revoke_token
from tests.edges.scenery import House

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(scope="module")
def token(house: House) -> str:
    with house.database.write() as connection:
        return create_token(connection, "reports", NOW)


@pytest.fixture
def api(house: House, token: str) -> Iterator[httpx.Client]:
    with house.client(headers={"Authorization": f"Bearer {token}"}) as http:
        yield http


@pytest.fixture(scope="module")
def references(house: House) -> list[str]:
    """Five cases of one customer, oldest first."""
    visitor = house.visitor()
    return [visitor.say(f"file case {n}")[-1]["case"] for n in range(5)]


def test_a_case_has_everything_on_file(api: httpx.Client, references: list[str]) -> None:
    case = api.get(f"/api/v1/cases/{references[0]}").json()
    needed = {
        "reference", "state", "priority", "reasons", "dangers", "record", "timeline", "transcript",
        "incident", "repeats",
    }  # fmt: skip
    also = {"partial", "category", "promised", "team", "language", "playbook", "opened_at", "changed_at"}
    assert needed | also <= set(case)
    assert (case["reference"], case["state"], case["priority"]) == (references[0], "received", "high")
    assert case["reasons"] == ["impact_high"]
    assert case["record"]["amount"] == {"amount": "3.50", "currency": "CNY"}
    assert case["record"]["contact"]["email"] == "a@example.org"
    assert [line["action"] for line in case["timeline"]] == ["opened"]
    assert [said["text"] for said in case["transcript"][:2]] == ["file case 0", f"filed {references[0]}"]
    assert case["transcript_complete"] is True
    assert case["opened_at"].endswith("Z")


def test_cases_are_listed_newest_first_a_page_at_a_time(api: httpx.Client, references: list[str]) -> None:
    listed: list[str] = []
    after = ""
    while after is not None:
        page = api.get("/api/v1/cases", params={"after": after, "limit": 2}).json()
        listed += [case["reference"] for case in page["cases"]]
        after = page["next"]
    assert listed == references[::-1]


def test_a_last_page_that_is_full_has_no_next(api: httpx.Client, references: list[str]) -> None:
    assert api.get("/api/v1/cases", params={"limit": len(references)}).json()["next"] is None


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"state": "received"}, 5), ({"state": "closed"}, 0), ({"priority": "high"}, 5), ({"priority": "low"}, 0),
        ({"category": "product_quality"}, 5), ({"category": "delivery"}, 0), ({"partial": "true"}, 0),
        ({"state": "received", "priority": "high"}, 5),
    ],
)  # fmt: skip
def test_cases_are_found_by_what_they_are(
    api: httpx.Client, references: list[str], wanted: dict[str, str], count: int
) -> None:
    assert len(api.get("/api/v1/cases", params=wanted).json()["cases"]) == count


@pytest.mark.parametrize(
    "wanted", [{"limit": "0"}, {"limit": "1000"}, {"state": "lost"}, {"category": "\0"}, {"after": "\0"}]
)
def test_a_query_that_makes_no_sense_is_a_problem_with_words(api: httpx.Client, wanted: dict[str, str]) -> None:
    answer = api.get("/api/v1/cases", params=wanted)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert next(iter(wanted)) in answer.json()["detail"]


@pytest.mark.parametrize("reference", ["C-0000-000000", "x", "%00", "x" * 3000, "' OR 1=1"])
def test_a_case_that_is_not_there_is_a_problem(api: httpx.Client, reference: str) -> None:
    answer = api.get(f"/api/v1/cases/{reference}")
    assert answer.status_code == 404
    assert answer.json()["status"] == 404
    assert answer.json()["detail"]


def test_those_who_wait_for_a_person_are_listed(house: House, api: httpx.Client) -> None:
    house.visitor().say("person")
    (waiting,) = api.get("/api/v1/handoffs").json()["handoffs"]
    assert (waiting["reason"], waiting["channel"]) == ("wanted", "web")
    assert waiting["answer_by"] > waiting["at"]


@pytest.mark.parametrize("path", ["/api/v1/cases", "/api/v1/cases/C-2611-000001", "/api/v1/handoffs"])
@pytest.mark.parametrize("header", [None, "Bearer", "Bearer wrong", "Basic dTpw", "Bearer 令牌".encode()])
def test_without_a_good_token_nothing_is_told(house: House, path: str, header: str | bytes | None) -> None:
    with house.client() as http:
        answer = http.get(path, headers={} if header is None else {"Authorization": header})  # type: ignore[dict-item]
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_revoked_token_opens_nothing(house: House) -> None:
    with house.database.write() as connection:
        token = create_token(connection, "former", NOW)
    with house.client(headers={"Authorization": f"Bearer {token}"}) as http:
        assert http.get("/api/v1/cases").status_code == 200
        with house.database.write() as connection:
            revoke_token(connection, "former", NOW)
        assert http.get("/api/v1/cases").status_code == 401


def test_a_customer_s_token_is_none_of_ours(house: House) -> None:
    visitor = house.visitor()
    assert visitor.http.get("/api/v1/cases", headers=visitor.headers).status_code == 401
