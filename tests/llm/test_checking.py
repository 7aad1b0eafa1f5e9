"""What is believed of an answer, and what our own reading becomes by it: pure, without any server."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.copies import altered
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.context import NOWHERE, Context
from dialogs.understanding.llm.answer import Answer, answer_in
from dialogs.understanding.llm.checking import Heard, checked
from dialogs.understanding.llm.joining import joined
from dialogs.understanding.llm.lists import DANGERS, MEANT, lists_of
from dialogs.understanding.llm.quoting import place_of
from dialogs.understanding.llm.schema import schema
from dialogs.understanding.reading import Mark, Reading
from dialogs.understanding.replies.summary_replies import summary_reply
from tests.llm import stand_in
from tests.llm.conftest import TOLD, Read

ALARM = "the charger sparked and my son got a shock, it is still hot"


@pytest.fixture
def believed(shop: Playbook) -> Any:
    """What is left of an answer about a text."""

    def check(text: str, asked: str = "", **keys: Any) -> Heard | None:
        return checked(msgspec.convert(stand_in.answer(**keys), Answer), text, lists_of(shop), asked)

    return check


@pytest.fixture
def both(read: Read, believed: Any) -> Any:
    """The reading of a text in the light of an answer."""

    def join(text: str, context: Context = NOWHERE, **keys: Any) -> Reading:
        found = believed(text, context.asked, **keys)
        assert found is not None
        return joined(read(text), found, context)

    return join


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("kettle", "my kettle", "kettle"),
        ("Kettle ", "my KETTLE", "KETTLE"),
        ("水壶", "我的水壶坏了", "水壶"),
        ("2612", "order AM2612", None),
        ("ann", "Joanna said ann", "ann"),
        ("toaster", "my kettle", None),
        ("", "my kettle", None),
        ("İ", "xİ i̇ İ", "İ"),
        ("a" * 300, "a" * 400, None),
    ],
)
def test_words_must_stand_in_the_text_as_whole_words(words: str, text: str, found: str | None) -> None:
    place = place_of(words, text)
    assert (text[slice(*place)] if place else None) == found


@given(st.text(max_size=60), st.text(max_size=200))
def test_whatever_is_found_is_what_was_quoted(words: str, text: str) -> None:
    place = place_of(words, text)
    assert place is None or text[slice(*place)].lower() == words.strip().lower()


@given(st.text(max_size=300))
def test_no_content_raises(content: str) -> None:
    answer_in(content)
    answer_in('{"acts": ["complain"]}' + content)


def test_names_that_are_on_no_list_are_as_if_never_said(believed: Any) -> None:
    found = believed(
        TOLD, acts=["complain", "file_case"], category="bribery", second="delivery", corrects="priority",
        facts=[{"fact": "password", "words": "kettle"}], dangers=[{"kind": "nuclear", "now": True, "words": "burnt"}],
        wishes=[{"wish": "million", "words": "kettle"}], answer="accept", also=["stop_asking"], secret="x",
    )  # fmt: skip
    assert found == Heard(acts=("complain",), sure=True)


def test_values_that_do_not_stand_in_the_text_were_never_said(both: Any) -> None:
    found = both(
        TOLD, acts=["complain"],
        facts=[{"fact": "order_number", "words": "AM2611180042"}, {"fact": "item", "words": "kettle"},
               {"fact": "other_name", "words": "Bob"}, {"fact": "amount", "words": "500.00 GBP"}],
    )  # fmt: skip
    assert not {"order_number", "amount"} & {span.slot for span in found.slots}
    assert found.found("item") == "kettle"
    assert all(TOLD[span.start : span.end] == span.text for span in found.slots)


def test_an_answer_whose_quotations_mostly_stand_nowhere_is_about_something_else(believed: Any) -> None:
    lies = [{"fact": "item", "words": "toaster"}, {"fact": "name", "words": "Ann Lee"}]
    assert believed(TOLD, acts=["complain"], facts=lies) is None


def test_a_value_is_made_by_our_grammars_from_the_words(both: Any) -> None:
    text = "they took £1,299.00 from me on 12 November and my friend paid £20"
    mine = [{"fact": "amount", "words": "£1,299.00"}, {"fact": "other_amount", "words": "£20"}]
    found = both(text, acts=["complain"], facts=mine)
    amounts = [span.value.amount for span in found.slots if span.slot == "amount"]
    assert [f"{amount:.2f}" for amount in amounts] == ["1299.00"]


def test_whose_a_number_is_the_model_may_tell(both: Any, read: Read) -> None:
    text = "call 07700 900123, that is what the van had on it"
    theirs = [{"fact": "other_number", "words": "07700 900123"}]
    assert read(text).found("phone")
    assert both(text, acts=["complain"], facts=theirs).found("phone") is None


def test_what_it_marks_counts_under_the_question_that_was_asked_before_what_the_tagger_marks_there(read: Read) -> None:
    text = "Rose, for the gold one"
    tagged = {"story": (), "item": (Mark("item", 0, 4, 0.9), Mark("name", 14, 18, 0.8))}
    heard = Heard(acts=("facts",), marks=(Mark("name", 0, 4, 0.9),))
    found = joined(altered(read(text), marks=tagged), heard, Context(asked="item"))
    assert [(mark.fact, mark.start) for mark in found.marks["item"]] == [("name", 0), ("name", 14)]
    assert [(mark.fact, mark.start) for mark in found.marks["story"]] == [("name", 0)]


def test_danger_is_what_either_hears(both: Any, read: Read) -> None:
    ours = read(ALARM)
    assert ours.signals, "our own reading hears it"
    denied = both(ALARM, acts=["praise"], dangers=[])
    assert set(denied.signals) == set(ours.signals)
    assert denied.urgent == ours.urgent
    assert denied.severity == ours.severity == "high"
    calm = "there is nobody who would miss me anyway"
    heard = both(
        calm, acts=["complain"], dangers=[{"kind": "self_harm", "now": True, "words": "nobody who would miss"}]
    )
    assert "self_harm" in heard.signals
    assert heard.urgent
    assert heard.look
    assert heard.certain


def test_a_danger_without_words_for_it_is_none_and_one_that_is_over_alarms_nobody(both: Any, believed: Any) -> None:
    assert (
        believed(TOLD, acts=["complain"], dangers=[{"kind": "self_harm", "now": True, "words": "I want to die"}])
        is None
    )
    over = both("I was ill for a day last year", acts=["complain"],
                dangers=[{"kind": "health", "now": False, "words": "I was ill"}])  # fmt: skip
    assert over.look
    assert not over.urgent


def test_who_asks_for_a_person_in_plain_words_gets_one_whatever_it_says(both: Any, read: Read) -> None:
    text = "let me talk to a real person, the kettle you sent is broken"
    assert read(text).intends("want_person", 0.6)
    assert both(text, acts=["praise"]).intends("want_person", 0.6)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [("confirm", "yes"), ("survey_solved", "yes"), ("offer", "accept"), ("after_resolved", "auto_reply")],
)
def test_what_cannot_be_taken_back_takes_both(asked: str, answer: str, read: Read, believed: Any) -> None:
    ours = altered(read("well you know how that goes with them"), replies={})
    found, here = believed(ours.text, asked, acts=["yes"], answer=answer), Context(asked=asked)
    assert joined(ours, found, here).replies == {}, "it is read as if nobody had been asked"
    doubted = altered(ours, replies={asked: {answer: 0.1, "unclear": 0.9}})
    assert joined(doubted, found, here).replies == doubted.replies
    possible = altered(ours, replies={asked: {answer: 0.3, "unclear": 0.7}})
    together = joined(possible, found, here).replies[asked]
    assert max(together, key=together.__getitem__) == answer


def test_a_yes_that_our_own_words_know_is_one_with_a_model_as_without(read: Read, believed: Any) -> None:
    ours = altered(read("Confirmed. Thanking you."), replies={})
    assert summary_reply(ours) == "yes"
    found = believed(ours.text, "confirm", acts=["yes"], answer="yes")
    assert summary_reply(joined(ours, found, Context(asked="confirm"))) == "yes"


def test_a_machine_s_reply_takes_both_for_it_is_never_answered(both: Any) -> None:
    assert both(TOLD, acts=["auto_reply"]).acts.get("auto_reply", 0.0) < 0.2


def test_what_was_asked_decides_what_an_answer_may_be(both: Any) -> None:
    text = "couldn't tell you off the top of my head"
    found = both(text, Context(asked="order_number"), acts=["dont_know"], answer="dont_know")
    assert found.unknown
    assert found.replies["answers"]["dont_know"] > 0.5
    assert both(text, Context(asked="confirm"), acts=["dont_know"], answer="dont_know").replies.get("confirm") is None


def test_a_correction_needs_the_new_value_in_the_text(both: Any) -> None:
    text = "hang on it was the blue toaster not the kettle"
    item = [{"fact": "item", "words": "blue toaster"}]
    assert both(text, acts=["correct"], corrects="item", facts=item).change == "item"
    assert both("hang on it was another one", acts=["correct"], corrects="order_number").change == ""


def test_what_it_says_nothing_of_stays_as_we_read_it(read: Read) -> None:
    ours = read(TOLD)
    found = joined(ours, Heard(), NOWHERE)
    assert replace_marks(found) == replace_marks(ours)


def replace_marks(reading: Reading) -> Reading:
    return altered(reading, marks={})


def test_the_schema_is_one_that_strict_servers_take(shop: Playbook) -> None:
    """All keys required, none besides, and no keyword that they do not know."""

    def walk(node: Any) -> None:
        assert set(node) <= {"type", "properties", "required", "additionalProperties", "items", "enum"}
        if node["type"] == "object":
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])
            for inner in node["properties"].values():
                walk(inner)
        if node["type"] == "array":
            walk(node["items"])

    for asked in ("", "confirm", "item", "survey_solved"):
        walk(schema(lists_of(shop), asked))


def test_every_act_and_danger_that_our_heads_know_may_be_named() -> None:
    from dialogs.understanding.heads import dataset

    assert set(MEANT) == set(dataset.ACTS)
    assert set(DANGERS) == set(dataset.DANGERS)


def test_a_context_has_another_digest_when_a_text_would_mean_something_else() -> None:
    here = Context(asked="confirm", facts=(("item", "kettle"),), said="Is this right?")
    assert replace(here, said="Shall I send it?").digest == here.digest, "the sentence follows from the rest"
    others = [replace(here, asked="item"), replace(here, facts=()), replace(here, attended=True), NOWHERE]
    assert len({here.digest, *(one.digest for one in others)}) == 5
