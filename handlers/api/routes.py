"""The API for other programs: cases, their timelines and transcripts, and who waits for a person. Read only.

What changes a case is in `putting_right`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.security import HTTPBearer
from pydantic import BaseModel
from sqlalchemy import Connection
from starlette.requests import HTTPConnection

from complaints.case import Case
from complaints.lifecycle import State
from complaints.priority import Priority
from complaints.record import CustomerType, Record, Remedy
from dialogs.understanding.reading import SIGNALS
from engine.reads import Reads
from engine.security_log import SecurityLog
from handlers.api.putting_right.shown import PutRightOut, put_right
from handlers.http.bearer_tokens import Tokens
from handlers.http.limits import peer
from handlers.http.problems import NotFound, only_known
from storage.cases.cases import CaseOnFile, Filters, TimelineLine, find_case, list_cases, timeline
from storage.conversations.threads import Thread, waiting_threads
from storage.conversations.transcript import Message, last_messages
from storage.incidents.incidents import of_case
from storage.incidents.stories import repeats_in_chat
from storage.security.events import SecurityEventKind
from storage.staff.tokens import TokenScope

LONGEST_TRANSCRIPT = 1000
NAME = r"^[\w.-]*$"
"""What a reference or the name of a category is made of; a database need not be asked about anything else."""

Reference = str


class ProblemOut(BaseModel):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


class MomentOut(BaseModel):
    """When it happened, on the customer's calendar: an ISO date or local date and minute."""

    iso: str
    until: str
    said: str


class MoneyOut(BaseModel):
    """An amount as a decimal string, and its ISO 4217 currency."""

    amount: str
    currency: str


class ContactOut(BaseModel):
    """How to reach the customer; empty strings where unknown."""

    email: str
    phone: str
    preferred: str
    time: str


class FileOut(BaseModel):
    """A file: SHA-256 of its content, its name, type by content, bytes."""

    digest: str
    name: str
    media_type: str
    size: int


class RecordOut(BaseModel):
    """The record form. A slot that was never answered is empty or null; `more` are those that the playbook adds."""

    category: str
    story: str
    item: str
    order_number: str
    happened_at: MomentOut | None
    place_or_page: str
    amount: MoneyOut | None
    evidence: list[FileOut]
    wanted: list[Remedy]
    customer_type: CustomerType | None
    name: str
    contact: ContactOut | None
    more: dict[str, str]


class PromisedOut(BaseModel):
    """The times the customer was told."""

    first_response: datetime
    resolution: datetime


class CaseOut(BaseModel):
    """A case in a list."""

    reference: Reference
    state: State
    priority: Priority
    reasons: list[str]
    dangers: list[str]
    category: str
    partial: bool
    team: str
    language: str
    opened_at: datetime
    changed_at: datetime
    promised: PromisedOut


class MovedOut(BaseModel):
    """One line of a timeline: when, by whom, what was done, and its particulars."""

    at: datetime
    actor: str
    action: str
    detail: dict[str, str]


class SaidOut(BaseModel):
    """One message of the chat."""

    seq: int
    author: str
    text: str
    files: list[FileOut]
    at: datetime


class RepeatOut(BaseModel):
    """Another case of the same chat that is about the same, and why: `same_order` or `like_story`."""

    reference: Reference
    reason: str


class WholeCaseOut(CaseOut, PutRightOut):
    """A case with everything on file.

    `incident` is the id of the incident that it belongs to, or null. The transcript is the chat's, oldest first;
    `transcript_complete` is false when only its newest part is given.
    `transcript_complete` is false when only its newest part is given.
    """

    playbook: str
    incident: str | None
    repeats: list[RepeatOut]
    record: RecordOut
    timeline: list[MovedOut]
    transcript: list[SaidOut]
    transcript_complete: bool


class CasesOut(BaseModel):
    """A page of cases, newest first. Pass `next` as `after` for the following page; null on the last."""

    cases: list[CaseOut]
    next: str | None


class HandoffOut(BaseModel):
    """Someone who waits for a person: why, since when, and the time they were told."""

    conversation: str
    channel: str
    language: str
    reason: str
    at: datetime
    answer_by: datetime


class HandoffsOut(BaseModel):
    """Those who wait, the most pressing first."""

    handoffs: list[HandoffOut]


@dataclass(frozen=True, slots=True)
class CasesApi:
    """The endpoints; every look-up runs in a thread."""

    reads: Reads
    tokens: Tokens
    security: SecurityLog | None = None

    async def list(
        self,
        after: Annotated[str, Query(max_length=60, pattern=NAME, description="`next` of the page before")] = "",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        state: State | None = None,
        priority: Priority | None = None,
        category: Annotated[str, Query(max_length=60, pattern=NAME)] = "",
        partial: bool | None = None,
    ) -> CasesOut:
        """Cases, newest first, a page at a time."""
        filters = Filters(state or "", priority or "", category, partial)
        found = await self.reads.run(list_cases, after, limit + 1, filters)
        page = found[:limit]
        return CasesOut(
            cases=[CaseOut(**_case(filed)) for filed in page],
            next=page[-1].case.reference if len(found) > limit else None,
        )

    async def find(self, reference: Reference, request: Request) -> WholeCaseOut:
        """One case with its record, timeline and transcript."""
        found = await self.reads.run(_whole, reference)
        if self.security:
            viewer, kind = f"token {token_of(request)}", SecurityEventKind.CASE_VIEWED
            self.security.viewed(kind, viewer, found.reference, peer(request.scope), by="api")
        return found

    async def waiting(self) -> HandoffsOut:
        """Who waits for a person."""
        found = await self.reads.run(waiting_threads)
        return HandoffsOut(handoffs=[_handoff(waiting) for waiting in found])


