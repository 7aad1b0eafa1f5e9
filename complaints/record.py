"""The record form: every fact a complaint may hold, and the plain values those facts take.

Nothing here decides what is asked or required: a playbook does. Values are frozen and survive JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeAlias

from complaints.copies import altered


class Slot(StrEnum):
    """One asked-for fact. The order here is the order in which a summary lists them."""

    CATEGORY = "category"
    STORY = "story"
    ITEM = "item"
    ORDER_NUMBER = "order_number"
    HAPPENED_AT = "happened_at"
    PLACE_OR_PAGE = "place_or_page"
    AMOUNT = "amount"
    EVIDENCE = "evidence"
    WANTED = "wanted"
    CUSTOMER_TYPE = "customer_type"
    NAME = "name"
    CONTACT = "contact"


AnySlot: TypeAlias = str
"""A slot of the form, or the name of one that a playbook adds."""

_BY_NAME: Mapping[str, Slot] = MappingProxyType({slot.value: slot for slot in Slot})


def slot_named(name: str) -> AnySlot:
    """The slot of the form that has this name; any other name as it is, for a slot that a playbook adds."""
    return _BY_NAME.get(name, name)


class Remedy(StrEnum):
    """What a customer may want done. ISO 10002 §8.6 names these kinds of response."""

    REFUND = "refund"
    EXCHANGE = "exchange"
    REPAIR = "repair"
    COMPENSATION = "compensation"
    APOLOGY = "apology"
    EXPLANATION = "explanation"
    DELIVER = "deliver"
    CANCEL = "cancel"
    OTHER = "other"


class CustomerType(StrEnum):
    INDIVIDUAL = "individual"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened, as exactly as the customer said it.

    `iso` is an ISO 8601 date (`2026-11-18`) or local date and minute (`2026-11-18T15:00`) on the
    customer's own calendar; `until` ends a range, else is empty; `said` keeps their words.
    """

    iso: str
    until: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount and its ISO 4217 currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach the customer: e-mail address, E.164 phone, which they prefer, and when.

    `handle` is an account with another messenger, as the customer wrote it; `preferred` is `email`,
    `phone`, `chat` or empty; `time` keeps the customer's own words.
    """

    email: str = ""
    phone: str = ""
    handle: str = ""
    preferred: str = ""
    time: str = ""

    def __bool__(self) -> bool:
        return bool(self.email or self.phone or self.handle or self.preferred)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file kept for a case: SHA-256 of its content, the customer's file name, type by content, bytes."""

    digest: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Record:
    """The facts of one complaint. A slot that was never answered holds its empty value.

    `more` holds what a playbook asks beyond the form: slot and value, as text, in the order they were first told.
    """

    category: str = ""
    story: str = ""
    item: str = ""
    order_number: str = ""
    happened_at: Moment | None = None
    place_or_page: str = ""
    amount: Money | None = None
    evidence: tuple[Attachment, ...] = ()
    wanted: tuple[str, ...] = ()
    customer_type: str = ""
    name: str = ""
    contact: Contact | None = None
    more: tuple[tuple[str, str], ...] = ()

    def has(self, slot: AnySlot) -> bool:
        """Whether the slot holds an answer."""
        return bool(self.get(slot))

    def get(self, slot: AnySlot) -> Any:
        """The slot's value, or its empty value."""
        return getattr(self, slot) if slot in _BY_NAME else dict(self.more).get(slot, "")

    def put(self, slot: AnySlot, value: Any) -> Record:
        """The record with one slot answered anew. A slot that a playbook adds holds text."""
        if slot in _BY_NAME:
            return altered(self, **{str(slot): value})
        kept = {**dict(self.more), slot: str(value or "")}
        return altered(self, more=tuple((name, told) for name, told in kept.items() if told))

    def clear(self, slot: AnySlot) -> Record:
        """The record with one slot unanswered again."""
        return self.put(slot, _EMPTY.get(slot, ""))

    def with_story(self, text: str) -> Record:
        """The record with more of what happened; the same words a second time add nothing."""
        said = text.strip()
        return self if said in self.story.splitlines() else self.put(Slot.STORY, f"{self.story}\n{said}".strip())

    def filled(self) -> tuple[AnySlot, ...]:
        """The answered slots, in the order a summary lists them."""
        return tuple(slot for slot in in_order(name for name, _ in self.more) if self.has(slot))


def in_order(more: Iterable[str]) -> Iterator[AnySlot]:
    """The slots of the form with others among them, in the order of a summary: facts of the matter stand together."""
    for slot in Slot:
        if slot is Slot.EVIDENCE:
            yield from more
        yield slot


_EMPTY: dict[str, Any] = {field.name: field.default for field in fields(Record)}
