"""What the flows say, read off their source: every key, with the facts that are given with it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dialogs.flows

FILLERS = frozenset({"say", "text"})
SPEAKERS = FILLERS | {"options", "has"}
_DOTTED = re.compile(r"[a-z_*]+(\.[a-z_*]+)+")


@dataclass(frozen=True)
class Spoken:
    """One mention of a key. `*` in it stands for a part made at run time; `facts` is None when unknown."""

    key: str
    where: str
    facts: frozenset[str] | None = None


def spoken() -> list[Spoken]:
    """Every key in the source of the flows, in calls that speak and in strings that look like keys."""
    sources = sorted(Path(dialogs.flows.__path__[0]).rglob("*.py"))
    return [found for path in sources for found in spoken_in(path)]


def spoken_in(path: Path) -> Iterator[Spoken]:
    """The keys in one module. A manifest declares keys and says none."""
    if path.stem == "manifest":
        return
    tree = ast.parse(path.read_text("utf-8"))
    pieces = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        where = f"{path.name}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Call) and node.args and getattr(node.func, "attr", "") in SPEAKERS:
            yield from (Spoken(key, where, _facts(node)) for key in _keys(node.args[0]))
        elif isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in pieces:
            yield from (Spoken(key, where) for key in _keys(node) if _DOTTED.fullmatch(key))


def _facts(call: ast.Call) -> frozenset[str] | None:
    """The names of the facts given, unless some are hidden behind `**`, or none are given at all by `has`."""
    names = [keyword.arg for keyword in call.keywords]
    if getattr(call.func, "attr", "") not in FILLERS or None in names:
        return None
    return frozenset(name for name in names if name)


def _keys(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as key):
            yield key
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from _keys(one)
            yield from _keys(other)
