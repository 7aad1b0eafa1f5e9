"""Tokens open the API until they are revoked, and only their digests are kept."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from storage.db.database import Database
from storage.db.timestamps import utc_now
from storage.staff.tokens import (
    TokenExists,
    TokenScope,
    create_token,
    digest_of,
    find_token,
    list_tokens,
    note_use,
    revoke_token,
)


def _is_good(conn: Connection, secret: str, at: datetime | None = None) -> bool:
    found = find_token(conn, digest_of(secret))
    return found is not None and found.is_good(at or utc_now())


def test_a_token_is_good_until_it_is_revoked(database: Database) -> None:
    with database.write() as conn:
        secret = create_token(conn, "reports", utc_now())
        assert _is_good(conn, secret)
        assert not _is_good(conn, secret + "x")
        assert revoke_token(conn, "reports", utc_now())
        assert not _is_good(conn, secret)
        assert not revoke_token(conn, "reports", utc_now())
        assert create_token(conn, "reports", utc_now()) != secret
        assert [token.name for token in list_tokens(conn)] == ["reports"]


def test_a_name_in_use_is_not_given_away(database: Database) -> None:
    with database.write() as conn:
        create_token(conn, "reports", utc_now())
        with pytest.raises(TokenExists, match="revoke it first"):
            create_token(conn, "reports", utc_now())


def test_the_secret_itself_is_nowhere_in_the_database(database: Database) -> None:
    with database.write() as conn:
        secret = create_token(conn, "reports", utc_now())
        row = conn.execute(text("SELECT * FROM api_tokens")).one()
    assert secret not in str(row)


def test_a_token_is_for_what_was_asked_until_it_expires(database: Database) -> None:
    now = utc_now()
    with database.write() as conn:
        secret = create_token(conn, "shop", now, (TokenScope.CHAT, TokenScope.READ), now + timedelta(days=90))
        (kept,) = list_tokens(conn)
        assert [scope for scope in TokenScope if kept.allows(scope)] == [TokenScope.CHAT, TokenScope.READ]
        assert _is_good(conn, secret, now + timedelta(days=89))
        assert not _is_good(conn, secret, now + timedelta(days=90))
        assert create_token(conn, "reports", now)
        assert list_tokens(conn)[0].scopes == {TokenScope.READ}, "none named: read"
        create_token(conn, "all", now, (TokenScope.ADMIN,))
        assert all(list_tokens(conn)[0].allows(scope) for scope in TokenScope)


def test_a_name_whose_token_expired_can_be_given_again(database: Database) -> None:
    now = utc_now()
    with database.write() as conn:
        create_token(conn, "shop", now - timedelta(days=9), expires_at=now - timedelta(days=1))
        assert create_token(conn, "shop", now)


def test_when_it_was_last_used_is_kept(database: Database) -> None:
    now = utc_now()
    with database.write() as conn:
        create_token(conn, "shop", now)
        assert list_tokens(conn)[0].used_at is None
        note_use(conn, "shop", now)
        assert list_tokens(conn)[0].used_at == now


def test_a_token_from_before_there_were_scopes_reads_and_measures(database: Database) -> None:
    with database.write() as conn:
        conn.execute(text("INSERT INTO api_tokens (name, digest, created_at) VALUES ('old', 'd', 1)"))
        found = find_token(conn, "d")
    assert found is not None
    assert found.scopes == {TokenScope.READ, TokenScope.METRICS}
    assert found.is_good(utc_now())
