"""A person takes the chat over, and what everybody may count on meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from complaints.lifecycle import State
from complaints.priority import Priority
from complaints.record import Attachment, Slot
from dialogs.flows.effects import Announce, Corrected, Effect, Note, Refused, Say, Tell
from dialogs.flows.events import Fired, Said
from dialogs.flows.staff import (
    Acted,
    Claimed,
    HandedBack,
    Lost,
    Merged,
    Noted,
    Offered,
    Prioritised,
    PutOnFile,
    Reopened,
    Replied,
    Resolved,
    SlotPut,
    Snoozed,
    StaffAct,
    Transferred,
)
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from tests.dialogs.talk import Talk

pytestmark = pytest.mark.usefixtures("one_by_one")

STORY = "My parcel AM2611180042 is five days late and nobody answers"


def _acts(talk: Talk, act: StaffAct, who: str = "li") -> tuple[Effect, ...]:
    talk.room = {**talk.room, "li": 8, "wang": 8} if not talk.room else talk.room
    talk._takes(Acted(who, who.title(), act))
    return talk.effects


def _of(effects: tuple[Effect, ...], kind: type) -> list[str]:
    return [
        getattr(effect, "text", "") or getattr(effect, "reason", "") for effect in effects if isinstance(effect, kind)
    ]


@pytest.fixture
def talk(shop: Playbook, local: LocalUnderstanding) -> Talk:
    chat = Talk(shop, local)
    chat.says(STORY)
    chat.says("a person please")
    return chat


def test_the_first_claim_wins_and_the_second_is_told_who_has_it(talk: Talk) -> None:
    assert _of(_acts(talk, Claimed()), Announce) == [
        "Li is here now and can see everything you wrote. You needn't repeat anything."
    ]
    assert talk.conversation.controller == "agent"
    assert [e for e in _acts(talk, Claimed(), "wang") if isinstance(e, Refused)] == [Refused("taken", "Li")]
    assert talk.conversation.queue.holding
    assert talk.conversation.queue.holding.agent == "li"


def test_claiming_again_what_one_has_changes_nothing(talk: Talk) -> None:
    _acts(talk, Claimed())
    assert _acts(talk, Claimed()) == ()


def test_from_the_claim_on_the_bot_is_silent_whatever_the_customer_or_a_timer_does(talk: Talk) -> None:
    _acts(talk, Claimed())
    for words in ("hello?", "a person please", "start over", "status", "it burst into flames"):
        assert talk.says(words) == ""
    due = talk.conversation.intake.nudge_due
    assert due
    talk._takes(Fired("nudge", "draft", due))
    assert not _of(talk.effects, Say)


def test_only_the_holder_writes_to_the_customer(talk: Talk) -> None:
    _acts(talk, Claimed())
    assert _of(_acts(talk, Replied("I am on it")), Tell) == ["I am on it"]
    assert _of(_acts(talk, Replied("me too"), "wang"), Refused) == ["not_yours"]
    assert _of(_acts(talk, Noted("a refund is due"), "wang"), Note) == ["a refund is due"]
    assert not _of(talk.effects, Tell)


def test_whoever_has_no_room_is_refused(talk: Talk) -> None:
    talk.room = {"li": 0}
    assert _of(_acts(talk, Claimed()), Refused) == ["full"]
    assert talk.conversation.controller == "queue"


def test_what_was_offered_counts_already_and_may_be_claimed_without_room(talk: Talk) -> None:
    talk.room = {"li": 1}
    _acts(talk, Offered("li", "Li"), "routing")
    talk.room = {"li": 0}
    assert _of(_acts(talk, Claimed()), Refused) == []
    assert talk.conversation.controller == "agent"


def test_an_offer_that_is_let_lie_goes_back_to_the_queue_and_not_to_the_same_person(talk: Talk) -> None:
    _acts(talk, Offered("li", "Li"), "routing")
    _ring(talk)
    holding = talk.conversation.queue.holding
    assert holding
    assert (holding.agent, holding.passed) == ("", ("li",))


def test_a_chat_nobody_takes_comes_to_the_lead_then_to_a_supervisor_and_the_customer_hears_a_new_time(
    talk: Talk,
) -> None:
    levels, heard = [], ""
    promised = talk.conversation.queue.person_by
    assert promised
    while talk.conversation.queue.person_by == promised:
        heard = _ring(talk)
        levels.append(talk.conversation.queue.holding.level if talk.conversation.queue.holding else -1)
    assert levels[:2] == [1, 2]
    assert talk.now < promised, "the customer hears before the time has passed"
    assert "I'm sorry, nobody could come as early as I'd told you" in heard


def _ring(talk: Talk) -> str:
    """Time passes until the queue's clock rings."""
    assert talk.conversation.queue.holding
    due = talk.conversation.queue.holding.alarm_due
    assert due
    talk.now = due - timedelta(seconds=5)
    return talk._takes(Fired("queue", "chat", due))


