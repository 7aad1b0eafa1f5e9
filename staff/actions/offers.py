"""Offers: made, approved by a second person, taken back, answered by telephone, done line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from complaints.offers.amounts import exact
from complaints.offers.errors import BadTerms
from complaints.offers.negotiation import OfferTerms
from complaints.offers.offer import Counter, Line, RemedyKind
from complaints.refusals import RefusalReason
from dialogs.flows.staff import OfferAnswered, OfferApproved, OfferLineDone, OfferMade, OfferWithdrawn, StaffAct
from staff.actions.action import OpenedChat, action
from staff.actions.refusals import REASONS, ActionMalformed, InputRefused
from staff.actions.times import evening_of
from staff.rights import Right
from staff.words import later

ANSWERS = ("accept", "decline", "counter")
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
_AMOUNT = later("Write an amount that can be paid, like 20 or 19.90.")


@dataclass(frozen=True, slots=True)
class OfferLineInput:
    """One line of an offer as it was given; without a `kind` it is none. `due` is a day (ISO 8601), empty for none."""

    kind: str
    amount: str = ""
    item: str = ""
    means: str = ""
    due: str = ""


@action(Right.OFFER)
async def make_offer(
    chat: OpenedChat, reference: str, given: Sequence[OfferLineInput], until: str = "", text: str = ""
) -> StaffAct:
    """Something is offered: it goes to the customer, or to a second person where it is over the limit."""
    try:
        lines = tuple(_lines(chat, given))
    except BadTerms:
        raise InputRefused(_AMOUNT) from None
    if not lines:
        raise InputRefused(REASONS[RefusalReason.OFFER_TERMS])
    stands = evening_of(until, chat.request.zone) or chat.request.now + chat.work.playbook.file.offers.stands
    return OfferMade(reference, OfferTerms(lines, stands, text), chat.staff.role)


def _lines(chat: OpenedChat, given: Sequence[OfferLineInput]) -> Iterator[Line]:
    """Raises `BadTerms` for an amount that cannot be paid."""
    for one in given:
        if not one.kind:
            continue
        if one.kind not in set(RemedyKind):
            raise ActionMalformed
        money = exact(one.amount.replace(",", ""), chat.work.playbook.file.currency) if one.amount else None
        yield Line(RemedyKind(one.kind), money, one.item, one.means, evening_of(one.due, chat.request.zone))


@action(Right.APPROVE)
async def approve_offer(chat: OpenedChat, reference: str, n: str) -> StaffAct:
    """A second person lets an offer go out."""
    return OfferApproved(reference, _number(n), chat.staff.role)


@action(Right.OFFER)
async def withdraw_offer(chat: OpenedChat, reference: str, n: str) -> StaffAct:
    """An offer that is not answered is taken back."""
    return OfferWithdrawn(reference, _number(n))


@action(Right.OFFER)
async def answer_offer(chat: OpenedChat, reference: str, n: str, decision: str, words: str = "") -> StaffAct:
    """What the customer said to it by telephone or mail: one of `ANSWERS`."""
    if decision not in ANSWERS:
        raise ActionMalformed
    return OfferAnswered(reference, _number(n), decision, Counter(words))


@action(Right.FULFIL)
async def finish_line(chat: OpenedChat, reference: str, n: str, i: str, proof: str = "") -> StaffAct:
    """A line of what was agreed on is done; the customer hears."""
    return OfferLineDone(reference, _number(n), _number(i), proof)


def _number(given: str) -> int:
    if not _NUMBER.fullmatch(given):
        raise ActionMalformed
    return int(given)
