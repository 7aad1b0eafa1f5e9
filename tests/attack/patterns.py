"""Every pattern of the program, found by importing it whole, and how each is used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "complaints", "dialogs", "engine", "handlers", "staff", "storage")
_AT_THE_BEGINNING, _WHOLE = {"match"}, {"fullmatch"}
_INLINE = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}


@dataclass(frozen=True)
class Found:
    """A pattern, the names it goes by (`dialogs.understanding.text.WORD`), and the methods that are called on it."""

    pattern: re.Pattern[str]
    names: tuple[str, ...]
    methods: frozenset[str]

    @property
    def anchored(self) -> bool:
        return bool(self.methods) and self.methods <= _AT_THE_BEGINNING | _WHOLE

    @property
    def whole(self) -> bool:
        return bool(self.methods) and self.methods <= _WHOLE


def files() -> list[Path]:
    """Every module of the program."""
    return [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]


@cache
def patterns() -> tuple[Found, ...]:
    """Every pattern that a module keeps, however deep in its tables, and those written inside functions."""
    names: dict[re.Pattern[str], list[str]] = {}
    for file in files():
        module = _imported(file)
        if module is None:
            continue
        for name, value in vars(module).items():
            for pattern in _inside(value, set()):
                names.setdefault(pattern, []).append(f"{module.__name__}.{name}")
        for method, pattern in _inline(file):
            names.setdefault(pattern, []).append(f"{module.__name__}:{method}")
    used = _methods()
    return tuple(
        Found(pattern, tuple(of), frozenset().union(*(_of(name, used) for name in of))) for pattern, of in names.items()
    )


def _imported(file: Path) -> ModuleType | None:
    parts = file.relative_to(ROOT).with_suffix("").parts
    if "migrations" in parts or parts[-1] == "__main__":
        return None
    return import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))


def _inside(value: object, seen: set[int]) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
        return
    if id(value) in seen or isinstance(value, str | bytes | int | type | ModuleType):
        return
    seen.add(id(value))
    if isinstance(value, dict):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, tuple | list | set | frozenset):
        parts = list(value)
    elif is_dataclass(value):
        parts = [getattr(value, one.name, None) for one in fields(value)]
    else:
        return
    for part in parts:
        yield from _inside(part, seen)


def _of(name: str, used: dict[str, set[str]]) -> set[str]:
    module, _, method = name.partition(":")
    return {method} if method else used.get(_key(module), {"?"})


def _inline(file: Path) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Patterns written out where they are used: `re.sub(r"…", …)`."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    inside = (node for each in ast.walk(tree) if isinstance(each, ast.FunctionDef) for node in ast.walk(each))
    for node in {id(node): node for node in inside}.values():
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _INLINE):
            continue
        of_re = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
        if of_re and node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
            yield node.func.attr, re.compile(node.args[0].value)


@cache
def _methods() -> dict[str, set[str]]:
    """What is called on each name, on a private one in its own module; `?` where it is handed on instead."""
    called: dict[str, set[str]] = {}
    for file in files():
        tree = ast.parse(file.read_text(encoding="utf-8"))
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        holders = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                called.setdefault(_key(f"{module}.{node.value.id}"), set()).add(node.attr)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in holders:
                called.setdefault(_key(f"{module}.{node.id}"), set()).add("?")
    return called


def _key(name: str) -> str:
    own = name.rpartition(".")[2]
    return name if own.startswith("_") else own