def test_a_clock_of_a_queue_that_was_left_rings_for_nobody(talk: Talk) -> None:
    assert talk.conversation.queue.holding
    due = talk.conversation.queue.holding.alarm_due
    assert due
    _acts(talk, Claimed())
    before = talk.conversation
    talk._takes(Fired("queue", "chat", due))
    assert talk.conversation == replace(before, turn=before.turn + 1)


def test_handed_back_the_bot_goes_on_with_what_the_agent_settled(talk: Talk) -> None:
    _acts(talk, Claimed())
    _acts(talk, SlotPut(Slot.WANTED, ("refund",)))
    said = _of(_acts(talk, HandedBack()), Say)
    assert talk.conversation.controller == "bot"
    assert talk.conversation.intake.draft
    assert talk.conversation.intake.draft.record.wanted == ("refund",)
    assert talk.asks
    assert talk.asks != "wanted"
    assert "I'm the assistant again" in said[-1]
    assert talk.conversation.intake.nudge_due, "reminders run again"


def test_a_transfer_takes_a_note_and_only_into_room(talk: Talk) -> None:
    talk.room = {"li": 3, "wang": 0}
    _acts(talk, Claimed())
    assert _of(_acts(talk, Transferred(to="wang", name="Wang")), Refused) == ["full"]
    talk.room = {"wang": 1}
    effects = _acts(talk, Transferred(to="wang", name="Wang", note="knows couriers"))
    assert _of(effects, Note) == ["knows couriers"]
    assert talk.conversation.queue.holding
    assert talk.conversation.queue.holding.agent == "wang"
    assert talk.conversation.controller == "agent"


def test_a_transfer_to_a_team_waits_there_and_the_customer_knows_by_when(talk: Talk) -> None:
    _acts(talk, Claimed())
    told = _of(_acts(talk, Transferred(team="payments")), Announce)
    assert talk.conversation.controller == "queue"
    assert talk.conversation.queue.holding
    assert talk.conversation.queue.holding.team == "payments"
    assert "I'm passing you to a colleague" in told[0]


def test_a_holder_who_is_gone_is_replaced_and_the_customer_told(talk: Talk) -> None:
    _acts(talk, Claimed())
    told = _of(_acts(talk, Lost(), "routing"), Announce)
    assert "had to leave" in told[0]
    assert talk.conversation.controller == "queue"
    assert talk.conversation.queue.holding
    assert talk.conversation.queue.holding.passed == ("li",)


def test_what_is_put_aside_comes_back_in_time_or_when_the_customer_writes(talk: Talk) -> None:
    _acts(talk, Claimed())
    until = talk.now + timedelta(hours=2)
    _acts(talk, Snoozed(until))
    woken = talk.fork()
    woken._takes(Fired("snooze", "chat", until))
    talk.says("any news?")
    for chat in (talk, woken):
        assert chat.conversation.queue.holding
        assert chat.conversation.queue.holding.snoozed_until is None


def test_a_photo_sent_to_a_colleague_is_in_the_record_and_not_asked_for_again(talk: Talk) -> None:
    talk.says("the kettle arrived broken too")
    _acts(talk, Claimed())
    photo = Attachment("d" * 64, "box.jpg", "image/jpeg", 1000)
    assert talk.says("there you go", photo) == ""
    assert talk.conversation.intake.draft
    assert talk.conversation.intake.draft.record.evidence == (photo,)


