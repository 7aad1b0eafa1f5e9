"""A crowded database of each kind, filled once: these tests only look."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage.db.database import Database, open_database
from storage.migrations.upgrade import bring_up_to_date
from tests.inbox.crowd import fill
from tests.real.postgres import new_database


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def crowded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('crowd') / 'amends.db'}"
    else:
        url = new_database(request.getfixturevalue("postgres_server"))
    database = open_database(url)
    bring_up_to_date(database)
    fill(database, 3000)
    yield database
    database.close()
