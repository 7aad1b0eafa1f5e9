"""What the HTTP API says of itself, made from the structs that requests are decoded into and answers encoded from."""

from __future__ import annotations

from typing import Any

import msgspec

JSON, FORM = "application/json", "multipart/form-data"


def schema_of(kind: Any) -> dict[str, Any]:
    """The JSON Schema of a struct or any other type that msgspec knows, whole: without references."""
    (schema,), named = msgspec.json.schema_components((kind,), ref_template="{name}")
    whole: dict[str, Any] = _resolved(schema, named)
    return whole


def _resolved(schema: Any, named: dict[str, Any]) -> Any:
    match schema:
        case {"$ref": str(name), **rest}:
            return {**_resolved(named[name], named), **rest}
        case dict():
            return {key: _resolved(value, named) for key, value in schema.items()}
        case list():
            return [_resolved(value, named) for value in schema]
    return schema


def taking(kind: Any, media_type: str = JSON) -> dict[str, Any]:
    """An operation's request body."""
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema_of(kind)}}}}


def answering(kind: Any, description: str) -> dict[str, Any]:
    """One answer of an operation."""
    return {"description": description, "content": {JSON: {"schema": schema_of(kind)}}}


def in_path(name: str) -> dict[str, Any]:
    """A part of the path."""
    return {"parameters": [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}}]}