def test_a_chat_that_waits_goes_to_the_team_of_what_it_turns_out_to_be_about(
    shop: Playbook, local: LocalUnderstanding
) -> None:
    chat = Talk(shop, local)
    chat.says("a person please")
    assert chat.conversation.queue.holding
    assert chat.conversation.queue.holding.team == "care"
    chat.says(STORY)
    assert chat.conversation.queue.holding
    assert chat.conversation.queue.holding.team == "logistics"


def test_a_case_is_put_on_file_resolved_and_the_bot_does_not_start_over(talk: Talk) -> None:
    _acts(talk, Claimed())
    _acts(talk, PutOnFile())
    (case,) = talk.cases.values()
    assert case.partial, "the customer has not confirmed it"
    assert _of(talk.effects, Announce)[0].startswith("Your complaint is on file now as")
    told = _of(
        _acts(talk, Resolved(case.reference, "Your parcel arrives tomorrow.", "carrier lost it", "apology")), Announce
    )
    (case,) = talk.cases.values()
    assert (case.state, case.resolution and case.resolution.cause) == (State.RESOLVED, "carrier lost it")
    assert "Your parcel arrives tomorrow." in told[0]
    assert (talk.conversation.controller, talk.asks) == ("bot", "")
    assert "?" not in talk.says("thanks")


def test_the_first_words_of_a_person_are_the_first_answer_and_the_bots_never(talk: Talk) -> None:
    _acts(talk, Claimed())
    _acts(talk, PutOnFile())
    assert next(iter(talk.cases.values())).answered_at is None
    _acts(talk, Replied("Good morning"))
    case = next(iter(talk.cases.values()))
    assert (case.answered_at, case.state) == (talk.now, State.IN_PROGRESS)
    _acts(talk, Replied("Still here"))
    assert next(iter(talk.cases.values())).answered_at == case.answered_at


def test_what_the_lifecycle_does_not_allow_is_refused_and_changes_nothing(talk: Talk) -> None:
    _acts(talk, Claimed())
    _acts(talk, PutOnFile())
    (case,) = talk.cases.values()
    assert _of(_acts(talk, Reopened(case.reference)), Refused) == ["not_now"]
    assert _of(_acts(talk, Resolved("C-0000-000000", "x", "y")), Refused) == ["no_case"]
    assert talk.cases == {case.reference: case}


def test_a_category_set_right_moves_the_team_and_becomes_an_example(talk: Talk) -> None:
    _acts(talk, Claimed())
    _acts(talk, PutOnFile())
    (case,) = talk.cases.values()
    effects = _acts(talk, SlotPut(Slot.CATEGORY, "payment", case.reference))
    assert [e for e in effects if isinstance(e, Corrected)] == [Corrected(STORY, "en", case.record.category, "payment")]
    assert talk.cases[case.reference].team == "payments"
    _acts(talk, Prioritised(case.reference, Priority.URGENT, "elderly"))
    assert talk.cases[case.reference].priority is Priority.URGENT


def test_two_cases_of_a_chat_become_one_and_nothing_told_is_lost(talk: Talk) -> None:
    _acts(talk, Claimed())
    _acts(talk, PutOnFile())
    _acts(talk, HandedBack())
    talk._takes(Said("The kettle I bought leaks", (), None))
    talk.says("a new complaint: the kettle I bought leaks from the bottom")
    _acts(talk, Claimed())
    _acts(talk, PutOnFile())
    first, second = talk.cases
    _acts(talk, Merged(second, first))
    assert talk.cases[second].merged_into == first
    assert "kettle" in talk.cases[first].record.story
    assert "parcel" in talk.cases[first].record.story


def test_a_chat_was_passed_on_until_whoever_has_it_now_writes_in_it(talk: Talk) -> None:
    _acts(talk, Claimed())
    _acts(talk, Transferred(to="wang", name="Wang"))
    assert talk.conversation.queue.person_reason == "transferred"
    _acts(talk, Replied("Good morning"), "wang")
    assert (talk.conversation.queue.person_reason, talk.conversation.controller) == ("", "agent")


