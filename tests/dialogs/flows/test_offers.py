"""Offers in the chat: made, answered, asked back; a no is never taken for a yes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from complaints.lifecycle import State
from complaints.offers.lifecycle import OfferState
from complaints.offers.offer import owed
from complaints.record import Money
from dialogs.flows.effects import Announce, Note, Refused
from dialogs.flows.events import Said, Tapped
from dialogs.flows.staff import (
    OfferApproved,
    OfferWithdrawn,
)
from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.reading import Reading, Scored
from dialogs.understanding.rule_provider import RulesUnderstanding
from tests.dialogs.flows.offered import LANGUAGES, YES, asks, case, filed_in, heard, newest, offer, refused
from tests.dialogs.flows.settled import DAY
from tests.dialogs.talk import Talk


@pytest.fixture(scope="module")
def rules() -> RulesUnderstanding:
    return RulesUnderstanding(load_playbook("shop"))


@pytest.fixture(params=LANGUAGES)
def talk(request: pytest.FixtureRequest, shop: Playbook, rules: RulesUnderstanding) -> Talk:
    """A case is on file."""
    return filed_in(request.param, shop, rules)


def test_the_card_says_what_until_when_and_has_four_buttons(talk: Talk) -> None:
    said = offer(talk, "50", "19.90")
    assert "¥50" in said
    assert "¥19.9" in said
    assert case(talk).reference in said
    assert len(talk.buttons) == 4
    assert talk.buttons[0] == YES[talk.language]
    announced = [one for one in talk.effects if isinstance(one, Announce) and one.buttons]
    assert [one.asks for one in announced] == ["offer"]
    assert (case(talk).state, newest(talk).state) == (State.REMEDY_OFFERED, OfferState.OPEN)
    assert case(talk).waiting_since, "the clock of the outcome stands still until they answer"


def test_a_tap_accepts_and_the_terms_and_the_day_are_said_once(talk: Talk) -> None:
    offer(talk)
    said = talk.taps(YES[talk.language])
    assert said.count("¥50") == 1
    assert newest(talk).state is OfferState.ACCEPTED
    assert owed(case(talk).offers) == {"CNY": Decimal(50)}
    due = newest(talk).lines[0].due
    assert due is not None
    assert (due.date(), due.hour) == ((talk.now + 7 * DAY).date(), 12), "eight in the evening in Shanghai"
    assert case(talk).state is State.IN_PROGRESS
    assert not case(talk).waiting_since
    assert talk.pending["offer", case(talk).reference] < talk.now + 7 * DAY


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Yes please"), ("en", "ok, deal"), ("en", "That's fine by me, thanks"), ("en", "I'll take it"),
     ("zh", "好的，谢谢"), ("zh", "可以，同意"), ("zh", "行"), ("zh", "我接受")],
)  # fmt: skip
def test_plain_words_of_acceptance_accept(shop: Playbook, rules: RulesUnderstanding, language: str, words: str) -> None:
    talk = filed_in(language, shop, rules)
    offer(talk)
    talk.says(words)
    assert newest(talk).state is OfferState.ACCEPTED


@pytest.mark.parametrize(
    "words",
    ["算了吧", "随便", "随便你们", "你们看着办吧", "do what you want", "Fine, whatever you say", "I suppose so",
     "forget it", "好好好", "hmm", "你看着办", "爱咋咋地"],
)  # fmt: skip
def test_who_gives_up_is_asked_back_and_then_a_person_comes(talk: Talk, words: str) -> None:
    offer(talk)
    said = heard(talk, words, accept=0.9)
    assert newest(talk).state is OfferState.OPEN
    assert asks(talk) == "offer"
    assert "¥50" in said, "what is offered is said again"
    heard(talk, words, unclear=0.9)
    talk.says(words)
    assert newest(talk).state is OfferState.OPEN
    assert talk.conversation.controller == "queue"


@pytest.mark.parametrize("words", ["取啥取，东西我已经送人了", "Saturday and you're on", "oh how very generous of you"])
def test_what_only_sounds_like_a_yes_has_the_terms_repeated_and_a_yes_to_them_is_one(talk: Talk, words: str) -> None:
    offer(talk)
    said = heard(talk, words, accept=0.97)
    assert "¥50" in said
    assert newest(talk).state is OfferState.OPEN
    heard(talk, words, accept=0.97)
    assert newest(talk).state is OfferState.OPEN, "the same again is no yes either"
    talk.conversation = replace(talk.conversation)
    heard(talk, "well then", accept=0.97)
    heard(talk, "yes", accept=0.97)
    assert newest(talk).state is OfferState.ACCEPTED


@pytest.mark.parametrize("words", ["No", "不行", "No. That is an insult.", "不，不够"])
def test_a_no_ends_the_offer_and_its_maker_is_rung(talk: Talk, words: str) -> None:
    offer(talk)
    heard(talk, words, reject=0.9)
    assert newest(talk).state is OfferState.DECLINED
    holding = talk.conversation.queue.holding
    assert holding is not None
    assert (talk.conversation.controller, holding.agent) == ("queue", "li")
    assert case(talk).is_open
    assert case(talk).state is State.IN_PROGRESS


def test_a_counter_is_kept_with_its_words_and_sum(talk: Talk) -> None:
    offer(talk)
    talk.says({"en": "No, I want 80 yuan", "zh": "不行，我要80元"}[talk.language])
    wish = newest(talk).counter
    if newest(talk).state is OfferState.COUNTERED:
        assert wish is not None
        assert wish.money == Money(Decimal(80), "CNY")
    else:
        assert newest(talk).state is OfferState.DECLINED
    offer(talk)
    heard(talk, "call it 45", counter=0.9)
    assert newest(talk).state is OfferState.COUNTERED
    assert newest(talk).counter is not None
    assert newest(talk).counter.text == "call it 45"  # type: ignore[union-attr]


def test_not_enough_asks_what_would_be_and_keeps_whatever_they_say(talk: Talk) -> None:
    offer(talk)
    talk.taps(talk.buttons[1])
    assert newest(talk).state is OfferState.OPEN
    assert asks(talk) == "offer"
    heard(talk, "the whole price and the postage", unclear=0.9)
    assert newest(talk).state is OfferState.COUNTERED
    assert newest(talk).counter.text == "the whole price and the postage"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "words", ["Yes, if it comes before Friday", "今天到账的话我就接受", "Ok, as long as I keep the old one"]
)
def test_a_yes_with_a_condition_is_no_yes_and_the_condition_is_kept(talk: Talk, words: str) -> None:
    offer(talk)
    heard(talk, words, accept=0.95)
    assert newest(talk).state is OfferState.OPEN
    assert newest(talk).conditions == (words,)
    assert talk.conversation.controller == "queue"
    assert any(isinstance(one, Note) and words in one.text for one in talk.effects)


def test_a_question_leaves_it_open_and_rings_its_maker(talk: Talk) -> None:
    offer(talk)
    heard(talk, "is it the same model?", question=0.9)
    assert newest(talk).state is OfferState.OPEN
    assert talk.conversation.queue.holding is not None
    assert talk.conversation.queue.holding.agent == "li"
    assert asks(talk) == "offer"
    talk.taps(YES[talk.language])
    assert newest(talk).state is OfferState.ACCEPTED


def test_danger_is_heeded_first(talk: Talk) -> None:
    offer(talk)
    danger = Reading("ok, but I don't want to live any more", signals=("self_harm",), urgent=True, certain=True)
    talk.takes(Said(danger.text, reading=replace(danger, dangers={"self_harm": 0.99})))
    assert talk.conversation.queue.person_reason == "self_harm"
    assert newest(talk).state is OfferState.OPEN


def test_a_person_is_asked_for_and_the_offer_stands(talk: Talk) -> None:
    offer(talk)
    talk.taps(talk.buttons[3])
    assert talk.conversation.controller == "queue"
    assert newest(talk).state is OfferState.OPEN
    wants = Reading("let me talk to a human", intents=(Scored("want_person", 0.9),), replies={"offer": {"accept": 0.9}})
    talk.takes(Said(wants.text, reading=wants))
    assert newest(talk).state is OfferState.OPEN


def test_a_yes_to_something_else_that_is_asked_accepts_nothing(talk: Talk) -> None:
    offer(talk)
    talk.says({"en": "/withdraw", "zh": "撤回投诉"}[talk.language])
    if talk.asks == "withdraw":
        talk.says({"en": "yes", "zh": "是的"}[talk.language])
        assert newest(talk).state is OfferState.WITHDRAWN
    assert OfferState.ACCEPTED not in {one.state for one in case(talk).offers}


def test_a_button_of_an_offer_that_is_gone_accepts_nothing(talk: Talk) -> None:
    offer(talk)
    assert talk.conversation.asked is not None
    old = talk.conversation.asked.offers[0].id
    talk.acts(OfferWithdrawn(case(talk).reference, 1))
    assert newest(talk).state is OfferState.WITHDRAWN
    talk.takes(Tapped(old))
    assert newest(talk).state is OfferState.WITHDRAWN
    offer(talk, "60")
    talk.takes(Tapped(old))
    assert newest(talk).state is OfferState.OPEN


def test_after_three_rounds_a_supervisor_has_it(talk: Talk) -> None:
    for _ in range(3):
        offer(talk)
        heard(talk, "no", reject=0.9)
    assert talk.conversation.queue.holding is not None
    assert talk.conversation.queue.holding.level == 2
    assert offer(talk) == "", "the fourth waits for one to let it go out"
    assert newest(talk).state is OfferState.WAITING_APPROVAL
    talk.acts(OfferApproved(case(talk).reference, 4, "supervisor"), "wang")
    assert newest(talk).state is OfferState.OPEN


def test_over_the_limit_the_customer_hears_nothing_before_a_second_person_approves(talk: Talk) -> None:
    assert offer(talk, "500.01") == ""
    assert newest(talk).state is OfferState.WAITING_APPROVAL
    heard(talk, "yes", accept=0.9)
    assert newest(talk).state is OfferState.WAITING_APPROVAL
    for who, role in (("li", "supervisor"), ("wang", "agent")):
        talk.acts(OfferApproved(case(talk).reference, 1, role), who)
        assert refused(talk) == Refused("offer_limit", detail=refused(talk).detail)  # type: ignore[union-attr]
    talk.acts(OfferApproved(case(talk).reference, 1, "supervisor"), "wang")
    assert "¥500.01" in talk.told[-1][1]
    assert newest(talk).approved_by == "wang"
