"""Casework: the record form, priorities, tags, and how cases end, go on and belong together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import Response

from complaints.record import AnySlot, Attachment
from handlers.desk.chats.actions import answered, request_of
from handlers.desk.chats.slots import slot_value
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from staff.actions import casework, resolving
from staff.actions.resolving import FindingInput, ResolutionInput
from staff.rights import needs
from storage.staff.accounts import Role

OPEN = needs(Role.AGENT)
LONGEST, LONGEST_OUTCOME = 300, 5000


def add(pages: Pages) -> None:
    pages.post("/desk/chats/{id}/slot", put_slot, OPEN)
    pages.post("/desk/chats/{id}/file", put_on_file, OPEN)
    pages.post("/desk/chats/{id}/priority", set_priority, OPEN)
    pages.post("/desk/chats/{id}/progress", set_progress, OPEN)
    pages.post("/desk/chats/{id}/tags", set_tags, OPEN)
    pages.post("/desk/chats/{id}/resolve", resolve, OPEN)
    pages.post("/desk/chats/{id}/reopen", reopen, OPEN)
    pages.post("/desk/chats/{id}/link", link, OPEN)
    pages.post("/desk/chats/{id}/merge", merge, OPEN)


async def put_slot(visit: Visit) -> Response:
    """One fact of the draft or of a case set right."""

    def value_of(slot: AnySlot, files: Sequence[Attachment]) -> Any:
        return slot_value(slot, visit, visit.desk.playbook, files)

    put = casework.put_slot(request_of(visit), visit.text("slot"), visit.text("reference"), value_of)
    return await answered(visit, put, visit.words.gettext("Changed."))


async def put_on_file(visit: Visit) -> Response:
    """The unfinished draft becomes a case."""
    said = visit.words.gettext("It is on file, marked as not confirmed by the customer.")
    return await answered(visit, casework.put_on_file(request_of(visit)), said)


async def set_priority(visit: Visit) -> Response:
    """How pressing a case is, and why that is better."""
    reference, why = visit.text("reference"), visit.text("why", LONGEST)
    put = casework.set_priority(request_of(visit), reference, visit.text("priority"), why)
    return await answered(visit, put, visit.words.gettext("Changed."))


async def set_progress(visit: Visit) -> Response:
    """How far a case has come. The customer hears."""
    put = casework.set_progress(request_of(visit), visit.text("reference"), visit.text("state"))
    return await answered(visit, put, visit.words.gettext("Changed. The customer has been told."))


async def set_tags(visit: Visit) -> Response:
    """The chat's tags, all of them."""
    return await answered(
        visit, casework.set_tags(request_of(visit), visit.text("tags")), visit.words.gettext("Changed.")
    )


async def resolve(visit: Visit) -> Response:
    """A case is done: the customer is told the outcome; the cause is for us."""
    given = ResolutionInput(
        visit.text("outcome", LONGEST_OUTCOME), visit.text("cause", LONGEST), visit.text("remedy"),
        visit.text("done_by"), _finding(visit),
    )  # fmt: skip
    said = visit.words.gettext("Resolved. The customer has been told.")
    return await answered(visit, resolving.resolve(request_of(visit), visit.text("reference"), given), said)


def _finding(visit: Visit) -> FindingInput:
    upheld, responsible, place = (visit.text(name, 120) for name in ("upheld", "responsible", "place"))
    return FindingInput(upheld, responsible, place, visit.text("party", LONGEST))


async def reopen(visit: Visit) -> Response:
    """A case goes on after all."""
    opens = casework.reopen(request_of(visit), visit.text("reference"), visit.text("why", LONGEST))
    return await answered(visit, opens, visit.words.gettext("The case is open again."))


async def link(visit: Visit) -> Response:
    """Two cases have to do with each other."""
    linked = casework.link(request_of(visit), visit.text("reference"), visit.text("other").upper())
    return await answered(visit, linked, visit.words.gettext("Linked."))


async def merge(visit: Visit) -> Response:
    """A case goes on in another one of this chat."""
    merged = casework.merge(request_of(visit), visit.text("reference"), visit.text("into"))
    return await answered(visit, merged, visit.words.gettext("Merged. One promise remains."))
