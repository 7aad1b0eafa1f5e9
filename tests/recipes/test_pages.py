"""The recipes are true: each page is followed to the letter in a copy of the project, up to a real chat."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.recipes.page import Block, end_servers, follow, run, scratch_copy

PAGES = ("add-a-category.md", "add-a-language.md", "add-a-channel.md", "add-a-capability.md", "start-a-playbook.md")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    yield scratch_copy(tmp_path)
    end_servers(tmp_path)


@pytest.mark.parametrize("page", PAGES)
def test_the_page_is_true(project: Path, page: str) -> None:
    follow(page, project)


def test_a_step_left_out_is_noticed(project: Path) -> None:
    follow("add-a-category.md", project)
    path = project / "dialogs/playbooks/shop/words.zh.yml"
    path.write_text(path.read_text("utf-8").replace("restate: 礼品卡", "restated: 礼品卡", 1), "utf-8")
    with pytest.raises(AssertionError, match=r"there is no text category\.gift_card\.restate"):
        run(project, "amends playbook check shop", {})


def test_a_page_that_is_not_true_is_noticed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Block("console", "$ amends playbook check shop\nnothing to mend, in Latin.\n")
    monkeypatch.setattr("tests.recipes.page.blocks_of", lambda _: iter([wrong]))
    with pytest.raises(AssertionError, match="does not print"):
        follow("any.md", project)
