"""Chats at random about offers: whatever is said, tapped and done, only a plain yes or a tap accepts what is open."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from complaints.offers.lifecycle import OfferState
from complaints.offers.offer import granted
from dialogs.flows.events import Said, Tapped
from dialogs.flows.staff import Claimed, HandedBack, OfferApproved, OfferLineDone, OfferWithdrawn, Replied
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.reading import Reading, Utterance
from dialogs.understanding.replies.offer_replies import is_plain
from dialogs.understanding.rule_provider import RulesUnderstanding
from dialogs.understanding.text import flatten
from tests.conftest import sized
from tests.dialogs.flows.offered import case, filed_in, offer
from tests.dialogs.flows.settled import DAY, HOUR
from tests.dialogs.talk import Talk

WALKS = sized(60, 1_000)
WORDS = (
    "yes", "ok deal", "好的", "no", "不行", "算了吧", "do what you want", "yes, if it is today", "why?", "how much?",
    "50 more", "I want to talk to a person", "how does it stand?", "thanks", "hello", "help", "好好好", "不要了",
    "Saturday and you're on", "I take back my complaint", "stop", "skip", "👍", "go on then", "取啥取",
    "and another thing, my kettle broke as well",
)  # fmt: skip
HEARD = ("accept", "reject", "counter", "question", "conditional", "unclear")


@pytest.mark.timeout(900)
def test_whatever_happens_only_a_plain_yes_or_a_tap_accepts(shop: Playbook) -> None:
    rules, accepted = RulesUnderstanding(shop), 0
    for seed in range(WALKS):
        dice, talk = Random(seed), filed_in(Random(seed).choice(("en", "zh")), shop, rules)
        for _ in range(dice.randint(5, 25)):
            before = {one.n: one.state for one in case(talk).offers}
            bound, said = granted(case(talk).offers), _moves(dice, talk)
            for one in case(talk).offers:
                if one.state is OfferState.ACCEPTED and before.get(one.n) is not OfferState.ACCEPTED:
                    accepted += 1
                    assert before.get(one.n) is OfferState.OPEN, (seed, said)
                    assert said in ("a tap on accept", "a tap on yes") or is_plain(flatten(said).strip()), (seed, said)
            if not any(before.get(one.n) is OfferState.OPEN for one in case(talk).offers):
                assert granted(case(talk).offers) == bound, (seed, said)
    assert accepted > WALKS // 10, "too few to have tried anything"


def _moves(dice: Random, talk: Talk) -> str:
    """One thing happens; what the customer said, if it was they."""
    match dice.choice(("say", "say", "say", "tap", "tap", "offer", "offer", "act", "wait")):
        case "say":
            words = dice.choice(WORDS)
            learned = {dice.choice(HEARD): dice.random()}
            talk.takes(Said(words, reading=_read(talk, words, learned)))
            return words
        case "tap":
            return _taps(dice, talk)
        case "offer":
            amount = dice.choice(("20", "50", "501"))
            offer(talk, amount, who=dice.choice(("li", "wang")))
        case "act":
            _acts(dice, talk)
        case _:
            talk.passes(dice.choice((HOUR, DAY, 4 * DAY, 9 * DAY)))
    return ""


def _read(talk: Talk, words: str, learned: dict[str, float]) -> Reading:
    reading = talk.understanding.read([Utterance(words, talk.now, talk.timezone)])[0]
    return replace(reading, replies={"offer": learned} if talk.now.second % 2 else {})


def _taps(dice: Random, talk: Talk) -> str:
    held = talk.conversation.offers.offering
    asked = talk.conversation.asked
    shown = [*(held.offers if held else ()), *(asked.offers if asked else ())]
    if not shown:
        return ""
    button = dice.choice(shown)
    talk.takes(Tapped(button.id))
    return f"a tap on {button.act.value or button.act.name}"


def _acts(dice: Random, talk: Talk) -> None:
    reference, n = case(talk).reference, dice.randint(1, 4)
    talk.acts(
        dice.choice(
            (
                Claimed(), HandedBack(), Replied("Is that all right?"), OfferWithdrawn(reference, n),
                OfferApproved(reference, n, "supervisor"), OfferLineDone(reference, n, 1),
            )
        ),
        dice.choice(("li", "wang")),
    )  # fmt: skip
