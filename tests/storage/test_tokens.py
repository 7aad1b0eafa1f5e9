"""Tokens open the API until they are revoked, and only their digests are kept."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.instants import utc_now
from storage.tokens import TokenExists, check_token, create_token, list_tokens, revoke_token


def test_a_token_is_good_until_it_is_revoked(database: Database) -> None:
    with database.write() as conn:
        secret = create_token(conn, "reports", utc_now())
        assert check_token(conn, secret) == "reports"
        assert check_token(conn, secret + "x") is None
        assert revoke_token(conn, "reports", utc_now())
        assert check_token(conn, secret) is None
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
