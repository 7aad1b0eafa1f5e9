"""Does what a page of `docs/` says, in a scratch copy of the project, block by block.

- A `yaml` or `python` block whose first line names a file (`# path`) goes into that file: keys are merged, entries of
  examples added or replaced; code makes a new file. Of a file that is there, the first line of each piece is one that
  stands in it, and the rest goes behind that; imports go before the others, and new functions to the end.
- An `sh` block is run as it stands.
- In a `console` block, lines after `$ ` are run; the others must be printed, in this order; `…` stands for anything.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import yaml

from bot.commands.new_playbook import new_playbook
from dialogs.playbooks.source import parse, read_source

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "complaints", "dialogs", "engine", "handlers", "staff", "storage")
_BLOCK = re.compile(r"^ *```(python|yaml|sh|console)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a page: its kind, and its text without the page's indentation."""

    kind: str
    text: str

    @property
    def file(self) -> str:
        """The file that the block is for, by its first line."""
        return self.text.partition("\n")[0].removeprefix("# ")

    @property
    def content(self) -> str:
        return self.text.partition("\n")[2]


def blocks_of(page: str) -> Iterator[Block]:
    for kind, text in _BLOCK.findall((ROOT / "docs" / page).read_text("utf-8")):
        yield Block(kind, dedent(text))


def scratch_copy(folder: Path) -> Path:
    """The project's rooms copied into a folder, with `amends` on its own path."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    command = folder / "bin/amends"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -P -m bot "$@"\n')
    command.chmod(command.stat().st_mode | stat.S_IEXEC)
    return folder


def follow(page: str, project: Path, **settings: str) -> str:
    """Do all that a page says; returns everything that was printed. Raises AssertionError where it is not true."""
    printed, port = [], free_port()
    settings = {"AMENDS_PORT": port, **settings}
    for block in blocks_of(page):
        block = Block(block.kind, block.text.replace(":8080/", f":{port}/"))
        match block.kind:
            case "sh":
                printed.append(run(project, block.text, settings))
            case "console":
                printed += _session(project, block.text, settings)
            case _:
                put(project / block.file, block)
    return "".join(printed)


def free_port() -> str:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return str(server.getsockname()[1])


def end_servers(project: Path) -> None:
    """End what a page left running, by the ids it wrote down."""
    for file in project.glob("*.pid"):
        with suppress(ProcessLookupError, ValueError):
            os.kill(int(file.read_text()), signal.SIGTERM)


def write_bank(folder: Path) -> Path:
    """The bank of `start-a-playbook.md`, in `folder/bank`; returns that."""
    new_playbook("bank", folder)
    for block in blocks_of("start-a-playbook.md"):
        if block.kind == "yaml":
            put(folder / block.file, block)
    return folder / "bank"


def _session(project: Path, text: str, settings: Mapping[str, str]) -> Iterator[str]:
    for command, expected in _commands(text):
        said = run(project, command, settings, must_succeed=not expected)
        _appears(command, expected, said)
        yield said


def _commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a session with the lines that it must print; a backslash at its end goes on below."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        lines = part.rstrip("\n").split("\n")
        end = next(at for at, line in enumerate(lines) if not line.endswith("\\"))
        yield "\n".join(lines[: end + 1]), lines[end + 1 :]


def _appears(command: str, expected: Sequence[str], said: str) -> None:
    """Every expected line is printed, each after the one before; where it has `…`, its parts are."""
    at = 0
    for line in expected:
        for piece in filter(None, (piece.strip() for piece in line.split("…"))):
            found = said.find(piece, at)
            assert found >= 0, f"{command} does not print {piece!r} there; it prints:\n{said}"
            at = found + len(piece)


def run(project: Path, script: str, settings: Mapping[str, str], *, must_succeed: bool = True) -> str:
    """What a script prints that is run in the copy, its `amends` being the copy's."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AMENDS_")},
        "PATH": f"{project / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": f"{project}{os.pathsep}{ROOT}",
        "AMENDS_DATA_DIR": str(project / "var"),
        "AMENDS_UNDERSTANDING": "rules",
        **settings,
    }  # fmt: skip
    done = subprocess.run(
        ["bash", "-ec", script],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_LONGEST,
        check=False,
    )
    assert done.returncode == 0 or not must_succeed, (
        f"{script}\nends with {done.returncode}:\n{done.stdout}{done.stderr}"
    )
    return done.stdout + done.stderr


def put(path: Path, block: Block) -> None:
    """What a block says of a file, done to it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".yml":
        merge_into(path, block.content)
    elif path.exists():
        _insert(path, block.content)
    else:
        if path.suffix == ".py":
            (path.parent / "__init__.py").touch()
        path.write_text(block.content, "utf-8")


def _insert(path: Path, text: str) -> None:
    """New imports go before the first one; each further piece behind the line that stands above it in the block."""
    old = path.read_text("utf-8")
    for piece in text.strip("\n").split("\n\n"):
        lines = piece.split("\n")
        if lines[0].startswith(("from ", "import ")):
            first = re.search(r"^from (?!__future__)", old, re.MULTILINE)
            assert first
            old = f"{old[: first.start()]}{piece}\n{old[first.start() :]}"
            continue
        if lines[0].startswith(("def ", "class ")) and lines[0] not in old:
            old = f"{old}\n\n{piece}\n"
            continue
        assert old.count(lines[0] + "\n") == 1, f"{path.name} has no single line {lines[0]!r}"
        old = old.replace(lines[0] + "\n", piece + "\n")
    path.write_text(old, "utf-8")


def merge_into(path: Path, text: str) -> None:
    merged = _merged(read_source(path).value if path.exists() else {}, parse("recipe", text).value)
    path.write_text(yaml.safe_dump(merged, allow_unicode=True, sort_keys=False), "utf-8")


def _merged(old: Any, new: Any) -> Any:
    """Keys are added, entries of examples come behind those of other names, anything else is replaced."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{key: _merged(old.get(key), value) for key, value in new.items()}}
    if isinstance(old, list) and isinstance(new, list) and isinstance(new[0], dict):
        said = [_name(entry) for entry in new]
        return [entry for entry in old if _name(entry) not in said] + new
    return new


def _name(entry: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """What an entry of examples is about."""
    return tuple((key, value) for key, value in entry.items() if key != "examples")
