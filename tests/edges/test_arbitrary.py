"""Whatever is posted is answered in the agreed form, and never with a fault of ours."""

from __future__ import annotations

import json
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.edges.scenery import House, Visitor

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXT = st.text(st.characters(), max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)


def seldom(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly what belongs there, sometimes anything."""
    return st.one_of(usual, usual, usual, JSON)


METADATA = st.fixed_dictionaries(
    {},
    optional={
        "message_id": seldom(TEXT),
        "language": seldom(TEXT),
        "timezone": seldom(TEXT),
        "attachments": seldom(st.lists(st.fixed_dictionaries({}, optional={"name": JSON, "data": JSON}), max_size=2)),
    },
)
REST = st.fixed_dictionaries({"sender": seldom(TEXT), "message": seldom(TEXT)}, optional={"metadata": seldom(METADATA)})
WEB = st.fixed_dictionaries(
    {"id": seldom(TEXT)},
    optional={name: seldom(TEXT) for name in ("text", "button", "language", "timezone")}
    | {"files": seldom(st.lists(TEXT, max_size=2))},
)


def encoded(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=True).encode()


def agreed(answer: httpx.Response) -> None:
    assert answer.status_code in (200, 400), answer.text
    if answer.status_code == 400:
        assert answer.json()["error"]["message"]


@SLOW
@given(st.one_of(REST.map(encoded), JSON.map(encoded), st.binary(max_size=60)))
def test_any_body_at_the_rest_door_is_answered(house: House, body: bytes) -> None:
    with house.program() as http:
        agreed(http.post("/webhooks/rest/webhook", content=body))


@SLOW
@given(st.one_of(WEB.map(encoded), JSON.map(encoded), st.binary(max_size=60)))
def test_any_body_at_the_page_s_door_is_answered(house: House, visitor: Visitor, body: bytes) -> None:
    agreed(visitor.http.post("/chat/messages", content=body, headers=visitor.headers))


@SLOW
@given(st.binary(max_size=200), TEXT)
def test_any_upload_is_answered(visitor: Visitor, content: bytes, name: str) -> None:
    named = name.encode("utf-8", "replace").decode() or "file"
    assert visitor.upload(named, content).status_code in (200, 400, 415)
