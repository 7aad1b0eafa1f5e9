"""Settings: where they come from, what is refused, and that secrets stay secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import build
from bot.masking import masked, masked_database
from bot.opening import audit_key
from bot.refusal import BadSettings, UnsafeSettings
from bot.settings import check_safe, load_settings


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without `.env` or secrets, and no variables of the developer's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AMENDS_SECRETS_DIR", str(tmp_path / "secrets"))
    for name in ("HOST", "PORT", "SECRET_KEY", "DATABASE_URL", "DATA_DIR", "REST", "PUBLIC_URL"):
        monkeypatch.delenv(f"AMENDS_{name}", raising=False)
    return tmp_path


def test_without_any_setting_it_is_an_embedded_file_on_loopback() -> None:
    settings = load_settings()
    assert settings.database == "sqlite:///var/amends.db"
    assert settings.on_loopback
    assert settings.rest == "on"
    check_safe(settings)


def test_the_command_line_wins_over_variables_and_variables_over_files(nowhere: Path, monkeypatch) -> None:
    (nowhere / ".env").write_text("AMENDS_PORT=1111\nAMENDS_PLAYBOOK=theirs\n")
    monkeypatch.setenv("AMENDS_PORT", "2222")
    assert load_settings().port == 2222
    assert load_settings(port=3333).port == 3333
    assert load_settings().playbook == "theirs"


def test_a_secret_is_read_from_a_mounted_file(nowhere: Path) -> None:
    (nowhere / "secrets").mkdir()
    (nowhere / "secrets" / "amends_secret_key").write_text("from a file, long enough\n")
    assert load_settings().secret_key.get_secret_value().strip() == "from a file, long enough"


def test_off_loopback_a_short_secret_is_refused_and_a_long_one_is_not() -> None:
    with pytest.raises(UnsafeSettings, match="shorter"):
        check_safe(load_settings(host="0.0.0.0", secret_key="short"))
    check_safe(load_settings(host="0.0.0.0", secret_key="x" * 32))


@pytest.mark.parametrize("key", ["      ", "\t\n", "\n"])
def test_blanks_do_not_make_a_key(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMENDS_SECRET_KEY", key)
    assert len(audit_key(load_settings()).current) == 64, "the trail is never sealed with nothing"


def test_blanks_around_a_key_do_not_make_it_longer() -> None:
    with pytest.raises(UnsafeSettings):
        check_safe(load_settings(host="0.0.0.0", secret_key="x" + " " * 40))


def test_a_public_address_is_away_from_loopback() -> None:
    assert not load_settings(public_url="help.example.com").on_loopback
    assert not load_settings(public_url="https://[nonsense").on_loopback
    assert load_settings(public_url="http://localhost:8080").on_loopback
    check_safe(load_settings(public_url="https://help.example.com", secret_key="x" * 32))


@pytest.mark.parametrize("given", ["", "10.0.0.7", "172.18.0.0/16, 127.0.0.1 ::1"])
def test_proxies_are_addresses_and_networks(given: str) -> None:
    assert load_settings(trusted_proxies=given).trusted_proxies == given
    with pytest.raises(BadSettings, match="AMENDS_TRUSTED_PROXIES"):
        load_settings(trusted_proxies=f"{given} proxy.example")


def test_secrets_are_not_shown() -> None:
    settings = load_settings(secret_key="very-secret-key", database_url="postgresql://me:hidden-word@db/amends")
    assert "very-secret-key" not in repr(settings)
    assert "hidden-word" not in repr(settings)
    assert "hidden-word" not in settings.safe_database
    assert settings.safe_database.startswith("postgresql://me:***@db")


def test_a_setting_that_cannot_be_read_is_named_without_its_value(monkeypatch) -> None:
    monkeypatch.setenv("AMENDS_PORT", "eighty")
    with pytest.raises(BadSettings, match="AMENDS_PORT") as caught:
        load_settings()
    assert "eighty" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://h/db?user=u&password=hidden",
        "postgresql://u:hidden@h/db?sslpassword=hidden",
        "postgresql://u:hid/den?hidden#hidden@h/db",
        "postgresql://h/db?passfile=hidden&options=hidden",
        "postgresql://u:x@h:hidden/db",
        "hidden",
    ],
)
def test_no_password_in_a_databases_address_is_shown(url: str) -> None:
    settings = load_settings(database_url=url)
    assert "hid" not in settings.safe_database
    assert "hid" not in settings.shown("database_url")


def test_what_is_no_secret_in_a_databases_address_is_shown() -> None:
    shown = masked_database("postgresql://u:p@h/db?sslmode=require&password=p")
    assert shown == "postgresql://u:***@h/db?password=***&sslmode=require"
    assert masked_database("sqlite:///var/amends.db") == "sqlite:///var/amends.db"


def test_who_calls_back_is_not_shown() -> None:
    url = "https://bob:hidden@shop.example/bot?token=hidden&x=hidden"
    settings = load_settings(rest_callback_url=url)
    assert settings.shown("rest_callback_url") == "https://***@shop.example/bot?token=***&x=***"
    assert masked("https://bob:hid/den@h/") == "(not an address)"


@pytest.mark.parametrize("url", ["notaurl", "mysql://h/db", "sqlite://", "postgresql://u:hidden@h:port/db"])
def test_an_address_that_is_none_is_refused_in_words(url: str, tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="AMENDS_DATABASE_URL") as caught:
        build(load_settings(database_url=url, understanding="rules", data_dir=tmp_path))
    assert "hidden" not in str(caught.value)
