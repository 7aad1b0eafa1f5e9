"""Settings: what an operator may choose, each with its reason. Read when asked for, never at import.

Sources, strongest first: the command line, `AMENDS_…` variables, `.env`, files in the secrets folder.
"""

from __future__ import annotations

import os
import re
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.masking import masked, masked_database
from bot.refusal import BadSettings, UnsafeSettings

LOOPBACK_SECRET = "amends-loopback-only"  # noqa: S105 - well known on purpose, and refused off loopback
NO_TOKEN = "AMENDS_TELEGRAM_TOKEN is not a bot's token; BotFather shows it as 123456:ABC-def"  # noqa: S105
NO_STAFF_TOKEN = "AMENDS_STAFF_TOKEN is not a bot's token; BotFather shows it as 123456:ABC-def"  # noqa: S105
SECRETS = Path("/run/secrets")


class Settings(BaseSettings):
    """Every setting of Amends. The environment variable is `AMENDS_` and the name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix="AMENDS_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    data_dir: Path = Field(
        default=Path("var"), description="Folder for the embedded database and the customers' files."
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="Where to store everything: `sqlite:///path` or `postgresql://user:password@host/name`. "
        "Unset: `amends.db` in the data folder.",
    )
    playbook: str = Field(
        default="shop", description="Name of a playbook that ships with Amends, or a folder of yours."
    )
    understanding: Literal["local", "rules", "rasa"] = Field(
        default="local",
        description="How words are understood: `local` adds a small trained classifier to the `rules`; `rasa` asks a "
        "Rasa server, with `local` behind it.",
    )
    rasa_url: str = Field(default="http://127.0.0.1:5005", description="Address of the Rasa server.")
    rasa_token: SecretStr = Field(
        default=SecretStr(""), description="What the Rasa server was started with as `--auth-token`. Unset: nothing."
    )
    rasa_deadline: float = Field(
        default=1.0,
        gt=0,
        le=10,
        description="Seconds that Rasa may take for all the messages of a moment; then `local` reads them.",
    )
    train_at_start: Literal["on", "off"] = Field(
        default="on",
        description="Whether `serve` trains the local understanding's model beside itself when there is none yet: "
        "`on` or `off`. See `amends nlu train`.",
    )
    host: str = Field(
        default="127.0.0.1", description="Address to listen on. Anything but loopback needs a secret key."
    )
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on.")
    public_url: str = Field(
        default="",
        description="Address at which customers reach this server, as `https://help.example.com`. "
        "Anything but loopback needs a secret key.",
    )
    secret_key: SecretStr = Field(
        default=SecretStr(LOOPBACK_SECRET),
        description="Key of the audit trail and of the desk's secrets. At least 16 characters; "
        "`serve` refuses the default off loopback.",
    )
    rest: Literal["on", "off"] | None = Field(
        default=None, description="The HTTP channel (Rasa's REST shape): `on`, `off`; unset: on loopback only."
    )
    rest_callback_url: str = Field(
        default="",
        description="Where messages that the bot starts (reminders) are POSTed for HTTP chats. Unset: nowhere.",
    )
    rest_rate: float = Field(
        default=20.0,
        ge=0,
        description="Messages a second that one sender may go on sending, over HTTP or on the page; 0: no limit.",
    )
    webhooks_private: Literal["on", "off"] = Field(
        default="off",
        description="Whether webhooks may go to this machine and to private networks, and without https: "
        "`on` or `off`.",
    )
    telegram_token: SecretStr = Field(
        default=SecretStr(""),
        description="Token of the customers' bot, as BotFather shows it. Unset: no Telegram. "
        "Updates are polled for, or brought to `AMENDS_PUBLIC_URL` when that is set.",
    )
    telegram_api_url: str = Field(default="", description="Address of a Bot API server of your own. Unset: Telegram's.")
    telegram_files_dir: Path | None = Field(
        default=None,
        description="Folder in which your own Bot API server, run with `--local` on this machine, keeps files. "
        "Files of customers are read from there and from nowhere else.",
    )
    desk: Literal["on", "off"] = Field(default="on", description="The desk for the staff, at `/desk`: `on` or `off`.")
    desk_session_hours: float = Field(
        default=12.0, gt=0, le=24 * 30, description="Hours after which somebody must sign in to the desk again."
    )
    desk_idle_minutes: float = Field(
        default=120.0, gt=1, description="Minutes without a click after which somebody is signed out of the desk."
    )
    staff_token: SecretStr = Field(
        default=SecretStr(""), description="Token of the staff bot, another one than the customers'. Unset: none."
    )
    staff_chat: int = Field(
        default=0, description="Id of the group in which the staff bot works; say `/id` there to learn it."
    )
    staff_language: Literal["en", "zh"] = Field(default="en", description="Language of the staff chat.")
    frame_ancestors: str = Field(
        default="*", description="Sites that may embed the chat widget, as in CSP `frame-ancestors`."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least weight of what is logged."
    )
    log_format: Literal["json", "console"] = Field(
        default="json", description="`json`: one object a line, for machines; `console`: for people."
    )

    @field_validator("secret_key")
    @classmethod
    def _without_blanks(cls, given: SecretStr) -> SecretStr:
        """A key of blanks is none; blanks around a key (a line break in a mounted file) are not part of it."""
        return SecretStr(given.get_secret_value().strip() or LOOPBACK_SECRET)

    @field_validator("public_url", "host", "rest_callback_url", "rasa_url")
    @classmethod
    def _bare(cls, given: str) -> str:
        return given.strip()

    @field_validator("rasa_url")
    @classmethod
    def _address(cls, given: str) -> str:
        if not given.startswith(("http://", "https://")) or not _host_of(given):
            raise ValueError("must be an address that begins with http:// or https://")
        return given

    @property
    def database(self) -> str:
        """The database's URL, password included: never print it; print `safe_database`."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir / 'amends.db'}"

    @property
    def safe_database(self) -> str:
        """The database's URL with passwords left out."""
        return masked_database(self.database)

    def shown(self, name: str) -> str:
        """A setting's value as far as it may be shown."""
        value = getattr(self, name)
        if name == "database_url":
            return self.safe_database
        return masked(value) if isinstance(value, str) and "://" in value else str(value)

    @property
    def embedded(self) -> bool:
        """Whether the database is a file of our own."""
        return self.database.startswith("sqlite")

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the server. A public address means that something passes others on."""
        return is_loopback(self.host) and (not self.public_url or is_loopback(_host_of(self.public_url)))

    @property
    def rest_is_on(self) -> bool:
        return self.on_loopback if self.rest is None else self.rest == "on"

    @property
    def telegram(self) -> str:
        """The bot's token, or empty: never print it."""
        return self.telegram_token.get_secret_value().strip()

    @property
    def has_bot_token(self) -> bool:
        """Whether the token has the shape of one."""
        return is_token(self.telegram)

    @property
    def staff(self) -> str:
        """The staff bot's token: never print it."""
        return self.staff_token.get_secret_value().strip()

    @property
    def has_default_secret(self) -> bool:
        return self.secret_key.get_secret_value() == LOOPBACK_SECRET

    @property
    def address(self) -> str:
        """Where customers and operators find this server."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"


def load_settings(**chosen: Any) -> Settings:
    """The settings in force; `chosen` (from the command line) wins, None meaning not chosen.

    Raises `BadSettings` naming each variable that cannot be read, never its value.
    """
    folder = Path(os.environ.get("AMENDS_SECRETS_DIR", SECRETS))
    known = {name: value for name, value in chosen.items() if value is not None}
    try:
        return Settings(_secrets_dir=folder if folder.is_dir() else None, **known)
    except ValidationError as error:
        raise BadSettings("\n".join(_lines(error))) from None


def _lines(error: ValidationError) -> list[str]:
    return [f"AMENDS_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors(include_input=False)]


def is_token(text: str) -> bool:
    """Whether this has the shape of a bot's token."""
    return re.fullmatch(r"\d+:[\w-]+", text, re.ASCII) is not None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address. An unknown name counts as reachable."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _host_of(url: str) -> str:
    """The host in a URL, or empty (which counts as reachable) where none can be made out."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def check_safe(settings: Settings) -> None:
    """Raise `UnsafeSettings` where serving with these settings would let strangers in."""
    for problem in unsafe(settings):
        raise UnsafeSettings(problem)


def unsafe(settings: Settings) -> tuple[str, ...]:
    """What is unsafe about the settings, each with its remedy. Nothing is, on loopback."""
    if settings.on_loopback:
        return ()
    if settings.has_default_secret:
        return (
            f"AMENDS_SECRET_KEY has its default value, but {_reachable(settings)} can be reached from outside. "
            "Set it to a long random text, for instance the output of: openssl rand -hex 32",
        )
    if len(settings.secret_key.get_secret_value()) < 16:
        return ("AMENDS_SECRET_KEY is shorter than 16 characters. Set it to the output of: openssl rand -hex 32",)
    return ()


def _reachable(settings: Settings) -> str:
    """What of the settings others can reach."""
    return masked(settings.public_url) if is_loopback(settings.host) else settings.host
