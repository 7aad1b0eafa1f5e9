"""Keys: what the flows say and what playbooks must write are the same."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from dialogs.playbooks.keys import PAGES, is_free, known_keys
from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.parts.own_slots import OwnSlot
from tests.dialogs.playbooks.spoken import Spoken, spoken

SHOP = load_playbook("shop").file
CHOICE = OwnSlot(type="choice", options=("in_branch", "online"))
KNOWN = {**known_keys(SHOP), **known_keys(SHOP.model_copy(update={"slots": {"where_bought": CHOICE}}))}
SAID = spoken()
SAID_ELSEWHERE = (
    "priority.*",
    "notice.quarantined",
    "files.refused_*",
    "telegram.*",
    "macro.*",
    "team.*",
    "card.*",
    "cause.*",
)
"""By the turn, the channels, the pictures, the desk and colleagues, not by the flows."""


def is_declared(key: str) -> bool:
    return key in KNOWN or is_free(key) or any(fnmatchcase(known, key) for known in KNOWN)


@pytest.mark.parametrize("mention", list({m.key: m for m in SAID}.values()), ids=lambda m: m.key)
def test_whatever_a_flow_says_is_declared(mention: Spoken) -> None:
    assert is_declared(mention.key), f"{mention.where} says {mention.key}: declare it in dialogs/playbooks/keys.py"


@pytest.mark.parametrize("mention", [m for m in SAID if m.facts is not None and m.key in KNOWN], ids=lambda m: m.key)
def test_a_flow_fills_just_the_placeholders_that_are_declared(mention: Spoken) -> None:
    assert mention.facts == KNOWN[mention.key], f"{mention.where} and dialogs/playbooks/keys.py differ"


@pytest.mark.parametrize("key", KNOWN)
def test_no_playbook_is_asked_for_what_nobody_says(key: str) -> None:
    patterns = {mention.key for mention in SAID} | set(SAID_ELSEWHERE)
    assert any(fnmatchcase(key, pattern) for pattern in patterns)


def test_the_words_of_the_pages_are_free() -> None:
    assert is_free(f"{PAGES}title")
    assert not is_free("ask.item")
