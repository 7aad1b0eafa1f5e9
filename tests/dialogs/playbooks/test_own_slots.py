"""Mistakes in a playbook's own slots: each is named with file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.playbooks.checking import check
from dialogs.playbooks.loading import load_playbook
from tests.recipes.page import write_bank

MISTAKES = {
    "a type there is none of": (
        "playbook.yml",
        "type: code",
        "type: cod",
        "type: cod",
        "there is no cod",
        "Did you mean code?",
    ),
    "a pattern that does not compile": (
        "playbook.yml",
        "[A-Z]{4}",
        "[A-Z{4}",
        "[A-Z{4}",
        "is not a regular expression",
        "Mend it",
    ),
    "a pattern that could take for ever": (
        "playbook.yml",
        "\\d{14}",
        "(\\d+)+",
        "(\\d+)+",
        "at customers write",
        "Say how often",
    ),
    "an example that does not fit": (
        "playbook.yml",
        "GB82 WEST 1234 5698 7654 32",
        "GB82",
        "example",
        "the example GB82 matches no pattern",
        "customers could type",
    ),
    "patterns of something that has none": (
        "playbook.yml",
        "type: code",
        "type: text",
        "account_number",
        "a text has no pattern",
        "type: code",
    ),
    "no option": (
        "playbook.yml",
        "options:",
        "option:",
        "option:",
        "there is no key slots.way.option",
        "Did you mean options?",
    ),
    "one option only": (
        "playbook.yml",
        "    - branch\n    - online\n    - phone\n",
        "    - branch\n",
        "options",
        "nothing to choose",
        "two options",
    ),
    "an option twice": (
        "playbook.yml",
        "    - phone\n",
        "    - branch\n",
        "- branch",
        "stands here twice",
        "Keep one",
    ),
    "a name that is taken": (
        "playbook.yml",
        "  way:\n",
        "  contact:\n",
        "contact:",
        "means something already",
        "another name",
    ),
    "a slot that nobody added": (
        "playbook.yml",
        "    - way\n",
        "    - wey\n",
        "wey",
        "there is no slot wey",
        "Did you mean way? Or add it under `slots`",
    ),
    "order numbers without a shape": (
        "playbook.yml",
        "    - place_or_page\n",
        "    - order_number\n",
        "order_number",
        "nobody knows how one looks",
        "Add `order_number`",
    ),
    "no question": (
        "words.en.yml",
        "account_number: Which account",
        "acount_number: Which account",
        "acount_number",
        "nobody says ask.acount_number",
        "ask.account_number",
    ),
    "no button": (
        "words.zh.yml",
        "branch: 柜台",
        "brunch: 柜台",
        "brunch",
        "nobody says option.way.brunch",
        "option.way.branch",
    ),
    "an unknown placeholder": (
        "words.en.yml",
        "looks like {example}",
        "looks like {sample}",
        "{sample}",
        "unknown placeholder {sample}",
        "example",
    ),
    "no name for it in customers' words": (
        "examples.zh.yml",
        "synonym: account_number",
        "synonym: acount_number",
        "acount_number",
        "there is no synonym acount_number",
        "account_number",
    ),
    "phrases for an option there is none of": (
        "examples.en.yml",
        "lookup: way_online",
        "lookup: way_onlin",
        "way_onlin",
        "there is no lookup way_onlin",
        "way_online",
    ),
}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bank(tmp_path_factory.mktemp("playbooks"))


@pytest.mark.parametrize(("name", "old", "new", "at", "says", "remedy"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_with_file_line_and_remedy(
    bank: Path, name: str, old: str, new: str, at: str, says: str, remedy: str
) -> None:
    file = bank / name
    right = file.read_text("utf-8")
    assert old in right, right
    wrong = right.replace(old, new, 1)
    file.write_text(wrong, "utf-8")
    try:
        found = check(bank)
    finally:
        file.write_text(right, "utf-8")
    lines = wrong.split("\n")
    meant = [one for one in found if one.file.endswith(name) and at in lines[one.line - 1]]
    assert meant, [str(one) for one in found]
    assert any(says in one.says and remedy in one.remedy and one.remedy for one in meant), [str(one) for one in meant]


def test_a_slot_that_looks_like_a_card_is_known(bank: Path) -> None:
    file = load_playbook(bank).file
    assert file.like_cards == frozenset()
    card = file.slots["account_number"].model_copy(update={"patterns": (r"\d{16}",)})
    assert file.model_copy(update={"slots": {"account_number": card}}).like_cards == {"account_number"}
