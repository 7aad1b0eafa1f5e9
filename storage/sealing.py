"""Secrets at rest: sealed with a key derived from the operator's, so that a stolen database does not tell them."""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.errors import StorageError

_NONCE = 12
_MARK = "s1."
"""Begins every sealed text: the way it was sealed."""


class Unsealable(StorageError):
    """A sealed text that this key does not open: it was altered, moved, or AMENDS_SECRET_KEY was changed."""


class Seal:
    """AES-256-GCM under a key for one purpose. What is sealed about one thing opens for no other."""

    def __init__(self, secret: bytes, purpose: str) -> None:
        self._cipher = AESGCM(derived(secret, purpose))

    def close(self, text: str, about: str) -> str:
        """The text, sealed; `about` names what it belongs to."""
        nonce = os.urandom(_NONCE)
        return (
            _MARK
            + base64.urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), about.encode())).decode()
        )

    def open(self, sealed: str, about: str) -> str:
        """The text again. Raises `Unsealable`."""
        try:
            raw = base64.urlsafe_b64decode(sealed.removeprefix(_MARK))
            return self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], about.encode()).decode()
        except (InvalidTag, ValueError):
            raise Unsealable(
                "a secret on file cannot be opened; if AMENDS_SECRET_KEY was changed, set it back to what it was"
            ) from None


def derived(secret: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose from the operator's key (HKDF-SHA256); one purpose's tells nothing of another's."""
    return HKDF(SHA256(), 32, None, f"amends {purpose}".encode()).derive(secret)
