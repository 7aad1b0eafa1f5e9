"""The recipes in the docs are true: what they say is done to a copy of the shop, and the check is content."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml

import dialogs.playbooks
from complaints.record import Money, Slot
from dialogs.playbooks.checking import check
from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.source import parse, read_source
from dialogs.understanding.language import packs
from dialogs.understanding.reading import Utterance
from dialogs.understanding.rule_provider import RulesUnderstanding

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
_BLOCK = re.compile(r"^ *```(yaml|sh)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(Path(dialogs.playbooks.__path__[0]) / "shop", tmp_path / "shop"))


@pytest.fixture(autouse=True)
def packs_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The languages' folders, where a recipe may make another one."""
    beside = tmp_path / "languages"
    shutil.copytree(packs.LANGUAGES, beside, ignore=shutil.ignore_patterns("*.tsv"))
    monkeypatch.setattr(packs, "LANGUAGES", beside)
    return beside


def follow(recipe: str, folder: Path) -> None:
    """Do what a page says: its `yaml` blocks go into the file they name, its `sh` blocks copy files.

    Those of `languages/` lie beside the playbook's folder.
    """
    for kind, block in _BLOCK.findall((ROOT / "docs" / recipe).read_text("utf-8")):
        text = dedent(block)
        if kind == "yaml":
            named = text.split("\n")[0].removeprefix("# ")
            merge_into((folder.parent if named.startswith("languages/") else folder) / named, text)
            continue
        for line in text.strip().split("\n"):
            command, source, target = line.split()
            assert command == "cp"
            shutil.copy(folder / source, folder / target)


def merge_into(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    merged = _merged(read_source(path).value if path.exists() else {}, parse("recipe", text).value)
    path.write_text(yaml.safe_dump(merged, allow_unicode=True, sort_keys=False), "utf-8")


def _merged(old: Any, new: Any) -> Any:
    """Keys are added, entries of examples are appended, anything else is replaced."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{key: _merged(old.get(key), value) for key, value in new.items()}}
    if isinstance(old, list) and isinstance(new, list) and isinstance(new[0], dict):
        return old + new
    return new


def test_the_recipe_for_a_category_works(copy: Path) -> None:
    follow("add-a-category.md", copy)
    assert [str(problem) for problem in check(copy)] == []
    playbook = load_playbook(copy)
    assert playbook.category("gift_card").required == (Slot.AMOUNT, Slot.CONTACT)
    assert playbook.words("zh").say("category.gift_card.title") == "礼品卡"
    assert len(playbook.examples["en"].intents["complain/gift_card"]) == 5


def test_the_recipe_for_a_language_works(copy: Path) -> None:
    follow("add-a-language.md", copy)
    assert [str(problem) for problem in check(copy)] == []
    playbook = load_playbook(copy)
    assert playbook.words("ja-JP").say("language.name") == "日本語"
    assert "日本語" in playbook.examples["ja"].lookups["language_ja"]
    reading = RulesUnderstanding(playbook).read([Utterance("日本語でお願いします", NOW)])[0]
    assert (reading.language, reading.language_wanted) == ("ja", "ja")
    assert RulesUnderstanding(playbook).read([Utterance("3000円です", NOW)])[0].found("amount") == Money(3000, "JPY")


@pytest.mark.parametrize("recipe", ["add-a-category.md", "add-a-language.md"])
def test_a_step_left_out_is_noticed(copy: Path, recipe: str) -> None:
    follow(recipe, copy)
    path = copy / "words.zh.yml" if "category" in recipe else copy / "words.ja.yml"
    path.write_text(path.read_text("utf-8").replace("restate:", "restated:", 1), "utf-8")
    assert check(copy)
