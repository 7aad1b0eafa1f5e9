"""What every file of the project keeps to."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 400
VAGUE = ("Manager", "Helper", "Impl", "Utils", "Util")
ROOMS = ("bot", "handlers", "storage", "dialogs", "complaints")
ADDRESSES = ("://", "index-url", "find-links", "file:")
MACHINE = re.compile(r"(?<![\w.])/(?:work|home|tmp|root|Users)/")


def tracked() -> list[Path]:
    """The files that git knows."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def ours() -> list[Path]:
    return sorted(path for room in (*ROOMS, "bench", "rasa", "tests") for path in (ROOT / room).rglob("*.py"))


def test_no_file_is_longer_than_a_reader_s_patience() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in ours()}
    assert not {name: lines for name, lines in long.items() if lines > LONGEST}


def test_every_module_opens_by_saying_what_may_live_in_it() -> None:
    silent = [path for path in ours() if "tests" not in path.parts and not ast.get_docstring(_tree(path))]
    assert not [str(path.relative_to(ROOT)) for path in silent if path.read_text("utf-8").strip()]


def test_no_name_is_vague() -> None:
    vague = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in ours()
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ClassDef) and node.name.endswith(VAGUE)
    ]
    vague += [str(path.relative_to(ROOT)) for path in ours() if path.stem in ("utils", "util", "helpers", "misc")]
    assert not vague


def test_the_lock_file_names_versions_and_no_registry() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert all(re.match(r"[a-z0-9._-]+==\S+( ; .+)?$", line) for line in lock.splitlines()), "versions only"
    assert not [word for word in ADDRESSES if word in lock]


def test_the_lock_file_holds_all_that_the_project_asks_for() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = project["dependencies"] + project["optional-dependencies"]["test"]
    names = {re.split(r"[\[<>=,; ]", one)[0].lower().replace("_", "-") for one in asked}
    locked = {line.split("==")[0] for line in (ROOT / "requirements.lock").read_text().splitlines()}
    assert not names - locked, "run: make lock"


def test_no_file_names_a_place_on_somebody_s_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in tracked()
        if path.suffix in {".py", ".toml", ".yml", ".yaml", ".md", ".lock", ".js", ".css", ".html", ""}
        and path != Path(__file__)
        for number, line in enumerate(path.read_text("utf-8", errors="ignore").splitlines(), 1)
        if MACHINE.search(line)
    ]
    assert not found, "\n".join(found)


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))
