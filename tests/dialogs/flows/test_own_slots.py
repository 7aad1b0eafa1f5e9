"""Slots that a playbook adds: asked for, read, shown, set right and left out like those of the form."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaints.record import Record, Slot, slot_named
from dialogs.flows.effects import Note
from dialogs.flows.events import ForOrder, Started
from dialogs.flows.intake.slot_filling import found_in
from dialogs.flows.staff import SlotPut
from dialogs.playbooks.checking import check
from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.reading import Reading, Span
from dialogs.understanding.rule_provider import RulesUnderstanding
from tests.dialogs.talk import Talk
from tests.recipes.page import merge_into, write_bank

ACCOUNT = "GB82WEST12345698765432"
MORE = """
slots:
  visitors: {type: number}
  since: {type: day}
  adviser: {type: text}
categories:
  transfer:
    ask: [account_number, visitors, since, adviser, way, wanted, contact]
ask_most: 9
"""
WORDS = """
slot: {visitors: Visitors, since: Since, adviser: Adviser}
ask: {visitors: How many were there?, since: Since when?, adviser: Who advised you?}
why: {visitors: It helps., since: It helps., adviser: It helps.}
"""
NAMES = """
nlu:
  - {synonym: visitors, examples: "- visitors"}
  - {synonym: since, examples: "- since when"}
  - {synonym: adviser, examples: "- adviser"}
