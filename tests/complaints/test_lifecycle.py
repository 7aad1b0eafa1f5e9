"""The lifecycle: what the table does not allow raises, and changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest

from complaints.case import Case, Promise
from complaints.lifecycle import MOVES, OPEN, IllegalMove, State
from complaints.priority import Priority
from complaints.record import Record

NOW = datetime(2026, 11, 21, tzinfo=UTC)
LEGAL = [(current, wanted) for current, wanted in product(State, State) if wanted in MOVES[current]]
ILLEGAL = [(current, wanted) for current, wanted in product(State, State) if wanted not in MOVES[current]]


def case(state: State) -> Case:
    return Case("C-2611-000042", state, Priority.NORMAL, (), Record(), Promise(NOW, NOW), "care", "en", "0" * 12, NOW)


@pytest.mark.parametrize(("current", "wanted"), LEGAL)
def test_a_legal_move_changes_the_state_and_nothing_else(current: State, wanted: State) -> None:
    before = case(current)
    assert before.moved(wanted) == case(wanted)
    assert before == case(current)


@pytest.mark.parametrize(("current", "wanted"), ILLEGAL)
def test_an_illegal_move_raises_and_changes_nothing(current: State, wanted: State) -> None:
    before = case(current)
    with pytest.raises(IllegalMove, match=f"{current} cannot become {wanted}; it may become "):
        before.moved(wanted)
    assert before == case(current)


def test_every_state_has_its_moves_and_none_leads_to_itself() -> None:
    assert set(MOVES) == set(State)
    assert all(state not in moves for state, moves in MOVES.items())


def test_every_state_can_be_reached_and_left_again() -> None:
    reached, fresh = {State.RECEIVED}, {State.RECEIVED}
    while fresh := set().union(*(MOVES[state] for state in fresh)) - reached:
        reached |= fresh
    assert reached == set(State)
    assert all(MOVES.values())


def test_an_open_case_can_always_be_withdrawn_and_an_ended_one_always_be_reopened() -> None:
    for state in State:
        assert (State.WITHDRAWN if state in OPEN else State.REOPENED) in MOVES[state]
        assert case(state).is_open == (state in OPEN)
