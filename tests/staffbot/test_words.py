"""The staff's words: the same in both languages, and nothing in them that is not filled in."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.refusals import RefusalReason
from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.schema import Cause, Macro
from handlers.desk.collect_words import collected
from handlers.staff_telegram import forms
from handlers.staff_telegram.buttons import data, read
from handlers.staff_telegram.cards import LONGEST, CardPiece, StyledText, bold, joined, together, units
from handlers.staff_telegram.reception import STRANGER
from handlers.staff_telegram.words import LANGUAGES, StaffWords
from staff.actions.refusals import REASONS
from staff.canned_replies import told
from staff.reasons import CAUSES
from staff.words import read_words

WORDS = {language: StaffWords(language, ZoneInfo("UTC")) for language in LANGUAGES}


def of_the_group() -> dict[str, str]:
    """The group's texts, and where each stands first."""
    return {
        str(message.id): place
        for message in collected()
        for place, _ in message.locations
        if place.startswith("handlers/staff_telegram/")
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_group_is_collected_and_said_in_its_language(language: str) -> None:
    texts = of_the_group()
    assert {"Claim", "✅ %(name)s has it", "%(reference)s is resolved."} <= texts.keys()
    if language != "en":
        assert not [text for text in texts if WORDS[language].translations.gettext(text) == text]


def test_every_refusal_of_a_step_has_words() -> None:
    assert set(RefusalReason) == REASONS.keys()


def test_every_reason_for_a_person_has_words() -> None:
    """Three were shown as they are in the code."""
    of_the_flows = {"asked", "misses", "self_harm", "offered", "transferred", "reassigned", "promise", "reopened"}
    reasons = {*get_args(Cause), *of_the_flows, "customer_left", "quarantined"}
    assert not reasons - CAUSES.keys()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("hours", "many"), [(1, "puts aside for 1 hour"), (4, "puts aside for 4 hours")])
def test_how_many_is_said_as_the_language_counts(language: str, hours: int, many: str) -> None:
    macro = Macro(then="snooze", wait=timedelta(hours=hours))
    (said,) = told(macro, load_playbook("shop"), language, WORDS[language].translations)
    assert said == (many if language == "en" else f"搁置 {hours} 小时")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stranger_is_told_the_button_that_there_is(language: str) -> None:
    assert read_words()[language].gettext("Join my Telegram") in WORDS[language].gettext(STRANGER)


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
