"""Every text the program asks a playbook for, and the placeholders each may hold.

A flow that says something new declares its key here; a test compares this table with the flows. All of
it is required in every language. `web.…` belongs to the pages and is free, but equal in all languages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from complaints.lifecycle import State
from complaints.priority import Priority
from complaints.record import CustomerType, Remedy, Slot
from dialogs.playbooks.schema import PlaybookFile

FIXED: Mapping[str, str] = MappingProxyType(
    {
        "language.name": "",
        "greeting": "",
        "consent.tell": "",
        # Questions
        "ask.story": "",
        "ask.category": "",
        "ask.category_likely": "",
        "ask.item": "",
        "ask.order_number": "example",
        "ask.happened_at": "",
        "ask.place_or_page": "",
        "ask.amount": "",
        "ask.evidence": "",
        "ask.evidence_more": "count",
        "ask.wanted": "",
        "ask.customer_type": "",
        "ask.name": "",
        "ask.contact": "",
        "ask.consent": "",
        "ask.which_case": "",
        "ask.withdraw_which": "",
        "ask.change_which": "",
        "ask.language": "",
        "ask.withdraw": "reference",
        "ask.cancel": "",
        "ask.start_over": "",
        # Buttons
        "button.this_chat": "",
        "button.dont_have": "",
        "button.skip": "",
        "button.something_else": "",
        "button.no_files": "",
        "button.done": "",
        "button.confirm": "",
        "button.change": "slot",
        "button.add_files": "",
        "button.case": "reference title",
        "button.new_case": "",
        "button.agree": "",
        "button.decline": "",
        "button.withdraw_yes": "",
        "button.withdraw_no": "",
        "button.cancel_yes": "",
        "button.cancel_no": "",
        "button.start_over_yes": "",
        "button.start_over_no": "",
        # The summary, and what follows it
        "summary.head": "",
        "summary.line": "slot value",
        "summary.ask": "",
        "filed.normal": "reference restate by outcome_by",
        "filed.urgent": "reference restate by outcome_by",
        "filed.partial": "reference by",
        "status.line": "reference title state by",
        "status.ended": "reference title state",
        "person.waiting": "by",
        "nudge": "",
        # How values are written
        "format.comma": "",
        "format.day": "year month day weekday",
        "format.day_time": "day time",
        "format.range": "start end",
        "format.files": "count",
        "format.this_chat": "",
        "format.prefers_email": "",
        "format.prefers_phone": "",
        "format.months": "",
        "format.weekdays": "",
    }
)
"""Required keys and, after each, the placeholders its text may hold."""

FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "category.{category}.title": "",
        "category.{category}.restate": "",
        "slot.{slot}": "",
        "bad.{slot}": "example",
        "wanted.{remedy}": "",
        "customer_type.{customer_type}": "",
        "state.{state}": "",
        "priority.{priority}": "",
    }
)
"""The same for keys of which there is one for each category, slot, remedy, …"""

COUNTS: Mapping[str, int] = MappingProxyType({"format.months": 12, "format.weekdays": 7})
"""Keys whose variants are not alternatives but a list of so many."""

FREE = ("web.",)
"""Beginnings of keys that are declared elsewhere."""

_ALWAYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "slot": tuple(Slot),
        "remedy": tuple(Remedy),
        "customer_type": tuple(CustomerType),
        "state": tuple(State),
        "priority": tuple(Priority),
    }
)


def required_keys(file: PlaybookFile) -> dict[str, frozenset[str]]:
    """Every key that this playbook's words must have, with the placeholders its text may hold."""
    return {key: frozenset(names.split()) for key, names in (*FIXED.items(), *_members(file))}


def _members(file: PlaybookFile) -> Iterator[tuple[str, str]]:
    kinds = {**_ALWAYS, "category": tuple(file.categories)}
    for pattern, names in FAMILIES.items():
        kind = pattern[pattern.index("{") + 1 : pattern.index("}")]
        for member in kinds[kind]:
            yield pattern.format(**{kind: member}), names


def is_free(key: str) -> bool:
    return key.startswith(FREE)
