"""The recipe for a capability is true: a copy of the project learns one by a folder and a line, and uses it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from dialogs.playbooks.loading import load_playbook
from tests.dialogs.playbooks.test_recipes import merge_into

ROOT = Path(__file__).parents[3]
_BLOCK = re.compile(r"^ *```(python|yaml)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)

CHECK = """
from pathlib import Path
import dialogs.playbooks
from dialogs.playbooks.checking import check
for problem in check(Path(dialogs.playbooks.__path__[0]) / "shop"):
    print(problem)
"""
TALK = """
from datetime import timedelta
from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.rule_provider import RulesUnderstanding
from tests.dialogs.talk import Talk
shop = load_playbook("shop")
talk = Talk(shop, RulesUnderstanding(shop))
talk.says("hello")
print(talk.says("could somebody ring me?"))
print(talk.taps("Yes, ring me"))
print(*(text for _, text in talk.passes(timedelta(hours=2))))
"""


def blocks() -> Iterator[tuple[str, str]]:
    """The blocks of the recipe: the file that each is for, and what goes into it."""
    for _, block in _BLOCK.findall((ROOT / "docs/add-a-capability.md").read_text("utf-8")):
        head, _, text = dedent(block).partition("\n")
        yield head.removeprefix("# "), text


def follow(project: Path, kind: str) -> None:
    for name, text in blocks():
        path = project / name
        if path.suffix != kind:
            continue
        if path.suffix == ".yml":
            merge_into(path, text)
        elif path.exists():
            imported, line = text.strip().split("\n\n")
            table = path.read_text("utf-8").replace("from dialogs.flows.", f"{imported}\nfrom dialogs.flows.", 1)
            path.write_text(table.replace("together(\n", f"together(\n{line}\n", 1), "utf-8")
        else:
            path.parent.mkdir(exist_ok=True)
            (path.parent / "__init__.py").touch()
            path.write_text(text, "utf-8")


def run(project: Path, script: str) -> str:
    """What a script prints that finds the copy before the project itself."""
    environment = {**os.environ, "PYTHONPATH": f"{project}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-P", "-c", script]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "dialogs", tmp_path / "dialogs", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_recipe_for_a_capability_works(project: Path) -> None:
    follow(project, ".py")
    lacking, languages = run(project, CHECK), len(load_playbook("shop").file.languages)
    for key in ("ask.callback", "button.callback_yes", "callback.promised", "callback.done"):
        assert lacking.count(f"there is no text {key}") == languages
    follow(project, ".yml")
    assert run(project, CHECK) == ""
    heard = run(project, TALK)
    assert "Shall somebody ring you within the hour?" in heard
    assert "Somebody will ring you within the hour." in heard
    assert "Did somebody reach you?" in heard
