"""The shop's playbook and its understanding, made once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local import LocalUnderstanding
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
