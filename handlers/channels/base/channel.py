"""What a channel declares, and what it is once it is opened.

A channel is a folder beside this one, whose `manifest` makes a `ChannelKind` without loading any library, and one line
of the registry (`bot/wiring/channels.py`). Everybody else goes through the kinds: nobody asks for a channel by name.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dialogs.flows.reach import ALWAYS, Reach

if TYPE_CHECKING:
    from fastapi import APIRouter

    from dialogs.flows.events import Event
    from dialogs.playbooks.playbook import Playbook
    from engine.delivery import Bucket, Sender
    from engine.turn.processor import TurnProcessor
    from storage.db.database import Database
    from storage.files.attachments import FileStore
    from storage.files.quotas import Quotas


@dataclass(frozen=True, slots=True)
class ChannelParts:
    """What a channel is opened with."""

    processor: TurnProcessor
    database: Database
    playbook: Playbook
    files: FileStore
    quotas: Quotas


async def _nothing_open() -> None:
    return None


@dataclass(slots=True)
class OpenChannel:
    """A channel in a process that serves. What it has none of, it leaves out.

    `send` delivers a message of the outbox, at most `bucket` of them, and `pace` seconds apart in one chat; where
    several processes may have the channel, `leads` says whether this one sends, and `room` waits until a message is
    taken at once. `committed` is called by the channel when there may be something to send; whoever delivers sets it.
    `routers` are its HTTP routes and `sizes` the most bytes that a path takes. `run` goes on while we serve. `typing`
    shows a chat of an account that somebody writes to them. `username`: what people look for to write there.
    """

    name: str
    send: Sender | None = None
    bucket: Bucket | None = None
    pace: float = 0.0
    leads: Callable[[], bool] | None = None
    room: Callable[[], Awaitable[None]] | None = None
    committed: Callable[[], None] = lambda: None
    routers: tuple[APIRouter, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    run: Callable[[], Coroutine[Any, Any, None]] | None = None
    typing: Callable[[str, str], None] | None = None
    username: Callable[[], str] = str
    close: Callable[[], Awaitable[None]] = _nothing_open


def _nothing_pushed(event: Event) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """A channel as it is declared. `reach`: when it takes a message that answers none. `is_pushed`: whether what
    follows from an event must be delivered, for nobody waits for it. `open` is left out where nothing is to be opened.
    """

    name: str
    reach: Reach = ALWAYS
    is_pushed: Callable[[Event], bool] = _nothing_pushed
    open: Callable[[ChannelParts], OpenChannel] | None = None


def pushed_by(kinds: Mapping[str, ChannelKind]) -> Callable[[Event], bool]:
    """Whether what follows from an event must be delivered, by the kind of its channel."""

    def is_pushed(event: Event) -> bool:
        kind = kinds.get(event.channel)
        return kind is not None and kind.is_pushed(event)

    return is_pushed
