"""Figures for other programs: how complaints went over some days, and the cases behind each number. Read only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from engine.reads import Reads
from handlers.api.routes import NAME, KnownToken, ProblemOut, known_query
from handlers.http.bearer_tokens import Tokens
from handlers.http.problems import BadRequest, NotFound
from staff.figures import BadDays, DaySpan, days
from storage.analytics.board import NAMES, CaseBehind, CountedFigure, board, cases_behind

PATH = "/api/v1/figures"
By = Literal["", "day", "category", "channel", "team", "language", "playbook", "priority"]
Day = Annotated[str, Query(max_length=10, pattern=r"^[0-9-]*$", description="As 2026-11-22, in the playbook's zone")]


class FigureOut(BaseModel):
    """One number. `value` is a count, or a share from 0 to 1 of `n`, with its 95 % interval from `low` to `high`.

    It is null where nobody knows, or where too few answered. `group` is empty for all together. `cases` is the
    address of the list of what was counted; with `&whole=true`, of what it is a share of.
    """

    name: str
    group: str
    value: float | int | None
    n: int
    low: float | None
    high: float | None
    cases: str


class FiguresOut(BaseModel):
    """All figures of some days."""

    figures: list[FigureOut]


class BehindOut(BaseModel):
    """A case behind a figure; `at` is when that which is counted happened."""

    reference: str
    conversation: str
    at: datetime
    team: str
    category: str
    state: str


class BehindPageOut(BaseModel):
    """A page of them, the newest first. Pass `next` as `page` for the following one; null on the last."""

    cases: list[BehindOut]
    next: int | None = Field(default=None)


@dataclass(frozen=True, slots=True)
class FiguresApi:
    """The endpoints. Days are those of `zone`."""

    reads: Reads
    tokens: Tokens
    clock: Callable[[], datetime]
    zone: ZoneInfo

    async def figures(
        self,
        first: Annotated[Day, Query(alias="from")] = "",
        last: Annotated[Day, Query(alias="to")] = "",
        by: By = "",
    ) -> FiguresOut:
        """All figures of some days, the last four weeks if none are named; together or by one thing."""
        span = self._span(first, last)
        found = await self.reads.run(board, span.scope(), by, self.zone)
        return FiguresOut(figures=[figure_out(one, span, by) for one in found])

    async def cases(
        self,
        figure: Annotated[str, Query(max_length=40, pattern=NAME)],
        first: Annotated[Day, Query(alias="from")] = "",
        last: Annotated[Day, Query(alias="to")] = "",
        by: By = "",
        of: Annotated[str, Query(max_length=200)] = "",
        whole: bool = False,
        page: Annotated[int, Query(ge=1, le=10_000)] = 1,
        limit: Annotated[int, Query(ge=1, le=200)] = 200,
    ) -> BehindPageOut:
        """What a figure counts, a page at a time; `whole` lists what it is a share of."""
        if figure not in NAMES:
            raise NotFound(f"There is no figure {figure}; there are {', '.join(NAMES)}.")
        scope = (self._span(of, of) if by == "day" else self._span(first, last)).scope()
        skip = limit * (page - 1)
        found = await self.reads.run(cases_behind, scope, figure, by, of, limit + 1, skip, whole=whole)
        return BehindPageOut(cases=[_behind(one) for one in found[:limit]], next=page + 1 if found[limit:] else None)

    def _span(self, first: str, last: str) -> DaySpan:
        try:
            return days(first, last, self.clock(), self.zone)
        except BadDays as error:
            raise BadRequest(f"Name the days otherwise: {error}.") from None


_GROUPED = ("by", "of")


def figure_out(one: CountedFigure, span: DaySpan, by: str) -> FigureOut:
    """A figure as it is answered."""
    asked = {"figure": one.name, "from": span.first, "to": span.last, "by": by, "of": one.of}
    link = f"{PATH}/cases?{urlencode({name: value for name, value in asked.items() if by or name not in _GROUPED})}"
    low, high = one.interval or (None, None)
    return FigureOut(name=one.name, group=one.of, value=one.value, n=one.share.n, low=low, high=high, cases=link)


def router(api: FiguresApi) -> APIRouter:
    """`/api/v1/figures`, for those with a token."""
    guards = [Depends(KnownToken(api.tokens)), Depends(known_query)]
    refused: dict[int | str, dict[str, Any]] = {401: {"model": ProblemOut, "description": "No valid token"}}
    missing: dict[int | str, dict[str, Any]] = {404: {"model": ProblemOut, "description": "No such figure"}}
    routes = APIRouter(prefix=PATH, tags=["figures"], dependencies=guards, responses=refused)
    routes.add_api_route("", api.figures, methods=["GET"], summary="Figures of some days")
    routes.add_api_route("/cases", api.cases, methods=["GET"], summary="Cases behind a figure", responses=missing)
    return routes


def _behind(one: CaseBehind) -> BehindOut:
    return BehindOut(
        reference=one.reference, conversation=one.conversation_id, at=one.at, team=one.team, category=one.category,
        state=one.state,
    )  # fmt: skip
