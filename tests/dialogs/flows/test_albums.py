"""What a channel brings besides words: albums, things that cannot be taken, customers who leave."""

from __future__ import annotations

from dataclasses import replace

import pytest

from complaints.record import Attachment
from dialogs.flows.effects import AskForPerson, Recorded, Say, SetTimer
from dialogs.flows.events import Fired, Left, Said, Trouble
from dialogs.flows.files.media_groups import SUBJECT, TIMER
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.reading import Reading, Utterance
from tests.dialogs.talk import Talk

pytestmark = pytest.mark.usefixtures("one_by_one")

STORY = "The blender I bought stopped working after a week"


def picture(number: int) -> Attachment:
    return Attachment(f"{number:064x}", f"{number}.jpg", "image/jpeg", 100)


def falls_silent(talk: Talk) -> str:
    """No picture comes for a moment."""
    held = talk.conversation.files.held
    assert held is not None
    return talk._takes(Fired(TIMER, SUBJECT, held.due))


def test_an_album_is_answered_once_with_the_right_number(talk: Talk) -> None:
    talk.says(STORY)
    for number in (1, 2, 3):
        assert talk._takes(Said("", (picture(number),), album="a1")) == ""
        assert talk.conversation.files.held is not None
        assert SetTimer(TIMER, SUBJECT, talk.conversation.files.held.due) in talk.effects
    heard = falls_silent(talk)
    assert heard.count("3 so far") == 1
    assert "1 so far" not in heard
    assert talk.buttons
    assert talk.conversation.files.held is None


def test_a_timer_of_a_picture_that_was_not_the_last_says_nothing(talk: Talk) -> None:
    talk._takes(Said("", (picture(1),), album="a1"))
    assert talk.conversation.files.held is not None
    early = talk.conversation.files.held.due
    talk._takes(Said("", (picture(2),), album="a1"))
    assert talk._takes(Fired(TIMER, SUBJECT, early)) == ""
    assert "2 so far" in falls_silent(talk)


def test_a_picture_that_comes_late_is_counted_too(talk: Talk) -> None:
    talk.says(STORY)
    talk._takes(Said("", (picture(1),), album="a1"))
    assert "1 so far" in falls_silent(talk)
    talk._takes(Said("", (picture(2),), album="a1"))
    assert "2 so far" in falls_silent(talk)


def test_another_album_is_answered_by_itself(talk: Talk) -> None:
    talk.says(STORY)
    talk._takes(Said("", (picture(1),), album="a1"))
    assert "1 so far" in talk._takes(Said("", (picture(2),), album="a2"))
    talk._takes(Said("", (picture(3),), album="a2"))
    assert "3 so far" in falls_silent(talk)


def test_more_pictures_than_there_is_room_for_are_said_to_be_enough(talk: Talk) -> None:
    talk.says(STORY)
    most = talk.playbook.file.attachments.most
    for number in range(most + 2):
        talk._takes(Said("", (picture(number),), album="a1"))
    assert talk.playbook.words("en").say("files.enough", most=most) in falls_silent(talk)


def test_a_button_tapped_while_an_album_comes_in_still_counts(talk: Talk) -> None:
    talk.says("My parcel is five days late")
    asked = talk.conversation.asked
    assert asked is not None
    talk._takes(Said("", (picture(1),), album="a1"))
    heard = talk.taps_id(asked.offers[0].id)
    assert "1 so far" in heard
    assert talk.words_of("button.stale") not in heard


def test_danger_in_a_caption_is_answered_with_the_album(talk: Talk) -> None:
    reading = talk.understanding.read([Utterance("The kettle caught fire and burned my hand", talk.now)])[0]
    talk._takes(Said(reading.text, (picture(1),), reading, album="a1"))
    assert talk.conversation.intake.draft is not None
    assert "safety" in talk.conversation.intake.draft.signals
    assert talk.words_of("care.safety") in falls_silent(talk)


def test_an_agent_who_took_over_is_not_talked_over(talk: Talk) -> None:
    talk._takes(Said("", (picture(1),), album="a1"))
    talk.conversation = replace(talk.conversation, controller="agent")
    assert falls_silent(talk) == ""
    assert talk.conversation.files.held is None


