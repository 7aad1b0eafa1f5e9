"""What colleagues do in chats, each action once for both desks: its right, its checks, and the act that it becomes.

This module has the way in: an act becomes an event and takes a turn like any other. The caller's own id for the act (a
form's, an update's) is the event's, so an act that comes twice is done once. One that was refused was not done: when
it comes again it is tried again.

refusals   why something was not done, worded once
access     who may see a chat, and do what to it
action     an action: the right is checked, then it is done and a neutral result given
times      the times that may be chosen
files      why a file was not taken
takeover, writing, casework, resolving, barring, dangers, offers    the actions
bulk       the same done to several chats
incidents  what a supervisor does with an incident
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from complaints.refusals import RefusalReason
from dialogs.flows.events import Event
from storage.conversations.threads import address_of
from storage.db.timestamps import utc_now

if TYPE_CHECKING:
    from dialogs.flows.staff import Acted
    from engine.reads import Reads
    from engine.turn.outcome import Outcome
    from engine.turn.processor import TurnProcessor

ROUTING = "routing"
"""Who acts when the queue itself does."""


ATTEMPTS, BREATH = 40, 0.05
"""How often, and after how many seconds, a claim is tried again while the bot's last word is on its way."""


class UnknownChat(LookupError):
    """There is no such chat."""


@dataclass(frozen=True, slots=True)
class Acting:
    """Takes colleagues' acts. What cannot be done now is told by the outcome's `refused`."""

    door: TurnProcessor
    reads: Reads
    clock: Callable[[], datetime] = utc_now

    async def act(self, conversation_id: str, acted: Acted, event_id: str) -> Outcome:
        """Do it; returns after the commit. `event_id` is the caller's own, at most 200 characters.

        Raises:
            UnknownChat: nobody ever wrote there.
            Unavailable: nothing was done; the same act may come again.
        """
        address = await self.reads.run(address_of, conversation_id)
        if address is None:
            raise UnknownChat(f"there is no chat {conversation_id[:32]}")
        for _ in range(ATTEMPTS):
            outcome = await self.door.take(Event(f"staff:{event_id}", *address, self.clock(), acted))
            if not outcome.refused or outcome.refused.reason != RefusalReason.SPEAKING:
                break
            await asyncio.sleep(BREATH)
        return outcome
