"""The page that shows a newcomer the tree tells the truth."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUN = "import sys; sys.path.insert(0, 'docs'); import rooms; "


def _asked(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", RUN + code], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout


def test_the_page_of_the_rooms_shows_the_tree_as_it_is() -> None:
    assert _asked("print(rooms.PAGE.read_text('utf-8') == rooms.page())") == "True\n", "run: python docs/rooms.py"


def test_every_package_says_what_it_is() -> None:
    named = {line.split("`")[1] for line in _asked("print(rooms.tree())").splitlines()[2:]}
    folders = {
        f"{path.parent.name}/" for room in ("handlers", "engine", "storage") for path in ROOT.glob(f"{room}/*/*.py")
    }
    assert folders - named <= {"versions/"}