def test_what_cannot_be_taken_is_answered_kindly_and_the_question_returns(talk: Talk) -> None:
    talk.says(STORY)
    asked = talk.asks
    assert "Stickers I can see" in talk._takes(Said(troubles=(Trouble("telegram.sticker"),)))
    assert talk.asks == asked
    large = Trouble("files.refused_size", (("name", "film.mp4"), ("largest", "20")))
    assert "film.mp4" in talk._takes(Said(troubles=(large,)))


TOO_LARGE = Trouble("files.refused_size", (("name", "film.mp4"), ("largest", "20")))


def test_a_film_too_large_in_the_middle_of_an_album_is_told_in_the_same_answer(talk: Talk) -> None:
    talk.says(STORY)
    talk._takes(Said("", (picture(1),), album="a1"))
    assert talk._takes(Said("", album="a1", troubles=(TOO_LARGE,))) == ""
    talk._takes(Said("", (picture(2),), album="a1"))
    heard = falls_silent(talk)
    question = heard.split("\n\n")[-1]
    assert [heard.count(words) for words in ("film.mp4", "2 so far", question)] == [1, 1, 1]
    assert heard.index("film.mp4") < heard.index("2 so far") < heard.index(question)
    assert talk.buttons


def test_an_album_that_begins_with_a_film_too_large_counts_what_came_after_it(talk: Talk) -> None:
    talk.says(STORY)
    talk._takes(Said("", album="a1", troubles=(TOO_LARGE,)))
    talk._takes(Said("", (picture(1),), album="a1"))
    talk._takes(Said("", (picture(2),), album="a1"))
    heard = falls_silent(talk)
    assert [heard.count(words) for words in ("film.mp4", "2 so far")] == [1, 1]


def test_a_voice_message_is_kept_for_a_person_and_words_are_asked_for(talk: Talk) -> None:
    talk.says(STORY)
    asked = talk.asks
    voice = Attachment("5" * 64, "voice.ogg", "audio/ogg", 100)
    assert talk.words_of("files.kept_voice") in talk.says("", voice)
    assert talk.asks == asked


@pytest.mark.parametrize(
    ("language", "story", "caption", "next_one"),
    [
        ("en", "My parcel is five days late", "AM2611180042", "name"),
        ("zh", "我的快递已经晚了五天了", "AM2611180042", "name"),
        ("zh", "快递盒子压烂了，里面的杯子碎了", "没有订单号", "item"),
    ],
)
def test_what_is_written_below_a_picture_answers_the_question(
    shop: Playbook, local: LocalUnderstanding, language: str, story: str, caption: str, next_one: str
) -> None:
    talk = Talk(shop, local, language)
    talk.says(story)
    assert talk.asks in ("order_number", "item")
    heard = talk.says(caption, picture(1))
    assert talk.playbook.words(language).say("files.kept", count=1) in heard
    assert talk.words_of("story.added") not in heard
    assert talk.asks == next_one
    assert talk.conversation.intake.draft is not None
    assert caption not in talk.conversation.intake.draft.record.story


def test_words_below_a_file_that_was_lost_are_not_called_a_mistake(talk: Talk) -> None:
    talk.says("My parcel is five days late")
    heard = talk._takes(Said("two more", reading=Reading("two more"), troubles=(Trouble("telegram.file_lost"),)))
    assert talk.words_of("telegram.file_lost") in heard
    assert "couldn't find" not in heard
    assert talk.asks == "order_number"


def test_a_customer_who_left_with_something_open_is_told_to_a_person_once(talk: Talk) -> None:
    talk.says(STORY)
    talk._takes(Left())
    assert talk.conversation.session.left
    assert {type(effect) for effect in talk.effects} == {Recorded, AskForPerson, SetTimer}
    talk._takes(Left())
    assert talk.effects == ()
    talk.says("I am back")
    assert not talk.conversation.session.left


def test_nobody_is_troubled_when_someone_leaves_with_nothing_open(talk: Talk) -> None:
    talk._takes(Left())
    assert [type(effect) for effect in talk.effects] == [Recorded]
    assert not any(isinstance(effect, Say) for effect in talk.effects)
