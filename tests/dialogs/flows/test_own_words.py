"""People who tell in their own words: nothing they said is lost, and nothing is made of what they did not say."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from complaints.record import Money
from dialogs.flows.events import Said
from dialogs.flows.no_complaint.other_messages import is_auto_reply
from dialogs.flows.safety_messages import crisis_in
from dialogs.understanding.formats.number_tokens import number_tokens
from dialogs.understanding.reading import Mark, Reading, Scored, Span
from tests.dialogs.flows.settled import asked as surveyed
from tests.dialogs.flows.settled import numbered, settle
from tests.dialogs.talk import Talk


def hears(talk: Talk, text: str, **read: Any) -> str:
    return talk.takes(Said(text, reading=Reading(text, language="en", **read)))


def to_the_summary(talk: Talk) -> None:
    talk.says("The blender I bought stopped working after a week")
    while talk.asks != "confirm":
        talk.says("skip")


def item(text: str, words: str) -> Span:
    return Span("item", words, words, text.index(words), text.index(words) + len(words))


def test_what_was_told_before_a_complaint_was_clear_belongs_to_it(talk: Talk) -> None:
    """ "哎妈呀你家这羽绒服" is small talk to a machine; the coat it names was asked for again."""
    first = "oh my days, this down coat of yours"
    hears(talk, first, acts={"smalltalk": 0.8}, slots=(item(first, "down coat"),))
    assert talk.asks == "story"
    talk.says("it sheds feathers all over the bus, it is faulty and I want a refund")
    draft = talk.conversation.intake.draft
    assert draft is not None
    assert draft.record.item == "down coat"
    assert draft.record.story.startswith(first)
    assert talk.conversation.intake.prelude is None


def test_a_pasted_notice_gives_nobody_a_telephone(talk: Talk) -> None:
    first = "your parcel waits at shop 3, questions to 02788120466"
    phone = Span("phone", "02788120466", "+862788120466", 42, 53)
    hears(talk, first, acts={"status": 0.8}, slots=(phone,))
    talk.says("my parcel is five days late")
    assert talk.conversation.intake.draft is not None
    assert talk.conversation.intake.draft.record.contact is None


@pytest.mark.parametrize("text", ["60-118-2294", "FS8800-12-9", "Ann Lee"])
def test_a_bare_fact_is_no_machines_letter(text: str) -> None:
    """An order number that was read as an automatic reply was never answered."""
    assert not is_auto_reply(Reading(text, acts={"auto_reply": 0.95}))
    assert is_auto_reply(Reading("I am out of the office until Monday", acts={"auto_reply": 0.95}))


def test_the_likeliest_danger_decides_what_is_done() -> None:
    """Who saw strangers' addresses was told to hang up on a swindler, for fraud had been heard as well."""
    shown = Reading(
        "other people's addresses", signals=("fraud_now", "privacy_breach"), urgent=True, certain=True,
        dangers={"privacy_breach": 1.0, "fraud_now": 0.99},
    )  # fmt: skip
    assert crisis_in(shown) == ""
    assert crisis_in(
        Reading("he has me on the line", signals=("fraud_now",), certain=True, dangers={"fraud_now": 0.99})
    )


def test_a_change_that_is_named_answers_no_other_question(talk: Talk) -> None:
    talk.says("your website shows an error when I pay")
    while talk.asks != "place_or_page":
        talk.says("skip")
    hears(talk, "change the name to Ann", change="name", slots=(Span("name", "Ann", "Ann", 19, 22),))
    draft = talk.conversation.intake.draft
    assert draft is not None
    assert (draft.record.name, draft.record.place_or_page) == ("Ann", "")


def test_words_that_look_like_an_article_are_none_beside_another_answer(talk: Talk) -> None:
    talk.says("my parcel AM2611180042 is five days late")
    while talk.asks != "name":
        talk.says("skip")
    said = "Ann Lee"
    marks = {"story": (Mark("item", 0, 3, 0.6),), "name+contact": (Mark("name", 0, 7, 0.9),)}
    hears(talk, said, marks=marks, slots=(item(said, "Ann"),), intents=(Scored("add_facts", 0.6),))
    draft = talk.conversation.intake.draft
    assert draft is not None
    assert (draft.record.name, draft.record.item) == ("Ann Lee", "")


def test_a_wish_that_only_a_head_hears_answers_the_question_for_it(talk: Talk) -> None:
    talk.says("my parcel AM2611180042 is five days late")
    while talk.asks != "wanted":
        talk.says("skip")
    hears(talk, "just send again can or not", replies={"wishes": {"deliver": 0.44, "refund": 0.1}})
    draft = talk.conversation.intake.draft
    assert draft is not None
    assert draft.record.wanted == ("deliver",)


