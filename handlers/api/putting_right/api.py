"""The API by which other programs put cases right: offers, answers heard elsewhere, what is done, findings, outcomes.

Each act goes through the turn like a colleague's. With an `Idempotency-Key` an act that comes twice is done once, and
answered as it stands now.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Annotated, Any, TypeVar
from uuid import uuid4

from fastapi import APIRouter, Depends, Header, Request
from pydantic import BaseModel

from complaints.case import Case
from complaints.findings import BadFinding
from complaints.offers.errors import BadTerms
from complaints.offers.lifecycle import OfferState
from complaints.offers.offer import Offer
from complaints.refusals import RefusalReason
from dialogs.flows.effects import Refused as Refusal
from dialogs.flows.staff import Acted, Found, OfferAnswered, OfferLineDone, OfferMade, Resolved, StaffAct
from dialogs.playbooks.playbook import Playbook
from engine.reads import Reads
from handlers.api.putting_right.bodies import (
    DecisionIn,
    DoneIn,
    FindingIn,
    OfferIn,
    ResolutionIn,
    finding_of,
    terms_of,
    wish_of,
)
from handlers.api.putting_right.shown import FindingOut, finding_out
from handlers.api.routes import NAME, KnownToken, ProblemOut, Reference, known_query, token_of
from handlers.http.bearer_tokens import Tokens
from handlers.http.problems import Conflict, NotFound, RequestRefused
from staff.actions import Acting
from storage.cases.cases import CaseOnFile, find_case

LONGEST_KEY = 200
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=LONGEST_KEY)]


class Unfit(RequestRefused):
    """It says something that cannot be."""

    status = 422
    code = "unfit"


class StandingOut(BaseModel):
    """Where an offer stands now."""

    n: int
    state: OfferState


class ResolvedOut(BaseModel):
    """Where the case stands now."""

    reference: str
    state: str


_SAID = {
    "no_case": "There is no such case any more.",
    "not_now": "The case cannot be changed like this as it stands now.",
}
_UNFIT = frozenset({"offer_terms", "finding", "offer_line"})


@dataclass(frozen=True, slots=True)
class PuttingRightApi:
    """The endpoints. A program acts under its token's name."""

    acting: Acting
    reads: Reads
    tokens: Tokens
    playbook: Playbook
    clock: Callable[[], datetime]

    async def offer(self, reference: Reference, body: OfferIn, request: Request, key: Key = None) -> StandingOut:
        """Offer something to put a case right. It goes to the customer, or waits for approval over the limit."""
        token = token_of(request)
        name, digest = _name(token, "offer", reference, key), _digest(body.model_dump_json())
        terms = _fit(lambda: terms_of(body, self.playbook, self.clock()))
        act = OfferMade(reference, terms, "program", token, f"{name}:{digest}")
        case = (await self._act(reference, token, act, name)).case
        made = next((offer for offer in case.offers if offer.key.startswith(f"{name}:")), None)
        if made is None:
            raise Conflict("The offer was not made.")
        if made.key != act.key:
            raise Unfit("This Idempotency-Key came with another offer before: use a new one.", "key_reused")
        return _standing(made)

    async def decide(
        self, reference: Reference, n: int, body: DecisionIn, request: Request, key: Key = None
    ) -> StandingOut:
        """The customer's answer to an open offer, heard on another page or by telephone."""
        wish = _fit(lambda: wish_of(body, self.playbook))
        act = OfferAnswered(reference, n, body.decision, wish)
        return await self._on_offer(reference, n, request, act, f"decision {n}", key)

    async def done(
        self, reference: Reference, n: int, i: int, request: Request, body: DoneIn | None = None, key: Key = None
    ) -> StandingOut:
        """Line `i` of an accepted offer is done; the customer hears."""
        act = OfferLineDone(reference, n, i, body.proof.strip() if body else "")
        return await self._on_offer(reference, n, request, act, f"done {n} {i}", key)

    async def find(self, reference: Reference, body: FindingIn, request: Request, key: Key = None) -> FindingOut:
        """What was found out about a case."""
        token = token_of(request)
        act = Found(reference, finding_of(body, _actor(token), self.clock()))
        case = (await self._act(reference, token, act, _name(token, "finding", reference, key))).case
        assert case.finding is not None
        return finding_out(case.finding)

    async def resolve(self, reference: Reference, body: ResolutionIn, request: Request, key: Key = None) -> ResolvedOut:
        """The case is done: what was found out, what was done, and what the customer is told."""
        token = token_of(request)
        finding = finding_of(body.finding, _actor(token), self.clock())
        act = Resolved(reference, body.outcome.strip(), finding.cause, finding=finding, told=body.text.strip())
        case = (await self._act(reference, token, act, _name(token, "resolution", reference, key))).case
        return ResolvedOut(reference=case.reference, state=case.state.value)

    async def _on_offer(
        self, reference: str, n: int, request: Request, act: StaffAct, what: str, key: str | None
    ) -> StandingOut:
        token = token_of(request)
        _offer_in((await self._filed(reference)).case, n)
        filed = await self._act(reference, token, act, _name(token, what, reference, key))
        return _standing(_offer_in(filed.case, n))

    async def _act(self, reference: str, token: str, act: StaffAct, name: str) -> CaseOnFile:
        """Do it; the case as it stands after that."""
        filed = await self._filed(reference)
        outcome = await self.acting.act(filed.conversation_id, Acted(_actor(token), token, act), name)
        if outcome.refused:
            raise _refusal(outcome.refused)
        if outcome.quarantined:
            raise Conflict("Something went wrong with this. It was set aside, and nothing was changed.")
        return await self._filed(reference)

    async def _filed(self, reference: str) -> CaseOnFile:
        found = await self.reads.run(find_case, reference) if re.fullmatch(NAME, reference) else None
        if found is None:
            raise NotFound(f"There is no case {reference[:40]}.")
        return found


