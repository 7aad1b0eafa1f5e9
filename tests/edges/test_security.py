"""What every answer carries, and what the document of the API tells."""

from __future__ import annotations

import pytest

from handlers.http.forwarding_headers import Trusted, networks_of
from handlers.http.security_headers import secured
from storage.staff.tokens import TokenScope
from tests.edges.conftest import OpenHouse
from tests.edges.scenery import JPEG, House

PATHS = [
    "/", "/chat", "/embed", "/widget.js", "/chat/words", "/chat/stream", "/chat/messages", "/chat/files",
    "/chat/files/x", "/static/chat.css", "/static/none", "/webhooks/rest/", "/webhooks/rest/webhook",
    "/api/v1/cases", "/api/v1/cases/x", "/api/v1/handoffs", "/healthz", "/readyz", "/metrics", "/openapi.json",
    "/nothing/here",
]  # fmt: skip


@pytest.fixture(scope="module")
def directives() -> dict[str, str]:
    return {
        "default-src": "'self'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self' blob: data:",
        "connect-src": "'self'", "object-src": "'none'", "base-uri": "'none'", "form-action": "'self'",
    }  # fmt: skip


def policy(header: str) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in header.split(";"))


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_every_answer_on_every_path_carries_the_headers(house: House, method: str, directives: dict[str, str]) -> None:
    with house.client() as http:
        for path in PATHS:
            headers = http.request(method, path).headers
            told = policy(headers["content-security-policy"])
            assert directives.items() <= told.items(), path
            assert told["frame-ancestors"] == ("* file:" if path == "/embed" else "'none'"), path
            assert ("x-frame-options" in headers) == (path != "/embed")
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            assert "geolocation=()" in headers["permissions-policy"]
            assert "server" not in headers
            assert "strict-transport-security" not in headers, "over http it means nothing"
            assert headers["cache-control"], path


def test_over_https_a_browser_is_told_to_come_by_nothing_else(open_house: OpenHouse) -> None:
    house = open_house(trusted=Trusted(networks_of("127.0.0.1")))
    with house.client(headers={"X-Forwarded-For": "203.0.113.5", "X-Forwarded-Proto": "https"}) as http:
        for path in PATHS:
            assert http.get(path).headers["strict-transport-security"] == "max-age=31536000", path


def test_what_is_personal_is_kept_in_no_cache(house: House) -> None:
    visitor = house.visitor()
    digest = visitor.upload("a.jpg", JPEG).json()["digest"]
    answers = [visitor.post(text="file it", files=[digest])]
    reference = answers[0].json()["messages"][-1]["case"]
    answers.append(visitor.http.get(f"/chat/files/{digest}", headers=visitor.headers))
    with house.program(TokenScope.ADMIN, name="all") as http:
        answers.append(http.post("/webhooks/rest/webhook", json={"sender": "ann", "message": "hi"}))
        answers += [http.get(path) for path in ("/api/v1/cases", f"/api/v1/cases/{reference}", "/api/v1/handoffs")]
        answers += [http.get("/metrics"), http.get("/api/v1/cases/none"), http.post("/webhooks/rest/webhook")]
    assert [answer.status_code for answer in answers] == [200] * 7 + [404, 400]
    assert ["no-store" in answer.headers["cache-control"] for answer in answers] == [True] * 9


def test_a_fault_of_ours_carries_them_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_: object) -> None:
        raise ValueError

    monkeypatch.setattr(house.door, "take", broken)
    assert "content-security-policy" in house.visitor().post(text="hi").headers


def test_only_the_named_sites_may_frame_the_chat(open_house: OpenHouse) -> None:
    with open_house(frame_ancestors="https://shop.example https://*.shop.example").client() as http:
        told = policy(http.get("/embed").headers["content-security-policy"])
    assert told["frame-ancestors"] == "https://shop.example https://*.shop.example"


def test_a_setting_cannot_smuggle_in_a_directive() -> None:
    with pytest.raises(ValueError, match="separated by spaces"):
        secured(lambda *_: None, "*; script-src *")  # type: ignore[arg-type, return-value]


def test_the_document_names_every_route(house: House) -> None:
    with house.client() as http:
        document = http.get("/openapi.json").json()
    assert set(document["paths"]) == {
        "/", "/chat", "/embed", "/widget.js", "/chat/words", "/chat/stream", "/chat/messages", "/chat/files",
        "/chat/files/{digest}", "/chat/typing", "/chat/telegram", "/chat/identity",
        "/static/{path}", "/webhooks/rest/", "/webhooks/rest/webhook", "/api/v1/cases",
        "/api/v1/cases/{reference}", "/api/v1/handoffs", "/healthz", "/readyz", "/metrics",
        "/api/v1/cases/{reference}/offers", "/api/v1/cases/{reference}/offers/{n}/decision",
        "/api/v1/cases/{reference}/offers/{n}/lines/{i}/done", "/api/v1/cases/{reference}/finding",
        "/api/v1/cases/{reference}/resolution", "/api/v1/incidents", "/api/v1/incidents/{of_id}/confirm",
        "/api/v1/incidents/{of_id}/tell", "/api/v1/incidents/{of_id}/solve",
        "/api/v1/figures", "/api/v1/figures/cases",
    }  # fmt: skip
    webhook = document["paths"]["/webhooks/rest/webhook"]["post"]
    body = webhook["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["sender", "message"]
    case = document["paths"]["/api/v1/cases/{reference}"]["get"]
    assert case["security"]
    assert "404" in case["responses"]


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_no_page_loads_scripts_from_elsewhere(house: House, path: str) -> None:
    with house.client() as http:
        assert http.get(path).status_code == 404


@pytest.mark.parametrize(("method", "path"), [("GET", "/chat/messages"), ("PUT", "/chat"), ("POST", "/api/v1/cases")])
def test_a_method_that_is_not_taken_is_told(house: House, method: str, path: str) -> None:
    with house.client() as http:
        answer = http.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"]
