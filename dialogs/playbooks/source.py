"""YAML read as YAML 1.2 means it, with the line of everything kept for error messages.

PyYAML follows YAML 1.1, where `no` is false and `21:30` is the number 1290. Here only true, false,
null and plain numbers are anything but text, and a key may stand once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from dialogs.playbooks.problems import Problem

Place = tuple[str | int, ...]
"""Where something stands in a file: keys and list positions, outermost first."""

_WHOLE = re.compile(r"[-+]?[0-9]+")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+")
_WORDS = {"true": True, "True": True, "false": False, "False": False, "null": None, "~": None, "": None}
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Source:
    """One YAML file as plain values, the first line of each value and the problems met in reading it."""

    file: str
    value: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest place around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def problem(self, place: Place, says: str, remedy: str) -> Problem:
        return Problem(self.file, self.line(place), says, remedy)


def read_source(path: Path) -> Source:
    """A file's values; never raises for what is in the file."""
    file = str(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return _broken(file, 1, "the file is missing", "Create it; docs/add-a-language.md says what belongs in it.")
    except OSError as error:
        return _broken(file, 1, f"the file cannot be read: {error.strerror}", "Give this user the right to read it.")
    except UnicodeDecodeError as error:
        return _not_utf8(file, error)
    return parse(file, text)


def parse(file: str, text: str) -> Source:
    """The values in a text of YAML."""
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        return _syntax(file, text, error)
    if node is None:
        return _broken(file, 1, "the file is empty", "Write it, or take a copy from the shop playbook.")
    reader = _Reader(file)
    return Source(file, reader.value(node, ()), reader.lines, tuple(reader.problems))


class _Reader:
    """Turns nodes into values, noting lines and problems on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Place, int] = {}
        self.problems: list[Problem] = []

    def value(self, node: yaml.Node, place: Place) -> Any:
        self.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if len(place) >= _DEEPEST:
            return self._complain(
                node, "this is nested too deeply", "Write it flatter; aliases may not hold themselves."
            )
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*place, at)) for at, item in enumerate(node.value)]
        return dict(self._pairs(node, place))

    def _pairs(self, node: yaml.Node, place: Place) -> Iterator[tuple[str | int, Any]]:
        seen: dict[str | int, int] = {}
        for key_node, value_node in node.value:
            key, line = self._key(key_node), key_node.start_mark.line + 1
            if key in seen:
                self._complain(
                    key_node, f"the key {key} stands here twice, first in line {seen[key]}", "Keep one of them."
                )
                continue
            seen[key] = self.lines[(*place, key)] = line
            yield key, self.value(value_node, (*place, key))

    def _key(self, node: yaml.Node) -> str | int:
        if not isinstance(node, yaml.ScalarNode):
            self._complain(node, "a key must be a plain word", "Put quotes around it.")
            return ""
        key = _scalar(node)
        return key if type(key) is int else str(node.value)

    def _complain(self, node: yaml.Node, says: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, node.start_mark.line + 1, says, remedy))


def _scalar(node: yaml.ScalarNode) -> Any:
    """A quoted or block scalar is text; a plain one may be a number, true, false or null."""
    text: str = node.value
    if node.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _broken(file: str, line: int, says: str, remedy: str) -> Source:
    return Source(file, problems=(Problem(file, line, says, remedy),))


def _not_utf8(file: str, error: UnicodeDecodeError) -> Source:
    line = error.object[: error.start].count(b"\n") + 1
    return _broken(file, line, "the file is not UTF-8", "Save it again with the encoding UTF-8.")


def _syntax(file: str, text: str, error: yaml.YAMLError) -> Source:
    """A parser's complaint, with tabs named first, since they are the usual cause and hard to see."""
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 1
    lines = text.split("\n")
    if tabs := [at for at, row in enumerate(lines, 1) if re.match(r" *\t", row) and at <= line + 1]:
        return _broken(file, tabs[-1], "a tab is used to indent", "Use spaces: YAML does not allow tabs there.")
    says = getattr(error, "problem", None) or str(error)
    return _broken(
        file, line, f"this is not YAML: {says}", "Look for a missing quote, colon or space on this line or above."
    )
