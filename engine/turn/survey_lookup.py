"""Asking: what a survey's timer is told besides its own chat. Where else the customer may be asked, and whether they
do not want to be.

Loaded only for batches in which such a timer fires.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from dialogs.flows.events import Fired
from dialogs.flows.reach import ALWAYS, Other, Reach
from dialogs.flows.state import Conversation
from dialogs.flows.survey import follow_up
from engine.turn.admission import Arrival
from storage.cases.opt_outs import contacts_of, opted_out
from storage.conversations.conversations import Address, ConversationRow, addresses_of, states_of
from storage.db.dialect import Dialect
from storage.security.keys import AnyKey

_KINDS = (follow_up.KIND, follow_up.AGAIN)


class SurveyLookup:
    """The surveys' timers of a batch. `addresses` are those of other chats that have to be locked with its own."""

    def __init__(self, conn: Connection, dialect: Dialect, arrivals: Iterable[Arrival]) -> None:
        self._conn, self._dialect = conn, dialect
        self._asked = {one.conversation_id for one in arrivals if _is_survey(one.event.body)}
        self._opted_out: set[str] = set()
        self.addresses: dict[str, Address] = self._elsewhere() if self._asked else {}

    def _elsewhere(self) -> dict[str, Address]:
        states = states_of(self._conn, self._dialect, self._asked)
        ids = {one.conversation for state in states for one in state.session.other_chats}
        return addresses_of(self._conn, self._dialect, ids) if ids else {}

    def load_opt_outs(self, key: AnyKey, places: Mapping[str, ConversationRow]) -> None:
        """Look up who of the customers concerned does not want to be asked, by the contacts in their cases."""
        contacts = {of_id: contacts_of(key, places[of_id].cases.values()) for of_id in self._asked if of_id in places}
        every = set().union(*contacts.values())
        if every:
            found = opted_out(self._conn, self._dialect, every)
            self._opted_out = {of_id for of_id, mine in contacts.items() if mine & found}

    def does_not_want(self, place: ConversationRow) -> bool:
        """Whether a contact in this chat belongs to somebody who does not want to be asked."""
        return place.id in self._opted_out

    def others(
        self, place: ConversationRow, places: Mapping[str, ConversationRow], reaches: Mapping[str, Reach], now: datetime
    ) -> tuple[Other, ...]:
        """The same customer's other chats, and whether we may write there."""
        known = [(one, places.get(one.conversation)) for one in place.state.session.other_chats]
        return tuple(
            Other(
                there.id, _is_open(there.state, reaches.get(one.channel, ALWAYS), now), there.state.surveys.no_surveys
            )
            for one, there in known
            if there is not None and there.id in self.addresses
        )


def _is_survey(body: object) -> bool:
    return isinstance(body, Fired) and body.kind in _KINDS


def _is_open(state: Conversation, reach: Reach, now: datetime) -> bool:
    return not state.session.left and reach.allows(state.session.last_at, state.surveys.unasked, now)
