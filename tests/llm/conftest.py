"""A stand-in for a language model, and what asks it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.reading import Reading, Utterance
from engine.providers.llm.model import LanguageModel, Terms
from engine.providers.llm.server import CompletionServer, ModelAddress
from tests.llm.stand_in import KEY, MODEL, StandIn, standing_in

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DEADLINE, PLENTY = 0.4, 20.0
"""Seconds: for a stand-in that is not going to answer, and for one that does, on however busy a machine."""
TOLD = "the kettle I bought burnt out and Bob at 0800 5551234 hung up on me"
"""A story with an article, another's name and another's number."""


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


Asking = Callable[..., LanguageModel]
Read = Callable[[str], Reading]


@pytest.fixture(scope="session")
def shop() -> Playbook:
    return load_playbook("shop")


@pytest.fixture(scope="session")
def local(shop: Playbook) -> LocalUnderstanding:
    return LocalUnderstanding(shop)


@pytest.fixture(scope="session")
def read(local: LocalUnderstanding) -> Read:
    """Our own reading of a text."""
    return lambda text: local.read([Utterance(text, NOON, "Europe/London")])[0]


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with standing_in(complaint) as one:
        yield one


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def asking(shop: Playbook, stand_in: StandIn, clock: Clock) -> Asking:
    """Makes language models that ask the stand-in."""

    def make(deadline: float = PLENTY, at_once: int = 8, mask: bool = False) -> LanguageModel:
        server = CompletionServer(ModelAddress(stand_in.url, MODEL, KEY), at_once)
        return LanguageModel(shop, server, Terms(deadline, at_once, mask), clock)

    return make


def complaint(text: str, _context: dict[str, Any]) -> dict[str, Any]:
    """What a sensible model says of `TOLD`, and of whatever else as of a complaint about nothing in particular."""
    facts = [("item", "kettle"), ("other_name", "Bob"), ("other_number", "0800 5551234")]
    return {
        "acts": ["complain"],
        "category": "product_quality",
        "facts": [{"fact": fact, "words": words} for fact, words in facts if words in text],
    }


def heard(model: LanguageModel, *asked: Any, close: bool = True) -> Any:
    """What came of asking, on an event loop of its own."""

    async def ask() -> Any:
        try:
            return await model.hear(*asked)
        finally:
            if close:
                await model.close()

    return asyncio.run(ask())
