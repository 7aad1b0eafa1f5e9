"""The order of the responders is proven: no two neighbours change places without somebody noticing.

For each pair of neighbours there is either a message to which their order matters, or the table says why no message is
answered by both; and that is tried on everything the tests have customers say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from complaints.lifecycle import State
from complaints.record import Attachment
from dialogs.flows.capabilities import CAPABILITIES
from dialogs.flows.capability import Capabilities, Responder
from dialogs.flows.effects import Effect
from dialogs.flows.events import Event, Said
from dialogs.flows.setting import KnownIncident, Setting
from dialogs.flows.state import Act, Conversation, Question, ShownButton
from dialogs.flows.step import step
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.reading import Reading, Scored, Utterance
from dialogs.understanding.rule_provider import RulesUnderstanding
from tests.conftest import sized
from tests.dialogs.flows.conftest import FIRST
from tests.dialogs.flows.offered import offer as make_offer
from tests.dialogs.flows.settled import asked as surveyed
from tests.dialogs.flows.settled import numbered, resolve
from tests.dialogs.flows.test_any_words import USUAL
from tests.dialogs.talk import Talk

PAIRS = tuple(pairwise(CAPABILITIES.responders))
SHARE = sized(20, 1)
"""At each moment of the journeys one in so many of the usual words is tried besides what is said there."""
PHOTO = Attachment("ab" * 32, "photo.jpg", "image/jpeg", 1000)

Witness = Callable[[Talk], Said]
WITNESSES: dict[tuple[str, str], Witness] = {}


def shows(first: str, second: str) -> Callable[[Witness], Witness]:
    """A message, and the chat it comes in, for which the first must be tried before the second."""

    def kept(witness: Witness) -> Witness:
        WITNESSES[first, second] = witness
        return witness

    return kept


def swapped(first: str, second: str) -> Capabilities:
    """The table with these two in each other's place."""
    order = [responder.name for responder in CAPABILITIES.responders]
    at, other = order.index(first), order.index(second)
    responders = list(CAPABILITIES.responders)
    responders[at], responders[other] = responders[other], responders[at]
    return replace(CAPABILITIES, responders=tuple(responders))


def answered(talk: Talk, said: Said, table: Capabilities) -> tuple[Conversation, tuple[Effect, ...]]:
    """What the step makes of a message with this table, without the chat going on."""
    event = Event("w", "test", "test", "chat", talk.now, said, talk.language, talk.timezone)
    cases = tuple(talk.cases.values())
    place = (talk.chat, talk.playbook, talk.now, cases, "C-2611-000777")
    setting = Setting(*place, reach=talk.reach, incident=talk.incident)
    return step(talk.conversation, event, setting, table)


def read(talk: Talk, text: str, **heard: Any) -> Said:
    """A message as the rules read it, with what else a provider may have heard in it."""
    said = Said(text)
    reading = talk.understanding.read([Utterance(said.words, talk.now, talk.timezone)])[0]
    return replace(said, reading=replace(reading, **heard))


def told(talk: Talk) -> Talk:
    """A complaint is being taken."""
    talk.says("The blender I bought stopped working after a week")
    return talk


def at(talk: Talk, name: str) -> Talk:
    """This is the question that pends."""
    talk.conversation = replace(talk.conversation, asked=Question(name, turn=talk.conversation.turn))
    return talk


def filed(talk: Talk) -> Talk:
    talk.says(FIRST)
    for _ in range(9):
        if talk.asks == "confirm":
            talk.says("yes")
            break
        talk.says("skip")
    assert len(talk.cases) == 1
    return talk


def with_offer(talk: Talk) -> Talk:
    make_offer(talk)
    return talk


def settled(talk: Talk) -> Talk:
    resolve(filed(talk))
    return talk


@shows("in_danger", "in_crisis")
def _more_danger_while_a_person_is_awaited(talk: Talk) -> Said:
    talk.takes(read(talk, "I swallowed flakes of the coating", signals=("health",), urgent=True, certain=True))
    return read(talk, "what should I do, he is on the phone", signals=("fraud_now",), urgent=True, certain=True)


@shows("in_crisis", "edited")
def _new_words_for_an_old_message_in_a_crisis(talk: Talk) -> Said:
    told(talk).takes(read(talk, "I swallowed a piece of it", signals=("health",), urgent=True, certain=True))
    return replace(
        read(talk, "The toaster I bought stopped"), before="The blender I bought stopped working after a week"
    )


@shows("offer_answer", "right_heard")
def _words_to_an_offer_that_sound_like_a_right(talk: Talk) -> Said:
    return read(with_offer(filed(talk)), "I accept", replies={"rights": {"rights_withdraw_consent": 0.9}})


