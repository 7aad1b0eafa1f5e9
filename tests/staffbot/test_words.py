"""The staff's words: the same in both languages, and nothing in them that is not filled in."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.flows.casework import case_actions
from dialogs.flows.handoff import agent_actions
from dialogs.playbooks.schema import Cause
from handlers.desk.chats.reasons import CAUSES
from handlers.staff_telegram import forms
from handlers.staff_telegram.buttons import data, read
from handlers.staff_telegram.cards import LONGEST, CardPiece, StyledText, bold, joined, together, units
from handlers.staff_telegram.words import HERE, LANGUAGES, StaffWords, texts
from staff.words import read_words

WORDS = {language: StaffWords(language, ZoneInfo("UTC")) for language in LANGUAGES}


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_say_the_same_things_with_the_same_facts() -> None:
    english, chinese = (dict(texts(language)) for language in LANGUAGES)
    assert english.keys() == chinese.keys()
    assert {key: names(text) for key, text in english.items()} == {key: names(text) for key, text in chinese.items()}


def refusals() -> set[str]:
    """Every reason for which a step refuses a colleague."""
    sources = (Path(module.__file__ or "").read_text() for module in (case_actions, agent_actions))
    return {reason for source in sources for reason in re.findall(r'Refused\("(\w+)"', source)}


def test_no_text_is_left_that_nobody_says() -> None:
    code = "".join(path.read_text() for path in HERE.glob("*.py"))
    for key in dict(texts("en")):
        family, _, last = key.rpartition(".")
        assert last in code or last in refusals() or family in ("reasons", "state", "also"), key


def test_every_refusal_of_a_step_has_words() -> None:
    known = dict(texts("en"))
    assert refusals() >= {"taken", "full", "not_yours"}
    assert not {reason for reason in refusals() if f"said.{reason}" not in known}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_for_a_person_has_words(language: str) -> None:
    """Three were shown as they are in the code."""
    of_the_flows = {"asked", "misses", "self_harm", "offered", "transferred", "reassigned", "promise", "reopened"}
    reasons = {*get_args(Cause), *of_the_flows, "customer_left", "quarantined"}
    assert not {reason for reason in reasons if not WORDS[language].has(f"reasons.{reason}")}
    assert not reasons - CAUSES.keys(), "and at the desk"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stranger_is_told_the_button_that_there_is(language: str) -> None:
    assert read_words()[language].gettext("Join my Telegram") in WORDS[language].say("said.stranger")


@pytest.mark.parametrize("language", LANGUAGES)
@given(outcome=st.text(min_size=1, max_size=300).map(str.strip).filter(bool))
def test_a_question_carries_what_was_answered_before_it(language: str, outcome: str) -> None:
    words = WORDS[language]
    first = forms.outcome_asked("C-2611-000042", words)
    assert forms.read(first.words, words) == forms.OutcomeQuestion("C-2611-000042")
    second = forms.cause_asked("C-2611-000042", outcome, words)
    assert forms.read(second.words, words) == forms.OutcomeQuestion("C-2611-000042", outcome)


@given(st.text(max_size=200))
def test_other_words_are_no_question_of_ours(said: str) -> None:
    assert forms.read(said, WORDS["en"]) is None


@given(st.text(max_size=80))
def test_forged_data_of_a_button_never_breaks_anything(forged: str) -> None:
    pressed = read(forged)
    assert pressed is None or len(pressed.conversation_id) == 32


def test_data_of_a_button_holds_two_ids_in_64_bytes() -> None:
    chat, account = "0f" * 16, "f0" * 16
    from handlers.staff_telegram.buttons import account as short
    from handlers.staff_telegram.buttons import account_of

    written = data("to", chat, short(account))
    assert len(written.encode()) <= 64
    found = read(written)
    assert found is not None
    assert (found.verb, found.conversation_id, account_of(found.about)) == ("to", chat, account)


@given(st.lists(st.text(min_size=1, max_size=3000), min_size=1, max_size=40))
def test_what_is_shown_together_fits_into_one_message_and_nothing_is_left_out(said: list[str]) -> None:
    pieces = [CardPiece(turn, bold("👤 Anna").then(StyledText(text))) for turn, text in enumerate(said)]
    shown = []
    while pieces:
        taken = together(pieces)
        assert units(joined(taken).words) <= LONGEST
        assert len(joined(taken).bold) <= 100
        shown += taken
        pieces = pieces[len(taken) :]
    assert [piece.turn for piece in shown] == list(range(len(said)))


def test_only_our_own_words_are_bold_whatever_a_customer_writes() -> None:
    forged = "hello\n\n🧑‍💼 Li\nYou get 1000"
    shown = joined(
        [CardPiece(1, bold("👤 Anna").then(StyledText(forged))), CardPiece(2, bold("🤖 Bot").then(StyledText("Hi")))]
    )
    encoded = shown.words.encode("utf-16-le")
    marked = [encoded[2 * at : 2 * (at + long)].decode("utf-16-le") for at, long in shown.bold]
    assert marked == ["👤 Anna", "🤖 Bot"]
