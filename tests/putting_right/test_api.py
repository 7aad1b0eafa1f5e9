"""Putting a case right from outside: what a program posts is in the chat, and what the customer says is in the case."""

from __future__ import annotations

from typing import Any

import pytest

from complaints.news import NewsKind
from storage.audit.verify import verify
from storage.staff.tokens import TokenScope
from storage.tables.core import audit
from storage.tables.webhooks import webhook_messages, webhooks
from tests.putting_right.conftest import Shop
from tests.turn.scenery import KEY

FINDING = {"upheld": "yes", "responsible": "supplier", "cause": "product/faulty"}


def test_an_offer_goes_to_the_customer_and_their_yes_to_the_case(shop: Shop) -> None:
    assert shop.offers("50", means="to the card") == {"n": 1, "state": "open"}
    (offer,) = shop.case()["offers"]
    assert (offer["state"], offer["counter"], offer["decided_at"]) == ("open", None, None)
    assert (offer["lines"][0]["kind"], offer["lines"][0]["amount"], offer["lines"][0]["currency"]) == (
        "refund", "50.00", "CNY",
    )  # fmt: skip
    assert "¥50" in shop.case()["transcript"][-1]["text"]
    assert shop.says("hm, let me see")[-1]["custom"]["asks"] == "offer"
    said = shop.says("ok, I accept")
    assert "¥50" in said[-1]["text"]
    (offer,) = shop.case()["offers"]
    assert (offer["state"], offer["decided_by"]) == ("accepted", "customer")
    assert offer["decided_at"]
    assert offer["lines"][0]["due"]
    assert said[-1]["custom"]["asks"] != "offer"


def test_a_button_of_the_card_accepts(shop: Shop) -> None:
    shop.offers()
    (accept, *_) = shop.says("what was that?")[-1]["buttons"]
    shop.says(accept["payload"])
    assert shop.case()["offers"][0]["state"] == "accepted"


@pytest.mark.parametrize(
    ("words", "state"),
    [("no", "declined"), ("do what you want", "open"), ("算了吧", "open"), ("yes, if it comes today", "open")],
)  # fmt: skip
def test_nothing_but_a_yes_is_one(shop: Shop, words: str, state: str) -> None:
    shop.offers()
    shop.says(words)
    assert shop.case()["offers"][0]["state"] == state


def test_over_the_limit_it_waits_and_the_customer_hears_nothing_of_it(shop: Shop) -> None:
    assert shop.offers("1000.01") == {"n": 1, "state": "waiting_approval"}
    assert "1,000" not in "".join(one["text"] for one in shop.case()["transcript"])
    assert shop.says("yes")[-1]["custom"]["asks"] != "offer"
    assert shop.case()["offers"][0]["state"] == "waiting_approval"
    assert shop.post("offers/1/decision", {"decision": "accept"}).status_code == 409


def test_a_line_that_is_done_is_told_and_the_last_one_fulfils(shop: Shop) -> None:
    lines = [{"kind": "refund", "amount": 12.5, "currency": "CNY"}, {"kind": "apology"}]
    assert shop.post("offers", {"lines": lines}).json() == {"n": 1, "state": "open"}
    assert shop.post("offers/1/lines/1/done").status_code == 409, "nothing is owed yet"
    assert shop.post("offers/1/decision", {"decision": "accept"}).json() == {"n": 1, "state": "accepted"}
    assert shop.post("offers/1/lines/1/done", {"proof": "T-77"}).json() == {"n": 1, "state": "accepted"}
    assert shop.post("offers/1/lines/1/done").status_code == 422
    assert shop.post("offers/1/lines/3/done").status_code == 422
    assert shop.post("offers/1/lines/2/done").json() == {"n": 1, "state": "fulfilled"}
    case = shop.case()
    assert case["offers"][0]["lines"][0]["proof"] == "T-77"
    assert case["offers"][0]["lines"][0]["amount"] == "12.50"
    assert "¥12.5" in case["transcript"][-1]["text"]


def test_a_counter_from_another_page_is_kept_with_its_lines(shop: Shop) -> None:
    shop.offers()
    wish = {"decision": "counter", "lines": [{"kind": "refund", "amount": "80"}], "text": "the whole price"}
    assert shop.post("offers/1/decision", wish).json() == {"n": 1, "state": "countered"}
    counter = shop.case()["offers"][0]["counter"]
    assert (counter["amount"], counter["currency"], counter["text"]) == ("80.00", "CNY", "the whole price")
    assert shop.post("offers/1/decision", {"decision": "accept"}).status_code == 409
    assert shop.offers("80") == {"n": 2, "state": "open"}


