"""Passkeys and accounts at an issuer are kept alike on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from storage.db.database import Database
from storage.staff.accounts import BadStaff
from storage.staff.issuer_identities import find_identity, has_identity, join_identity, leave_identities
from storage.staff.passkeys import (
    MOST,
    Passkey,
    add_passkey,
    find_passkey,
    list_passkeys,
    remove_passkey,
    remove_passkeys,
    spend_challenge,
    use_passkey,
)

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def passkey(key: str, staff_id: str = "mei") -> Passkey:
    return Passkey(key, staff_id, " My laptop ", "a2V5", 3, NOW, NOW)


def test_a_passkey_is_its_owner_s_and_nobody_else_removes_it(database: Database) -> None:
    with database.write() as conn:
        add_passkey(conn, database.dialect, passkey("k1"))
        add_passkey(conn, database.dialect, passkey("k2"))
        use_passkey(conn, "k1", 9, LATER)
        found = find_passkey(conn, "k1")
        assert found
        assert (found.name, found.sign_count, found.used_at) == ("My laptop", 9, LATER)
        assert not remove_passkey(conn, "sam", "k1")
        assert remove_passkey(conn, "mei", "k1")
        assert [each.id for each in list_passkeys(conn, "mei")] == ["k2"]
        assert remove_passkeys(conn, "mei") == 1
        assert find_passkey(conn, "k2") is None


def test_one_on_file_is_not_taken_twice_and_nobody_has_too_many(database: Database) -> None:
    with database.write() as conn:
        for number in range(MOST):
            add_passkey(conn, database.dialect, passkey(f"k{number}"))
        with pytest.raises(BadStaff) as refused:
            add_passkey(conn, database.dialect, passkey("one more"))
        assert refused.value.reason == "passkeys"
        with pytest.raises(BadStaff) as refused:
            add_passkey(conn, database.dialect, passkey("k1", "sam"))
        assert refused.value.reason == "passkey known"


def test_a_challenge_is_used_up_by_one_of_many_at_once(database: Database) -> None:
    taken: list[bool] = []
    barrier = threading.Barrier(6)

    def spend() -> None:
        barrier.wait()
        with database.write() as conn:
            taken.append(spend_challenge(conn, database.dialect, "c", LATER, NOW))

    threads = [threading.Thread(target=spend) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(taken) == [False] * 5 + [True]


def test_an_account_at_an_issuer_is_one_account_here(database: Database) -> None:
    with database.write() as conn:
        join_identity(conn, database.dialect, "https://id.example", "7", "mei", NOW)
        join_identity(conn, database.dialect, "https://id.example", "7", "mei", NOW)
        with pytest.raises(BadStaff):
            join_identity(conn, database.dialect, "https://id.example", "7", "sam", NOW)
        assert find_identity(conn, "https://id.example", "7") == "mei"
        assert find_identity(conn, "https://other.example", "7") is None, "a subject is the issuer's own"
        assert has_identity(conn, "mei", "https://id.example")
        assert leave_identities(conn, "mei") == 1
        assert find_identity(conn, "https://id.example", "7") is None
