"""The shop's playbook and its understanding, made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from tests.dialogs.talk import Talk


@pytest.fixture(scope="session")
def shop() -> Playbook:
    return load_playbook("shop")


@pytest.fixture(scope="session")
def local(shop: Playbook) -> LocalUnderstanding:
    return LocalUnderstanding(shop)


@pytest.fixture
def new_talk(shop: Playbook, local: LocalUnderstanding) -> Callable[..., Talk]:
    def made(**facts: str) -> Talk:
        return Talk(shop, local, **facts)  # type: ignore[arg-type]

    return made


@pytest.fixture
def talk(new_talk: Callable[..., Talk]) -> Talk:
    """An English-speaking customer in London."""
    return new_talk()


@pytest.fixture
def chinese(new_talk: Callable[..., Talk]) -> Talk:
    """A Chinese-speaking customer in Shanghai."""
    return new_talk(language="zh-CN", timezone="Asia/Shanghai")


@pytest.fixture(scope="session")
def thorough(shop: Playbook) -> Playbook:
    """The shop, asking for all that a category lists: for tests that walk through every question."""
    return replace(shop, file=shop.file.model_copy(update={"ask_most": 12}))


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """No two slots are asked for in one breath."""
    monkeypatch.setattr("dialogs.flows.intake.slot_questions.TOGETHER", {})


@pytest.fixture
def asking(thorough: Playbook, local: LocalUnderstanding, one_by_one: None) -> Callable[..., Talk]:
    """Talks in which every question is put, each by itself."""

    def made(**facts: str) -> Talk:
        return Talk(thorough, local, **facts)  # type: ignore[arg-type]

    return made