def test_with_a_key_an_act_that_comes_twice_is_done_once(shop: Shop) -> None:
    body = {"lines": [{"kind": "refund", "amount": "50", "currency": "CNY"}]}
    first, again = shop.post("offers", body, key="k1"), shop.post("offers", body, key="k1")
    assert first.json() == again.json() == {"n": 1, "state": "open"}
    assert len(shop.case()["offers"]) == 1
    other = {"lines": [{"kind": "refund", "amount": "60", "currency": "CNY"}]}
    assert shop.post("offers", other, key="k1").status_code == 422
    for _ in range(2):
        assert shop.post("offers/1/decision", {"decision": "accept"}, key="k2").json()["state"] == "accepted"
    for _ in range(2):
        assert shop.post("offers/1/lines/1/done", key="k3").json()["state"] == "fulfilled"
    assert len([one for one in shop.case()["timeline"] if one["action"] == "offer_fulfilled"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"lines": []},
        {"lines": [{"kind": "refund"}]},
        {"lines": [{"kind": "refund", "amount": "1.234", "currency": "CNY"}]},
        {"lines": [{"kind": "refund", "amount": "-5"}]},
        {"lines": [{"kind": "refund", "amount": "NaN"}]},
        {"lines": [{"kind": "yacht", "amount": "5"}]},
        {"lines": [{"kind": "apology"}], "valid_until": "2020-01-01"},
        {"lines": [{"kind": "apology"}], "valid_until": "2026-12-24T12:00:00"},
        {"lines": [{"kind": "apology", "due": "2020-01-01"}]},
        {"lines": [{"kind": "apology"}], "colour": "blue"},
    ],
)
def test_what_cannot_be_offered_is_refused_and_nothing_is_on_file(shop: Shop, body: Any) -> None:
    answer = shop.post("offers", body)
    assert answer.status_code in (400, 422), answer.text
    assert shop.case()["offers"] == []


def test_one_offer_at_a_time(shop: Shop) -> None:
    shop.offers()
    answer = shop.post("offers", {"lines": [{"kind": "apology"}]})
    assert answer.status_code == 409
    assert "withdraw it first" in answer.json()["detail"]


def test_a_finding_and_a_resolution_are_fields_of_the_case(shop: Shop) -> None:
    case = shop.case()
    assert (case["finding"], case["resolution"], case["survey"], case["offers"]) == (None, None, None, [])
    assert {one["kind"] for one in case["clocks"]} == {"first_response", "resolution"}
    risk = [{"kind": "legal", "likelihood": 2, "harm": 3, "reason": "a lawyer wrote"}]
    found = shop.post("finding", {**FINDING, "cause": ["product", "faulty"], "risk": risk}).json()
    assert (found["cause"], found["by"], found["risk"][0]["harm"]) == ("product/faulty", "token:crm", 3)
    wrong = shop.post("finding", {**FINDING, "cause": "weather"})
    assert wrong.status_code == 422
    assert "product/faulty" in wrong.json()["detail"]
    body = {"finding": {**FINDING, "upheld": "partly"}, "outcome": "replaced", "text": "A new blender is on its way."}
    assert shop.post("resolution", body).json()["state"] == "resolved"
    case = shop.case()
    assert (case["finding"]["upheld"], case["resolution"]["outcome"]) == ("partly", "replaced")
    assert case["resolution"]["text"] == "A new blender is on its way."
    assert "A new blender is on its way." in case["transcript"][-1]["text"]
    assert case["survey"]["resolution"] == 1
    assert shop.post("resolution", body).status_code == 409


def test_what_becomes_of_an_offer_is_told_to_other_systems(shop: Shop) -> None:
    kinds = " ".join(NewsKind)
    with shop.house.database.write() as conn:
        row = {"id": "w", "url": "https://x.example", "secret": "", "kinds": f" {kinds} ", "created_at": 1}
        conn.execute(webhooks.insert(), {**row, "ended_at": 0, "reason": ""})
    shop.offers()
    shop.says("no")
    shop.offers("60")
    shop.says("ok deal")
    shop.post("offers/2/lines/1/done")
    with shop.house.database.read() as conn:
        told = [row.kind for row in conn.execute(webhook_messages.select().order_by(webhook_messages.c.at))]
    assert [kind for kind in told if kind.startswith("offer.")] == [
        "offer.made", "offer.declined", "offer.made", "offer.accepted", "offer.fulfilled",
    ]  # fmt: skip


def test_only_a_token_to_write_makes_offers(shop: Shop) -> None:
    body = {"lines": [{"kind": "apology"}]}
    with shop.house.program(TokenScope.CHAT, TokenScope.READ, name="reader") as http:
        assert http.post(f"/api/v1/cases/{shop.reference}/offers", json=body).status_code == 403
    assert shop.http.post("/api/v1/cases/C-9999-000001/offers", json=body).status_code == 404
    assert shop.post("offers/7/decision", {"decision": "accept"}).status_code == 404
    assert shop.case()["offers"] == []


def test_every_move_is_in_the_trail_and_the_trail_holds(shop: Shop) -> None:
    shop.offers()
    shop.says("ok deal")
    shop.post("offers/1/lines/1/done")
    with shop.house.database.read() as conn:
        done = [(row.actor, row.action) for row in conn.execute(audit.select().order_by(audit.c.n))]
        assert not list(verify(conn, KEY))
    assert [one for one in done if one[1].startswith("offer_")] == [
        ("token:crm", "offer_made"), ("customer", "offer_accepted"), ("token:crm", "offer_fulfilled"),
    ]  # fmt: skip
