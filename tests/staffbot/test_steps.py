"""The next step, whatever happened before: everything is shown, in order, and twice only with a mark."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.priority import Priority
from dialogs.playbooks.loading import load_playbook
from handlers.staff_telegram.buttons import StaffChat
from handlers.staff_telegram.cards import LONGEST, Showing, units
from handlers.staff_telegram.sync_plan import (
    SENDING,
    Close,
    OpenTopic,
    Pin,
    PostCard,
    PostPanel,
    Reopen,
    Show,
    Step,
    done,
    next_step,
    settled,
    without_topic,
)
from handlers.staff_telegram.words import StaffWords
from storage.conversations.threads import Thread
from storage.staff.topics import Item, StaffTopic, View

NOW = datetime(2026, 11, 18, 3, tzinfo=UTC)
SHOWING = Showing(StaffWords("en", ZoneInfo("UTC")), load_playbook("shop"))
FORUM, PLAIN = StaffChat(-100123, True), StaffChat(-123, False)
AGAIN = "Perhaps for the second time"
ID = "0f" * 16


def thread(turn: int, state: str = "waiting") -> Thread:
    return Thread(
        ID, state, "", "care", 0, "asked", Priority.HIGH, "quality", "en", "web", "C-2611-000042", "Anna",
        "It broke", (), NOW, NOW, None, NOW, NOW, "customer", (), turn, NOW,
    )  # fmt: skip


def view(items: list[Item], room: StaffTopic, state: str = "waiting", upto: int = 0) -> View:
    """As storage would give it: what is after the cursor, up to a turn."""
    turn = max((item.turn for item in items), default=1)
    upto = min(upto or turn, turn)
    left = tuple(item for item in items if room.turn < item.turn <= upto)
    return View(thread(turn, state), "Li", room, left, upto)


def shown_by(items: list[Item], crashes: list[bool], place: StaffChat, upto: int) -> list[str]:
    """Take steps until none is left. Where `crashes` says so, what was sent is not noted."""
    room, told, fates, numbers = StaffTopic(ID, place.chat), [], iter(crashes), count(100)
    for _ in range(400):
        looked = view(items, room, upto=room.turn + upto)
        step = next_step(looked, SHOWING, place)
        if step is None:
            room = settled(looked)
            if room.turn >= looked.thread.turn:
                return told
            continue
        if isinstance(step, Show):
            told.append(step.text.words)
        lost = isinstance(step, SENDING) and next(fates, False)
        room = replace(room, doubt=True) if lost else done(looked, step, next(numbers))
    raise AssertionError("there is no end to it")


texts = st.text(alphabet="abc 你好\n", min_size=1, max_size=30).filter(str.strip)
sizes = st.sampled_from([1, 1, 1, 300])
turns = st.lists(st.lists(st.tuples(texts, sizes), max_size=3), min_size=1, max_size=8)


@given(turns, st.lists(st.booleans(), max_size=12), st.sampled_from([FORUM, PLAIN]), st.integers(1, 4))
def test_everything_is_shown_in_order_and_twice_only_with_a_mark(
    said: list[list[tuple[str, int]]], crashes: list[bool], place: StaffChat, upto: int
) -> None:
    items = [
        Item(turn, "customer", "", f"<{turn}.{n}>" + text * size, seq=turn * 10 + n)
        for turn, words in enumerate(said, 1)
        for n, (text, size) in enumerate(words)
    ]
    told = shown_by(items, crashes, place, upto)
    once = "\n".join(words for words in told if AGAIN not in words)
    whole = "\n".join(told)
    marks = [item.text[: item.text.index(">") + 1] for item in items]
    assert all(mark in whole for mark in marks)
    assert all(once.count(mark) <= 1 for mark in marks)
    assert all(units(words) <= LONGEST for words in told)
    places = [whole.rindex(mark) for mark in marks]
    assert places == sorted(places)


def steps_of(room: StaffTopic, state: str = "waiting", items: tuple[Item, ...] = ()) -> list[Step]:
    """The steps from here to where nothing is left."""
    found: list[Step] = []
    while (step := next_step(looked := view(list(items), room, state), SHOWING, FORUM)) is not None:
        found.append(step)
        room = done(looked, step, 7 + len(found))
        assert len(found) < 30
    return found


def test_a_chat_is_shown_by_a_card_a_topic_and_a_pinned_summary() -> None:
    assert [type(step) for step in steps_of(StaffTopic(ID, FORUM.chat))][:4] == [PostCard, OpenTopic, PostPanel, Pin]


def test_a_chat_that_nobody_asked_for_is_not_shown() -> None:
    assert steps_of(StaffTopic(ID, FORUM.chat), "bot") == []


def in_order(state: str = "waiting") -> StaffTopic:
    """A room in which everything is shown."""
    room, number = StaffTopic(ID, FORUM.chat), 100
    while (step := next_step(looked := view([], room, state), SHOWING, FORUM)) is not None:
        room, number = done(looked, step, number), number + 1
    return room


def test_a_topic_is_closed_at_the_end_and_opened_again_when_the_customer_writes() -> None:
    room = in_order()
    assert isinstance(steps_of(room, "done")[-1], Close)
    closed = replace(room, standing="closed")
    assert not any(isinstance(step, Reopen) for step in steps_of(closed, "done"))
    thanks = (Item(5, "customer", "", "Thank you", seq=5),)
    again = steps_of(closed, "done", thanks)
    assert isinstance(again[0], Reopen)
    assert not any(isinstance(step, Close) for step in again)
    survey = (Item(5, "bot", "", "Are you content?", seq=5),)
    assert not any(isinstance(step, Reopen) for step in steps_of(closed, "done", survey))


def test_a_topic_that_is_gone_is_made_anew_with_all_that_was_said() -> None:
    room = replace(without_topic(in_order()), card=7)
    items = tuple(Item(turn, "customer", "", f"word {turn}", seq=turn) for turn in (1, 2, 3))
    again = steps_of(room, "held", items)
    assert [type(step) for step in again][:3] == [OpenTopic, PostPanel, Pin]
    shown = next(step for step in again if isinstance(step, Show))
    assert all(f"word {turn}" in shown.text.words for turn in (1, 2, 3))


@pytest.mark.parametrize("state", ["waiting", "offered", "held", "snoozed", "bot", "done"])
def test_a_card_tells_how_things_stand(state: str) -> None:
    card = SHOWING.card(view([], StaffTopic(ID, FORUM.chat), state)).words
    assert "C-2611-000042" in card
    assert ("Li" in card) == (state in ("offered", "held", "snoozed"))
