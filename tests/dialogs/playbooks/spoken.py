"""What the flows say, read off their source: every key, with the facts that are given with it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dialogs.flows

SPEAKERS = frozenset({"say", "text", "options", "has"})
_DOTTED = re.compile(r"[a-z_*]+(\.[a-z_*]+)+")


@dataclass(frozen=True)
class Spoken:
    """One mention of a key. `*` in it stands for a part made at run time; `facts` is None when unknown."""

    key: str
    where: str
    facts: frozenset[str] | None = None


def spoken() -> list[Spoken]:
    """Every key in the source of the flows, in calls that speak and in strings that look like keys."""
    sources = sorted(Path(dialogs.flows.__path__[0]).glob("*.py"))
    return [found for path in sources for found in _in_source(path)]


def _in_source(path: Path) -> Iterator[Spoken]:
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in SPEAKERS
            and node.args
        ):
            facts = None
            if node.func.attr in {"say", "text"} and all(keyword.arg for keyword in node.keywords):
                facts = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
            for key in _keys(node.args[0]):
                yield Spoken(key, f"{path.name}:{node.lineno}", facts)
        elif isinstance(node, ast.Constant | ast.JoinedStr):
            for key in _keys(node):
                if _DOTTED.fullmatch(key):
                    yield Spoken(key, f"{path.name}:{node.lineno}")


def _keys(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as key):
            yield key
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from _keys(one)
            yield from _keys(other)
