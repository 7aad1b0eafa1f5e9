"""A chat with a past, made without a model."""

from __future__ import annotations

import pytest

from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.rule_provider import RulesUnderstanding
from tests.dialogs.talk import Talk

FIRST = "My parcel AM2611180042 is five days late. My name is Ann Lee, ann@example.com, I want an apology"


@pytest.fixture
def filed(shop: Playbook) -> Talk:
    """A chat that rules alone read, with one case on file."""
    talk = Talk(shop, RulesUnderstanding(shop))
    talk.says(FIRST)
    for _ in range(9):
        if talk.asks == "confirm":
            talk.says("yes")
            break
        talk.says("skip")
    assert len(talk.cases) == 1
    return talk
