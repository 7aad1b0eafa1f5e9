"""Whoever asks for a right is told what was heard and by when, and has a reference after one yes."""

from __future__ import annotations

from datetime import date

import pytest

from dialogs.flows.effects import OpenCase, OpenRequest
from dialogs.flows.events import Said
from dialogs.flows.privacy.requests import day_of
from dialogs.flows.state import Conversation, from_json, to_json
from dialogs.playbooks.parts.regimes import REGIMES, Regime
from dialogs.understanding.heads.dataset import RIGHTS
from dialogs.understanding.reading import Reading
from dialogs.understanding.replies.rights import right_in
from tests.dialogs.talk import Talk


def asks_for(talk: Talk, right: str, chance: float = 0.9) -> str:
    reading = Reading("some words", language="en", replies={"rights": {right: chance}})
    return talk.takes(Said("some words", reading=reading))


@pytest.mark.parametrize("right", RIGHTS)
def test_a_right_is_said_back_and_a_yes_puts_it_on_file(talk: Talk, right: str) -> None:
    heard = asks_for(talk, right)
    assert talk.words_of(f"privacy.{right}") in heard
    assert "sorry" not in heard.casefold()
    said = talk.says("yes")
    (request,) = [effect for effect in talk.effects if isinstance(effect, OpenRequest)]
    assert request.right == right
    assert request.reference in said
    assert request.due > talk.now
    assert not [effect for effect in talk.effects if isinstance(effect, OpenCase)]
    assert talk.conversation.asked is None
    assert talk.conversation.intake.draft is None
    assert (talk.conversation.controller, talk.conversation.tags) == ("queue", (right,)), "a day was promised"


def test_a_no_puts_nothing_on_file(talk: Talk) -> None:
    asks_for(talk, "rights_erase")
    talk.says("no")
    assert not [effect for effect in talk.effects if isinstance(effect, OpenRequest)]
    assert talk.conversation.privacy.right_asked == ""


@pytest.mark.parametrize("what", ["survey_opt_out", "delete_draft", "withdraw_case", "none"])
def test_what_only_sounds_so_is_no_right(what: str) -> None:
    assert right_in(Reading("x", replies={"rights": {what: 0.9, "rights_erase": 0.1}})) == ""
    assert right_in(Reading("x", replies={"rights": {"rights_erase": 0.3, "none": 0.2}})) == ""


def test_a_complaint_under_way_goes_on_after_the_request(talk: Talk) -> None:
    talk.says("The blender I bought stopped working after a week")
    asks_for(talk, "rights_access")
    talk.says("yes")
    assert talk.conversation.intake.draft
    assert talk.asks


@pytest.mark.parametrize(
    ("regime", "today", "by"),
    [
        (REGIMES["gdpr"], date(2026, 1, 31), date(2026, 2, 28)),
        (REGIMES["gdpr"], date(2026, 12, 1), date(2027, 1, 1)),
        (REGIMES["pipl"], date(2026, 12, 1), date(2026, 12, 22)),
        (REGIMES["ccpa"], date(2026, 12, 1), date(2027, 1, 15)),
        (Regime(working_days=1), date(2026, 12, 4), date(2026, 12, 7)),
    ],
)
def test_each_law_has_its_own_days(regime: Regime, today: date, by: date) -> None:
    assert day_of(regime, today) == by


def test_a_state_from_before_knows_of_no_right() -> None:
    assert from_json(to_json(Conversation())).privacy.right_asked == ""