def test_what_was_promised_sooner_is_still_promised_when_two_cases_become_one(talk: Talk) -> None:
    _acts(talk, Claimed())
    _acts(talk, PutOnFile())
    talk.now += timedelta(hours=2)
    _acts(talk, HandedBack())
    talk._takes(Said("The kettle I bought leaks", (), None))
    talk.says("a new complaint: the kettle I bought leaks from the bottom")
    _acts(talk, Claimed())
    _acts(talk, PutOnFile())
    first, second = talk.cases
    _acts(talk, Prioritised(first, Priority.URGENT))
    promised = talk.cases[first].promise
    assert promised.resolution < talk.cases[second].promise.resolution
    _acts(talk, Merged(first, second))
    grown = talk.cases[second]
    assert (grown.promise, grown.priority) == (promised, Priority.URGENT)
    assert {clock.told for clock in grown.clocks} == {promised.first_response, promised.resolution}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("The charger smoked and nearly caught fire, you will hear from my lawyer", "safety"),
        ("Worst shop ever, I am absolutely furious, you useless thieving idiots!!! My parcel never came", "anger"),
        ("The kettle burnt my hand and I had to go to hospital, it is dangerous", "safety"),
    ],
)
def test_what_calls_for_a_person_brings_one_unasked_and_the_complaint_goes_on(
    shop: Playbook, local: LocalUnderstanding, words: str, reason: str
) -> None:
    chat = Talk(shop, local)
    heard = chat.says(words)
    assert chat.conversation.controller == "queue"
    assert chat.conversation.queue.person_reason in (reason, "health")
    assert "I've also asked a colleague to look at this in person" in heard
    assert chat.asks, "the bot goes on taking it down"


def test_out_of_hours_that_is_said_and_the_chat_queued(shop: Playbook, local: LocalUnderstanding) -> None:
    chat = Talk(shop, local)
    chat.now = chat.now.replace(hour=18)
    assert "outside our colleagues' working hours" in chat.says("a person please")
    assert chat.conversation.controller == "queue"


def test_what_waits_already_and_turns_out_graver_moves_up(shop: Playbook, local: LocalUnderstanding) -> None:
    chat = Talk(shop, local)
    chat.says("My parcel AM2611180042 is five days late")
    chat.says("a person please")
    assert chat.conversation.queue.holding
    before, promised = chat.conversation.queue.holding.priority, chat.conversation.queue.person_by
    chat.says("and the one before caught fire and burnt my hand")
    assert chat.conversation.queue.holding
    assert (before, chat.conversation.queue.holding.priority) == ("normal", "urgent")
    assert promised
    assert chat.conversation.queue.person_by
    assert chat.conversation.queue.person_by < promised


def test_a_supervisor_stands_in_for_a_holder_but_never_speaks_in_their_name(talk: Talk) -> None:
    _acts(talk, Claimed())
    talk._takes(Acted("boss", "Boss", Replied("It is I."), stands_in=True))
    assert talk.effects == (Refused("not_yours", "Li"),)
    talk._takes(Acted("boss", "Boss", Transferred("wang", "Wang"), stands_in=True))
    assert talk.conversation.queue.holding
    assert talk.conversation.queue.holding.agent == "wang"
    talk._takes(Acted("boss", "Boss", HandedBack(), stands_in=True))
    assert talk.conversation.controller == "bot"


def test_standing_in_for_nobody_is_refused(talk: Talk) -> None:
    talk._takes(Acted("boss", "Boss", HandedBack(), stands_in=True))
    assert [type(effect) for effect in talk.effects] == [Refused]


def test_a_fact_set_right_leaves_what_it_was_among_colleagues_and_the_same_again_leaves_nothing(talk: Talk) -> None:
    _acts(talk, Claimed())
    put = SlotPut(Slot.ORDER_NUMBER, "AM2611180099")
    assert _of(_acts(talk, put), Note) == ["Order number: AM2611180042 → AM2611180099"]
    assert _of(_acts(talk, put), Note) == []
    assert _of(_acts(talk, SlotPut(Slot.NAME, "Lin")), Note) == ["Name: – → Lin"]


def test_a_chat_whose_category_is_set_right_is_its_new_teams(talk: Talk) -> None:
    _acts(talk, Claimed())
    _acts(talk, SlotPut(Slot.CATEGORY, "payment"))
    assert talk.conversation.queue.holding
    assert talk.conversation.queue.holding.team == "payments"
