"""A house on a street: whoever calls says which address they call from, as a trusted proxy would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from storage.db.database import open_database
from storage.migrations.upgrade import bring_up_to_date
from tests.edges.scenery import House, Visitor, build, served

CALLER = "x-caller"


class _Called:
    """The address in a header becomes the client's."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            said = dict(scope["headers"]).get(CALLER.encode())
            scope = {**scope, "client": (said.decode(), 40_000)} if said else scope
        await self.app(scope, receive, send)


@contextmanager
def on_the_street(folder: Path, playbook: Playbook, **parts: Any) -> Iterator[House]:
    """The edges, with callers from anywhere."""
    database = open_database(f"sqlite:///{folder / 'amends.db'}")
    bring_up_to_date(database)
    house = build(database, playbook, folder, **parts)
    layers = house.app.layers
    house.app.layers = lambda inner: _Called(layers(inner))
    with served(house):
        yield house
    database.close()


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Opens a house with parts of one's choice."""
    with ExitStack() as doors:
        playbook = load_playbook("shop")
        yield lambda **parts: doors.enter_context(on_the_street(parts.pop("folder", tmp_path), playbook, **parts))


def caller(house: House, address: str) -> Visitor:
    """Somebody new, from this address."""
    return Visitor(house.client(headers={CALLER: address}))
