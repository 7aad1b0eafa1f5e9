"""Who reads when another cannot: a provider that fails, or was never built, is done without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from bot.wiring.providers import understanding
from dialogs.playbooks.playbook import Examples, Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.reading import Reading, Utterance
from dialogs.understanding.rule_provider import RulesUnderstanding
from engine.providers.fallback import FirstThatWorks, Provider, built

SAID = [Utterance(text, datetime(2026, 11, 21, tzinfo=UTC)) for text in ("the parcel never came", "快递还没到")]


class Giving:
    """An understanding that gives what it is told to, or raises it."""

    def __init__(self, what: Any) -> None:
        self.what = what

    def read(self, utterances: Sequence[Utterance]) -> Any:
        if isinstance(self.what, Exception):
            raise self.what
        return self.what


GARBAGE = {
    "an error": ValueError("the parcel never came"),
    "nothing": None,
    "too few": [Reading(SAID[0].text)],
    "too many": [Reading(SAID[0].text)] * 3,
    "no readings": ["yes", "no"],
    "another's readings": [Reading(SAID[1].text), Reading(SAID[0].text)],
}


@pytest.mark.parametrize("what", GARBAGE.values(), ids=GARBAGE.keys())
def test_the_next_one_reads_and_the_failure_is_counted(shop: Playbook, what: object) -> None:
    rules = RulesUnderstanding(shop)
    chain = FirstThatWorks((Provider("odd", Giving(what)), Provider("rules", rules)))
    assert chain.read(SAID) == rules.read(SAID)
    assert chain.counters() == {"understanding_odd_failures_total": 1}


def test_the_first_that_works_is_believed_and_nobody_else_is_asked(shop: Playbook) -> None:
    rules = RulesUnderstanding(shop)
    chain = FirstThatWorks((Provider("rules", rules), Provider("odd", Giving(ValueError("not to be asked")))))
    assert chain.read(SAID) == rules.read(SAID)


def test_the_last_one_s_error_is_raised_for_there_is_nobody_left() -> None:
    chain = FirstThatWorks((Provider("odd", Giving([])), Provider("last", Giving(LookupError("it")))))
    with pytest.raises(LookupError):
        chain.read(SAID)


def test_a_provider_that_cannot_be_built_is_done_without() -> None:
    def build() -> LocalUnderstanding:
        raise OSError("the model's file is gone")

    assert not list(built("local", build))


def test_a_playbook_without_examples_is_read_by_rules(shop: Playbook, tmp_path: Path) -> None:
    bare = replace(shop, examples={code: Examples({}, said.lookups, {}) for code, said in shop.examples.items()})
    for way in ("rules", "local", "rasa"):
        settings = Settings(data_dir=tmp_path, understanding=way, rasa_url="http://127.0.0.1:9")  # type: ignore[arg-type]
        chain = understanding(settings, bare)
        assert [reading.text for reading in chain.read(SAID)] == [said.text for said in SAID], way
        chain.close()


def test_a_local_provider_that_cannot_be_built_leaves_rules(
    shop: Playbook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoilt(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(LocalUnderstanding, "__init__", spoilt)
    chain = understanding(Settings(data_dir=tmp_path), shop)
    assert chain.read(SAID) == RulesUnderstanding(shop).read(SAID)
