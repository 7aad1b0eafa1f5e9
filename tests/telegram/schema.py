"""The published Bot API as data, and whether a request or an object keeps to it. Pure.

`Schema` is read from one JSON file (methods and types with their fields). A check gives the first problem it meets, as
a sentence with the path to the place, or None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Check = Callable[[Any], str | None]

FILE = Path(__file__).parents[3] / "shared" / "telegram" / "bot-api-10.1.json"
ARRAY = "Array of "
NEWER = ("can_send_welcome_messages",)
"""Fields younger than the published file, which a library we serve insists on: yes or no, and never required."""
CONSTANT = re.compile(r"(?:always|must be) [\"“*]?(\w+)[\"”*]?$")
ONE_OF = re.compile(r'Reaction emoji\. Currently, it can be one of (?:"[^"]+",? ?)+')


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

    def __init__(self, published: Mapping[str, Any]) -> None:
        self.version: str = published["version"]
        self._types = published["types"]
        self._checks: dict[str, Check] = {"String": _string, "Integer": _integer, "Float": _number, "Boolean": _boolean}
        self._checks |= {"InputFile": _file, "CallbackGame": _mapping}
        self._methods = {name.lower(): self._method(found) for name, found in published["methods"].items()}

    def method(self, name: str) -> Method | None:
        """Its name in any case, as Telegram takes it."""
        return self._methods.get(name.lower())

    def object(self, kind: str, value: Any) -> str | None:
        return self._check(kind)(value)

    def _method(self, found: Mapping[str, Any]) -> Method:
        fields = found.get("fields", ())
        returns = tuple(found["returns"])
        return Method(
            name=found["name"],
            parameters={field["name"]: tuple(field["types"]) for field in fields},
            request=self._fields(fields),
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
        if subtypes := found.get("subtypes"):
            return self._any(tuple(subtypes))
        return self._fields(found.get("fields", ()))

    def _fields(self, fields: Any) -> Check:
        checks = {field["name"]: self._field(field) for field in fields}
        if "can_manage_video_chats" in checks:  # an administrator's rights
            checks |= dict.fromkeys(NEWER, _boolean)
        required = [field["name"] for field in fields if field["required"]]

        def check(value: Any) -> str | None:
            if not isinstance(value, Mapping):
                return f" is {type(value).__name__}, not an object"
            for name in required:
                if name not in value:
                    return f".{name} is missing"
            for name, held in value.items():
                found = checks.get(name)
                problem = found(held) if found else " is not known"
                if problem:
                    return f".{name}{problem}"
            return None

        return check

    def _field(self, field: Mapping[str, Any]) -> Check:
        if found := ONE_OF.search(field["description"]):
            return _among(frozenset(re.findall(r'"([^"]+)"', found[0])))
        constant = CONSTANT.search(field["description"]) if field["name"] in ("type", "status", "source") else None
        return _exactly(constant[1]) if constant else self._any(tuple(field["types"]))


def read_schema(file: Path = FILE) -> Schema | None:
    """None where the file is not there: then nothing is checked, and the tests of checks are skipped by name."""
    return Schema(json.loads(file.read_text())) if file.exists() else None


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
