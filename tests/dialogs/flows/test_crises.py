"""In a crisis a person is the goal: the right words, a colleague at once, and no form."""

from __future__ import annotations

import pytest

from dialogs.flows.effects import AskForPerson, Say
from dialogs.flows.events import Said
from dialogs.flows.safety_messages import PERHAPS
from dialogs.understanding.reading import Reading, Scored
from tests.dialogs.talk import Talk

SCAM = "someone from your bank team is on the phone and wants the code now"
CRISES = ("self_harm", "fraud_now", "health")


def hears(talk: Talk, text: str, **heard: object) -> str:
    """The customer writes, and this was made of it."""
    complains = (Scored("complain", 0.9),)
    return talk.takes(Said(text, reading=Reading(text, intents=complains, language="en", **heard)))  # type: ignore[arg-type]


def person(talk: Talk) -> list[str]:
    return [effect.reason for effect in talk.effects if isinstance(effect, AskForPerson)]


@pytest.mark.parametrize("kind", CRISES)
def test_the_right_words_come_first_and_a_person_at_once(talk: Talk, kind: str) -> None:
    heard = hears(talk, SCAM, signals=(kind,), urgent=True, certain=True, look=True)
    assert talk.words_of(f"care.{kind}") in heard
    assert person(talk) == [kind]
    assert talk.conversation.controller == "queue"
    assert talk.asks == ""
    assert talk.buttons == ()


@pytest.mark.parametrize("kind", CRISES)
def test_nothing_is_asked_while_the_person_is_awaited(talk: Talk, kind: str) -> None:
    hears(talk, SCAM, signals=(kind,), urgent=True, certain=True, look=True)
    for said in ("hello?", "my parcel is five days late", "AM2611020456", "yes", "skip", "qwerty", "what now"):
        assert talk.says(said)
        assert talk.asks == ""
        assert [effect.asks for effect in talk.effects if isinstance(effect, Say)] == [None]
    assert not talk.cases


def test_what_was_told_is_kept_for_the_person_who_comes(talk: Talk) -> None:
    hears(talk, SCAM, signals=("fraud_now",), urgent=True, certain=True, look=True)
    talk.says("they have my card number already")
    assert talk.conversation.intake.draft
    assert SCAM in talk.conversation.intake.draft.record.story
    assert "they have my card number already" in talk.conversation.intake.draft.record.story


@pytest.mark.parametrize("kind", ["fraud_now", "health"])
def test_what_is_urgent_and_not_certain_brings_a_person_and_the_complaint_goes_on(talk: Talk, kind: str) -> None:
    hears(talk, "the soup I bought here may have made me ill", signals=(kind,), urgent=True, look=True)
    assert talk.conversation.controller == "queue"
    assert talk.asks
    talk.says("my soup had glass in it")
    assert talk.asks


@pytest.mark.parametrize("kind", ["fraud_now", "health"])
def test_what_is_over_is_no_crisis_and_the_complaint_is_taken(talk: Talk, kind: str) -> None:
    """Somebody who was ill last week is to be heard, and can be asked."""
    hears(talk, "the soup made me ill last week", signals=(kind,), urgent=False)
    assert talk.asks


def test_any_sign_of_self_harm_counts(talk: Talk) -> None:
    hears(talk, "there is no point any more", signals=("self_harm",), urgent=False)
    assert person(talk) == ["self_harm"]
    assert talk.asks == ""


def test_a_crisis_in_the_middle_of_a_complaint_stops_the_questions(talk: Talk) -> None:
    talk.says("my parcel is five days late")
    assert talk.asks
    hears(talk, SCAM, signals=("fraud_now",), urgent=True, certain=True, look=True)
    assert talk.asks == ""
    assert talk.conversation.intake.draft
    assert "five days late" in talk.conversation.intake.draft.record.story


def test_a_crisis_at_the_summary_files_nothing(talk: Talk) -> None:
    talk.says("my parcel is five days late")
    while talk.asks != "confirm":
        talk.says("skip")
    hears(talk, "yes but " + SCAM, signals=("fraud_now",), urgent=True, certain=True, look=True)
    assert not talk.cases
    assert person(talk) == ["fraud_now"]


def test_a_person_asked_for_before_is_told_of_the_crisis(talk: Talk) -> None:
    talk.says("a person please")
    heard = hears(talk, SCAM, signals=("fraud_now",), urgent=True, certain=True, look=True)
    assert talk.words_of("care.fraud_now") in heard
    assert talk.conversation.queue.person_reason == "fraud_now"


def test_a_case_on_file_does_not_hide_a_crisis(talk: Talk) -> None:
    talk.says("my parcel is five days late")
    while talk.asks != "confirm":
        talk.says("skip")
    talk.says("yes")
    heard = hears(talk, SCAM, signals=("fraud_now",), urgent=True, certain=True, look=True)
    assert talk.words_of("care.fraud_now") in heard
    assert person(talk) == ["fraud_now"]


def test_who_asks_what_to_do_hears_the_right_words_again(talk: Talk) -> None:
    hears(talk, "my child swallowed it", signals=("health",), urgent=True, certain=True, look=True)
    assert talk.words_of("care.health") in talk.says("what should I do?")


def test_what_is_only_likely_is_flagged_quietly_and_the_talk_goes_on(talk: Talk) -> None:
    heard = hears(talk, "the mug is hot and I feel odd", look=True)
    assert PERHAPS in talk.conversation.tags
    assert talk.conversation.controller == "bot"
    assert not any(talk.words_of(f"care.{kind}") in heard for kind in CRISES)


def test_the_kinds_heard_are_told_beside_every_message(talk: Talk) -> None:
    hears(talk, SCAM, signals=("fraud_now",), urgent=True, certain=True, look=True)
    talk.says("hello?")
    (say,) = [effect for effect in talk.effects if isinstance(effect, Say)]
    assert say.dangers == ("fraud_now",)
    assert say.person == "fraud_now"


@pytest.mark.parametrize("kind", ["safety", "violence", "privacy_breach"])
def test_other_dangers_are_met_with_words_and_a_person_and_the_complaint_goes_on(talk: Talk, kind: str) -> None:
    heard = hears(talk, "the charger I bought here did something awful to us", signals=(kind,), look=True)
    assert talk.words_of(f"care.{kind}") in heard
    assert talk.conversation.controller == "queue"
    assert talk.asks
