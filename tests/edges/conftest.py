"""Houses with open doors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest

from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from tests.edges.scenery import House, Visitor, build, served
from tests.real.tables import with_tables

OpenHouse = Callable[..., House]


@pytest.fixture(scope="session")
def playbook() -> Playbook:
    return load_playbook("shop")


@contextmanager
def built(folder: Path, playbook: Playbook, **parts: Any) -> Iterator[House]:
    """The edges look the same before every database; the embedded one is quick."""
    database = with_tables(f"sqlite:///{folder / 'amends.db'}")
    with served(build(database, playbook, folder, **parts)) as house:
        yield house
    database.close()


@pytest.fixture(scope="module")
def house(playbook: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for all tests of a file; each of them brings customers of its own."""
    with built(tmp_path_factory.mktemp("house"), playbook) as opened:
        yield opened


@pytest.fixture
def open_house(playbook: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenHouse]:
    """A house for one test, with parts of its choice."""
    with ExitStack() as doors:
        yield lambda **parts: doors.enter_context(built(tmp_path_factory.mktemp("house"), playbook, **parts))


@pytest.fixture
def visitor(house: House) -> Visitor:
    return house.visitor()


@pytest.fixture
def sender() -> str:
    """A REST customer whom nobody has met."""
    return f"lee-{token_hex(4)}"


@pytest.fixture
def say(house: House, sender: str) -> Iterator[Callable[..., Any]]:
    """Send a REST message and get the response."""
    with house.program() as http:

        def sent(message: object, sender: object = sender, **metadata: object) -> Any:
            body = {"sender": sender, "message": message, **({"metadata": metadata} if metadata else {})}
            return http.post("/webhooks/rest/webhook", json=body)

        yield sent
