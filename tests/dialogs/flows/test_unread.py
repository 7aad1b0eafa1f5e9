"""A message that nobody could read in time: it is kept, a person is told, and nothing is made of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from complaints.record import Attachment
from dialogs.flows.events import Said
from dialogs.understanding.reading import Reading
from tests.dialogs.talk import Talk

pytestmark = pytest.mark.usefixtures("one_by_one")

POISON = "yes yes yes human please " * 40


def writes(talk: Talk, text: str = POISON, **more: object) -> str:
    return talk._takes(Said(text, reading=Reading(text, unread=True), **more))  # type: ignore[arg-type]


def test_the_first_message_of_all_is_unread(talk: Talk) -> None:
    answer = writes(talk)
    assert "couldn't read your last message" in answer
    assert "kept just as you wrote it" in answer
    assert talk.conversation.controller == "queue"
    assert talk.conversation.queue.person_reason == "unread"
    assert talk.conversation.queue.person_by is not None


def test_it_answers_no_question_and_the_question_can_still_be_answered(talk: Talk) -> None:
    talk.says("My kettle is broken")
    asked, draft = talk.conversation.asked, talk.conversation.intake.draft
    writes(talk, "yes")
    assert talk.conversation.intake.draft
    assert draft
    assert (talk.conversation.intake.draft.record, talk.conversation.intake.draft.skipped) == (
        draft.record,
        draft.skipped,
    )
    assert asked is not None
    assert talk.conversation.asked == asked


def test_a_second_one_is_kept_for_the_person_who_is_coming(talk: Talk) -> None:
    writes(talk)
    by = talk.conversation.queue.person_by
    assert "kept that for my colleague" in writes(talk)
    assert talk.conversation.queue.person_by == by


def test_files_that_came_with_it_are_kept(talk: Talk) -> None:
    talk.says("My kettle is broken")
    picture = Attachment("0" * 64, "kettle.jpg", "image/jpeg", 1000)
    writes(talk, files=(picture,))
    assert talk.conversation.intake.draft
    assert picture in talk.conversation.intake.draft.record.evidence


def test_an_agent_s_chat_stays_the_agent_s(talk: Talk) -> None:
    talk.conversation = replace(talk.conversation, controller="agent")
    assert writes(talk) == ""
    assert talk.conversation.controller == "agent"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_said_in_the_customer_s_language(talk: Talk, language: str) -> None:
    talk.language = language
    assert ("没能读懂" if language == "zh" else "couldn't read") in writes(talk)