def router(api: PuttingRightApi) -> APIRouter:
    """`/api/v1/cases/{reference}/…`, for programs with a token of the scope `write`."""
    said: dict[int | str, dict[str, Any]] = {
        401: {"model": ProblemOut, "description": "No valid token"},
        403: {"model": ProblemOut, "description": "A token without the scope `write`"},
        404: {"model": ProblemOut, "description": "No such case or offer"},
        409: {"model": ProblemOut, "description": "Not as things stand now"},
        422: {"model": ProblemOut, "description": "It says something that cannot be"},
    }
    known = [Depends(KnownToken(api.tokens)), Depends(known_query)]
    routes = APIRouter(prefix="/api/v1/cases/{reference}", tags=["cases"], dependencies=known, responses=said)
    routes.add_api_route("/offers", api.offer, methods=["POST"], summary="Make an offer")
    routes.add_api_route("/offers/{n}/decision", api.decide, methods=["POST"], summary="The customer's answer")
    routes.add_api_route("/offers/{n}/lines/{i}/done", api.done, methods=["POST"], summary="A line is done")
    routes.add_api_route("/finding", api.find, methods=["POST"], summary="What was found out")
    routes.add_api_route("/resolution", api.resolve, methods=["POST"], summary="Resolve the case")
    return routes


def _actor(token: str) -> str:
    return f"token:{token}"


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=12).hexdigest()


def _name(token: str, what: str, reference: str, key: str | None) -> str:
    """What makes an act the same act when it comes again: the program's key for it, or nothing."""
    return f"api:{_digest(f'{token} {what} {reference} {key}')}" if key else f"api:{uuid4().hex}"


Made = TypeVar("Made")


def _fit(make: Callable[[], Made]) -> Made:
    try:
        return make()
    except (BadTerms, BadFinding) as error:
        raise Unfit(_sentence(str(error))) from None


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _refusal(refused: Refusal) -> RequestRefused:
    said = _sentence(refused.detail) if refused.detail else _SAID.get(refused.reason, _SAID["not_now"])
    if refused.reason == RefusalReason.NO_CASE:
        return NotFound(said)
    return (Unfit if refused.reason in _UNFIT else Conflict)(said, refused.reason)


def _offer_in(case: Case, n: int) -> Offer:
    offer = next((offer for offer in case.offers if offer.n == n), None)
    if offer is None:
        raise NotFound(f"There is no offer {n} in {case.reference}.")
    return offer


def _standing(offer: Offer) -> StandingOut:
    return StandingOut(n=offer.n, state=offer.state)
