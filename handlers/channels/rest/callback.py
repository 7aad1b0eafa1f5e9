"""The REST channel's way back: messages that the bot starts are POSTed to an address of the operator's.

One request a message, in the shape of Rasa's callback channel, signed as webhooks are. What the network and the
operator's server do becomes one of the delivery's errors, which decides whether it is sent again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import msgspec

from engine.delivery import ChannelRefused, NotSent, OutcomeUnknown, RetryAfter
from handlers.webhooks.signing import headers
from storage.db.timestamps import utc_now
from storage.delivery.outbox import Outgoing

PATIENCE = 10.0
"""Seconds that the operator's server may take to answer."""
PAUSE = 5.0
"""Seconds to wait for a server that says "not now" without saying until when."""
NOT_NOW = (429, 502, 503)


@dataclass(frozen=True, slots=True)
class Callback:
    """Sends to one address. Redirects are not followed: a POST that is repeated elsewhere may arrive twice."""

    url: str
    client: httpx.AsyncClient
    secrets: tuple[str, ...]
    clock: Callable[[], datetime] = utc_now

    async def send(self, outgoing: Outgoing) -> str:
        """Send one message; the receipt is empty, for Rasa's clients give none. Raises `DeliveryError`."""
        try:
            answer = await self._post(outgoing)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise NotSent(type(error).__name__) from None
        except httpx.HTTPError as error:
            raise OutcomeUnknown(type(error).__name__) from None
        judge(answer)
        return ""

    async def _post(self, outgoing: Outgoing) -> httpx.Response:
        """The id is the message's own, also when it is sent again, so a receiver can tell that it came twice."""
        body = msgspec.json.encode(body_of(outgoing))
        name = f"{outgoing.conversation_id}-{outgoing.message.seq}"
        signed = headers(self.secrets, name, self.clock(), body)
        return await self.client.post(self.url, content=body, headers=signed, timeout=PATIENCE)


def judge(answer: httpx.Response) -> None:
    """2xx is sent; "not now" is tried again; a fault on their side is unknown; anything else is refused for good."""
    if answer.is_success:
        return
    if answer.status_code in NOT_NOW:
        asked = answer.headers.get("retry-after", "")
        raise RetryAfter(float(asked) if asked.isdecimal() else PAUSE)
    if answer.is_server_error:
        raise OutcomeUnknown(f"status {answer.status_code}")
    raise ChannelRefused(f"status {answer.status_code}")


def body_of(outgoing: Outgoing) -> dict[str, Any]:
    """A message in Rasa's shape; `account` is the name of the token whose sender this is."""
    message = outgoing.message
    return {
        "recipient_id": outgoing.chat,
        "account": outgoing.account,
        "text": message.text,
        "buttons": [{"title": button.title, "payload": button.id} for button in message.buttons],
        "custom": {
            "asks": message.asks,
            "case": message.case,
            "also": message.heard.also,
            "person": message.heard.person,
            "dangers": message.heard.dangers,
        },
    }
