"""What every file of the project keeps to."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 400
VAGUE = ("Manager", "Helper", "Impl", "Utils", "Util")
ROOMS = ("bot", "handlers", "staff", "engine", "storage", "dialogs", "complaints")
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


def test_the_lock_file_names_versions_and_hashes_and_no_registry() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    line = r"[a-z0-9._-]+==\S+( ; [^\\]+)?( \\)?|    --hash=sha256:[0-9a-f]{64}( \\)?"
    assert not [each for each in lock.splitlines() if not re.fullmatch(line, each)], "versions and hashes only"
    assert not [word for word in ADDRESSES if word in lock]


def test_the_lock_file_has_a_hash_for_each_version_or_for_none() -> None:
    """Without any, it was made by `make lock HASHES=no`, for a mirror that builds its own wheels."""
    lock = (ROOT / "requirements.lock").read_text()
    versions = re.findall(r"^\S+==.*(?:\n    --hash.*)*", lock, re.MULTILINE)
    hashed = [each for each in versions if "--hash=" in each]
    assert hashed in ([], versions)


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


def test_an_installed_amends_has_every_file_it_reads() -> None:
    """The examples of the heads were not in the wheel: whoever installed it had nothing to learn danger from."""
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["*"]
    read = [file for file in tracked() if file.relative_to(ROOT).parts[0] in ROOMS]
    read = [file for file in read if file.suffix not in (".py", ".md", ".pot")]
    assert read
    assert not {file.name for file in read if not any(fnmatch(file.name, pattern) for pattern in patterns)}
