"""Signing, as Standard Webhooks 1.0 has it: HMAC-SHA256 over id, time and body."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from datetime import datetime

from storage.delivery.webhooks import PREFIX


def signature(secret: str, message_id: str, at: datetime, body: bytes) -> str:
    """The header `webhook-signature` for a secret `whsec_…`."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{int(at.timestamp())}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}"


def headers(secrets: Sequence[str], message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """What a message is sent with, signed with each secret: while one takes the place of another, a receiver knows one.

    The time is that of this attempt, so a late one is not taken for a replay.
    """
    return {
        "content-type": "application/json",
        "user-agent": "Amends",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signature(secret, message_id, at, body) for secret in secrets),
    }
