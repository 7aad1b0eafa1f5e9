"""What the API says of itself is what it takes and answers."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from handlers.channels.base.message_json import Choice, Custom, Reply, Shown, ShownMessages
from handlers.channels.rest.routes import Inline, Metadata, RestMessage
from handlers.channels.web.routes import Proof, WebMessage
from handlers.http.documented import schema_of
from tests.edges.scenery import House

SAID = {
    ("/webhooks/rest/webhook", "requestBody"): (RestMessage, Metadata, Inline),
    ("/webhooks/rest/webhook", "responses"): (Reply, Choice, Custom),
    ("/chat/messages", "requestBody"): (WebMessage,),
    ("/chat/messages", "responses"): (ShownMessages, Shown),
    ("/chat/identity", "requestBody"): (Proof,),
}


def objects(schema: Any) -> dict[str, dict[str, Any]]:
    """Every object that a document describes, by its title."""
    found: dict[str, dict[str, Any]] = {}
    match schema:
        case dict():
            if schema.get("type") == "object" and "title" in schema:
                found[str(schema["title"])] = schema
            for value in schema.values():
                found |= objects(value)
        case list():
            for value in schema:
                found |= objects(value)
    return found


@pytest.mark.parametrize(("path", "part"), SAID)
def test_every_field_of_what_is_taken_and_answered_is_documented(house: House, path: str, part: str) -> None:
    with house.client() as http:
        operation = http.get("/openapi.json").json()["paths"][path]["post"]
    described = objects(operation[part])
    for struct in SAID[path, part]:
        fields = msgspec.structs.fields(struct)
        document = described[struct.__name__]
        assert set(document["properties"]) == {field.encode_name for field in fields}
        assert document.get("required", []) == [field.encode_name for field in fields if field.required]


def test_a_schema_is_whole() -> None:
    assert "$ref" not in str(schema_of(ShownMessages))


def test_what_is_documented_of_lengths_is_refused_in_our_own_words_and_not_by_the_decoder() -> None:
    assert msgspec.json.decode(b'{"sender": "", "message": ""}', type=RestMessage) == RestMessage("", "")
