"""Whoever complains of what is known hears that first, and one yes puts it on file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dialogs.flows.effects import Announce
from dialogs.flows.setting import KnownIncident
from dialogs.flows.staff import Informed
from tests.dialogs.talk import Talk

SINCE = datetime(2026, 11, 18, 9, 2, tzinfo=UTC)
WORDS = {"en": "The checkout page fails whenever I try to pay with my card", "zh-CN": "结账页面一付款就报错，付不了钱"}
YES = {"en": "yes please", "zh-CN": "好的"}
KNOWN = {"en": "We know of this", "zh-CN": "这个问题我们已经知道了"}


def known(talk: Talk, **notices: str) -> Talk:
    talk.incident = KnownIncident("i1", "payment", SINCE, tuple(notices.items()))
    return talk


@pytest.fixture(params=sorted(WORDS))
def spoken(request: pytest.FixtureRequest, talk: Talk) -> Talk:
    talk.language = request.param
    return talk


def test_what_is_known_is_said_first_and_a_yes_files_what_was_told(spoken: Talk) -> None:
    heard = known(spoken).says(WORDS[spoken.language])
    assert KNOWN[spoken.language] in _after_the_greeting(heard)[0]
    assert len(_after_the_greeting(heard)) == 2, "the notice, and one question"
    spoken.says(YES[spoken.language])
    (case,) = spoken.cases.values()
    assert WORDS[spoken.language] in case.record.story
    assert not case.partial


def test_a_tap_files_as_well(talk: Talk) -> None:
    known(talk).says(WORDS["en"])
    talk.taps("Yes, tell me")
    assert len(talk.cases) == 1


def test_who_would_rather_say_more_is_asked_as_anybody_is(talk: Talk) -> None:
    known(talk).says(WORDS["en"])
    talk.taps("No, I'd like to say more")
    assert not talk.cases
    assert talk.conversation.intake.draft is not None
    assert talk.conversation.asked is not None


def test_a_colleagues_words_are_said_in_the_customers_language(talk: Talk) -> None:
    heard = known(talk, en="The checkout fails since 15:02.", zh="结账故障。").says(WORDS["en"])
    assert _after_the_greeting(heard)[0] == "The checkout fails since 15:02."


def test_without_an_incident_a_complaint_is_taken_as_ever(talk: Talk) -> None:
    assert KNOWN["en"] not in talk.says(WORDS["en"])


def test_who_is_told_hears_it_about_their_own_case(talk: Talk) -> None:
    known(talk).says(WORDS["en"])
    talk.taps("Yes, tell me")
    effects = talk.acts(Informed("i1", "payment", SINCE, (("en", "It works again soon."),)))
    (told,) = (one for one in effects if isinstance(one, Announce))
    assert (told.text, told.case) == ("It works again soon.", next(iter(talk.cases)))


def _after_the_greeting(heard: str) -> list[str]:
    """The paragraphs of a first answer, without who we are and what becomes of what is said."""
    return [paragraph.splitlines()[-1] for paragraph in heard.split("\n\n")[1:]]
