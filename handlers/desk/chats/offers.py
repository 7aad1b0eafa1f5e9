"""Offers at the desk: made, approved by a second person, taken back, answered by telephone, done line by line."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any

from fastapi import Response

from complaints.findings import LONGEST, Finding, Responsible, Upheld
from complaints.offers.amounts import exact
from complaints.offers.errors import BadTerms
from complaints.offers.negotiation import MOST_LINES, OfferTerms
from complaints.offers.offer import Counter, Line, RemedyKind
from dialogs.flows.staff import OfferAnswered, OfferApproved, OfferLineDone, OfferMade, OfferWithdrawn
from handlers.desk.chats.actions import UNFINISHED_FORM, act_once, done
from handlers.desk.chats.chat import opened
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from handlers.http.problems import BadRequest
from staff.rights import Right, needs
from staff.words import later
from storage.staff.accounts import Role

OPEN = needs(Role.AGENT)
LONGEST_TEXT = 1000
ANSWERS = ("accept", "decline", "counter")
_EVENING = time(20)
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
_AMOUNT = later("Write an amount that can be paid, like 20 or 19.90.")
_TERMS = later("This cannot be offered: money says how much, and every day lies ahead and within reach.")


def add(pages: Pages) -> None:
    pages.post("/desk/chats/{id}/offer", make, OPEN)
    pages.post("/desk/chats/{id}/offer/approve", approve, needs(Role.SUPERVISOR))
    pages.post("/desk/chats/{id}/offer/withdraw", withdraw, OPEN)
    pages.post("/desk/chats/{id}/offer/answer", answer, OPEN)
    pages.post("/desk/chats/{id}/offer/done", line_done, OPEN)


async def make(visit: Visit) -> Response:
    """Something is offered: it goes to the customer, or to a second person where it is over the limit."""
    _ = visit.words.gettext
    chat = await opened(visit, Right.OFFER)
    try:
        lines = tuple(_lines(visit))
    except BadTerms:
        return done(visit, chat, _(_AMOUNT), "warning")
    if not lines:
        return done(visit, chat, _(_TERMS), "warning")
    until = day(visit, "until") or visit.now + visit.desk.playbook.file.offers.stands
    act = OfferMade(
        visit.text("reference"), OfferTerms(lines, until, visit.text("text", LONGEST_TEXT)), visit.staff.role
    )
    return await act_once(visit, chat, act, _("Offered. Over your limit it waits for a second person."))


def _lines(visit: Visit) -> list[Line]:
    """The lines of the form that name a kind. Raises `BadTerms`."""
    lines: list[Line] = []
    for n in range(1, MOST_LINES + 1):
        kind, amount = visit.text(f"kind{n}"), visit.text(f"amount{n}")
        if not kind:
            continue
        if kind not in set(RemedyKind):
            raise BadRequest(UNFINISHED_FORM)
        money = exact(amount.replace(",", ""), visit.desk.playbook.file.currency) if amount else None
        item, means = visit.text(f"item{n}", LONGEST), visit.text(f"means{n}", LONGEST)
        lines.append(Line(RemedyKind(kind), money, item, means, day(visit, f"due{n}")))
    return lines


async def approve(visit: Visit) -> Response:
    """A second person lets an offer go out."""
    chat = await opened(visit, Right.APPROVE)
    act = OfferApproved(visit.text("reference"), _n(visit, "n"), visit.staff.role)
    return await act_once(visit, chat, act, visit.words.gettext("Approved. The customer has it now."))


async def withdraw(visit: Visit) -> Response:
    """An offer that is not answered is taken back."""
    chat = await opened(visit, Right.OFFER)
    act = OfferWithdrawn(visit.text("reference"), _n(visit, "n"))
    return await act_once(visit, chat, act, visit.words.gettext("Taken back."))


async def answer(visit: Visit) -> Response:
    """What the customer said to it by telephone or mail."""
    chat, given = await opened(visit, Right.OFFER), visit.text("decision")
    if given not in ANSWERS:
        raise BadRequest(UNFINISHED_FORM)
    wish = Counter(visit.text("words", LONGEST_TEXT))
    act = OfferAnswered(visit.text("reference"), _n(visit, "n"), given, wish)
    return await act_once(visit, chat, act, visit.words.gettext("Put down."))


async def line_done(visit: Visit) -> Response:
    """A line of what was agreed on is done; the customer hears."""
    chat = await opened(visit, Right.FULFIL)
    act = OfferLineDone(visit.text("reference"), _n(visit, "n"), _n(visit, "i"), visit.text("proof", LONGEST))
    return await act_once(visit, chat, act, visit.words.gettext("Done. The customer has been told."))


def _n(visit: Visit, name: str) -> int:
    given = visit.text(name, 8)
    if not _NUMBER.fullmatch(given):
        raise BadRequest(UNFINISHED_FORM)
    return int(given)


def day(visit: Visit, name: str) -> datetime | None:
    """The evening of the day that the form names, on the reader's clock; None where it names none. Aware, UTC."""
    given = visit.text(name, 20)
    try:
        return datetime.combine(date.fromisoformat(given), _EVENING, visit.zone).astimezone(UTC) if given else None
    except (ValueError, OverflowError):
        raise BadRequest(UNFINISHED_FORM) from None


def finding_of(visit: Visit) -> Finding | None:
    """What the form says was found out; None where it says nothing of it."""
    upheld, responsible, place = (visit.text(name, 120) for name in ("upheld", "responsible", "place"))
    if not upheld and not responsible and not place:
        return None
    known = visit.desk.playbook.file.cause_paths
    if upheld not in set(Upheld) or responsible not in set(Responsible) or (known and place not in known):
        raise BadRequest(UNFINISHED_FORM)
    party = visit.text("party", LONGEST)
    return Finding(Upheld(upheld), Responsible(responsible), place, visit.staff.id, visit.now, party)


def choices(visit: Visit) -> dict[str, Any]:
    """What the forms of offers and findings let choose from."""
    file = visit.desk.playbook.file
    return {
        "offer_kinds": list(RemedyKind),
        "upheld": list(Upheld),
        "responsible": list(Responsible),
        "causes": file.cause_paths,
        "answers": ANSWERS,
    }