def test_money_is_kept_as_it_was_told(talk: Talk) -> None:
    first = "you lot, 40 quid for that lamp"
    amount = Span("amount", "40 quid", Money(Decimal(40), "GBP"), 9, 16)
    hears(talk, first, acts={"abuse": 0.8}, slots=(amount, item(first, "lamp")))
    talk.says("it flickers, it is faulty")
    assert talk.conversation.intake.draft is not None
    assert talk.conversation.intake.draft.record.amount == Money(Decimal(40), "GBP")


@pytest.mark.parametrize(
    ("reply", "heard"),
    [
        ("spot on pal", {"intents": (Scored("want_person", 0.9),)}),
        ("Yeah. That's it. Now do something", {"intents": (Scored("ask_question", 0.8),)}),
        ("you got it. now fix it", {"intents": (Scored("change", 0.8),), "wanted": ("repair",)}),
    ],
)
def test_a_sure_yes_to_the_summary_is_nothing_else(talk: Talk, reply: str, heard: dict[str, Any]) -> None:
    """ "Now do something" was taken for a question, "now fix it" for another wish, and nothing was filed."""
    to_the_summary(talk)
    hears(talk, reply, replies={"confirm": {"yes": 0.95, "stop": 0.03}}, **heard)
    (case,) = talk.cases.values()
    assert not case.partial


def test_a_likely_yes_counts_when_it_is_asked_a_second_time(talk: Talk) -> None:
    to_the_summary(talk)
    maybe = {"confirm": {"yes": 0.3, "unclear": 0.28}}
    hears(talk, "jia lat lah this one", replies=maybe)
    assert not talk.cases
    hears(talk, "jia lat lah this one", replies=maybe)
    (case,) = talk.cases.values()
    assert not case.partial


def test_a_survey_hears_by_what_happened(talk: Talk) -> None:
    """ "He came, he saw, he shrugged" is no to a head, and nothing to any list of words."""
    surveyed(talk)
    hears(talk, "He came, he saw, he shrugged", replies={"survey_solved": {"no": 0.9, "partly": 0.05}})
    (case,) = talk.cases.values()
    assert case.survey is not None
    assert case.survey.solved == "no"


def test_what_a_head_only_guesses_is_asked_back(talk: Talk) -> None:
    surveyed(talk)
    hears(talk, "the chap was here on tuesday", replies={"survey_solved": {"yes": 0.6, "no": 0.3}})
    (case,) = talk.cases.values()
    assert case.survey is not None
    assert not case.survey.solved
    hears(talk, "yes", intents=(Scored("yes", 0.98),), act="yes")
    (case,) = talk.cases.values()
    assert case.survey is not None
    assert case.survey.solved == "yes"


def test_words_against_what_a_head_hears_are_asked_back(talk: Talk) -> None:
    """Where a plain word speaks against it, no yes is taken on a head's word alone."""
    surveyed(talk)
    hears(talk, "i suppose", replies={"survey_solved": {"yes": 0.97}})
    (case,) = talk.cases.values()
    assert case.survey is not None
    assert case.survey.solved != "yes"


def test_a_head_speaks_against_words_that_only_look_like_a_yes(talk: Talk) -> None:
    """ "It came" is a yes to a list of words, whatever comes behind it."""
    surveyed(talk)
    hears(talk, "it came but it is broken", replies={"survey_solved": {"no": 0.9}})
    (case,) = talk.cases.values()
    assert case.survey is not None
    assert case.survey.solved != "yes"


def test_done_is_not_done_opens_the_case_again_if_they_wish(talk: Talk) -> None:
    settle(talk)
    hears(
        talk,
        "You replaced the battery. The screen's as cracked as ever",
        replies={"after_resolved": {"not_settled": 0.8}},
    )
    assert talk.asks == "reopen"


def test_a_joke_after_a_resolution_is_no_complaint(talk: Talk) -> None:
    settle(talk)
    hears(talk, "the wife says i got lucky for once", replies={"after_resolved": {"chatter": 0.8}})
    assert talk.conversation.intake.draft is None
    assert len(talk.cases) == 1