@shows("right_heard", "opted_out")
def _a_right_that_sounds_like_the_end_of_surveys(talk: Talk) -> Said:
    return read(talk, "no more surveys", replies={"rights": {"rights_object": 0.9}})


@shows("edited", "commanded_new")
def _new_words_behind_an_old_command(talk: Talk) -> Said:
    return replace(read(filed(talk), "/new my parcel is six days late"), act="new_case", before=FIRST)


@shows("commanded_person", "commanded")
def _what_a_person_is_wanted_for(talk: Talk) -> Said:
    said = replace(Said("/human my kettle is leaking since monday and the floor is wet again"), act="person")
    return replace(said, reading=read(talk, said.words).reading)


@shows("commanded", "offer_answer")
def _a_command_and_words_that_would_accept(talk: Talk) -> Said:
    said = replace(Said("/status yes please"), act="status")
    return replace(said, reading=read(with_offer(filed(talk)), said.words).reading)


@shows("opted_out", "survey_answer")
def _no_more_surveys_in_answer_to_one(talk: Talk) -> Said:
    return read(surveyed(talk), "please don't ask me again")


@shows("files", "nothing_written")
def _a_picture_without_words(talk: Talk) -> Said:
    return replace(read(told(talk), ""), files=(PHOTO,))


@shows("button_by_words", "confirmed")
def _words_of_a_button_that_a_head_takes_for_a_yes(talk: Talk) -> Said:
    told(talk)
    talk.conversation = replace(
        talk.conversation, asked=Question("confirm", (ShownButton("~1", "Change something", Act("change")),))
    )
    return read(talk, "Change something", replies={"confirm": {"yes": 0.9}}, act="", change="")


@shows("not_content", "crisp")
def _still_broken_said_like_a_command(talk: Talk) -> Said:
    return read(settled(talk), "I am not happy", act="status")


@shows("crisp", "person")
def _a_language_and_a_person(talk: Talk) -> Said:
    return read(told(talk), "a person in Chinese", act="", language_wanted="zh", intents=(Scored("want_person", 0.9),))


@shows("person", "set_right")
def _a_person_and_a_number_set_right(talk: Talk) -> Said:
    numbered(talk, "confirm")
    return read(talk, "the order is HX-77/2014, a person please", act="", intents=(Scored("want_person", 0.9),))


@shows("set_right", "at_summary")
def _a_number_set_right_at_the_summary(talk: Talk) -> Said:
    numbered(talk, "confirm")
    return read(talk, "yes, HX-77/2014", act="", replies={"confirm": {"yes": 0.9}})


@shows("at_summary", "question")
def _a_day_in_a_question_at_the_summary(talk: Talk) -> Said:
    question = (Scored("ask_question", 0.95),)
    said = "it was on 3 November, how long will it take?"
    return read(at(told(talk), "confirm"), said, act="", intents=question, question="how_long", category=None)


@shows("question", "direct")
def _a_question_that_could_be_a_name(talk: Talk) -> Said:
    question = (Scored("ask_question", 0.95),)
    return read(at(told(talk), "name"), "Ann Lee", intents=question, question="how_long", category=None)


@shows("direct", "count")
def _a_count_that_was_asked_for(talk: Talk) -> Said:
    return read(at(told(talk), "amount"), "3 of them")


@shows("count", "yes_or_no")
def _no_three(talk: Talk) -> Said:
    return read(at(told(talk), "happened_at"), "no, three", act="", intents=(Scored("no", 0.9),))


@shows("yes_or_no", "choice_by_words")
def _yes_with_the_reference(talk: Talk) -> Said:
    at(filed(talk), "withdraw_which")
    return read(talk, "yes C-2611-000001", act="", slots=(), intents=(Scored("yes", 0.9),))


@shows("choice_by_words", "broken_again")
def _which_one_is_broken_again(talk: Talk) -> Said:
    case = next(iter(settled(talk).cases.values()))
    talk.cases[case.reference] = replace(case, state=State.REOPENED)
    return read(at(talk, "withdraw_which"), "C-2611-000001, it is broken again")


@shows("refusal", "correction")
def _no_number_and_another_name(talk: Talk) -> Said:
    return read(
        at(told(talk), "order_number"), "I don't have it, change the name", refuses=True, change="name", slots=()
    )


@shows("correction", "answer")
def _a_new_amount_while_the_order_is_asked_for(talk: Talk) -> Said:
    return read(at(told(talk), "order_number"), "sorry, the amount was £350")


