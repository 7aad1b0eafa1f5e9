"""The table of attacks says what was tried, adds up the cases of a test, and never calls held what did not hold."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ATTACKS = '''
import pytest
from tests.attack.conftest import Tried

@pytest.mark.parametrize("way", ["one", "two"])
def test_it_holds(way: str, tried: Tried) -> None:
    """Somebody knocks.

    More about it.
    """
    tried(20)
    tried(1)

@pytest.mark.parametrize("way", [True, False])
def test_it_breaks(way: bool, tried: Tried) -> None:
    """Somebody gets in."""
    tried(1)
    assert way

@pytest.mark.prove
def test_a_sample(tried: Tried) -> None:
    tried(300)

def test_it_cannot_be_tried(tried: Tried) -> None:
    """Somebody needs what is not here."""
    pytest.skip("no battering ram")

@pytest.fixture
def broken() -> None:
    raise RuntimeError

def test_it_does_not_begin(broken: None, tried: Tried) -> None:
    """Somebody stumbles."""

def test_no_attack() -> None:
    pass
'''


@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_table(workers: str, tmp_path: Path) -> None:
    folder = ROOT / "tests" / "attack"
    made = tmp_path / "test_made_up.py"
    made.write_text(ATTACKS)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        workers,
        "-p",
        "tests.attack.conftest",
        "--rootdir",
        str(ROOT),
    ]
    done = subprocess.run(
        [*command, "-c", str(ROOT / "pyproject.toml"), f"--confcutdir={folder}", str(made)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = [re.sub(r"\s+", " ", line) for line in done.stdout.splitlines()]
    assert "Somebody knocks. 42 yes" in said, done.stdout + done.stderr
    assert "Somebody gets in. 2 NO" in said
    assert "a sample 300* yes" in said
    assert "Somebody needs what is not here. 0 skipped" in said
    assert any("no battering ram" in line for line in said)
    assert "Somebody stumbles. 0 NO" in said
    assert "2 of 4 held, 344 tries" in said
    assert done.returncode == 1
