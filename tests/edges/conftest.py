"""A house with open doors, fresh for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from storage.database import Database, open_database
from storage.migrate import bring_up_to_date
from tests.edges.scenery import House, Visitor, build, served

OpenHouse = Callable[..., House]


@pytest.fixture(scope="session")
def playbook() -> Playbook:
    return load_playbook("shop")


@pytest.fixture
def embedded(sqlite_url: str) -> Iterator[Database]:
    """The edges look the same before every database; the embedded one is quick."""
    opened = open_database(sqlite_url)
    bring_up_to_date(opened)
    yield opened
    opened.close()


@pytest.fixture
def open_house(embedded: Database, playbook: Playbook, tmp_path: Path) -> Iterator[OpenHouse]:
    with ExitStack() as open_doors:
        yield lambda **parts: open_doors.enter_context(served(build(embedded, playbook, tmp_path, **parts)))


@pytest.fixture
def house(open_house: OpenHouse) -> House:
    return open_house()


@pytest.fixture
def visitor(house: House) -> Visitor:
    return house.visitor()


@pytest.fixture
def say(house: House) -> Iterator[Callable[..., Any]]:
    """Send a REST message and get the response."""
    with house.client() as http:

        def sent(message: object, sender: object = "lee", **metadata: object) -> Any:
            body = {"sender": sender, "message": message, **({"metadata": metadata} if metadata else {})}
            return http.post("/webhooks/rest/webhook", json=body)

        yield sent
