"""Secrets at rest: sealed with a key derived from the operator's, so that a stolen database does not tell them."""

from __future__ import annotations

import base64
import os
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.db.errors import StorageError
from storage.security.keys import AnyKey, ring_of

_NONCE = 12
_MARK = "s1."
"""Begins every sealed text: the way it was sealed."""


class Unsealable(StorageError):
    """A sealed text that no key at hand opens: it was altered, moved, or AMENDS_SECRET_KEY was changed."""


class Seal:
    """AES-256-GCM under a key for one purpose. What is sealed about one thing opens for no other.

    It is sealed with the current key; what an older one sealed still opens.
    """

    def __init__(self, secret: AnyKey, purpose: str) -> None:
        self._ciphers = [AESGCM(derived(key, purpose)) for key in ring_of(secret).every]

    def close(self, text: str, about: str) -> str:
        """The text, sealed; `about` names what it belongs to."""
        nonce = os.urandom(_NONCE)
        return (
            _MARK
            + base64.urlsafe_b64encode(nonce + self._ciphers[0].encrypt(nonce, text.encode(), about.encode())).decode()
        )

    def open(self, sealed: str, about: str) -> str:
        """The text again. Raises `Unsealable`."""
        with suppress(ValueError):
            raw = base64.urlsafe_b64decode(sealed.removeprefix(_MARK))
            for cipher in self._ciphers:
                with suppress(InvalidTag):
                    return cipher.decrypt(raw[:_NONCE], raw[_NONCE:], about.encode()).decode()
        raise Unsealable(
            "a secret on file cannot be opened; if AMENDS_SECRET_KEY was changed, put the one before into "
            "AMENDS_OLDER_KEYS"
        )


def derived(secret: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose from the operator's key (HKDF-SHA256); one purpose's tells nothing of another's."""
    return HKDF(SHA256(), 32, None, f"amends {purpose}".encode()).derive(secret)
