"""The record form: every slot can be filled, read, emptied, and nothing else is touched."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from complaints.record import Attachment, Contact, Moment, Money, Record, Slot

VALUES: dict[Slot, Any] = {
    Slot.CATEGORY: "delivery",
    Slot.STORY: "The parcel never came.",
    Slot.ITEM: "blue kettle",
    Slot.ORDER_NUMBER: "AM2611180042",
    Slot.HAPPENED_AT: Moment("2026-11-18", said="last Wednesday"),
    Slot.PLACE_OR_PAGE: "checkout page",
    Slot.AMOUNT: Money(Decimal("49.90"), "CNY"),
    Slot.EVIDENCE: (Attachment("0" * 64, "box.jpg", "image/jpeg", 1234),),
    Slot.WANTED: ("refund", "apology"),
    Slot.CUSTOMER_TYPE: "individual",
    Slot.NAME: "Li Mei",
    Slot.CONTACT: Contact(email="mei@example.com"),
}
answers = st.lists(st.sampled_from(list(Slot)), unique=True)


def filled(slots: list[Slot]) -> Record:
    record = Record()
    for slot in slots:
        record = record.put(slot, VALUES[slot])
    return record


def test_the_record_has_a_place_for_every_slot_and_no_other() -> None:
    places = {field.name for field in fields(Record)} - {"more"}  # what a playbook adds stands in `more`
    assert places == set(Slot) == set(VALUES)


def test_a_new_record_is_empty() -> None:
    assert Record().filled() == ()


@given(answers)
def test_answers_are_kept_in_any_order_and_listed_in_one(slots: list[Slot]) -> None:
    record = filled(slots)
    assert record.filled() == tuple(slot for slot in Slot if slot in slots)
    assert all(record.get(slot) == VALUES[slot] for slot in slots)


@given(answers, st.sampled_from(list(Slot)))
def test_emptying_a_slot_touches_no_other(slots: list[Slot], gone: Slot) -> None:
    assert filled(slots).clear(gone) == filled([slot for slot in slots if slot != gone])


def test_filling_a_slot_leaves_the_record_before_it_alone() -> None:
    before = filled([Slot.STORY])
    before.put(Slot.ITEM, "lamp")
    assert not before.has(Slot.ITEM)


def test_a_contact_without_any_way_to_answer_is_none() -> None:
    assert not Contact(time="evenings")
    assert not Record().put(Slot.CONTACT, Contact()).has(Slot.CONTACT)
    assert Contact(preferred="chat")