def test_whoever_answers_a_question_is_no_machine(talk: Talk) -> None:
    """ "The reference on your confirmation is …" was taken for an automatic reply, and was never answered."""
    talk.says("The blender I bought stopped working after a week")
    reply = "The reference on your confirmation is LX-2026-30917."
    number = Span("order_number", "LX-2026-30917", "LX-2026-30917", 38, 51)
    hears(talk, reply, acts={"auto_reply": 0.92}, replies={"answers": {"inform": 0.9}}, slots=(number,))
    draft = talk.conversation.intake.draft
    assert draft is not None
    assert draft.record.order_number == "LX-2026-30917"
    before = talk.conversation
    hears(talk, "I am out of the office until Monday with no access to mail", acts={"auto_reply": 0.98})
    assert talk.conversation.asked == before.asked


def test_a_formal_promise_is_not_met_with_silence(talk: Talk) -> None:
    """ "Will share if required" was taken for a machine's, twenty times over: nobody ever answered him."""
    talk.says("The blender I bought stopped working after a week")
    said = hears(
        talk, "I am having the SMS of all three appointments. Will share if required.", acts={"auto_reply": 0.83},
        replies={"opening": {"auto_reply": 0.91}, "answers": {"later": 0.49}},
    )  # fmt: skip
    assert said


def test_even_a_machine_comes_to_an_end(talk: Talk) -> None:
    """What is kept unanswered counts as well: a complaint comes to a person within ten messages, whoever writes."""
    talk.says("The blender I bought stopped working after a week")
    replies = [
        hears(talk, f"This is an automatic reply, number {n}, do not answer", acts={"auto_reply": 0.99})
        for n in range(12)
    ]
    assert not any(replies[:5])
    assert any(replies)


def test_a_story_dressed_up_as_a_question_is_a_story(talk: Talk) -> None:
    """ "Am I filming the road or a fairy tale?" got "that I cannot answer", and the dashcam was lost."""
    first = "your dashcam ran for three days and now it is all snow, am I filming the road or a fairy tale?"
    hears(
        talk, first, acts={"complain": 0.69, "ask_policy": 0.13}, replies={"answers": {"story": 0.96}},
        intents=(Scored("ask_question", 0.7), Scored("complain", 0.55)), slots=(item(first, "dashcam"),),
    )  # fmt: skip
    draft = talk.conversation.intake.draft
    assert draft is not None
    assert "dashcam" in draft.record.story


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("nah wait the order's HX-77/2014, fat thumbs", "HX-77/2014"),
        ("不对不对，是 HX-77/2014，刚才打反了", "HX-77/2014"),
        ("also my other order KL-90031-B is late", "HX-77/2041"),
        ("also HX-77/2042, the same trouble", "HX-77/2041"),
    ],
)
def test_a_number_with_a_slip_is_set_right_whatever_was_asked(talk: Talk, text: str, number: str) -> None:
    """It was not heard at the summary, or taken for a day, and the complaint was filed with the wrong number."""
    numbered(talk, "wanted")
    hint = "adds" if text.startswith("also") else ""
    hears(talk, text, numbers=tuple(number_tokens(text)), case_hint=hint)
    after = talk.conversation.intake.draft
    assert after is not None
    assert after.record.order_number == number


def test_a_name_and_a_telephone_that_come_late_are_kept(talk: Talk) -> None:
    """At the summary only the name was taken, and nobody could ring her."""
    to_the_summary(talk)
    text = "Danielle Obi, 07700 900 614 after 4 pls"
    marks = (Mark("name", 0, 12, 0.95), Mark("phone", 14, 23, 0.88))
    hears(
        talk, text, numbers=tuple(number_tokens(text)), acts={"facts": 0.99}, replies={"confirm": {"correct": 0.8}},
        marks={"name+contact": marks, "story": ()},
    )  # fmt: skip
    draft = talk.conversation.intake.draft
    assert draft is not None
    assert draft.record.name == "Danielle Obi"
    assert draft.record.contact is not None
    assert draft.record.contact.phone == "07700900614"


def test_a_name_that_was_asked_for_in_the_same_breath_may_come_with_the_contact(talk: Talk) -> None:
    numbered(talk, "contact")
    intake = talk.conversation.intake
    assert intake.draft is not None
    draft = replace(intake.draft, put=("name+contact", "contact"))
    talk.conversation = replace(talk.conversation, intake=replace(intake, draft=draft))
    text = "我姓邵，邵长贵，ann@example.com"
    email = Span("email", "ann@example.com", "ann@example.com", 8, 23)
    marks = {"name+contact": (Mark("name", 2, 7, 0.84), Mark("email", 8, 23, 0.9)), "story": ()}
    hears(talk, text, acts={"facts": 0.9}, slots=(email,), marks=marks)
    after = talk.conversation.intake.draft
    assert after is not None
    assert after.record.contact is not None
    assert (after.record.name, after.record.contact.email) == ("邵长贵", "ann@example.com")
