"""Figures of offers and findings: counted from rows, on both databases, and printed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from bot.cli.main import app
from storage.analytics.offers import causes, remedies
from storage.cases.offer_lists import owed, waiting
from storage.db.timestamps import utc_now
from tests.putting_right.conftest import Shop
from tests.turn.scenery import KEY

DAY = timedelta(days=1)


def test_what_was_offered_and_what_came_of_it_is_counted(shop: Shop) -> None:
    shop.offers("50")
    shop.says("no")
    shop.offers("60.50")
    shop.says("yes please")
    now = utc_now()
    with shop.house.database.read() as conn:
        (due,) = owed(conn, None)
        assert (due.reference, due.amount, due.currency, due.i) == (shop.reference, 6050, "CNY", 1)
        assert not owed(conn, ["nobody"])
        (one,) = remedies(conn, now - DAY, now + DAY, "kind")
    assert (one.of, one.offered, one.accepted, one.declined, one.done) == ("refund", 2, 1, 1, 0)
    assert (one.total, one.median, one.share) == (Decimal("60.50"), Decimal("60.50"), 0.5)
    shop.post("offers/2/lines/1/done")
    with shop.house.database.read() as conn:
        assert not owed(conn, None)
        (one,) = remedies(conn, now - DAY, now + DAY, "agent")
        assert not remedies(conn, now - 3 * DAY, now - 2 * DAY, "kind")
    assert (one.of, one.done, one.late) == ("token:crm", 1, 0)
    assert one.days is not None


def test_what_waits_for_approval_is_listed_for_everybody_but_its_maker(shop: Shop) -> None:
    shop.offers("2000")
    with shop.house.database.read() as conn:
        assert [one.reference for one in waiting(conn, None, "li")] == [shop.reference]
        assert not waiting(conn, None, "token:crm")


def test_causes_are_counted_and_a_later_finding_takes_the_place_of_an_earlier(shop: Shop) -> None:
    for upheld in ("no", "partly"):
        shop.post("finding", {"upheld": upheld, "responsible": "courier", "cause": "supplier/courier_late"})
    now = utc_now()
    with shop.house.database.read() as conn:
        (one,) = causes(conn, now - DAY, now + DAY, "cause")
        (same,) = causes(conn, now - DAY, now + DAY, "responsible")
    assert (one.of, one.found, one.upheld, one.rate) == ("supplier/courier_late", 1, 1, 1.0)
    assert same.of == "courier"


def test_the_command_line_prints_both_as_a_table_and_as_csv(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.offers("60.50")
    shop.says("yes please")
    shop.post("finding", {"upheld": "yes", "responsible": "courier", "cause": "supplier/courier_late"})
    monkeypatch.setenv("AMENDS_DATABASE_URL", shop.house.database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("AMENDS_SECRET_KEY", KEY.decode())

    def printed(*words: str) -> str:
        done = CliRunner().invoke(app, ["report", *words])
        assert done.exit_code == 0, done.output
        return done.stdout

    assert "60.50" in printed("remedies", "--by", "category")
    head, row = printed("remedies", "--csv").splitlines()
    told = dict(zip(head.split(","), row.split(","), strict=True))
    assert (told["group"], told["currency"], told["accepted"], told["total"]) == ("refund", "CNY", "1", "60.50")
    assert "supplier/courier_late" in printed("causes")
    assert CliRunner().invoke(app, ["report", "causes", "--by", "weather"]).exit_code != 0
