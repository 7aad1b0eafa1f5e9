"""The secret keys: given by `AMENDS_SECRET_KEY`, or made at the first start and kept in the data folder.

The file `secret.key` holds a key a line: the one in use, then older ones, the youngest first.
"""

from __future__ import annotations

import os
import secrets
from base64 import b64encode
from contextlib import suppress
from pathlib import Path

from bot.refusal import NotReachable, Refusal
from bot.settings import Settings
from storage.security.keys import Keyring

FILE = "secret.key"
LEAST = 16


def keyring(settings: Settings) -> Keyring:
    """The keys in force. Where there is none, one is made and kept. Raises `Refusal`."""
    ring = known_keys(settings)
    if ring is None:
        _make(_file(settings))
        ring = known_keys(settings)
    if ring is None:
        raise Refusal(f"{_file(settings)} holds no key; put the key of this database back into it")
    return ring


def known_keys(settings: Settings) -> Keyring | None:
    """The keys as far as there are any; none is made."""
    given, older = settings.secret, tuple(settings.older_keys.get_secret_value().replace(",", " ").split())
    found = dict.fromkeys(key for key in (given, *_kept(_file(settings)), *older) if key)
    keys = [key.encode() for key in found]
    return Keyring(keys[0], tuple(keys[1:])) if keys and (given or _kept(_file(settings))) else None


def rotate(settings: Settings) -> str:
    """Make a new key and keep the ones before it as older ones; returns what to do. Nothing is lost on the way."""
    fresh, file = secrets.token_hex(32), _file(settings)
    ring = keyring(settings)
    if settings.secret:
        return (
            "AMENDS_SECRET_KEY is set by you, so set it anew, in every process, and start them again:\n"
            f"  AMENDS_SECRET_KEY={fresh}\n"
            "  AMENDS_OLDER_KEYS: what it is now, then what stands there, with blanks between"
        )
    _write(file, [fresh, *(key.decode() for key in ring.every)])
    return f"{file} begins with a new key; older ones stay below it. Start Amends again to use it, and back it up."


def callback_secrets(ring: Keyring) -> tuple[str, ...]:
    """What REST callbacks are signed with, the current key's first; derived, so that it need not be kept."""
    from storage.db.encryption import derived
    from storage.delivery.webhooks import PREFIX

    return tuple(PREFIX + b64encode(derived(key, "rest callbacks")).decode() for key in ring.every)


def _file(settings: Settings) -> Path:
    return settings.data_dir / FILE


def _kept(file: Path) -> list[str]:
    try:
        return file.read_text().split()
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise NotReachable(f"{file} cannot be read ({error.strerror}); it holds the secret key") from None


def _make(file: Path) -> None:
    """A key of our own, unless another process was quicker."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = _beside(file, [secrets.token_hex(32)])
        with suppress(FileExistsError):
            os.link(fresh, file)
        fresh.unlink()
    except OSError as error:
        raise NotReachable(
            f"{file} cannot be written ({error.strerror}). Make the data folder writable, or set AMENDS_SECRET_KEY "
            "to the output of: openssl rand -hex 32"
        ) from None


def _write(file: Path, keys: list[str]) -> None:
    """All of it or nothing, so that a full disk costs no key."""
    try:
        _beside(file, keys).replace(file)
    except OSError as error:
        raise NotReachable(f"{file} cannot be written ({error.strerror}); the key is the one before") from None


def _beside(file: Path, keys: list[str]) -> Path:
    """A file for nobody else to read, on the disk for good."""
    new = file.with_name(f"{FILE}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as writing:
        writing.write("\n".join(keys) + "\n")
        writing.flush()
        os.fsync(writing.fileno())
    return new