"""


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Playbook:
    return load_playbook(write_bank(tmp_path_factory.mktemp("playbooks")))


@pytest.fixture(scope="module")
def fuller(tmp_path_factory: pytest.TempPathFactory) -> Playbook:
    """The bank with a slot of each type."""
    folder = write_bank(tmp_path_factory.mktemp("playbooks"))
    merge_into(folder / "playbook.yml", MORE)
    for language in ("en", "zh"):
        merge_into(folder / f"words.{language}.yml", WORDS)
        merge_into(folder / f"examples.{language}.yml", NAMES)
    assert check(folder) == []
    return load_playbook(folder)


def begun(playbook: Playbook, story: str = "my transfer never reached my landlord", language: str = "en") -> Talk:
    talk = Talk(playbook, RulesUnderstanding(playbook), language=language)
    talk.says(story)
    return talk


def record_of(talk: Talk) -> Record:
    draft = talk.conversation.intake.draft
    assert draft
    return draft.record


def test_a_record_keeps_slots_beyond_the_form() -> None:
    record = Record(name="Ann").put("account_number", ACCOUNT).put(slot_named("name"), "Lee")
    assert (record.name, record.get("account_number"), record.has("branch")) == ("Lee", ACCOUNT, False)
    assert record.filled() == ("account_number", Slot.NAME)
    assert record.clear("account_number") == Record(name="Lee")


def test_it_is_asked_for_by_its_own_words_and_example(bank: Playbook) -> None:
    talk = begun(bank)
    assert talk.asks == "account_number"
    assert talk.told[-1][1].endswith("Which account is it? Its number looks like GB82 WEST 1234 5698 7654 32.")
    assert talk.buttons == ("I don't have it",)


@pytest.mark.parametrize(
    "text",
    [
        "GB82WEST12345698765432", "gb82 west 1234 5698 7654 32 thanks", "it is GB82-WEST-1234-5698-7654-32.",
        "my account number is GB82 WEST 1234 5698 7654 32, please hurry",
    ],
)  # fmt: skip
def test_a_code_is_read_however_it_is_spaced(bank: Playbook, text: str) -> None:
    talk = begun(bank)
    heard = talk.says(text)
    assert record_of(talk).get("account_number") == ACCOUNT
    assert f"Account: {ACCOUNT}" in heard


@pytest.mark.parametrize(
    ("language", "story"),
    [
        ("en", "My transfer from GB82 WEST 1234 5698 7654 32 never arrived"),
        ("zh", "我从账户GB82 WEST 1234 5698 7654 32转账，房东一直没收到"),
    ],
)
def test_a_code_is_found_in_a_story_that_nobody_asked_it_for(bank: Playbook, language: str, story: str) -> None:
    talk = begun(bank, story, language)
    assert record_of(talk).get("account_number") == ACCOUNT
    assert talk.asks != "account_number"


def test_an_account_number_is_no_order_number_and_no_telephone(bank: Playbook) -> None:
    talk = begun(bank)
    talk.says(ACCOUNT)
    record = record_of(talk)
    assert (record.order_number, record.contact) == ("", None)
    assert not any("order" in text.casefold() for _, text in talk.told)


def test_what_fits_no_pattern_is_asked_for_once_more_with_an_example_and_then_left_open(bank: Playbook) -> None:
    talk = begun(bank)
    assert "I couldn't find an account number in that. It looks like GB82" in talk.says("12")
    talk.says("12")
    assert talk.asks not in ("account_number", "")
    assert not record_of(talk).has("account_number")


@pytest.mark.parametrize("answer", ["I don't have it", "skip", "no idea"])
def test_it_may_be_left_out(bank: Playbook, answer: str) -> None:
    talk = begun(bank)
    talk.says(answer)
    assert talk.asks == "amount"


@pytest.mark.parametrize("answer", ["By phone", "phone", "it was by phone", "网上", "on the internet"])
def test_a_choice_is_made_by_its_words_in_any_language_or_by_a_listed_phrase(bank: Playbook, answer: str) -> None:
    talk = begun(bank)
    talk.says(ACCOUNT)
    talk.says("250 pounds")
    assert talk.asks == "way"
    talk.says(answer)
    assert record_of(talk).get("way") in ("phone", "online")


def test_a_choice_is_made_by_its_button(bank: Playbook) -> None:
    talk = begun(bank)
    talk.says(ACCOUNT)
    talk.says("250 pounds")
    assert "How it was ordered: In a branch" in talk.taps("In a branch")


def test_what_no_category_asks_for_is_no_article_and_no_order(bank: Playbook) -> None:
    spans = (Span("item", "transfer", "transfer", 3, 11), Span("order_number", "AM1", "AM1", 12, 15))
    reading = Reading("my transfer AM1", slots=spans)
    assert found_in(reading, Record(), bank) == {}
    assert found_in(reading, Record(), load_playbook("shop")).keys() == {Slot.ITEM, Slot.ORDER_NUMBER}


def test_a_link_to_an_order_is_only_a_greeting_where_there_are_no_orders(bank: Playbook) -> None:
    talk = Talk(bank, RulesUnderstanding(bank))
    assert "What happened?" in talk.takes(Started(ForOrder("AM2611180042")))
    assert talk.conversation.intake.order == ""


def to_summary(bank: Playbook) -> Talk:
    talk = begun(bank)
    for text in (ACCOUNT, "250 pounds", "online"):
        talk.says(text)
    for _ in range(3):
        if talk.asks != "confirm":
            talk.says("skip")
    assert talk.asks == "confirm"
    return talk


def test_it_stands_in_the_summary_and_can_be_changed_there(bank: Playbook) -> None:
    talk = to_summary(bank)
    summary = talk.told[-2][1] + talk.told[-1][1]
    assert f"• Account: {ACCOUNT}" in summary
    assert "• How it was ordered: Online" in summary
    talk.taps("✎ Account")
    assert talk.asks == "account_number"
    talk.says("GB33 BUKB 2020 1555 5555 55")
    assert record_of(talk).get("account_number") == "GB33BUKB20201555555555"
    assert talk.asks == "confirm"


@pytest.mark.parametrize("text", ["change the account number", "the account number is wrong", "change the iban"])
def test_it_is_changed_by_its_name(bank: Playbook, text: str) -> None:
    talk = to_summary(bank)
    talk.says(text)
    assert talk.asks == "account_number"


def test_a_case_on_file_has_it(bank: Playbook) -> None:
    talk = to_summary(bank)
    talk.says("yes")
    (case,) = talk.cases.values()
    assert dict(case.record.more) == {"account_number": ACCOUNT, "way": "online"}


def test_a_colleague_sets_it_right(bank: Playbook) -> None:
    talk = to_summary(bank)
    effects = talk.acts(SlotPut("way", "branch"))
    assert record_of(talk).get("way") == "branch"
    assert [one.text for one in effects if isinstance(one, Note)] == ["How it was ordered: Online → In a branch"]


def test_every_type_is_read_when_it_was_asked_for(fuller: Playbook) -> None:
    talk = begun(fuller)
    for answer in (ACCOUNT, "we were 4", "since 3 November", "Mr Miller", "online"):
        talk.says(answer)
    record = record_of(talk)
    assert [record.get(name) for name in ("visitors", "since", "adviser", "way")] == [
        "4", "2026-11-03", "Mr Miller", "online",
    ]  # fmt: skip
    while talk.asks != "confirm":
        talk.says("skip")
    assert "• Since: Tue 3 Nov" in "\n".join(text for _, text in talk.told)


def test_a_conversation_outlives_a_slot_that_its_playbook_has_lost(
    bank: Playbook, fuller: Playbook, tmp_path: Path
) -> None:
    talk = begun(fuller)
    talk.says(ACCOUNT)
    assert talk.asks == "visitors"
    talk.playbook = bank
    talk.says("what do you mean?")
    for _ in range(8):
        if talk.cases:
            break
        talk.says("yes" if talk.asks == "confirm" else "skip")
    assert talk.cases