def router(api: CasesApi) -> APIRouter:
    """`/api/v1/…`, for those with a token."""
    problems: dict[int | str, dict[str, Any]] = {401: {"model": ProblemOut, "description": "No valid token"}}
    missing: dict[int | str, dict[str, Any]] = {404: {"model": ProblemOut, "description": "No such case"}}
    known = Depends(KnownToken(api.tokens))
    routes = APIRouter(prefix="/api/v1", tags=["cases"], dependencies=[known, Depends(known_query)], responses=problems)
    routes.add_api_route("/cases", api.list, methods=["GET"], summary="List cases")
    routes.add_api_route("/cases/{reference}", api.find, methods=["GET"], summary="One case", responses=missing)
    routes.add_api_route("/handoffs", api.waiting, methods=["GET"], summary="Who waits for a person")
    return routes


async def known_query(request: Request) -> None:
    """Raise `Unknown` for a name in the query that the route does not take."""
    route = request.scope["route"]
    only_known(request.query_params, {field.alias for field in route.dependant.query_params})


class KnownToken(HTTPBearer):
    """Lets pass whoever has a token for it: `read` for looking, `write` for what changes anything.

    It is looked up by its digest, so timing tells nothing of a token.
    """

    def __init__(self, tokens: Tokens) -> None:
        super().__init__(auto_error=False, scheme_name="token", description="From `amends token create NAME`")
        self.tokens = tokens

    async def __call__(self, request: HTTPConnection) -> None:
        looks = request.scope["method"] in ("GET", "HEAD")
        known = await self.tokens.admit(request, TokenScope.READ if looks else TokenScope.WRITE)
        request.state.token = known.name


def token_of(request: HTTPConnection) -> str:
    """The name of the token that a request came with."""
    return str(getattr(request.state, "token", ""))


def _whole(connection: Connection, reference: Reference) -> WholeCaseOut:
    filed = find_case(connection, reference) if re.fullmatch(NAME, reference) else None
    if filed is None:
        raise NotFound(f"There is no case {reference[:40]}.")
    said = last_messages(connection, filed.conversation_id, LONGEST_TRANSCRIPT)
    return WholeCaseOut(
        **_case(filed),
        playbook=filed.case.playbook,
        incident=of_case(connection, reference) or None,
        repeats=[
            RepeatOut(reference=one.reference, reason=one.reason)
            for one in repeats_in_chat(connection, filed.conversation_id, reference)
        ],
        record=_record(filed.case.record),
        **put_right(filed.case),
        timeline=[_moved(moved) for moved in timeline(connection, filed)],
        transcript=[_said(message) for message in said],
        transcript_complete=not said or said[0].seq == 1,
    )


def _handoff(waiting: Thread) -> HandoffOut:
    since = waiting.waiting_since or waiting.changed_at
    return HandoffOut(
        conversation=waiting.conversation_id, channel=waiting.channel, language=waiting.language,
        reason=waiting.reason, at=since, answer_by=waiting.answer_by or since,
    )  # fmt: skip


def _case(filed: CaseOnFile) -> dict[str, Any]:
    case: Case = filed.case
    return {
        "reference": case.reference,
        "state": case.state,
        "priority": case.priority,
        "reasons": list(case.reasons),
        "dangers": [reason for reason in case.reasons if reason in SIGNALS],
        "category": case.record.category,
        "partial": case.partial,
        "team": case.team,
        "language": case.language,
        "opened_at": case.opened_at,
        "changed_at": filed.changed_at,
        "promised": PromisedOut(first_response=case.promise.first_response, resolution=case.promise.resolution),
    }


def _record(record: Record) -> RecordOut:
    when, money, contact = record.happened_at, record.amount, record.contact
    return RecordOut(
        category=record.category,
        story=record.story,
        item=record.item,
        order_number=record.order_number,
        happened_at=MomentOut(iso=when.iso, until=when.until, said=when.said) if when else None,
        place_or_page=record.place_or_page,
        amount=MoneyOut(amount=str(money.amount), currency=money.currency) if money else None,
        evidence=[_file(file) for file in record.evidence],
        wanted=[Remedy(kind) for kind in record.wanted],
        customer_type=CustomerType(record.customer_type) if record.customer_type else None,
        name=record.name,
        contact=_contact(contact) if contact else None,
        more=dict(record.more),
    )


def _contact(contact: Any) -> ContactOut:
    return ContactOut(email=contact.email, phone=contact.phone, preferred=contact.preferred, time=contact.time)


def _file(file: Any) -> FileOut:
    return FileOut(digest=file.digest, name=file.name, media_type=file.media_type, size=file.size)


def _moved(moved: TimelineLine) -> MovedOut:
    return MovedOut(at=moved.at, actor=moved.actor, action=moved.action, detail=moved.detail)


def _said(message: Message) -> SaidOut:
    files = [_file(file) for file in message.files]
    return SaidOut(seq=message.seq, author=message.author, text=message.text, files=files, at=message.at)
