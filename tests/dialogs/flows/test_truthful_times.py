"""Times that customers are told: they agree with each other, stand still while it is their turn, and are never past."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from complaints.case import Case
from complaints.lifecycle import State
from complaints.promises import Clock, Kind
from complaints.record import Slot
from dialogs.flows.effects import Note
from dialogs.flows.staff import Claimed, Progressed, Replied, SlotPut
from dialogs.flows.state import changed
from dialogs.playbooks.parts.times import Targets
from dialogs.playbooks.playbook import Playbook
from tests.dialogs.flows.settled import DAY, HOUR, case_of, file
from tests.dialogs.talk import Talk


@pytest.fixture
def talk(chinese: Talk) -> Talk:
    """A customer in Shanghai who writes English, and whose case is on file."""
    chinese.language = "en"
    file(chinese)
    return chinese


def clock_of(case: Case, kind: Kind) -> Clock:
    clock = case.clock(kind)
    assert clock
    return clock


def offered(talk: Talk) -> Case:
    """A colleague has offered a way to put it right."""
    talk.acts(Claimed())
    talk.acts(Replied("I am looking into it."))
    talk.acts(Progressed(case_of(talk).reference, State.REMEDY_OFFERED))
    return case_of(talk)


def test_no_outcome_is_promised_before_the_first_answer_however_long_nobody_comes(talk: Talk) -> None:
    """A case that nobody took for a week was to be answered on Sunday and settled the Thursday before."""
    heard = 0
    for _ in range(14 * 24):
        talk.passes(HOUR)
        case = case_of(talk)
        assert case.promise.first_response <= case.promise.resolution
        heard = len(talk.told)
    assert heard
    assert any("first answer, so the outcome" in text for _, text in talk.told)


def test_who_waits_for_an_answer_hears_of_it_in_one_message_at_a_time(talk: Talk) -> None:
    moments = [at for at, text in talk.passes(14 * DAY) if "sorry" in text]
    assert len(moments) == len({at.replace(second=0, microsecond=0) for at in moments})


def test_a_promise_that_comes_close_is_a_note_in_the_chat_for_whoever_works_elsewhere(talk: Talk) -> None:
    """Who works in the staff chat sees no desk ring. The time is that of the shop, not of the customer."""
    talk.conversation = changed(talk.conversation, timezone="America/New_York")
    due = case_of(talk).next_due
    while not (notes := [effect.text for effect in talk.effects if isinstance(effect, Note)]):
        talk.passes(HOUR / 4)
    assert talk.now < due
    assert "first answer was promised" in notes[0]
    assert f"{due.astimezone(ZoneInfo('Asia/Shanghai')):%H:%M}" in notes[0]
    assert not [text for _, text in talk.told if "comes close" in text]


def test_an_offer_is_the_customers_to_answer_and_the_clock_stands_still_meanwhile(talk: Talk) -> None:
    """An offer that the customer thought over for some days was apologised for, as if we were late."""
    case = offered(talk)
    assert case.waiting_since
    assert not clock_of(case, Kind.RESOLUTION).runs
    assert "stands still" in talk.told[-1][1]
    (reminder,) = (text for _, text in talk.passes(3 * DAY))
    assert "our offer" in reminder
    assert not talk.did("told_anew")
    talk.says("yes, I would like that")
    assert clock_of(case_of(talk), Kind.RESOLUTION).runs


def test_an_offer_that_is_taken_back_lets_the_clock_run_on(talk: Talk) -> None:
    case = offered(talk)
    talk.acts(Progressed(case.reference, State.IN_PROGRESS))
    assert case_of(talk).waiting_since is None
    assert clock_of(case_of(talk), Kind.RESOLUTION).runs


@pytest.mark.parametrize(
    "text", ["It is on its way: https://track.example.com/?id=55", "请看 www.example.com/a?b=c 谢谢"]
)
def test_an_address_of_a_page_asks_nothing(talk: Talk, text: str) -> None:
    """A customer was asked for "our last question", and their case closed, after a link with a question mark."""
    talk.acts(Claimed())
    talk.acts(Replied(text))
    assert case_of(talk).waiting_since is None
    talk.acts(Replied(f"{text} – has it arrived?"))
    assert case_of(talk).waiting_since


def test_status_names_no_time_that_is_past(talk: Talk) -> None:
    """Whoever asked after an outage, before all was caught up with, was told to expect an answer yesterday."""
    talk.now = case_of(talk).next_due + HOUR
    said = talk.says("status")
    assert "a new time follows" in said
    assert "You'll hear by" not in said


def with_times(playbook: Playbook, category: str) -> Playbook:
    """The playbook with times of its own for one category."""
    file = playbook.file
    quick = {priority: Targets(first_response=HOUR, resolution=5 * HOUR) for priority in file.targets}
    changed = file.categories[category].model_copy(update={"targets": quick})
    return replace(playbook, file=file.model_copy(update={"categories": {**file.categories, category: changed}}))


def test_a_category_may_have_times_of_its_own(chinese: Talk) -> None:
    chinese.playbook = with_times(chinese.playbook, "product_quality")
    file(chinese)
    assert clock_of(case_of(chinese), Kind.FIRST_RESPONSE).target == HOUR
    assert clock_of(case_of(chinese), Kind.RESOLUTION).target == 5 * HOUR


def test_a_category_set_right_brings_its_sooner_time_and_the_customer_hears_it(talk: Talk) -> None:
    talk.playbook = with_times(talk.playbook, "payment")
    before = case_of(talk).promise
    talk.acts(Claimed())
    talk.acts(SlotPut(Slot.CATEGORY, "payment", case_of(talk).reference))
    assert case_of(talk).promise.first_response < before.first_response
    assert "moved up" in talk.told[-1][1]
    later = case_of(talk).promise
    talk.acts(SlotPut(Slot.CATEGORY, "delivery", case_of(talk).reference))
    assert case_of(talk).promise == later, "what was promised stays promised"
