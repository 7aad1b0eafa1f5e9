"""A stand-in that ranks as a trained Rasa would, and readers that ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.reading import Understanding
from engine.providers.rasa import RasaUnderstanding
from engine.providers.rasa_server import RasaServer
from tests.rasa.stand_in import Ranks, StandIn, classified, standing_in

DEADLINE, PLENTY = 0.3, 20.0
"""Seconds: for a stand-in that is not going to answer, and for one that does, on however busy a machine."""


@dataclass
class Clock:
    """Seconds that pass when told to."""

    now: float = field(default=1000.0)

    def __call__(self) -> float:
        return self.now


Asking = Callable[..., RasaUnderstanding]


@pytest.fixture(scope="session")
def shop() -> Playbook:
    return load_playbook("shop")


@pytest.fixture(scope="session")
def local(shop: Playbook) -> LocalUnderstanding:
    return LocalUnderstanding(shop)


@pytest.fixture(scope="session")
def ranks(shop: Playbook) -> Ranks:
    return classified(shop)


@pytest.fixture
def rasa(ranks: Ranks) -> Iterator[StandIn]:
    with standing_in(ranks) as stand_in:
        yield stand_in


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def asking(shop: Playbook, local: LocalUnderstanding, rasa: StandIn, clock: Clock) -> Iterator[Asking]:
    """Makes readers that ask the stand-in, with the local one behind them unless another is named."""
    made: list[RasaUnderstanding] = []

    def make(behind: Understanding = local, deadline: float = PLENTY) -> RasaUnderstanding:
        made.append(RasaUnderstanding(shop, RasaServer(rasa.url, rasa.token, deadline), behind, clock))
        return made[-1]

    yield make
    for one in made:
        one.close()
