"""Who waits goes to whoever can take them, the gravest first."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from complaints.priority import Priority, rank
from complaints.routing import Colleague, EscalationLevel, Presence, Waiting, assign, choose, fits

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CHAT = Waiting("chat", "payments", "zh", Priority.NORMAL, NOON)
LI = Colleague("li", "Li")

TEAMS, LANGUAGES = ("payments", "logistics"), ("zh", "en")
colleagues = st.builds(
    Colleague,
    id=st.text("abcdefgh", min_size=1, max_size=3),
    name=st.just("x"),
    teams=st.frozensets(st.sampled_from(TEAMS)),
    languages=st.frozensets(st.sampled_from(LANGUAGES)),
    leads=st.booleans(),
    presence=st.sampled_from(Presence),
    capacity=st.integers(0, 4),
    load=st.integers(0, 5),
)
chats = st.builds(
    Waiting,
    id=st.text("0123456789", min_size=1, max_size=3),
    team=st.sampled_from(TEAMS),
    language=st.sampled_from(LANGUAGES),
    priority=st.sampled_from(Priority),
    since=st.integers(0, 1000).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    level=st.sampled_from(EscalationLevel),
)


@given(st.lists(chats, unique_by=lambda one: one.id), st.lists(colleagues, unique_by=lambda one: one.id))
def test_nobody_gets_more_than_they_can_carry_or_what_they_cannot_do(
    waiting: list[Waiting], people: list[Colleague]
) -> None:
    offers = assign(waiting, people)
    given_to, by_id = Counter(offer.colleague.id for offer in offers), {one.id: one for one in people}
    assert len({offer.chat for offer in offers}) == len(offers), "no chat is given to two"
    for offer in offers:
        somebody = by_id[offer.colleague.id]
        assert somebody.presence is Presence.AVAILABLE
        assert somebody.load + given_to[somebody.id] <= somebody.capacity
        assert fits(next(one for one in waiting if one.id == offer.chat), somebody)


@given(st.lists(chats, unique_by=lambda one: one.id), st.lists(colleagues, unique_by=lambda one: one.id))
def test_who_is_left_waiting_could_not_be_served_before_somebody_less_pressing(
    waiting: list[Waiting], people: list[Colleague]
) -> None:
    offers = assign(waiting, people)
    served = {offer.chat: offer.colleague for offer in offers}
    for left in (one for one in waiting if one.id not in served):
        for other in (one for one in waiting if one.id in served):
            less = (rank(other.priority), left.since) < (rank(left.priority), other.since)
            assert not (less and fits(left, served[other.id])), "somebody less pressing took the place"


def test_the_least_burdened_takes_it_and_among_equals_whoever_waited_longest_for_one() -> None:
    busy = replace(LI, load=2)
    assert choose(CHAT, [busy, Colleague("wang", "Wang", load=1)]) == Colleague("wang", "Wang", load=1)
    earlier, later = replace(LI, last_given=NOON), Colleague("wang", "Wang", last_given=NOON + timedelta(minutes=1))
    assert choose(CHAT, [later, earlier]) == earlier


def test_whoever_let_it_lie_is_not_asked_again() -> None:
    assert choose(replace(CHAT, passed=("li",)), [LI]) is None


def test_the_longer_it_waits_the_more_people_it_comes_to() -> None:
    lead = Colleague("zhao", "Zhao", teams=frozenset({"payments"}), leads=True)
    stranger = Colleague("qian", "Qian", teams=frozenset({"logistics"}), leads=True)
    assert not fits(CHAT, replace(lead, languages=frozenset({"fr"})))
    assert fits(replace(CHAT, level=EscalationLevel.LEAD), replace(lead, languages=frozenset({"fr"})))
    assert not fits(replace(CHAT, level=EscalationLevel.LEAD), stranger)
    assert fits(replace(CHAT, level=EscalationLevel.SUPERVISOR), stranger)
    for level in EscalationLevel:
        assert fits(replace(CHAT, level=level), LI), "it never comes to fewer: a colleague may be the first to be free"


def test_a_chat_that_has_come_to_the_lead_is_given_to_them_first_and_else_to_whoever_has_room() -> None:
    chat = replace(CHAT, level=EscalationLevel.LEAD)
    lead = Colleague("zhao", "Zhao", teams=frozenset({"payments"}), leads=True, load=3)
    assert choose(chat, [LI, lead]) == lead
    assert choose(chat, [LI, replace(lead, presence=Presence.AWAY)]) == LI
    assert choose(replace(chat, reserved=True), [LI, replace(lead, presence=Presence.AWAY)]) is None
