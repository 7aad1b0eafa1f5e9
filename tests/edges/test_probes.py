"""For those who run it: alive, ready, counted; and never a customer's word in a log or a label."""

from __future__ import annotations

import time

import pytest
import sqlalchemy.exc
from prometheus_client.parser import text_string_to_metric_families

from handlers.http.access_log import Access
from storage.staff.tokens import TokenScope
from tests.edges.conftest import OpenHouse
from tests.edges.scenery import House


def test_alive_and_ready(house: House) -> None:
    with house.client() as http:
        assert http.get("/healthz").json() == {"status": "ok"}
        assert http.get("/readyz").json() == {"status": "ok", "checks": {"database": "ok", "files": "ok"}}


def test_not_ready_says_what_is_wrong(open_house: OpenHouse) -> None:
    with open_house(checks={"worker": lambda: "stopped", "turns": lambda: ""}).client() as http:
        answer = http.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"worker": "stopped", "turns": "ok", "database": "ok", "files": "ok"}


def test_not_ready_while_the_database_is_away_and_alive_all_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise sqlalchemy.exc.OperationalError("SELECT", {}, Exception("gone"))

    with house.client() as http:
        with monkeypatch.context() as patched:
            patched.setattr(house.database.reader, "connect", away)
            assert http.get("/readyz").json() == {"status": "unready", "checks": {"database": "away", "files": "ok"}}
            assert http.get("/healthz").status_code == 200
        assert http.get("/readyz").status_code == 200


def test_metrics_can_be_read_by_prometheus(open_house: OpenHouse) -> None:
    house = open_house()
    house.visitor().say("a secret of mine")
    with house.program(TokenScope.METRICS, name="prometheus") as http:
        http.get("/some/strange/path")
        text = http.get("/metrics").text
    found = {family.name: family for family in text_string_to_metric_families(text)}
    assert found["amends_turns"].samples[0].value == 1
    answers = {(s.labels["route"], s.labels["status"]): s.value for s in found["amends_http_answers"].samples}
    assert answers["/chat/messages", "200"] == 1
    assert answers["other", "404"] == 1
    assert "secret" not in text


def test_metrics_are_for_a_token_of_that_scope(house: House) -> None:
    for name, scopes, status in (("prometheus", (TokenScope.METRICS,), 200), ("all", (TokenScope.ADMIN,), 200)):
        with house.program(*scopes, name=name) as http:
            assert http.get("/metrics").status_code == status
    with house.program(TokenScope.READ, name="reader") as http:
        answer = http.get("/metrics")
    assert (answer.status_code, "`metrics`" in answer.json()["error"]["message"]) == (403, True)


def test_the_access_log_holds_patterns_and_no_customer(open_house: OpenHouse) -> None:
    noted: list[Access] = []
    house = open_house(on_access=noted.append)
    visitor = house.visitor()
    digest = visitor.upload("passport.txt", b"mine").json()["digest"]
    visitor.say("my name is Li Lei", files=[digest])
    visitor.http.get(f"/chat/files/{digest}", headers=visitor.headers)
    visitor.http.get("/Li/Lei?token=x")
    while len(noted) < 4:
        time.sleep(0.01)
    assert {(access.route, access.status) for access in noted} == {
        ("/chat/files", 200), ("/chat/messages", 200), ("/chat/files/*", 200), ("other", 404),
    }  # fmt: skip
    assert not [secret for secret in ("Li", "passport", digest, visitor.token) if secret in repr(noted)]


def test_a_fault_of_ours_is_answered_and_logged_without_what_was_said(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken(event: object) -> None:
        raise ValueError(f"cannot digest {event}")

    monkeypatch.setattr(house.door, "take", broken)
    answer = house.visitor().post(text="my name is Li Lei")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "failed")
    told = capsys.readouterr()
    assert "Li Lei" not in told.out + told.err
    assert "ValueError" in told.out + told.err
