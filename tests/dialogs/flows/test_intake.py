"""Taking a complaint: what one message may do, what may be corrected, and what is never done unasked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from complaints.lifecycle import State
from complaints.priority import Priority
from complaints.record import Attachment, Money
from dialogs.flows.effects import AskForPerson, Recorded
from dialogs.flows.staff import Resolved
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from tests.dialogs.talk import Talk

pytestmark = pytest.mark.usefixtures("one_by_one")

BLENDER = "The blender I bought stopped working after a week"
PHOTO = Attachment("ab" * 32, "photo.jpg", "image/jpeg", 1000)


def file_case(talk: Talk, story: str = BLENDER) -> str:
    """Take a chat from a story to a case; returns its reference."""
    known = set(talk.cases)
    talk.says(story)
    if talk.asks == "which_case":
        talk.says("something new")
    while talk.asks != "confirm":
        talk.says("skip")
    talk.says("yes")
    (reference,) = set(talk.cases) - known
    return reference


def record_of(talk: Talk) -> object:
    assert talk.conversation.intake.draft is not None
    return talk.conversation.intake.draft.record


def test_the_first_answer_greets_tells_what_is_stored_and_apologises(talk: Talk) -> None:
    heard = talk.says(BLENDER)
    assert talk.words_of("notice.privacy") in heard
    assert "sorry" in heard
    assert any(isinstance(effect, Recorded) for effect in talk.effects)
    assert talk.words_of("notice.privacy") not in talk.says("AM2611020456")


def test_a_playbook_can_wait_for_consent_before_anything_is_asked(shop: Playbook, local: LocalUnderstanding) -> None:
    careful = replace(shop, file=shop.file.model_copy(update={"consent": "ask"}))
    talk = Talk(careful, local)
    talk.says(BLENDER)
    assert talk.asks == "consent"
    declined = talk.fork()
    declined.says("no")
    assert declined.conversation.intake.draft is None
    talk.says("yes")
    assert talk.conversation.session.consent == "given"
    assert talk.asks == "order_number"


def test_facts_in_the_story_are_not_asked_again(talk: Talk) -> None:
    talk.says(
        "My blender, order AM2611020456, stopped working on 12 November. I want a refund. I'm at anna@example.com"
    )
    record = record_of(talk)
    assert record.order_number == "AM2611020456"  # type: ignore[attr-defined]
    assert record.happened_at.iso == "2026-11-12"  # type: ignore[attr-defined]
    assert record.wanted == ("refund",)  # type: ignore[attr-defined]
    assert record.contact.email == "anna@example.com"  # type: ignore[attr-defined]
    assert talk.asks not in ("order_number", "happened_at", "wanted", "contact")


def test_a_bare_new_value_corrects_the_old_one_at_any_moment(talk: Talk) -> None:
    talk.says(BLENDER)
    talk.says("AM2611020456")
    talk.says("AM2611020457")
    assert record_of(talk).order_number == "AM2611020457"  # type: ignore[attr-defined]


def test_a_name_and_an_address_in_one_breath_answer_both_questions(talk: Talk) -> None:
    talk.says(BLENDER)
    while talk.asks != "name":
        talk.says("skip")
    talk.says("Jane Doe, jane@example.com")
    assert record_of(talk).name == "Jane Doe"  # type: ignore[attr-defined]
    assert record_of(talk).contact.email == "jane@example.com"  # type: ignore[attr-defined]


def test_the_amount_is_corrected_in_passing(talk: Talk) -> None:
    talk.says("I was charged twice for the same order")
    talk.says("£320")
    asked = talk.asks
    talk.says("sorry, the amount was £350")
    assert record_of(talk).amount == Money(Decimal(350), "GBP")  # type: ignore[attr-defined]
    assert talk.asks == asked


def test_a_bad_value_gets_an_example_and_no_scolding(talk: Talk) -> None:
    talk.says(BLENDER)
    heard = talk.says("number nine")
    assert "AM2611180042" in heard


def test_three_misses_bring_a_person_and_two_offer_one(talk: Talk) -> None:
    talk.says("asdf qwer")
    talk.says("zxcv")
    assert talk.words_of("button.person") in talk.buttons
    talk.says("qqqq")
    assert any(isinstance(effect, AskForPerson) and effect.reason == "misses" for effect in talk.effects)


def test_who_has_a_case_and_is_not_understood_twice_is_shown_the_same_ways_on(talk: Talk) -> None:
    """The second time the question "idle" was put, which is none: the turn failed and was set aside."""
    file_case(talk)
    first, second = talk.says("asdf qwer"), talk.says("zxcv")
    assert first == second
    assert talk.words_of("button.status") in talk.buttons
    talk.says("qqqq")
    assert any(isinstance(effect, AskForPerson) and effect.reason == "misses" for effect in talk.effects)


def test_ways_on_that_outlast_the_case_are_forgotten_for_the_story(talk: Talk) -> None:
    reference = file_case(talk)
    talk.says("asdf qwer")
    talk.acts(Resolved(reference, "Refunded.", "mistake"))
    talk.says("zxcv")
    assert talk.asks == "story"


def test_a_person_comes_when_asked_for_and_the_draft_is_kept(talk: Talk) -> None:
    talk.says(BLENDER)
    talk.says("can I talk to a real person please")
    assert talk.conversation.controller == "queue"
    assert talk.conversation.intake.draft is not None


def test_who_tells_it_all_and_asks_for_a_person_in_one_breath_is_not_asked_again(talk: Talk) -> None:
    talk.says(
        "What sort of shop is this!! I bought a steel kettle, order AM2611180042, it leaked the first time, two calls"
        " to your hotline and they only pass me around. I am done talking to a machine, I want a real person"
    )
    assert talk.conversation.controller == "queue"
    assert talk.conversation.intake.draft
    assert talk.conversation.intake.draft.record.order_number == "AM2611180042"
    talk.says("and the socket is wet too, it came only yesterday and nobody answers, get me a human")
    assert talk.conversation.intake.draft
    assert "leaked" in talk.conversation.intake.draft.record.story
    assert "socket" in talk.conversation.intake.draft.record.story


def test_words_of_self_harm_are_met_with_care_and_a_person_before_anything_else(talk: Talk) -> None:
    heard = talk.says("nothing works any more and I want to kill myself")
    assert talk.words_of("care.self_harm") in heard
    assert any(isinstance(effect, AskForPerson) and effect.reason == "self_harm" for effect in talk.effects)


def test_danger_is_spoken_of_first_and_makes_the_case_urgent(talk: Talk) -> None:
    heard = talk.says("The charger I bought caught fire while charging")
    assert talk.words_of("care.safety") in heard
    while talk.asks != "confirm":
        talk.says("product quality" if talk.asks == "category" else "skip")
    talk.says("yes")
    (case,) = talk.cases.values()
    assert case.priority is Priority.URGENT
    assert "safety" in case.reasons


def test_nothing_is_filed_before_the_summary_is_confirmed(talk: Talk) -> None:
    talk.says(BLENDER)
    for text in ("yes", "confirm", "send it"):
        talk.says(text)
        assert not talk.cases


def test_the_confirmation_says_the_reference_and_by_when(talk: Talk) -> None:
    reference = file_case(talk)
    case = talk.cases[reference]
    assert case.promise.first_response > talk.now
    assert case.state is State.RECEIVED


def test_thanks_after_filing_opens_nothing(talk: Talk) -> None:
    file_case(talk)
    talk.says("thanks a lot")
    assert talk.conversation.intake.draft is None
    assert len(talk.cases) == 1


def test_a_new_problem_beside_an_open_case_is_asked_about(talk: Talk) -> None:
    first = file_case(talk)
    talk.says("My parcel never arrived")
    assert talk.asks == "which_case"
    same, new = talk.fork(), talk
    same.taps(next(title for title in same.buttons if first in title))
    assert "parcel never arrived" in same.cases[first].record.story
    new.taps(new.words_of("button.new_case"))
    assert new.conversation.intake.draft is not None


def test_files_after_filing_go_to_the_one_open_case(talk: Talk) -> None:
    reference = file_case(talk)
    talk.says("", PHOTO)
    assert talk.cases[reference].record.evidence == (PHOTO,)


def test_more_facts_go_to_the_case_whose_order_they_name(talk: Talk) -> None:
    talk.says(f"{BLENDER}, order AM2611020456")
    while talk.asks != "confirm":
        talk.says("skip")
    talk.says("yes")
    file_case(talk, "My parcel never arrived")
    talk.says("I forgot to say, about order AM2611020456: it also smelled burnt")
    assert "smelled burnt" in talk.cases["C-2611-000001"].record.story


def test_a_case_is_withdrawn_only_after_a_yes(talk: Talk) -> None:
    reference = file_case(talk)
    talk.says("I want to withdraw my complaint")
    assert talk.cases[reference].state is State.RECEIVED
    talk.says("yes")
    assert talk.cases[reference].state is State.WITHDRAWN


def test_no_more_files_than_a_complaint_may_hold(talk: Talk) -> None:
    talk.says(BLENDER)
    many = [replace(PHOTO, digest=f"{number:064x}") for number in range(40)]
    heard = talk.says("", *many)
    assert len(record_of(talk).evidence) == 10  # type: ignore[attr-defined]
    assert "10" in heard


def test_while_an_agent_has_the_chat_the_bot_says_nothing(talk: Talk) -> None:
    talk.says(BLENDER)
    talk.conversation = replace(talk.conversation, controller="agent")
    assert talk.says("are you there?") == ""
    assert talk.says("a person please") == ""


@pytest.mark.parametrize(
    ("text", "language"), [("我还是用中文说吧，搅拌机坏了", "zh"), ("中文", "zh"), ("blender 9000", "en")]
)
def test_the_bot_answers_in_the_language_the_customer_writes(
    new_talk: Callable[..., Talk], text: str, language: str
) -> None:
    talk = new_talk()
    talk.says(BLENDER)
    talk.says(text)
    assert talk.conversation.session.language == language
