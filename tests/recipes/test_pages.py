"""The recipes are true: each page is followed to the letter in a copy of the project, up to a real chat."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.recipes.page import follow, scratch_copy

PAGES = ("start-a-playbook.md",)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return scratch_copy(tmp_path)


@pytest.mark.parametrize("page", PAGES)
def test_the_page_is_true(project: Path, page: str) -> None:
    follow(page, project)
