"""Who may ring: for those turns alone that bring a chat into the queue, so that all others cost nothing more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from dialogs.flows.events import Event
from dialogs.flows.staff import Acted
from dialogs.flows.state import Controller, Conversation
from engine.turn.pending_writes import Changes
from storage.security.alert_rate import Rate, Rung, row_of, rung
from storage.security.events import SecurityEvent, SecurityEventKind


def rings(state: Conversation) -> bool:
    """Whether a chat is in the queue where colleagues are called to it."""
    return state.controller == Controller.QUEUE and not _is_aside(state)


def _is_aside(state: Conversation) -> bool:
    return state.queue.holding is not None and state.queue.holding.aside


@dataclass(slots=True)
class RingingLimit:
    """What rang from where, within one batch and before it."""

    conn: Connection
    now: datetime
    rate: Rate
    known: dict[str, Rung] = field(default_factory=dict)

    def is_crowded(self, before: Conversation, after: Conversation, event: Event, of_id: str) -> bool:
        """Whether this chat would ring, of its customer's own accord or a clock's, and too many did from there."""
        if not self.rate.is_limit or not rings(after) or rings(before) or isinstance(event.body, Acted):
            return False
        return not self.rate.left(self._of(after.session.source or of_id))

    def note(self, before: Conversation, after: Conversation, of_id: str, changes: Changes) -> None:
        """Put down that a chat rings now, or that it waits aside."""
        source = after.session.source or of_id
        if rings(after) and not rings(before) and self.rate.is_limit:
            self._of(source).more()
            changes.rings.append(row_of(source, of_id, self.now))
        elif _is_aside(after) and not _is_aside(before):
            detail = {"what": "waits_aside", "network": after.session.source}
            changes.security.append(SecurityEvent(self.now, SecurityEventKind.LIMITED, "", of_id, detail=detail))

    def _of(self, source: str) -> Rung:
        if source not in self.known:
            self.known[source] = rung(self.conn, source, self.now)
        return self.known[source]
