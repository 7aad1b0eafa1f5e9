"""Offers and time, and colleagues: reminded of, lapsed, kept or missed, and what a chat in somebody's hands does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from complaints.findings import Finding, Responsible, Upheld
from complaints.lifecycle import State
from complaints.offers.lifecycle import OfferState
from complaints.offers.offer import owed
from dialogs.flows.staff import (
    Claimed,
    Found,
    HandedBack,
    OfferAnswered,
    OfferApproved,
    OfferLineDone,
    OfferWithdrawn,
    Replied,
    Resolved,
)
from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.rule_provider import RulesUnderstanding
from tests.dialogs.flows.offered import LANGUAGES, YES, asks, case, filed_in, heard, newest, offer, refused
from tests.dialogs.flows.settled import DAY, HOUR
from tests.dialogs.talk import Talk


@pytest.fixture(scope="module")
def rules() -> RulesUnderstanding:
    return RulesUnderstanding(load_playbook("shop"))


@pytest.fixture(params=LANGUAGES)
def talk(request: pytest.FixtureRequest, shop: Playbook, rules: RulesUnderstanding) -> Talk:
    """A case is on file."""
    return filed_in(request.param, shop, rules)


def test_half_its_time_reminds_and_the_end_of_it_lapses_the_offer_but_never_the_case(talk: Talk) -> None:
    offer(talk, stands=6 * DAY)
    reminded = [at for at, text in talk.passes(4 * DAY) if "¥50" in text]
    assert len(reminded) == 1
    assert newest(talk).state is OfferState.OPEN
    said = talk.passes(3 * DAY)
    assert newest(talk).state is OfferState.EXPIRED
    assert len([text for _, text in said if case(talk).reference in text]) >= 1
    talk.passes(40 * DAY)
    assert case(talk).is_open
    assert not case(talk).waiting_since
    assert talk.conversation.controller == "queue"


def test_a_yes_that_comes_too_late_accepts_nothing(talk: Talk) -> None:
    offer(talk, stands=HOUR)
    talk.now += 2 * HOUR
    talk.taps(YES[talk.language])
    assert newest(talk).state is OfferState.EXPIRED


def test_the_customer_hears_when_it_is_done(talk: Talk) -> None:
    offer(talk, "50", "20")
    talk.taps(YES[talk.language])
    reference = case(talk).reference
    talk.acts(OfferLineDone(reference, 1, 1, "T-1"))
    assert "¥50" in talk.told[-1][1]
    talk.acts(OfferLineDone(reference, 1, 2, "T-2"))
    assert newest(talk).state is OfferState.FULFILLED
    assert owed(case(talk).offers) == {}
    assert ("offer", reference) not in talk.pending
    talk.acts(OfferLineDone(reference, 1, 2))
    assert refused(talk) is not None


def test_before_it_is_late_the_customer_hears_and_its_maker_is_rung(talk: Talk) -> None:
    offer(talk)
    talk.taps(YES[talk.language])
    due = newest(talk).due
    assert due is not None
    told = [(at, text) for at, text in talk.passes(6 * DAY + 12 * HOUR) if "¥50" in text]
    assert len(told) == 1
    assert told[0][0] < due
    assert newest(talk).state is OfferState.ACCEPTED
    assert talk.conversation.controller == "queue"


def test_what_is_missed_opens_a_settled_case_again_and_a_supervisor_has_it(talk: Talk) -> None:
    offer(talk)
    talk.taps(YES[talk.language])
    talk.acts(Claimed())
    talk.acts(Resolved(case(talk).reference, "A refund is on its way.", "slow bank"))
    assert case(talk).state is State.RESOLVED
    assert newest(talk).state is OfferState.ACCEPTED, "what was accepted is owed all the same"
    talk.passes(8 * DAY)
    assert newest(talk).state is OfferState.FAILED
    assert case(talk).state in (State.REOPENED, State.IN_PROGRESS)
    assert talk.conversation.queue.holding is not None
    assert talk.conversation.queue.holding.level == 2
    talk.acts(OfferLineDone(case(talk).reference, 1, 1, "T-9"))
    assert newest(talk).state is OfferState.FULFILLED


def test_a_case_that_is_resolved_takes_what_was_open_back(talk: Talk) -> None:
    offer(talk)
    talk.acts(Claimed())
    talk.acts(Resolved(case(talk).reference, "Done.", "faulty"))
    assert newest(talk).state is OfferState.WITHDRAWN


def test_while_a_colleague_has_the_chat_a_tap_and_a_plain_yes_count_and_the_bot_says_nothing(talk: Talk) -> None:
    talk.acts(Claimed())
    offer(talk)
    assert talk.says({"en": "no thanks", "zh": "不用了"}[talk.language]) == "", "that is the colleague's to answer"
    assert newest(talk).state is OfferState.OPEN
    fork = talk.fork()
    assert talk.taps(YES[talk.language]) == ""
    assert newest(talk).state is OfferState.ACCEPTED
    assert "¥50" in talk.told[-1][1], "it is announced"
    assert fork.says({"en": "yes", "zh": "好的"}[talk.language]) == ""
    assert newest(fork).state is OfferState.ACCEPTED


def test_after_the_colleague_wrote_something_else_a_yes_is_for_that(talk: Talk) -> None:
    talk.acts(Claimed())
    offer(talk)
    talk.acts(Replied("Is your address still the same?"))
    talk.says({"en": "yes", "zh": "好的"}[talk.language])
    assert newest(talk).state is OfferState.OPEN
    talk.acts(HandedBack())
    talk.says({"en": "yes", "zh": "好的"}[talk.language])
    assert newest(talk).state is OfferState.ACCEPTED


@pytest.mark.parametrize(
    ("decision", "state"),
    [("accept", OfferState.ACCEPTED), ("decline", OfferState.DECLINED), ("counter", OfferState.COUNTERED)],
)
def test_an_answer_heard_elsewhere_is_an_answer(talk: Talk, decision: str, state: OfferState) -> None:
    offer(talk)
    talk.acts(OfferAnswered(case(talk).reference, 1, decision))
    assert newest(talk).state is state
    talk.acts(OfferAnswered(case(talk).reference, 1, "accept"))
    assert refused(talk) is not None
    assert newest(talk).state is state


def test_a_finding_is_kept_and_a_cause_that_is_none_is_refused(talk: Talk) -> None:
    finding = Finding(Upheld.YES, Responsible.SUPPLIER, "product/faulty", "li", talk.now)
    talk.acts(Found(case(talk).reference, finding))
    assert case(talk).finding == finding
    talk.acts(Found(case(talk).reference, replace(finding, cause="weather")))
    assert "product/faulty" in refused(talk).detail  # type: ignore[union-attr]
    talk.acts(Claimed())
    talk.acts(Resolved(case(talk).reference, "Done", "x", finding=replace(finding, cause="product"), told="All done."))
    assert case(talk).finding is not None
    assert case(talk).finding.cause == "product"  # type: ignore[union-attr]
    assert "All done." in talk.told[-1][1]


def test_while_it_is_open_the_last_message_asks_for_it_whatever_was_said(talk: Talk) -> None:
    offer(talk)
    for words in ({"en": "how does it stand?", "zh": "进度怎么样"}, {"en": "hello", "zh": "你好"}):
        talk.says(words[talk.language])
        assert asks(talk) == "offer"


def test_a_complaint_that_was_being_taken_goes_on_after_the_answer(talk: Talk) -> None:
    talk.commands("new_case", {"en": "/new my parcel is ten days late", "zh": "/new 快递十天没到"}[talk.language])
    assert talk.conversation.intake.draft is not None
    offer(talk)
    assert talk.asks == "offer"
    talk.taps(talk.buttons[0])
    assert newest(talk).state is OfferState.ACCEPTED
    assert talk.asks not in ("", "offer"), "what was asked before is asked again"


def test_what_is_taken_back_is_told_and_somebody_is_asked_for(talk: Talk) -> None:
    offer(talk)
    talk.acts(OfferWithdrawn(case(talk).reference, 1))
    assert newest(talk).state is OfferState.WITHDRAWN
    assert case(talk).reference in talk.told[-1][1]
    assert talk.conversation.controller == "queue", "a time was named, so somebody comes"


def test_an_offer_that_goes_out_is_the_word_that_was_waited_for(talk: Talk) -> None:
    offer(talk, "900")
    assert talk.conversation.controller == "queue"
    talk.acts(OfferApproved(case(talk).reference, 1, "supervisor"), "wang")
    assert talk.conversation.controller == "bot"
    heard(talk, "no", reject=0.9)
    assert talk.conversation.controller == "queue"
    offer(talk, "60")
    assert talk.conversation.controller == "bot"


def test_no_reminder_comes_after_the_answer(talk: Talk) -> None:
    offer(talk)
    heard(talk, "no", reject=0.9)
    assert not [text for _, text in talk.passes(20 * DAY) if "¥50" in text]


def test_the_promised_outcome_is_told_anew_when_the_answer_comes_late(talk: Talk) -> None:
    offer(talk, stands=20 * DAY)
    told: list[tuple[datetime, str]] = talk.passes(12 * DAY)
    assert len([one for one in told if "¥50" in one[1]]) == 1
    talk.taps(YES[talk.language])
    assert case(talk).next_due > talk.now
