"""Whole journeys during which the understanding fails: the journey goes on, and ends with the same case on file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.reading import Reading, Understanding, Utterance
from dialogs.understanding.rule_provider import RulesUnderstanding
from engine.providers.fallback import FirstThatWorks, Provider
from tests.rasa import stand_in
from tests.rasa.conftest import DEADLINE, Asking
from tests.rasa.playing import JOURNEYS, expected, filed
from tests.rasa.stand_in import Mood, StandIn

each_language = pytest.mark.parametrize("path", JOURNEYS.values(), ids=JOURNEYS.keys())


def leave(rasa: StandIn, mood: Mood) -> Callable[[], None]:
    def spoil() -> None:
        rasa.mood = mood

    return spoil


@each_language
async def test_with_rasa_the_journey_ends_as_written(path: Path, asking: Asking, rasa: StandIn, tmp_path: Path) -> None:
    assert await filed(path, tmp_path, asking(), lambda: None) == expected(path)
    assert rasa.texts, "Rasa was asked"


MOODS = [stand_in.garbage, stand_in.hanging]


@each_language
@pytest.mark.parametrize("mood", MOODS, ids=lambda mood: mood.__name__)
async def test_when_rasa_fails_half_way_the_journey_goes_on(
    path: Path, mood: Mood, asking: Asking, rasa: StandIn, tmp_path: Path
) -> None:
    assert await filed(path, tmp_path, asking(deadline=DEADLINE), leave(rasa, mood)) == expected(path)


class Failing:
    """The local provider, until it is spoilt."""

    def __init__(self, inner: Understanding) -> None:
        self.inner = inner
        self.spoilt = False

    def read(self, utterances: Sequence[Utterance]) -> list[Reading]:
        if self.spoilt:
            raise MemoryError
        return self.inner.read(utterances)

    def spoil(self) -> None:
        self.spoilt = True


@each_language
async def test_when_the_local_provider_fails_half_way_rules_go_on(
    path: Path, shop: Playbook, local: LocalUnderstanding, tmp_path: Path
) -> None:
    failing = Failing(local)
    chain = FirstThatWorks((Provider("local", failing), Provider("rules", RulesUnderstanding(shop))))
    assert await filed(path, tmp_path, chain, failing.spoil) == expected(path)
    assert chain.failures["local"] > 0


@each_language
async def test_when_rasa_and_the_local_provider_both_fail_rules_go_on(
    path: Path, asking: Asking, rasa: StandIn, shop: Playbook, local: LocalUnderstanding, tmp_path: Path
) -> None:
    failing = Failing(local)
    behind = FirstThatWorks((Provider("local", failing), Provider("rules", RulesUnderstanding(shop))))

    def spoil() -> None:
        rasa.mood = stand_in.broken
        failing.spoil()

    assert await filed(path, tmp_path, asking(behind), spoil) == expected(path)
    assert behind.failures["local"] > 0
