"""`python docs/depth.py`: the longest chains of imports between modules, as `tests/project` measures them.

Counted are imports at the module's own level, outside `TYPE_CHECKING`: what must be there before it can be. A package's
`__init__.py` is left out. `python docs/depth.py bot.app` shows the longest chain below one module.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "handlers", "staff", "engine", "storage", "dialogs", "complaints")


def graph() -> dict[str, set[str]]:
    """Every module, with those of the project that it imports."""
    files = {_named(path): path for room in ROOMS for path in (ROOT / room).rglob("*.py") if path.name != "__init__.py"}
    return {
        name: {each for each in imported(ast.parse(path.read_text("utf-8"))) if each in files} - {name}
        for name, path in files.items()
    }


def depths(of: dict[str, set[str]]) -> dict[str, int]:
    """How many modules the longest chain of imports holds that begins at each module, itself among them."""
    found: dict[str, int] = {}
    for name in TopologicalSorter(of).static_order():
        found[name] = 1 + max((found[below] for below in of[name]), default=0)
    return found


def chain(of: dict[str, set[str]], begin: str) -> tuple[str, ...]:
    """One of the longest chains that begin at a module."""
    known = depths(of)
    below = max(sorted(of[begin]), key=known.__getitem__, default=None)
    return (begin,) if below is None else (begin, *chain(of, below))


def imported(tree: ast.Module) -> Iterator[str]:
    """What a module names in its imports that run with it: of `from a import b`, `a` and `a.b`."""
    for node in _at_import(tree.body):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def _named(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def _at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run while a module is imported, but for what stands under `if TYPE_CHECKING`."""
    for node in body:
        yield node
        if isinstance(node, ast.If):
            yield from () if _is_for_types(node) else _at_import(node.body)
            yield from _at_import(node.orelse)
        elif isinstance(node, ast.Try | ast.With | ast.ClassDef):
            yield from _at_import(node.body)


def _is_for_types(node: ast.If) -> bool:
    return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def main() -> None:
    """The deepest module and its chain; or of the module named, its own."""
    of = graph()
    known = depths(of)
    begin = sys.argv[1] if sys.argv[1:] else max(sorted(known), key=known.__getitem__)
    print(known[begin])
    print("\n".join(f"{known[name]:3} {name}" for name in chain(of, begin)))


if __name__ == "__main__":
    main()
