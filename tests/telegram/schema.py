"""The published Bot API as data, and whether a request or an object keeps to it. Pure.

`Schema` is read from `api/` (methods and types with their fields, as `condense.py` makes them). A check gives the first
problem it meets, as a sentence with the path to the place, or None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Check = Callable[[Any], str | None]
Kind = str | list[str]
"""`A | B` for what a field may be, `= word` for a constant, a list for the only words it may be."""

FOLDER = Path(__file__).parent / "api"
ARRAY = "Array of "
CONSTANT = "= "


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in a multipart body."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Method:
    name: str
    parameters: Mapping[str, tuple[str, ...]]
    """The types each parameter may have."""
    request: Check
    result: Check
    returns: tuple[str, ...]


class Schema:
    """All methods and types of one version of the Bot API."""

    def __init__(self, methods: Mapping[str, Any], types: Mapping[str, Any]) -> None:
        self._types = types
        self._checks: dict[str, Check] = {"String": _string, "Integer": _integer, "Float": _number, "Boolean": _boolean}
        self._checks |= {"InputFile": _file, "CallbackGame": _mapping}
        self._methods = {name.lower(): self._method(name, found) for name, found in methods.items()}

    def method(self, name: str) -> Method | None:
        """Its name in any case, as Telegram takes it."""
        return self._methods.get(name.lower())

    def object(self, kind: str, value: Any) -> str | None:
        return self._check(kind)(value)

    def _method(self, name: str, found: Mapping[str, Any]) -> Method:
        returns = tuple(found["returns"])
        return Method(
            name=name,
            parameters={name: _kinds(kind) for name, kind in _every(found).items()},
            request=self._fields(found),
            result=self._any(returns),
            returns=returns,
        )

    def _any(self, kinds: tuple[str, ...]) -> Check:
        if len(kinds) == 1:
            return self._check(kinds[0])
        if all(kind.startswith(ARRAY) for kind in kinds):  # an album mixes photos and videos
            return _array(self._any(tuple(kind.removeprefix(ARRAY) for kind in kinds)))
        return _one_of(kinds, [self._check(kind) for kind in kinds])

    def _check(self, kind: str) -> Check:
        if kind.startswith(ARRAY):
            return _array(self._check(kind.removeprefix(ARRAY)))
        return self._checks.get(kind) or self._later(kind)

    def _later(self, kind: str) -> Check:
        """Types hold each other, so a type's check is made when first met."""

        def check(value: Any) -> str | None:
            if kind not in self._checks:
                self._checks[kind] = self._compiled(kind)
            return self._checks[kind](value)

        return check

    def _compiled(self, kind: str) -> Check:
        found = self._types[kind]
        return self._any(tuple(found["one_of"])) if "one_of" in found else self._fields(found)

    def _fields(self, found: Mapping[str, Any]) -> Check:
        checks = {name: self._field(kind) for name, kind in _every(found).items()}
        required = tuple(found.get("needs", ()))

        def check(value: Any) -> str | None:
            if not isinstance(value, Mapping):
                return f" is {type(value).__name__}, not an object"
            for name in required:
                if name not in value:
                    return f".{name} is missing"
            for name, held in value.items():
                known = checks.get(name)
                problem = known(held) if known else " is not known"
                if problem:
                    return f".{name}{problem}"
            return None

        return check

    def _field(self, kind: Kind) -> Check:
        if isinstance(kind, list):
            return _among(frozenset(kind))
        return _exactly(kind.removeprefix(CONSTANT)) if kind.startswith(CONSTANT) else self._any(_kinds(kind))


def read_schema() -> Schema:
    """The version of the Bot API that the repository holds."""
    methods, types = (json.loads((FOLDER / f"{name}.json").read_text("utf-8")) for name in ("methods", "types"))
    return Schema(methods, types)


def _every(found: Mapping[str, Any]) -> dict[str, Kind]:
    return {**found.get("needs", {}), **found.get("takes", {})}


def _kinds(kind: Kind) -> tuple[str, ...]:
    """The types a field may have; a constant and a word among few are texts."""
    return ("String",) if isinstance(kind, list) or kind.startswith(CONSTANT) else tuple(kind.split(" | "))


def decoded(method: Method, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a form, which are all text, as the values they stand for.

    What cannot be read stays as it came, for the check to find.
    """
    return {name: _value(method.parameters.get(name, ()), text) for name, text in fields.items()}


def _value(kinds: tuple[str, ...], text: Any) -> Any:
    if not isinstance(text, str) or kinds == ("String",) or not kinds:
        return text
    if "Boolean" in kinds and text.lower() in ("true", "false", "1", "0"):
        return text.lower() in ("true", "1")
    if "Integer" in kinds and text.lstrip("-").isdecimal():
        return int(text)
    if "Float" in kinds and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    if "String" in kinds:
        return text
    return _json(text)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _string(value: Any) -> str | None:
    return None if isinstance(value, str) else f" is {value!r}, not a text"


def _integer(value: Any) -> str | None:
    return None if type(value) is int else f" is {value!r}, not a whole number"


def _number(value: Any) -> str | None:
    return None if type(value) in (int, float) else f" is {value!r}, not a number"


def _boolean(value: Any) -> str | None:
    return None if isinstance(value, bool) else f" is {value!r}, not true or false"


def _file(value: Any) -> str | None:
    return None if isinstance(value, Upload | str) else f" is {value!r}, not a file"


def _mapping(value: Any) -> str | None:
    return None if isinstance(value, Mapping) else f" is {value!r}, not an object"


def _exactly(constant: str) -> Check:
    def check(value: Any) -> str | None:
        return None if value == constant else f" is {value!r}, not {constant!r}"

    return check


def _among(known: frozenset[str]) -> Check:
    def check(value: Any) -> str | None:
        return None if value in known else f" is {value!r}, which is not among those allowed"

    return check


def _array(each: Check) -> Check:
    def check(value: Any) -> str | None:
        if not isinstance(value, list | tuple):
            return f" is {type(value).__name__}, not an array"
        for place, held in enumerate(value):
            if problem := each(held):
                return f"[{place}]{problem}"
        return None

    return check


def _one_of(kinds: tuple[str, ...], checks: list[Check]) -> Check:
    def check(value: Any) -> str | None:
        problems = []
        for each in checks:
            problem = each(value)
            if problem is None:
                return None
            problems.append(problem)
        listed = "; ".join(f"{kind}{problem}" for kind, problem in zip(kinds, problems, strict=True))
        return f" fits none of its types ({listed})"

    return check
