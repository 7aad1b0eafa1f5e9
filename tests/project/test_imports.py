"""Imports run downward only, and the pure rooms stay pure."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("complaints", "dialogs", "storage", "engine", "staff", "handlers", "bot")
MOST = 21
"""Modules of one folder: twenty, and what the folder says of itself."""

_ENV = {**os.environ, "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))}

PURE = ("complaints", "dialogs/flows")
WORLD = frozenset(
    {
        "os", "io", "pathlib", "shutil", "tempfile", "socket", "ssl", "asyncio", "threading", "subprocess",
        "multiprocessing", "random", "secrets", "uuid", "time", "sqlalchemy", "fastapi", "starlette", "httpx",
        "httpcore", "uvicorn", "psycopg", "sqlite3", "requests", "structlog", "logging",
    }
)  # fmt: skip
"""Modules that a pure room has no use for: each reaches a clock, a file, a network, chance or another thread."""
CLOCKS = frozenset({"now", "utcnow", "today", "monotonic", "perf_counter"})


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.lineno


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_the_contracts_of_imports_are_kept() -> None:
    """Downward only, and what else `[tool.importlinter]` says."""
    checked = subprocess.run(["lint-imports", "--no-cache"], cwd=ROOT, env=_ENV, capture_output=True, text=True)
    assert not checked.returncode, checked.stdout


@pytest.mark.parametrize("room", ROOMS)
def test_no_folder_holds_more_modules_than_a_reader_takes_in(room: str) -> None:
    held = Counter(str(path.parent.relative_to(ROOT)) for path in modules(room))
    held.pop("storage/migrations/versions", None)
    assert {folder: many for folder, many in held.items() if many > MOST} == {}


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_reaches_for_nothing_in_the_world(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules(room)
        for name, line in imported(parsed(path))
        if name.split(".")[0] in WORLD
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_never_waits_and_never_looks_at_a_clock(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules(room)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith) or _reads_a_clock(node)
    ]
    assert not wrong, f"these wait, or read a clock: {wrong}"


def _reads_a_clock(node: ast.AST) -> bool:
    """Whether this calls `datetime.now()` or a relative of it."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    if isinstance(called, ast.Name):
        return called.id == "open"
    return isinstance(called, ast.Attribute) and called.attr in CLOCKS and isinstance(called.value, ast.Name)


def test_the_clock_test_knows_a_clock_when_it_sees_one() -> None:
    calls = list(ast.walk(ast.parse("datetime.now(UTC); open('x'); scene.now; rows.sort()")))
    assert sum(_reads_a_clock(node) for node in calls) == 2
