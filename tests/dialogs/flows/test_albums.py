"""What a channel brings besides words: albums, things that cannot be taken, customers who leave."""

from __future__ import annotations

from complaints.record import Attachment
from dialogs.flows.effects import AskForPerson, Recorded, Say, SetTimer
from dialogs.flows.events import Left, Said, Trouble
from tests.dialogs.talk import Talk

STORY = "The blender I bought stopped working after a week"


def picture(number: int) -> Attachment:
    return Attachment(f"{number:064x}", f"{number}.jpg", "image/jpeg", 100)


def test_the_rest_of_an_album_is_kept_without_a_word_and_the_question_stands(talk: Talk) -> None:
    talk.says(STORY)
    assert "arriving safely" in talk._takes(Said("", (picture(1),), album="a1"))
    buttons = talk.conversation.asked
    assert talk._takes(Said("", (picture(2),), album="a1")) == ""
    assert talk.conversation.asked == buttons
    assert talk.conversation.draft is not None
    assert len(talk.conversation.draft.record.evidence) == 2


def test_another_album_is_answered(talk: Talk) -> None:
    talk.says(STORY)
    talk._takes(Said("", (picture(1),), album="a1"))
    assert "3 so far" in talk._takes(Said("", (picture(2), picture(3)), album="a2"))


def test_what_cannot_be_taken_is_answered_kindly_and_the_question_returns(talk: Talk) -> None:
    talk.says(STORY)
    asked = talk.asks
    assert "Stickers I can see" in talk._takes(Said(troubles=(Trouble("telegram.sticker"),)))
    assert talk.asks == asked
    large = Trouble("files.refused_size", (("name", "film.mp4"), ("largest", "20")))
    assert "film.mp4" in talk._takes(Said(troubles=(large,)))


def test_a_customer_who_left_with_something_open_is_told_to_a_person_once(talk: Talk) -> None:
    talk.says(STORY)
    talk._takes(Left())
    assert talk.conversation.left
    assert {type(effect) for effect in talk.effects} == {Recorded, AskForPerson, SetTimer}
    talk._takes(Left())
    assert talk.effects == ()
    talk.says("I am back")
    assert not talk.conversation.left


def test_nobody_is_troubled_when_someone_leaves_with_nothing_open(talk: Talk) -> None:
    talk._takes(Left())
    assert [type(effect) for effect in talk.effects] == [Recorded]
    assert not any(isinstance(effect, Say) for effect in talk.effects)
