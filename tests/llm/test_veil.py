"""Personal data does not leave where masking is on, and what comes back is found where it stood."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding.context import NOWHERE, Context, Filed
from dialogs.understanding.llm.answer import Answer
from dialogs.understanding.llm.veil import unveiled, veiled
from dialogs.understanding.reading import Reading
from tests.llm.conftest import Asking, Read, heard
from tests.llm.stand_in import StandIn, answer

PRIVATE = ("Ann Lee", "ann.lee@example.org", "07700 900123", "AM2611180042", "TY-0620-3391-K", "0044 20 7946 0958")
TEXT = (
    "my name is Ann Lee, the kettle from order AM2611180042 (or TY-0620-3391-K) burnt on 2026-11-18 and cost 1299.50 "
    "GBP, write to ann.lee@example.org or call 07700 900123, not 0044 20 7946 0958. Ann Lee"
)


def test_names_addresses_and_numbers_do_not_leave_and_days_and_sums_do(
    asking: Asking, stand_in: StandIn, read: Read
) -> None:
    context = Context("name", said="Is Ann Lee right, at ann.lee@example.org?", facts=(("name", "Ann Lee"),),
                      shown=("Call 07700 900123",))  # fmt: skip
    assert heard(asking(mask=True), read(TEXT), context)
    sent = json.dumps(stand_in.requests)
    assert not [private for private in PRIVATE if private in sent]
    (text,) = stand_in.texts
    assert "2026-11-18" in text
    assert "1299.50" in text
    assert text.count("[NAME_1]") == 2, "the same words are the same placeholder"


def test_with_masking_off_the_words_leave_as_they_are(asking: Asking, stand_in: StandIn, read: Read) -> None:
    heard(asking(mask=False), read(TEXT), NOWHERE)
    assert stand_in.texts == [TEXT]


def test_what_was_masked_is_marked_in_the_text_as_it_was_written(asking: Asking, stand_in: StandIn, read: Read) -> None:
    facts = [("order_number", "[NUMBER_1]"), ("name", "NAME_1"), ("item", "kettle"), ("phone", "[PHONE_1]")]
    stand_in.reads = lambda _text, _context: {
        "acts": ["complain"],
        "facts": [{"fact": fact, "words": words} for fact, words in facts],
    }
    found = heard(asking(mask=True), read(TEXT), NOWHERE)
    marked = {mark.fact: TEXT[mark.start : mark.end] for mark in found.marks}
    assert marked == {"order_number": "AM2611180042", "name": "Ann Lee", "item": "kettle", "phone": "07700 900123"}


def test_our_own_references_leave_for_they_are_nobody_s(read: Read) -> None:
    context = Context(cases=(Filed("C-2611-000042", "delivery", "received"),))
    _, text, _ = veiled(context, read("what of C-2611-000042, it was order AM2611180042"))
    assert text == "what of C-2611-000042, it was order [NUMBER_1]"


def test_a_customer_who_writes_a_placeholder_gets_nobody_s_data(read: Read) -> None:
    context = Context(facts=(("name", "Ann Lee"), ("contact", "ann.lee@example.org")))
    ours = read("[NAME_1] and [CONTACT_1] and NAME_1X say hello, Ann Lee")
    _, text, veil = veiled(context, ours)
    for asked in ("[NAME_1]", "[CONTACT_1]", "NAME_1X"):
        assert veil.off(asked) == asked
    assert "Ann Lee" not in text


@given(st.text(max_size=120), st.text(max_size=20))
def test_taking_the_veil_off_gives_the_text_again(text: str, name: str) -> None:
    _, over, veil = veiled(Context(facts=(("name", name),)), Reading(text))
    found = unveiled(msgspec.convert(answer(facts=[{"fact": "item", "words": over}]), Answer), veil)
    assert found.facts[0].words == text


@pytest.mark.parametrize("name", ["Ann", "王芳"])
def test_a_name_on_file_is_masked_wherever_it_is_said_and_no_part_of_a_word_is(name: str) -> None:
    text = f"{name} was annoyed, ask {name.upper()}"
    _, over, _ = veiled(Context(facts=(("name", name),)), Reading(text))
    assert over.startswith("[NAME_1] was annoyed, ask [NAME_")
