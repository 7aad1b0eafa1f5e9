"""Setting aside a turn that failed alone: kept whole, answered with an apology, given to a person,
never tried in a loop.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from complaints.cards import mask
from dialogs.flows.effects import AskForPerson
from dialogs.flows.events import Event, Fired
from dialogs.flows.queue.handoff_queue import KIND as QUEUE
from dialogs.flows.queue.handoff_queue import SUBJECT, enlisted
from dialogs.flows.state import Conversation
from dialogs.playbooks.playbook import Playbook
from engine.turn.admission import Arrival
from engine.turn.apply_effects import words_of
from engine.turn.batch import TurnBatch
from engine.turn.card_masking import without_cards_anywhere
from engine.turn.outcome import Outcome
from engine.turn.pending_writes import Changes
from storage.conversations.conversations import ConversationRow
from storage.db.dialect import Dialect
from storage.db.timestamps import to_micros
from storage.tables.core import quarantine

PLAIN = "Sorry, something went wrong on our side with this message. It is kept, and a person will look at it."
"""Said where the playbook has no words for it."""


@dataclass(frozen=True, slots=True)
class Hopeless:
    """Why an event cannot be taken; `brought` is what the channel brought, where it says more than the event.

    `secret` is not to be written down, should the error's words hold it.
    """

    error: Exception
    brought: Any = None
    secret: str = ""


def set_aside(
    conn: Connection, dialect: Dialect, batch: TurnBatch, arrival: Arrival, hopeless: Hopeless, now: datetime
) -> Outcome:
    """Keep the event and what it raised; tell the customer. The conversation's state stays as it was."""
    desk = batch.open_desk(conn, [arrival], now)
    before = desk.loaded.seen.get(arrival.key)
    if before is not None:
        return before
    conn.execute(dialect.insert(quarantine).on_conflict_do_nothing(), _row(arrival, hopeless, now))
    place = desk.loaded.places[arrival.conversation_id]
    carrying = batch.carrying(desk, arrival)
    carrying.customer_said(words_of(arrival.event, place.state))
    if isinstance(arrival.event.body, Fired):
        desk.changes.timers[place.id, arrival.event.body.kind, arrival.event.body.subject] = None
    else:
        carrying.notice(apology(batch.playbook, place.state.session.language or arrival.event.language))
        carrying.carry(AskForPerson("quarantined", now))
    outcome = carrying.finish(_handed_over(desk.changes, batch.playbook, place, arrival.event, now))
    batch.write(desk)
    return Outcome(outcome.conversation_id, outcome.turn, outcome.messages, quarantined=True)


def _handed_over(
    changes: Changes, playbook: Playbook, place: ConversationRow, event: Event, now: datetime
) -> Conversation:
    """A chat whose customer we failed waits for a person; a timer's failure is an operator's matter."""
    if isinstance(event.body, Fired):
        return place.state
    state = enlisted(place.state, "quarantined", playbook.file.partial_team, now)
    if state.queue.holding and state.queue.holding.alarm_due and state is not place.state:
        changes.timers[place.id, QUEUE, SUBJECT] = to_micros(state.queue.holding.alarm_due)
    return state


def apology(playbook: Playbook, language: str) -> str:
    """The playbook's words for a message we failed on, or plain ones."""
    try:
        return playbook.words(language).say("notice.quarantined")
    except (KeyError, AttributeError):
        return PLAIN


def _row(arrival: Arrival, hopeless: Hopeless, now: datetime) -> dict[str, object]:
    told = "".join(traceback.format_exception(hopeless.error)).replace("\x00", "")
    told = told.replace(hopeless.secret, "[secret]") if hopeless.secret else told
    return {
        "conversation_id": arrival.conversation_id,
        "event_id": arrival.event.id,
        "at": to_micros(now),
        "event": _saved(arrival.event if hopeless.brought is None else hopeless.brought),
        "error": mask(told).text.encode("utf-8", "replace").decode(),
    }


def _saved(event: Any) -> str:
    """The event as JSON, without cards; what JSON cannot hold is written as Python would show it."""
    plain = without_cards_anywhere(msgspec.to_builtins(event, enc_hook=repr))
    return msgspec.json.encode(plain).decode().replace("\\u0000", "")
