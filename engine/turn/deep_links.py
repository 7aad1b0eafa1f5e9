"""Links: what the token of an opened chat stands for. Found out, and used up, in the turn's own transaction.

So a link that was used by a turn which never committed is still good, and the same event delivered again
is known as itself before its link is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from dialogs.flows.events import Engaged, ForOrder, FromCampaign, Link, Resumed, Started, Worthless
from dialogs.flows.state import Controller, Conversation
from engine.turn.admission import Arrival
from engine.turn.pending_writes import Changes
from storage.conversations.conversations import Address, ConversationRow, addresses_of
from storage.conversations.deep_links import CAMPAIGN, ORDER, RESUME, DeepLink, find_links
from storage.db.dialect import Dialect
from storage.db.timestamps import to_micros


class Links:
    """The links that a batch of events opens."""

    def __init__(self, conn: Connection, dialect: Dialect, arrivals: Iterable[Arrival]) -> None:
        bodies = (arrival.event.body for arrival in arrivals)
        self._digests = {body.digest for body in bodies if isinstance(body, Started) and body.digest}
        self._conn, self._dialect = conn, dialect
        self._addresses: dict[str, Address] = {}
        self._known: dict[str, DeepLink] = find_links(conn, dialect, self._digests) if self._digests else {}

    @property
    def sources(self) -> set[str]:
        """The conversations that may be carried over, to be locked with those that events came to."""
        return {known.subject for known in self._known.values() if known.kind == RESUME}

    def lock(self) -> None:
        """Hold the links, after the conversations: locks are taken in one order everywhere."""
        if self._known:
            self._known = find_links(self._conn, self._dialect, self._known, locked=True)
            self._addresses = addresses_of(self._conn, self._dialect, self.sources)

    def address(self, conversation: str) -> Address:
        """Channel, account and chat of a conversation that may be carried over."""
        return self._addresses[conversation]

    def meant(
        self, place: ConversationRow, started: Started, source: ConversationRow | None, now: datetime
    ) -> Link | None:
        """What a link means to the chat that opened it; `source` is the conversation it would carry over.

        None for a plain start, and for a link that this very chat used before.
        """
        if not started.digest:
            return None
        known = self._known.get(started.digest)
        if known is None or (known.expires_at <= to_micros(now) and known.used_by != place.id):
            return Worthless()
        if known.kind == CAMPAIGN:
            return FromCampaign(known.subject)
        if known.kind == ORDER:
            return ForOrder(known.subject)
        return _carried(known, place, source, self._addresses)

    def source_of(self, started: Started) -> str:
        """The conversation that a link would carry over, or empty."""
        known = self._known.get(started.digest)
        return known.subject if known and known.kind == RESUME else ""

    def use(self, started: Started, place: ConversationRow, changes: Changes, now: datetime) -> None:
        """This chat has used the link; no other can."""
        self._known[started.digest] = replace(self._known[started.digest], used_by=place.id)
        changes.links.append({"of_digest": started.digest, "by": place.id, "at": to_micros(now)})


def _carried(
    known: DeepLink, place: ConversationRow, source: ConversationRow | None, addresses: Mapping[str, Address]
) -> Link | None:
    if known.used_by:
        return None if known.used_by == place.id else Worthless()
    if source and source.state.controller == Controller.AGENT:
        return Engaged()
    if source is None:
        return Resumed(Conversation())
    return Resumed(source.state, source.id, addresses[source.id][0])
