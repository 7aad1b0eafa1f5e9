"""The REST channel's way back: messages that the bot starts are POSTed to an address of the operator's.

One request a message, in the shape of Rasa's callback channel. A failure before the request left is
tried again; a request whose answer never came is `unknown` and is not repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from handlers.rest import CHANNEL
from storage import outbox
from storage.database import Database
from storage.outbox import Outgoing

__all__ = ["CHANNEL", "Callback"]

PATIENCE = 10.0
SHORTEST, LONGEST = 2.0, 600.0
"""Seconds between tries: doubled after each, from the shortest to the longest."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of one sending: `sent`, `retry`, `unknown` or `dead`, and why."""

    state: str
    reason: str = ""
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Callback:
    """Delivers what waits in the outbox for REST chats."""

    database: Database
    url: str
    client: httpx.AsyncClient

    def claim(self, now: datetime) -> list[Outgoing]:
        """Messages to be sent, ours for a minute. Raises `Unavailable`."""
        with self.database.write() as connection:
            return outbox.claim(connection, self.database.dialect, now, CHANNEL)

    async def send(self, outgoing: Outgoing) -> Ending:
        """One request; never raises for what the network does."""
        try:
            answer = await self.client.post(self.url, json=body_of(outgoing), timeout=PATIENCE)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return Ending("retry", type(error).__name__, backoff(outgoing.attempt))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Ending("unknown", type(error).__name__)
        return judged(answer, outgoing.attempt)

    def settle(self, outgoing: Outgoing, ending: Ending, now: datetime) -> None:
        """Record how it ended. Raises `Unavailable`."""
        with self.database.write() as connection:
            if ending.state == "retry":
                due = now + timedelta(seconds=ending.wait)
                outbox.postpone(connection, outgoing, due, ending.reason)
            else:
                outbox.finish(connection, outgoing, ending.state, reason=ending.reason)

    def still_mine(self, outgoing: Outgoing) -> bool:
        """Asked just before sending: nobody has taken the chat over since."""
        with self.database.read() as connection:
            return outbox.still_mine(connection, self.database.dialect, outgoing)


def judged(answer: httpx.Response, attempt: int) -> Ending:
    """2xx is sent; "not now" is tried again; a fault on their side is unknown; anything else is refused for good."""
    if answer.is_success:
        return Ending("sent")
    if answer.status_code in (429, 502, 503):
        asked = answer.headers.get("retry-after", "")
        return Ending("retry", str(answer.status_code), float(asked) if asked.isdigit() else backoff(attempt))
    if answer.is_server_error:
        return Ending("unknown", str(answer.status_code))
    return Ending("dead", str(answer.status_code))


def backoff(attempt: int) -> float:
    """Seconds until the next try; `attempt` counts from 1."""
    return min(LONGEST, SHORTEST * 2.0 ** (attempt - 1))


def body_of(outgoing: Outgoing) -> dict[str, Any]:
    """A message in Rasa's shape."""
    message = outgoing.message
    return {
        "recipient_id": outgoing.chat,
        "text": message.text,
        "buttons": [{"title": button.title, "payload": button.id} for button in message.buttons],
        "custom": {"asks": message.asks, "case": message.case},
    }
