"""Settings: what an operator may choose, each with its reason. Read when asked for, never at import.

Sources, strongest first: the command line, `AMENDS_…` variables, `.env`, files in the secrets folder.
"""

from __future__ import annotations

import os
import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import SettingsConfigDict

from bot.masking import masked, masked_database
from bot.refusal import BadSettings, UnsafeSettings
from bot.services import Services

NO_TOKEN = "AMENDS_TELEGRAM_TOKEN is not a bot's token; BotFather shows it as 123456:ABC-def"  # noqa: S105
NO_STAFF_TOKEN = "AMENDS_STAFF_TOKEN is not a bot's token; BotFather shows it as 123456:ABC-def"  # noqa: S105
SECRETS = Path("/run/secrets")


class Settings(Services):
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
    understanding: Literal["local", "rules", "rasa", "llm"] = Field(
        default="local",
        description="How words are understood: `local` adds a small trained classifier to the `rules`; `rasa` asks a "
        "Rasa server, `llm` a language model, each with `local` behind it.",
    )
    readers: int = Field(
        default=1,
        ge=0,
        le=64,
        description="Processes that read customers' words at the same time; one more is kept spare. 0: the server "
        "reads them itself, and then nothing ends a reading that takes too long.",
    )
    train_at_start: Literal["on", "off"] = Field(
        default="on",
        description="Whether model, heads and tagger are learned before the first message is taken, where they are "
        "lacking: `on` or `off`. `off`: the server starts at once, and does without them until `amends nlu train` "
        "has run.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on.")
    public_url: str = Field(
        default="",
        description="Address at which customers reach this server, as `https://help.example.com`.",
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="Key of the audit trail and of the desk's secrets, of at least 16 characters. Unset: a random one, "
        "made at the first start and kept in the data folder as `secret.key`. See [keys](keys.md).",
    )
    audit_head_file: Path | None = Field(
        default=None,
        description="File at whose end a line with the head of the audit is written once a day: keep it where those "
        "who can write to the database cannot. Unset: none.",
    )
    audit_head_url: str = Field(
        default="", description="Address to which the head of the audit is POSTed once a day. Unset: none."
    )
    security_log_days: int = Field(
        default=365, ge=0, le=36500, description="Days for which events of the security log are kept; 0: for ever."
    )
    older_keys: SecretStr = Field(
        default=SecretStr(""),
        description="Keys that were in use before, the youngest first, with blanks or commas between. "
        "What they sealed stays valid.",
    )
    identity_key: SecretStr = Field(
        default=SecretStr(""),
        description="Key with which your own pages sign who their visitors are, of at least 32 characters. "
        "Unset: nobody is shown as verified. See [identity](identity.md).",
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses and networks of your own proxies, with blanks or commas between. Only they are believed "
        "for whom they ask. See [behind a proxy](behind-a-proxy.md).",
    )
    proxy_header: Literal["x-forwarded", "forwarded"] = Field(
        default="x-forwarded",
        description="Which header your proxies write, where a request brings both: `x-forwarded` or `forwarded` "
        "(RFC 7239).",
    )
    rest: Literal["on", "off"] = Field(
        default="on",
        description="The HTTP channel (Rasa's REST shape), for programs with a token of the scope `chat`: "
        "`on` or `off`.",
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
    files_most_mb: int = Field(
        default=51_200, ge=0, description="Megabytes of files kept in all; beyond that files are refused; 0: no limit."
    )
    files_most: int = Field(default=500_000, ge=0, description="Files kept in all; 0: no limit.")
    files_chat_mb: int = Field(
        default=200,
        ge=0,
        description="Megabytes of files in one chat until its customer may send no more; 0: no limit.",
    )
    files_chat: int = Field(
        default=100, ge=0, description="Files in one chat until its customer may send no more; 0: no limit."
    )
    files_day_mb: int = Field(
        default=2_048, ge=0, description="Megabytes of files that one address may send in a day; 0: no limit."
    )
    files_day: int = Field(default=2_000, ge=0, description="Files that one address may send in a day; 0: no limit.")
    space_reserve_mb: int = Field(
        default=512,
        ge=0,
        description="Megabytes of the disk that files leave free. With less, files are refused and text goes on.",
    )
    ring_minute: int = Field(
        default=10,
        ge=0,
        description="Chats of one network that may ring for a person within a minute; more wait aside; 0: no limit.",
    )
    ring_hour: int = Field(
        default=60,
        ge=0,
        description="Chats of one network that may ring for a person within an hour; more wait aside; 0: no limit.",
    )
    proof_of_work: int = Field(
        default=0,
        ge=0,
        le=24,
        description="Bits of work that a browser does before it begins a chat on the page, unseen: 16 take a telephone "
        "about a second, each one more twice as long; `off` or 0: none.",
    )
    clamd: str = Field(
        default="",
        description="ClamAV's daemon, as `host:port` or the path of its socket: it sees every file. Unset: none.",
    )
    clamd_deadline: float = Field(default=10.0, gt=0, le=60, description="Seconds that it may take for one file.")
    clamd_away: Literal["hold", "pass"] = Field(
        default="hold",
        description="While it is away: `hold` files until it has looked at them, or let them `pass` unseen.",
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
    second_step_for: str = Field(
        default="",
        description="Roles that must have a second step when they sign in by password, with commas between them, as "
        "`supervisor,administrator`. Unset: nobody must.",
    )
    oidc_issuer: str = Field(
        default="",
        description="Address of an OpenID Connect issuer where the staff may sign in, too. Unset: none.",
    )
    oidc_client_id: str = Field(default="", description="What the issuer calls this desk.")
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="The desk's secret at the issuer. Unset: a public client."
    )
    oidc_name: str = Field(
        default="", description="What the button at the sign-in page says. Unset: the issuer's host."
    )
    oidc_role_claim: str = Field(
        default="roles", description="Claim that gives roles; it may lead into an object, as `realm_access.roles`."
    )
    oidc_roles: str = Field(
        default="",
        description="Our role by a value of that claim, as `desk-admins=administrator,desk=agent`. "
        "Unset: the issuer opens only accounts that were joined to it by hand.",
    )
    staff_token: SecretStr = Field(
        default=SecretStr(""), description="Token of the staff bot, another one than the customers'. Unset: none."
    )
    staff_chat: int = Field(
        default=0, description="Id of the group in which the staff bot works; say `/id` there to learn it."
    )
    staff_language: Literal["en", "zh"] = Field(default="en", description="Language of the staff chat.")
    clock_trusted: Literal["on", "off"] = Field(
        default="off",
        description="Whether this machine's clock is right whatever the turns on file look like, so that times are set "
        "right by it: `on` or `off`. For one start, where `doctor` says so.",
    )
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
        return SecretStr(given.get_secret_value().strip())

    @field_validator("public_url", "host", "rest_callback_url")
    @classmethod
    def _bare(cls, given: str) -> str:
        return given.strip()

    @field_validator("proof_of_work", mode="before")
    @classmethod
    def _off(cls, given: object) -> object:
        return 0 if given == "off" else given

    @field_validator("clamd")
    @classmethod
    def _scanner(cls, given: str) -> str:
        place = given.strip()
        host, _, port = place.rpartition(":")
        if place and not place.startswith("/") and not (host and port.isdigit() and int(port) < 65536):
            raise ValueError("must be host:port, or the path of a Unix socket")
        return place

    @field_validator("identity_key")
    @classmethod
    def _long(cls, given: SecretStr) -> SecretStr:
        if 0 < len(given.get_secret_value().strip()) < 32:
            raise ValueError("must be of 32 characters or more; make one with: openssl rand -hex 32")
        return SecretStr(given.get_secret_value().strip())

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, given: str) -> str:
        for each in given.replace(",", " ").split():
            try:
                ip_network(each, strict=False)
            except ValueError:
                raise ValueError("must be addresses or networks, as 10.0.0.7 or 172.18.0.0/16") from None
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
    def secret(self) -> str:
        """The key that was given, or empty: never print it."""
        return self.secret_key.get_secret_value()

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
    return re.fullmatch(r"\d{1,20}:[\w-]{1,200}", text, re.ASCII) is not None


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
    if not settings.on_loopback and 0 < len(settings.secret) < 16:
        return ("AMENDS_SECRET_KEY is shorter than 16 characters. Set it to the output of: openssl rand -hex 32",)
    return ()
