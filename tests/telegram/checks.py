"""Everything that passes is held to the published schema and both libraries; what fails is kept for the test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.telegram.models import Readers
from tests.telegram.schema import ARRAY, Method, Schema

PLAIN = ("String", "Integer", "Boolean", "Float")


class Violations(AssertionError):
    """The bot, or this server, broke the Bot API's own rules. Mend it, or `forgive()` what the test meant to break."""


class Checks:
    """`readers` are the libraries; None asks only the schema."""

    def __init__(self, schema: Schema, readers: Readers | None) -> None:
        self.schema = schema
        self.violations: list[str] = []
        self._readers = readers

    def request(self, method: Method | None, name: str, fields: Mapping[str, Any]) -> str | None:
        problem = " is no method of the Bot API" if method is None else method.request(fields)
        return self._noted(f"{name}{problem}") if problem else None

    def result(self, method: Method | None, value: Any) -> None:
        if method is None:
            return
        if problem := method.result(value):
            self._noted(f"result of {method.name}{problem}")
        for kind in method.returns:
            if kind.removeprefix(ARRAY) not in PLAIN:
                for each in _objects(kind, value):
                    self._read(kind.removeprefix(ARRAY), each)

    def made(self, kind: str, value: Mapping[str, Any]) -> None:
        """An object this server made of itself, such as an update."""
        if problem := self.schema.object(kind, value):
            self._noted(f"{kind}{problem}")
        self._read(kind, value)

    def note(self, violation: str) -> None:
        self._noted(violation)

    def forgiven(self) -> list[str]:
        """What was found up to now, no longer held against anyone."""
        found, self.violations = self.violations, []
        return found

    def _read(self, kind: str, value: Any) -> None:
        if self._readers and (problem := self._readers.read(kind, value)):
            self._noted(problem)

    def _noted(self, violation: str) -> str:
        self.violations.append(violation)
        return violation


def _objects(kind: str, value: Any) -> list[Any]:
    found = value if kind.startswith(ARRAY) else [value]
    return [each for each in found if isinstance(each, Mapping)]
