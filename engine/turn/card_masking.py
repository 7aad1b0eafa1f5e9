"""Card numbers leave every event before anything of it is read, stored or logged.

What the customer was asked decides whether a number is the order number we wanted, so it is looked up, but only for the
rare text that may hold a card. A message still waiting before this one may change what is asked; then words
beside the number decide.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from complaints.cards import mask, suspects
from complaints.record import Attachment, Slot
from dialogs.flows.events import Body, Said, Trouble, Withheld
from dialogs.flows.staff import Acted, SlotPut
from storage.conversations.conversations import states_of
from storage.db.database import Database

Asked = Callable[[], bool]
"""Whether an order number was asked for in the chat."""

_MASKED = {"text", "note", "why", "outcome", "cause", "value"}
"""What a colleague writes, in whatever act."""


@dataclass(frozen=True, slots=True)
class OrderNumberAwaited:
    """Whether a chat waits for an order number, or for another number that may look like a card's.

    Raises `Unavailable` where the database is away.
    """

    database: Database
    codes: frozenset[str] = frozenset()
    """Slots that the playbook adds whose values look like a card's number too."""

    def for_order(self, conversation_id: str) -> bool:
        """Whether an order number was asked for last, or is being set right."""
        with self.database.read() as conn:
            states = states_of(conn, self.database.dialect, [conversation_id])
        asked = {name for state in states if state.asked for name in (state.asked.name, *state.asked.also)}
        edited = {state.intake.draft.editing for state in states if state.intake.draft}
        return not {Slot.ORDER_NUMBER, *self.codes}.isdisjoint(asked | edited)


def without_cards(body: Body, asked: Asked) -> Body:
    """The body of an event with cards and codes masked in it, itself if it has none."""
    match body:
        case Said():
            return _said(body, asked)
        case Withheld():
            name = mask(body.name).text
            return body if name == body.name else replace(body, name=name)
        case Acted():
            done = _acted(body.act)
            return body if done is body.act else replace(body, act=done)
    return body


def _said(said: Said, asked: Asked) -> Said:
    files = tuple(_named(file) for file in said.files)
    if files != said.files:
        said = replace(said, files=files)
    if not suspects(said.text):
        return said
    masked = mask(said.text)
    masked = mask(said.text, asked()) if masked.last else masked
    if not (masked.last or masked.codes):
        return said
    told = Trouble("card.masked", (("last", ", ".join(masked.last)),)) if masked.last else Trouble("card.code_masked")
    # A reading that came with the text, as of a contact that was shared, quotes it.
    return replace(said, text=masked.text, reading=None, troubles=(*said.troubles, told))


def _named(file: Attachment) -> Attachment:
    name = mask(file.name).text
    return file if name == file.name else replace(file, name=name)


def _acted(act: Any) -> Any:
    order = isinstance(act, SlotPut) and act.slot == Slot.ORDER_NUMBER
    texts = {one.name: getattr(act, one.name) for one in fields(act) if one.name in _MASKED}
    changed = {
        name: mask(text, order).text
        for name, text in texts.items()
        if isinstance(text, str) and suspects(text) and mask(text, order).text != text
    }
    return replace(act, **changed) if changed else act


def without_cards_anywhere(value: Any) -> Any:
    """Plain JSON values with cards masked in every text of them."""
    match value:
        case str():
            return mask(value).text
        case list():
            return [without_cards_anywhere(one) for one in value]
        case dict():
            return {name: without_cards_anywhere(one) for name, one in value.items()}
    return value