@shows("answer", "digression")
def _an_amount_and_a_question(talk: Talk) -> Said:
    question = (Scored("ask_question", 0.9),)
    return read(
        at(told(talk), "order_number"), "it was £35, what are your hours?", act="", intents=question, question="hours"
    )


@shows("digression", "free_text")
def _a_greeting_where_a_name_is_asked_for(talk: Talk) -> Said:
    return read(at(told(talk), "name"), "hello", bare=True)


@shows("after_silence", "kind_words")
def _kind_words_after_a_case_was_closed_for_want_of_an_answer(talk: Talk) -> Said:
    case = next(iter(settled(talk).cases.values()))
    assert case.resolution
    talk.cases[case.reference] = replace(case, resolution=replace(case.resolution, cause="silence"))
    return read(talk, "Li was so kind and helpful", intents=(), acts={})


def known(talk: Talk) -> Talk:
    """What they complain of is known: others do too."""
    talk.incident = KnownIncident("i1", "payment", talk.now)
    return talk


@shows("known_incident", "story")
def _what_is_known_already(talk: Talk) -> Said:
    return read(known(talk), "The checkout page fails whenever I try to pay with my card")


@shows("kind_words", "known_incident")
def _all_is_well(talk: Talk) -> Said:
    known(talk)
    return read(settled(talk), "Li was so kind and helpful, thank you", intents=(Scored("complain", 0.6),), acts={})


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=lambda one: one.name)
def test_neighbours_change_places_only_where_the_table_says_so(
    first: Responder, second: Responder, shop: Playbook
) -> None:
    if second.name in first.apart:
        assert (first.name, second.name) not in WITNESSES
        return
    witness = WITNESSES.get((first.name, second.name))
    assert witness, f"show a message to which the order of {first.name} and {second.name} matters, or say why none does"
    talk = Talk(shop, RulesUnderstanding(shop))
    said = witness(talk)
    assert answered(talk, said, CAPABILITIES) != answered(talk, said, swapped(first.name, second.name))


def test_no_witness_is_of_a_pair_that_is_no_more() -> None:
    assert set(WITNESSES) <= {(first.name, second.name) for first, second in PAIRS}


def test_what_is_apart_stands_side_by_side_and_says_why() -> None:
    neighbours = {(first.name, second.name) for first, second in PAIRS}
    apart = {(one.name, other): why for one in CAPABILITIES.responders for other, why in one.apart.items()}
    assert apart.keys() <= neighbours
    assert all(apart.values())


@pytest.fixture(scope="module")
def customers(shop: Playbook) -> list[tuple[Talk, Said]]:
    """Everything that the customers of the journeys write, where they write it; read by rules alone."""

    def new() -> Talk:
        return Talk(shop, RulesUnderstanding(shop))

    assert JOURNEYS
    later = [(talk, read(talk, "no")) for talk in (settled(new()), surveyed(new()), at(filed(new()), "withdraw_which"))]
    return [*later, *(moment for path in JOURNEYS for moment in _moments(shop, path))]


JOURNEYS = sorted((Path(__file__).parents[2] / "journeys").glob("*/*.chat"))


def _moments(shop: Playbook, path: Path) -> Iterator[tuple[Talk, Said]]:
    language = "zh-CN" if path.parent.name == "zh" else "en"
    talk = Talk(shop, RulesUnderstanding(shop), language=language)
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("> "):
            yield talk.fork(), read(talk, line.removeprefix("> "))
            talk.says(line.removeprefix("> "))


ASIDES = [one for one in USUAL if one] + ["", "/new it leaks", "three of them", "I never said that", "not happy"]


@pytest.mark.parametrize(
    ("first", "second"),
    [(first.name, second.name) for first, second in PAIRS if second.name in first.apart],
    ids=lambda one: str(one),
)
def test_where_the_table_says_that_order_does_not_matter_it_does_not(
    first: str, second: str, customers: list[tuple[Talk, Said]]
) -> None:
    other = swapped(first, second)
    for talk, said in customers:
        for one in (said, replace(said, files=(PHOTO,)), replace(said, act="new_case"), replace(said, act="person")):
            assert answered(talk, one, CAPABILITIES) == answered(talk, one, other), one
    for n, (talk, _) in enumerate(customers):
        for text in ASIDES[n % SHARE :: SHARE]:
            one = read(talk, text)
            assert answered(talk, one, CAPABILITIES) == answered(talk, one, other), one
            unread = Said(text, reading=Reading(text, unread=True))
            assert answered(talk, unread, CAPABILITIES) == answered(talk, unread, other), unread
