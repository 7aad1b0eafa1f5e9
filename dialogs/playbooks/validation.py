"""From the values of `playbook.yml` to a `PlaybookFile`, and from pydantic's errors to problems with lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dialogs.playbooks.problems import Problem, meant
from dialogs.playbooks.schema import PlaybookFile
from dialogs.playbooks.source import Place, Source

_TYPES = {
    "string_type": ("must be text", "Put quotes around it if it is meant as text."),
    "int_type": ("must be a whole number", "Write it without quotes or letters."),
    "int_parsing": ("must be a whole number", "Write it without quotes or letters."),
    "float_type": ("must be a number", "Write it like 0.5."),
    "float_parsing": ("must be a number", "Write it like 0.5."),
    "tuple_type": ("must be a list", "Write it as [one, two]."),
    "frozen_set_type": ("must be a list", "Write it as [one, two]."),
    "dict_type": ("must hold keys and values", "Write `key: value` lines, indented below it."),
    "model_type": ("must hold keys and values", "Write `key: value` lines, indented below it."),
    "date_from_datetime_parsing": ("must be a date", "Write it like 2026-10-01."),
    "date_parsing": ("must be a date", "Write it like 2026-10-01."),
    "date_type": ("must be a date", "Write it like 2026-10-01."),
}


def validate(source: Source) -> tuple[PlaybookFile | None, tuple[Problem, ...]]:
    """The file's contents, or every problem that stands in the way."""
    try:
        return PlaybookFile.model_validate(source.value), ()
    except ValidationError as error:
        return None, tuple(_problem(source, details) for details in error.errors(include_url=False))


def _problem(source: Source, details: ErrorDetails) -> Problem:
    place: Place = tuple(part for part in details["loc"] if part != "[key]")
    exact = (*place, *details.get("ctx", {}).get("at", ()))
    return source.problem(exact, *_explain(details, exact))


def _explain(details: ErrorDetails, place: Place) -> tuple[str, str]:
    """What is wrong and the remedy, in our words where we have them."""
    name, context, got = ".".join(map(str, place)) or "the file", details.get("ctx", {}), details["input"]
    match details["type"]:
        case "playbook":
            return f"{name}: {context['says']}", context["remedy"]
        case "missing":
            return f"{name} is missing", f"Add a line `{place[-1]}:`."
        case "extra_forbidden":
            return f"there is no key {name}", meant(place[-1], _known(place[:-1]))
        case "enum" | "literal_error":
            return f"{name}: there is no {got}", meant(got, re.findall(r"'([^']*)'", context["expected"]))
        case kind if kind in _TYPES:
            return f"{name} {_TYPES[kind][0]}", _TYPES[kind][1]
        case _:
            return f"{name}: {details['msg'][:1].lower()}{details['msg'][1:]}", _like(place)


def _known(place: Place) -> list[str]:
    """The keys that may stand at a place."""
    return list(_shape(place).get("properties", {}))


def _like(place: Place) -> str:
    """A remedy drawn from what the schema says of a place."""
    shape = _shape(place)
    if examples := shape.get("examples"):
        return f"Write it like {examples[0]}."
    if pattern := shape.get("pattern"):
        return f"Make it match {pattern}."
    return "See `amends playbook schema`."


def _shape(place: Place) -> dict[str, Any]:
    """The part of the JSON Schema that speaks of a place; empty when none does."""
    whole = PlaybookFile.model_json_schema()
    shape: dict[str, Any] = whole
    for part in place:
        shape = next(_below(_resolved(whole, shape), part), {})
    return _resolved(whole, shape)


def _below(shape: dict[str, Any], part: str | int) -> Iterator[dict[str, Any]]:
    candidates = (
        shape.get("properties", {}).get(part),
        shape.get("additionalProperties"),
        *shape.get("patternProperties", {}).values(),
        shape.get("items"),
    )
    return (found for found in candidates if isinstance(found, dict))


def _resolved(whole: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    """The definition a reference leads to."""
    while "$ref" in shape:
        shape = whole["$defs"][shape["$ref"].rpartition("/")[2]]
    return shape
