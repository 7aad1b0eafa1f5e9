"""A customer puts in other words what is on file already."""

from __future__ import annotations

import pytest

from dialogs.flows.events import Said
from dialogs.understanding.reading import Utterance
from tests.dialogs.flows.conftest import FIRST
from tests.dialogs.talk import Talk

pytestmark = pytest.mark.usefixtures("one_by_one")


def edits(talk: Talk, before: str, now: str) -> str:
    reading = talk.understanding.read([Utterance(now, talk.now)])[0]
    return talk.takes(Said(now, reading=reading, edits="1", before=before))


def test_another_version_of_a_story_on_file_is_added_to_its_case_and_begins_no_other(filed: Talk) -> None:
    [case] = filed.cases.values()
    heard = edits(filed, FIRST, FIRST.replace("five", "six"))
    assert heard == filed.playbook.words("en").say("case.facts_added", reference=case.reference)
    [now] = filed.cases.values()
    assert now.record.story == f"{FIRST}\n{FIRST.replace('five', 'six')}"
    assert filed.conversation.intake.draft is None


def test_a_complaint_being_told_goes_on_after_an_earlier_one_was_put_right(filed: Talk) -> None:
    filed.says("something new")
    filed.says("The blender I bought stopped working after a week")
    asked = filed.asks
    assert filed.conversation.intake.draft is not None
    story = filed.conversation.intake.draft.record.story
    assert "C-2611-000001" in edits(filed, FIRST, FIRST.replace("five", "six"))
    assert filed.asks == asked
    assert filed.conversation.intake.draft is not None
    assert filed.conversation.intake.draft.record.story == story


def test_a_short_word_that_stands_in_the_story_by_chance_adds_nothing_to_it(filed: Talk) -> None:
    edits(filed, "is", "yes")
    [case] = filed.cases.values()
    assert case.record.story == FIRST
