"""Offers at the desk: made, approved by a second person, taken back, answered by telephone, done line by line."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from complaints.findings import LONGEST, Responsible, Upheld
from complaints.offers.negotiation import MOST_LINES
from complaints.offers.offer import RemedyKind
from handlers.desk.chats.actions import answered, request_of
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from staff.actions import offers
from staff.actions.offers import ANSWERS, OfferLineInput
from staff.rights import needs
from storage.staff.accounts import Role

OPEN = needs(Role.AGENT)
LONGEST_TEXT = 1000


def add(pages: Pages) -> None:
    pages.post("/desk/chats/{id}/offer", make, OPEN)
    pages.post("/desk/chats/{id}/offer/approve", approve, needs(Role.SUPERVISOR))
    pages.post("/desk/chats/{id}/offer/withdraw", withdraw, OPEN)
    pages.post("/desk/chats/{id}/offer/answer", answer, OPEN)
    pages.post("/desk/chats/{id}/offer/done", line_done, OPEN)


async def make(visit: Visit) -> Response:
    """Something is offered: it goes to the customer, or to a second person where it is over the limit."""
    until, text = visit.text("until", 20), visit.text("text", LONGEST_TEXT)
    made = offers.make_offer(request_of(visit), visit.text("reference"), _lines(visit), until, text)
    return await answered(visit, made, visit.words.gettext("Offered. Over your limit it waits for a second person."))


def _lines(visit: Visit) -> list[OfferLineInput]:
    return [
        OfferLineInput(
            visit.text(f"kind{n}"), visit.text(f"amount{n}"), visit.text(f"item{n}", LONGEST),
            visit.text(f"means{n}", LONGEST), visit.text(f"due{n}", 20),
        )
        for n in range(1, MOST_LINES + 1)
    ]  # fmt: skip


async def approve(visit: Visit) -> Response:
    """A second person lets an offer go out."""
    let = offers.approve_offer(request_of(visit), visit.text("reference"), visit.text("n", 8))
    return await answered(visit, let, visit.words.gettext("Approved. The customer has it now."))


async def withdraw(visit: Visit) -> Response:
    """An offer that is not answered is taken back."""
    back = offers.withdraw_offer(request_of(visit), visit.text("reference"), visit.text("n", 8))
    return await answered(visit, back, visit.words.gettext("Taken back."))


async def answer(visit: Visit) -> Response:
    """What the customer said to it by telephone or mail."""
    decision, words = visit.text("decision"), visit.text("words", LONGEST_TEXT)
    put = offers.answer_offer(request_of(visit), visit.text("reference"), visit.text("n", 8), decision, words)
    return await answered(visit, put, visit.words.gettext("Put down."))


async def line_done(visit: Visit) -> Response:
    """A line of what was agreed on is done; the customer hears."""
    n, i, proof = visit.text("n", 8), visit.text("i", 8), visit.text("proof", LONGEST)
    finished = offers.finish_line(request_of(visit), visit.text("reference"), n, i, proof)
    return await answered(visit, finished, visit.words.gettext("Done. The customer has been told."))


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
