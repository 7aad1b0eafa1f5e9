"""The secret key: nobody knows it beforehand, and a process with another one does no work."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.commands.upkeep import verify_audit
from bot.commands.users import WantedAccount, add_user
from bot.keys import keyring
from bot.opening import audit_key, opened
from bot.refusal import BadKey
from bot.settings import Settings, load_settings
from storage.db.timestamps import utc_now
from storage.staff.account_log import AccountEntry, note
from tests.attack.conftest import Tried

WELL_KNOWN = ("amends-loopback-only", "amends", "secret", "changeme", "")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    for name in ("SECRET_KEY", "OLDER_KEYS", "DATABASE_URL"):
        monkeypatch.delenv(f"AMENDS_{name}", raising=False)
    return load_settings(data_dir=tmp_path / "data")


def test_a_trail_cannot_be_forged_with_a_value_out_of_the_source(settings: Settings, tried: Tried) -> None:
    """Who can write to a database forges entries with keys that stand in the source or in guides."""
    add_user(settings, "mei", WantedAccount("Mei", "agent"), "a long enough word 7")
    for guess in WELL_KNOWN:
        with opened(settings) as database, database.write() as conn:
            assert guess.encode() not in audit_key(settings).every
            note(conn, database.dialect, guess.encode(), AccountEntry(utc_now(), "mei", "role", "mei", {"to": guess}))
        with pytest.raises(Exception, match="not as it was written"):
            verify_audit(settings)
        tried(1)


def test_a_process_with_a_wrong_key_writes_nothing(settings: Settings, database_url: str, tried: Tried) -> None:
    """A second process is started with another key, so that what it writes cannot be verified by the first."""
    first = load_settings(data_dir=settings.data_dir, database_url=database_url)
    add_user(first, "mei", WantedAccount("Mei", "agent"), "a long enough word 7")
    for n, guess in enumerate(WELL_KNOWN):
        # An empty one means a key of its own, made in its own folder.
        other = load_settings(data_dir=settings.data_dir / str(n), database_url=database_url, secret_key=guess)
        with pytest.raises(BadKey, match="AMENDS_OLDER_KEYS"):
            add_user(other, f"sam{n}", WantedAccount("Sam", "agent"), "a long enough word 7")
        tried(1)
    assert verify_audit(first) == "The audit trail is whole."


async def test_processes_that_start_at_once_agree_on_one_key(settings: Settings, tried: Tried) -> None:
    """Twenty processes start at once in an empty folder: none may go on with a key that another one overwrote."""
    rings = await asyncio.gather(*(asyncio.to_thread(keyring, settings) for _ in range(20)))
    tried(20)
    assert len({ring.current for ring in rings}) == 1
