"""What a message gives besides what was asked: a number set right, and an answer to a question put before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from complaints.record import AnySlot, Contact, Record, Slot
from dialogs.flows.events import Said
from dialogs.flows.intake import drafting
from dialogs.flows.intake.direct_answers import direct_answers
from dialogs.flows.intake.old_and_new import corrects
from dialogs.flows.intake.slot_filling import found_in, merged
from dialogs.flows.questions import come_back
from dialogs.flows.scene import Scene
from dialogs.flows.state import Draft
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.reading import LearnedAct, Reading
from dialogs.understanding.tagging.marks import words_of

_FEWEST, _ALIKE = 5, 0.8
"""Signs of a number that can be told from another, and the share of them that a slip leaves as they were."""
_BESIDE = ("adds", "more", "new")
"""Hints that a number is another one, beside that on record."""
_SURE = 0.5


def set_right(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """A number that differs by a slip from the one on record takes its place; other facts beside it are kept too."""
    if not scene.draft:
        return None
    record, playbook = scene.draft.record, scene.setting.playbook
    values = _set_right(record, reading)
    if not values:
        return None
    others = {
        slot: value for slot, value in found_in(reading, record, playbook).items() if slot in _KEPT - values.keys()
    }
    if reading.change == Slot.AMOUNT and Slot.ORDER_NUMBER in values and not _names_a_sum(reading):
        others.pop(Slot.AMOUNT, None)  # the bare number was the end of the order's
    record, changed = merged(record, {**others, **values}, values)
    return come_back(drafting.note(scene.redraft(record=record, editing=""), changed))


_KEPT = frozenset({Slot.AMOUNT, Slot.WANTED, Slot.CONTACT, Slot.NAME})


def _set_right(record: Record, reading: Reading) -> dict[AnySlot, Any]:
    if reading.case_hint in _BESIDE:
        return {}
    numbers = (token.text.strip() for token in reading.numbers if token.called >= 0 and token.plausible)
    number = next((said for said in numbers if differs_by_a_slip(said, record.order_number)), "")
    number = number or ("" if record.amount else _with_other_end(record.order_number, reading))
    contact = _contact_set_right(record.contact, reading) if record.contact else None
    return ({Slot.ORDER_NUMBER: number} if number else {}) | ({Slot.CONTACT: contact} if contact else {})


def _with_other_end(known: str, reading: Reading) -> str:
    """The number on record with its last digits set right: 不对 是3813, after DG-20-3318. What has no digit in common
    with the end it would replace is something else.
    """
    said = next((span.text.strip() for span in reading.slots if span.slot == "number"), "")
    fits = said.isdecimal() and _FEWEST_OF_AN_END <= len(said) < len(known)
    if not fits or not corrects(reading) or _names_a_sum(reading):
        return ""
    end = known[-len(said) :]
    alike = end.isdecimal() and end != said and SequenceMatcher(None, sorted(end), sorted(said)).ratio() >= _ALIKE_END
    return known[: -len(said)] + said if alike else ""


_FEWEST_OF_AN_END, _ALIKE_END = 3, 0.7


def _names_a_sum(reading: Reading) -> bool:
    """Whether a text names a sum with its currency."""
    return any(span.slot == "amount" and not span.text.strip().isdecimal() for span in reading.slots)


def _contact_set_right(known: Contact, reading: Reading) -> Contact | None:
    for way in ("phone", "email"):
        said = next((str(span.value) for span in reading.slots if span.slot == way), "")
        if differs_by_a_slip(said, getattr(known, way)):
            return replace(known, **{way: said})
    for token in reading.numbers if corrects(reading) else ():
        said, end = token.text.strip(), known.phone[-len(token.text.strip()) :]
        if said.isdecimal() and len(said) >= _RUNG and differs_by_a_slip(said, end):
            return replace(known, phone=known.phone[: -len(said)] + said)
    return None


_RUNG = 7
"""Digits of a number that could be rung, without the code of its country."""


def differs_by_a_slip(said: str, known: str) -> bool:
    """Whether one number is another with a digit or two wrong or in each other's place."""
    one, other = (("".join(filter(str.isalnum, text))).casefold() for text in (said, known))
    if one == other or min(len(one), len(other)) < _FEWEST or abs(len(one) - len(other)) > 1:
        return False
    return sorted(one) == sorted(other) or SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def told_late(draft: Draft, reading: Reading, playbook: Playbook, asked: Collection[str]) -> dict[AnySlot, Any]:
    """Name and contact, where they are open: at the summary, or when they were asked for before and come now."""
    record, marks = draft.record, reading.marks.get("name+contact", ())
    open_slots = [slot for slot in (Slot.NAME, Slot.CONTACT) if not record.has(slot) and slot not in asked]
    put = {slot for together in draft.put for slot in together.split("+")}
    late = [slot for slot in open_slots if "confirm" in asked or slot in put]
    values: dict[AnySlot, Any] = {}
    sure = [mark for mark in marks if mark.confidence >= _SURE]
    if Slot.NAME in late and (name := words_of("name", sure, reading.text)) and _is_plainly_told(reading):
        values[Slot.NAME] = name.value
    if Slot.CONTACT in late and any(mark.fact in ("phone", "email") for mark in sure):
        values |= direct_answers(Slot.CONTACT, (Slot.NAME,), reading, record, playbook)
    return {slot: value for slot, value in values.items() if slot in late}


def _is_plainly_told(reading: Reading) -> bool:
    """Whether a message only tells something: a name in a story is anybody's."""
    return reading.acts.get(LearnedAct.FACTS, 0.0) >= _SURE
