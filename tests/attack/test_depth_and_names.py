"""JSON that is nested too deep, and names in a query that mean nothing."""

from __future__ import annotations

from pathlib import Path

from dialogs.playbooks.playbook import Playbook
from handlers.http.json_depth import MOST_DEEP, is_too_deep
from storage.staff.tokens import create_token
from tests.attack.conftest import Tried
from tests.edges.conftest import built
from tests.turn.scenery import NOON

WEBHOOK = "/webhooks/rest/webhook"
DEEP = [
    b'{"sender": "lee", "message": ' + b"[" * 100_000,
    b'{"sender": "lee", "message": "hi", "metadata": ' + b'{"a": ' * 900 + b"1" + b"}" * 901,
    b'{"sender": "lee", "message": "hi", "metadata": ' + b"[" * 80 + b"]" * 80 + b"}",
    b"[" * 100_000,
    b'{"a":' * 60_000,
]


def test_json_nested_without_end_is_refused_with_words(tmp_path: Path, shop: Playbook, tried: Tried) -> None:
    """Bodies of a hundred thousand brackets, and others nested deeper than any honest one."""
    with built(tmp_path, shop) as house, house.program() as http:
        for body in DEEP:
            answer = http.post(WEBHOOK, content=body, headers={"Content-Type": "application/json"})
            assert answer.status_code == 400
            assert "nested too deep" in answer.json()["error"]["message"]
        assert http.post(WEBHOOK, json={"sender": "lee", "message": "hi"}).status_code == 200
    tried(len(DEEP))


def test_brackets_in_words_are_words() -> None:
    assert not is_too_deep(b'{"message": "' + b"[" * 4_000 + b'"}')
    assert not is_too_deep(rb'{"message": "\"' + b"{" * 4_000 + b'"}')
    assert not is_too_deep(b"[" * MOST_DEEP + b"]" * MOST_DEEP)
    assert is_too_deep(b"[" * (MOST_DEEP + 1))
    assert is_too_deep(b'["a' + b'"' + b",[" * 5_000)


def test_a_filter_that_is_misspelt_shows_nothing(tmp_path: Path, shop: Playbook, tried: Tried) -> None:
    """`?stat=received`: a list that overlooks an unknown name shows everybody everything."""
    with built(tmp_path, shop) as house:
        with house.database.write() as connection:
            token = create_token(connection, "reader", NOON)
        with house.client(headers={"Authorization": f"Bearer {token}"}) as http:
            for query in ("cases?stat=received", "cases?state=received&teams=x", "handoffs?limit=5", "cases?%00=1"):
                answer = http.get(f"/api/v1/{query}")
                assert answer.status_code == 422
                assert "Unknown in the query" in answer.json()["detail"]
            assert http.get("/api/v1/cases?state=received&limit=5").status_code == 200
    tried(4)
