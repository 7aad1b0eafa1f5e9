"""What a batch changes of what its conversations hold in other tables goes into their own rows, which are then sealed.

What is held is explained in `storage.audit.holdings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.turn.pending_writes import Changes
from storage.audit.holdings import HeldRows, promise_digest, promise_name, survey_digest, survey_name, timer_name
from storage.conversations.conversations import ConversationRow, row_of, sealed
from storage.conversations.transcript import noted
from storage.db.timestamps import to_micros


def hold(key: bytes, places: Mapping[str, ConversationRow], changes: Changes, now: datetime) -> None:
    """Note in every conversation what it holds from now on, and seal it with this key."""
    _move(places, changes)
    _timers(places, changes)
    for row in changes.promises.values():
        _held(places, row).promises[promise_name(row)] = promise_digest(row)
    for row in changes.surveys.values():
        _held(places, row).surveys[survey_name(row)] = survey_digest(row)
    for row in changes.outbox:
        _held(places, row).outbox += 1
    for row in changes.notes:
        held = _held(places, row)
        held.notes, held.noted = held.notes + 1, noted(held.noted, row)
    for of_id in {key[0] for key in changes.timers} - changes.conversations.keys():
        changes.conversations[of_id] = row_of(places[of_id], to_micros(now))
    for of_id, row in changes.conversations.items():
        sealed(row, places[of_id].holdings, key)


def _held(places: Mapping[str, ConversationRow], row: Mapping[str, Any]) -> HeldRows:
    return places[row["conversation_id"]].holdings.held


def _timers(places: Mapping[str, ConversationRow], changes: Changes) -> None:
    for (of_id, kind, subject), due in changes.timers.items():
        timers = places[of_id].holdings.held.timers
        if due is None:
            timers.pop(timer_name(kind, subject), None)
        else:
            timers[timer_name(kind, subject)] = due


def _move(places: Mapping[str, ConversationRow], changes: Changes) -> None:
    """A case that was carried over takes its promises and surveys along."""
    for moved in changes.cases_moved:
        of, to = f"{moved['of_reference']} ", places[moved["to"]].holdings.held
        for place in places.values():
            held = place.holdings.held
            if held is not to:
                to.promises.update(_taken(held.promises, of))
                to.surveys.update(_taken(held.surveys, of))


def _taken(kept: dict[str, str], of: str) -> dict[str, str]:
    return {name: kept.pop(name) for name in [name for name in kept if name.startswith(of)]}
