"""Offers and findings in the database: rows that repeat the case, and databases from before there were any."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Table, insert, select, text

from complaints.case import Case
from complaints.findings import Finding, Responsible, Risk, RiskKind, Upheld
from complaints.offers.fulfilment import line_done
from complaints.offers.limits import OfferLimits
from complaints.offers.negotiation import Maker, OfferTerms, accepted, made
from complaints.offers.offer import Line, RemedyKind
from complaints.record import Money
from engine.turn.pending_writes import Changes, Writer
from storage.cases.cases import decode_case, encode_case, find_case, row_of
from storage.db.database import Database
from storage.migrations.upgrade import _FOLDER, bring_up_to_date, newest_revision, stored_revision
from storage.tables.core import cases
from storage.tables.offers import findings, offer_lines, offers
from tests.turn.scenery import NOON, a_case

DAY = timedelta(days=1)
DUE = dict.fromkeys(RemedyKind, NOON + 5 * DAY)


def offered(case: Case) -> Case:
    lines = (Line(RemedyKind.REFUND, Money(Decimal("19.90"), "CNY")), Line(RemedyKind.APOLOGY))
    return case.with_offer(
        made(case.offers, OfferTerms(lines, NOON + DAY), Maker("li", "agent"), OfferLimits(), NOON, "key")
    )


def found(case: Case) -> Case:
    risks = (Risk(RiskKind.LEGAL, 2, 3, "a lawyer wrote"), Risk(RiskKind.MONEY, 1, 1))
    made = Finding(Upheld.PARTLY, Responsible.COURIER, "supplier/courier_late", "li", NOON, "SF", ("person",), risks)
    return replace(case, finding=made)


def put(database: Database, *states: Case) -> None:
    """Write the states of one case, as one batch of turns does."""
    changes = Changes()
    for case in states:
        changes.put_offers("chat", case)
    with database.write() as conn:
        Writer(database.dialect).write(conn, changes)


def rows(database: Database, table: Table) -> list[dict[str, Any]]:
    with database.read() as conn:
        return [dict(row._mapping) for row in conn.execute(select(table).order_by(*table.primary_key))]


def test_an_offer_its_lines_and_a_finding_have_rows_without_anybody_s_words(database: Database) -> None:
    put(database, found(offered(a_case("C-1"))))
    (offer,) = rows(database, offers)
    assert (offer["state"], offer["n"], offer["made_by"], offer["category"]) == ("open", 1, "li", "product_quality")
    lines = rows(database, offer_lines)
    assert [(one["i"], one["kind"], one["amount"], one["currency"], one["owed"]) for one in lines] == [
        (1, "refund", 1990, "CNY", 0), (2, "apology", 0, "", 0),
    ]  # fmt: skip
    (finding,) = rows(database, findings)
    assert (finding["upheld"], finding["cause"], finding["risk"]) == ("partly", "supplier/courier_late", 6)
    assert "lawyer" not in str(finding)


def test_of_two_states_in_one_batch_and_of_two_batches_the_later_stands(database: Database) -> None:
    case = offered(a_case("C-1"))
    yes = case.with_offer(accepted(case.offers[0], "customer", NOON, DUE))
    put(database, case, yes)
    assert [one["owed"] for one in rows(database, offer_lines)] == [1, 1]
    put(database, yes.with_offer(line_done(yes.offers[0], 1, "li", "T-1", NOON)))
    assert [one["owed"] for one in rows(database, offer_lines)] == [0, 1]
    assert [one["state"] for one in rows(database, offers)] == ["accepted"]


def test_a_case_keeps_its_offers_and_finding_through_its_saved_form() -> None:
    case = found(offered(a_case("C-1")))
    assert decode_case(encode_case(case)) == case


def test_a_case_from_before_there_were_offers_loads() -> None:
    old = json.loads(encode_case(a_case("C-1")))
    del old["offers"], old["finding"]
    assert decode_case(json.dumps(old)) == a_case("C-1")


def test_a_saved_database_gets_the_tables_and_keeps_its_cases(database: Database) -> None:
    with database.write() as conn:
        config = Config()
        config.set_main_option("script_location", str(_FOLDER))
        config.attributes["connection"] = conn
        command.downgrade(config, "0022")
        conn.execute(insert(cases), row_of("chat", a_case("C-1"), 0))
    assert stored_revision(database) == "0022"
    bring_up_to_date(database)
    assert stored_revision(database) == newest_revision()
    put(database, offered(a_case("C-1")))
    with database.read() as conn:
        kept = find_case(conn, "C-1")
        assert kept is not None
        assert kept.case == a_case("C-1")
        assert conn.scalar(text("SELECT count(*) FROM offers")) == 1
