"""The API for other programs: incidents, and what is done with them."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field

from engine.reads import Reads
from handlers.api.routes import KnownToken, ProblemOut, known_query, token_of
from handlers.http.bearer_tokens import Tokens
from handlers.http.problems import Conflict, NotFound
from staff.incidents import Handling, IncidentStanding, NotNow, UnknownIncident, Who, all_standing

IncidentId = Annotated[str, Path(max_length=16, pattern=r"^[0-9a-f]{1,16}$")]
Words = Annotated[str, Field(max_length=2000)]


class IncidentState(StrEnum):
    """How far it has come."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    SOLVED = "solved"
    CLOSED = "closed"


class IncidentOut(BaseModel):
    """An incident. `cases` are the references of what is filed; `customers` counts those too who have not filed."""

    id: str
    title: str
    state: IncidentState
    cases: list[str]
    customers: int
    category: str
    opened_at: datetime
    confirmed_at: datetime | None
    told_at: datetime | None
    solved_at: datetime | None


class IncidentsOut(BaseModel):
    """Incidents, the newest first."""

    incidents: list[IncidentOut]


class ConfirmIn(BaseModel):
    """What it is called, for us, and what customers are told, by language; both may be left out."""

    title: Annotated[str, Field(max_length=120)] = ""
    notices: Annotated[dict[str, Words], Field(max_length=20)] = {}


class SolveIn(BaseModel):
    """The outcome, one for all or by language, in words for customers; the cause, for us. Both may be left out."""

    outcome: Words | Annotated[dict[str, Words], Field(max_length=20)] = ""
    cause: Words = ""


@dataclass(frozen=True, slots=True)
class IncidentsApi:
    """The endpoints. What was done already is done again without effect."""

    reads: Reads
    tokens: Tokens
    handling: Handling

    async def list(
        self, state: IncidentState | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 50
    ) -> IncidentsOut:
        """Incidents, the newest first."""
        found = await self.reads.run(all_standing, (state.value,) if state else (), limit)
        return IncidentsOut(incidents=[_incident(one) for one in found])

    async def confirm(self, of_id: IncidentId, request: Request, given: ConfirmIn | None = None) -> IncidentOut:
        """It is an incident."""
        given = given or ConfirmIn()
        return await _shown(self.handling.confirm(of_id, _who(request), given.title, given.notices))

    async def tell(self, of_id: IncidentId, request: Request) -> IncidentOut:
        """Tell everybody who belongs to it, in their language."""
        return await _shown(self.handling.tell(of_id, _who(request)))

    async def solve(self, of_id: IncidentId, request: Request, given: SolveIn | None = None) -> IncidentOut:
        """Resolve all its cases with one outcome."""
        given = given or SolveIn()
        return await _shown(self.handling.solve(of_id, _who(request), given.outcome, given.cause))


def router(api: IncidentsApi) -> APIRouter:
    """`/api/v1/incidents…`, for those with a token: `read` for looking, `write` for the rest."""
    problems: dict[int | str, dict[str, Any]] = {401: {"model": ProblemOut, "description": "No valid token"}}
    refused: dict[int | str, dict[str, Any]] = {
        404: {"model": ProblemOut, "description": "No such incident"},
        409: {"model": ProblemOut, "description": "Not in this state"},
    }
    known = [Depends(KnownToken(api.tokens)), Depends(known_query)]
    routes = APIRouter(prefix="/api/v1", tags=["incidents"], dependencies=known, responses=problems)
    routes.add_api_route("/incidents", api.list, methods=["GET"], summary="List incidents")
    for name, act in (("confirm", api.confirm), ("tell", api.tell), ("solve", api.solve)):
        path, summary = f"/incidents/{{of_id}}/{name}", f"{name.capitalize()} an incident"
        routes.add_api_route(path, act, methods=["POST"], summary=summary, responses=refused)
    return routes


async def _shown(done: Awaitable[IncidentStanding]) -> IncidentOut:
    try:
        return _incident(await done)
    except UnknownIncident as error:
        raise NotFound(str(error)) from error
    except NotNow as error:
        raise Conflict(str(error)) from error


def _incident(one: IncidentStanding) -> IncidentOut:
    about = one.incident
    return IncidentOut(
        id=about.id,
        title=about.title,
        state=IncidentState(about.state),
        cases=list(one.cases),
        customers=len({member.conversation_id for member in one.belonging}),
        category=about.category,
        opened_at=about.opened_at,
        confirmed_at=about.confirmed_at,
        told_at=about.told_at,
        solved_at=about.solved_at,
    )


def _who(request: Request) -> Who:
    return Who(f"token {token_of(request)}")
