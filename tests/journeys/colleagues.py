"""The colleagues of a journey: they take chats and settle cases, and hear what customers say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import anyio
from sqlalchemy import Connection, select

from complaints.offers.negotiation import OfferTerms
from complaints.offers.offer import Line, RemedyKind
from complaints.record import Money
from dialogs.flows.staff import (
    Acted,
    Claimed,
    HandedBack,
    OfferApproved,
    OfferLineDone,
    OfferMade,
    Resolved,
    StaffAct,
)
from engine.reads import Reads
from engine.turn.processor import Outcome, TurnProcessor
from staff.actions import Acting
from storage.cases.cases import find_case, list_cases
from storage.db.database import Database
from storage.staff.accounts import NewStaff, Role, Staff, add_staff, find_login, list_staff
from storage.tables.core import notes
from storage.tables.surveys import tidings


@dataclass
class Colleagues:
    """Everybody who acts in a journey has an account from then on."""

    database: Database
    door: TurnProcessor
    clock: Callable[[], datetime]
    numbers: count[int] = field(default_factory=lambda: count(1))

    async def act(self, line: str) -> Outcome:
        """`! Li claims`, `! Li resolves what was done | why it had happened`, `! Li gives it back`;
        `! Li offers refund 50`, `! Ma approves`, `! Li has done 1`.
        """
        name, verb, rest = (*line.removeprefix("! ").split(" ", 2), "")[:3]
        who, chat, reference = self._known(name)
        acting = Acting(self.door, Reads(self.database, anyio.CapacityLimiter(1)), self.clock)
        act = _act(verb, rest, reference) or self._about_offer(verb, rest, reference)
        acted = Acted(who.id, who.name, act)
        outcome = await acting.act(chat, acted, f"{self.clock()}-{next(self.numbers)}")
        assert outcome.refused is None, outcome.refused
        return outcome

    def _about_offer(self, verb: str, rest: str, reference: str) -> StaffAct:
        with self.database.read() as conn:
            filed = find_case(conn, reference)
        assert filed is not None
        match verb, rest.split():
            case "offers", [kind, *amount]:
                money = Money(Decimal(amount[0]), "CNY") if amount else None
                terms = OfferTerms((Line(RemedyKind(kind), money),), self.clock() + timedelta(days=7))
                return OfferMade(reference, terms, "agent")
            case "approves", []:
                return OfferApproved(reference, filed.case.offers[-1].n, "supervisor")
            case "has", ["done", line]:
                return OfferLineDone(reference, filed.case.offers[-1].n, int(line), "T-1")
        raise AssertionError(f"nobody knows how a colleague {verb} {rest}")

    def _known(self, name: str) -> tuple[Staff, str, str]:
        with self.database.write() as conn:
            new = NewStaff(name, name, Role.AGENT, "-")
            who = find_login(conn, name) or add_staff(conn, new, self.clock())
            (newest,) = list_cases(conn, limit=1)
            return who, newest.conversation_id, newest.case.reference

    def hear(self) -> list[str]:
        """All that colleagues have been told so far, as transcript lines."""
        with self.database.read() as conn:
            names = {one.id: one.name for one in list_staff(conn)}
            told = [(row.turn, f"* {row.kind} for {names.get(row.staff, 'all')}") for row in _rows(conn)]
            noted = [(row.turn, f"* note: {row.text}") for row in conn.execute(select(notes))]
        return [line for _, line in sorted([*told, *noted], key=lambda each: each[0])]


def _rows(conn: Connection) -> list[Any]:
    return list(conn.execute(select(tidings).order_by(tidings.c.turn, tidings.c.n)))


def _act(verb: str, rest: str, reference: str) -> StaffAct | None:
    match verb:
        case "claims":
            return Claimed()
        case "resolves":
            outcome, _, cause = rest.partition(" | ")
            return Resolved(reference, outcome, cause or "mistake")
        case "gives":
            return HandedBack()
    return None
