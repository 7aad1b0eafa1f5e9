"""The REST channel: programs ask and are answered; what the bot says first goes to the address that they gave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from dialogs.flows.events import Event, Fired, Withheld
from dialogs.flows.reach import ALWAYS, NEVER
from dialogs.flows.staff import Acted
from handlers.channels.base.channel import ChannelKind, ChannelParts, OpenChannel

REST = "rest"


def kind(callback: str, secrets: tuple[str, ...], clock: Callable[[], datetime]) -> ChannelKind:
    """`callback` is the address; empty: a program is never called. Each call is signed with `secrets`."""
    if not callback:
        return ChannelKind(REST, NEVER)

    def opened(parts: ChannelParts) -> OpenChannel:
        import httpx

        from handlers.channels.rest.callback import Callback

        client = httpx.AsyncClient()
        return OpenChannel(REST, send=Callback(callback, client, secrets, clock).send, close=client.aclose)

    return ChannelKind(REST, ALWAYS, _nobody_waits, opened)


def _nobody_waits(event: Event) -> bool:
    """Nobody waits for the answer to a timer, a colleague, or a file that was withheld."""
    return isinstance(event.body, Fired | Acted | Withheld)
