"""The secret key: made at the first start, for nobody else to read, replaced without losing what it sealed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.commands.upkeep import verify_audit
from bot.commands.users import WantedAccount, add_user
from bot.keys import FILE, keyring, known_keys, rotate
from bot.opening import opened
from bot.refusal import BadKey, NotReachable
from bot.settings import Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    for name in ("SECRET_KEY", "OLDER_KEYS", "DATABASE_URL"):
        monkeypatch.delenv(f"AMENDS_{name}", raising=False)
    return load_settings(data_dir=tmp_path / "data")


def _add(settings: Settings, login: str) -> None:
    add_user(settings, login, WantedAccount("Somebody", "agent"), "a long enough word 7")


def test_the_first_start_makes_a_random_key_that_nobody_else_may_read(settings: Settings) -> None:
    assert known_keys(settings) is None
    made = keyring(settings)
    file = settings.data_dir / FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(made.current) == 64
    assert keyring(settings) == made
    assert [path.name for path in settings.data_dir.iterdir()] == [FILE]


def test_two_installations_have_two_keys(settings: Settings, tmp_path: Path) -> None:
    assert keyring(settings) != keyring(load_settings(data_dir=tmp_path / "other"))


def test_a_key_that_is_given_comes_first_and_the_files_stay_older_ones(settings: Settings) -> None:
    made = keyring(settings).current
    given = settings.model_copy(update=dict(load_settings(secret_key="g" * 32, older_keys="old, older")))
    ring = keyring(given.model_copy(update={"data_dir": settings.data_dir}))
    assert (ring.current, ring.older) == (b"g" * 32, (made, b"old", b"older"))


def test_after_rotating_the_log_of_accounts_goes_on_and_verifies(settings: Settings) -> None:
    _add(settings, "mei")
    before = keyring(settings)
    assert "Start Amends again" in rotate(settings)
    after = keyring(settings)
    assert after.current != before.current
    assert after.older == before.every
    assert stat.S_IMODE((settings.data_dir / FILE).stat().st_mode) == 0o600
    _add(settings, "sam")
    assert verify_audit(settings) == "The audit trail is whole."


def test_rotating_a_key_that_is_set_elsewhere_says_what_to_set_and_shows_no_key_of_before(settings: Settings) -> None:
    given = load_settings(secret_key="my-own-key-of-old-times", data_dir=settings.data_dir)
    said = rotate(given)
    assert "AMENDS_OLDER_KEYS" in said
    assert "my-own-key" not in said
    assert not (settings.data_dir / FILE).exists()


def test_a_process_whose_key_does_not_fit_refuses_and_says_what_to_do(settings: Settings) -> None:
    _add(settings, "mei")
    (settings.data_dir / FILE).write_text("e" * 64)
    with pytest.raises(BadKey, match="AMENDS_OLDER_KEYS"), opened(settings):
        pass
    other = load_settings(secret_key="another" * 5, data_dir=settings.data_dir)
    with pytest.raises(BadKey, match="not at hand"), opened(other):
        pass


def test_an_installation_of_before_names_the_key_that_it_had(settings: Settings) -> None:
    before = load_settings(secret_key="amends-loopback-only", data_dir=settings.data_dir)
    _add(before, "mei")
    with opened(before) as database, database.write() as conn:
        conn.exec_driver_sql("DELETE FROM secret_keys")
    with pytest.raises(BadKey, match=r"docs/keys\.md"), opened(settings):
        pass
    after = load_settings(older_keys="amends-loopback-only", data_dir=settings.data_dir)
    _add(after, "sam")
    assert verify_audit(after) == "The audit trail is whole."


def test_where_a_key_cannot_be_kept_the_refusal_says_so(settings: Settings) -> None:
    settings.data_dir.write_text("a file")
    with pytest.raises(NotReachable, match="AMENDS_SECRET_KEY"):
        keyring(settings)
