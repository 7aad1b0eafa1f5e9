"""Offers at the desk, by plain forms over real HTTP: made, approved, taken back, answered and done."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from complaints.case import Case
from complaints.offers.lifecycle import OfferState
from dialogs.playbooks.playbook import Playbook
from storage.cases.cases import find_case
from storage.staff.accounts import Role
from tests.desk.scenery import Browser, Office, office
from tests.desk.shop import act, filed, heard, shown, told

MANY = 1000


@pytest.fixture(scope="module")
def place(playbook: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office"), playbook) as opened:
        for login, role in (("mei", Role.AGENT), ("sam", Role.SUPERVISOR)):
            opened.hire(login, role, capacity=MANY)
        yield opened


@pytest.fixture(scope="module")
def mei(place: Office) -> Browser:
    return place.at_work("mei")


@pytest.fixture(scope="module")
def sam(place: Office) -> Browser:
    return place.at_work("sam")


def case_of(place: Office, reference: str) -> Case:
    found = place.rows(find_case, reference)
    assert found is not None
    case: Case = found.case
    return case


def newest(place: Office, reference: str) -> OfferState:
    return case_of(place, reference).offers[-1].state


def test_an_offer_goes_out_is_accepted_by_a_tap_and_done(place: Office, mei: Browser) -> None:
    customer, page, reference = filed(place, mei)
    assert "Make an offer" in shown(mei.get(page))
    fields = {
        "kind1": "refund",
        "amount1": "49.90",
        "means1": "to the card",
        "kind2": "apology",
        "text": "Sorry again.",
    }
    said = told(mei, act(mei, page, "offer", reference=reference, **fields))
    assert said == "Offered. Over your limit it waits for a second person."
    assert "¥49.90" in heard(customer)[-1][1]
    words = shown(mei.get(page))
    assert "waiting for the customer" in words
    assert "Make an offer" not in words, "one at a time"
    customer.say("yes please", language="en")
    assert newest(place, reference) is OfferState.ACCEPTED
    assert reference in shown(mei.get("/desk")), "it is among what is owed"
    for i in ("1", "2"):
        done = act(mei, page, "offer/done", reference=reference, n="1", i=i, proof="T-9")
        assert told(mei, done) == "Done. The customer has been told."
    assert newest(place, reference) is OfferState.FULFILLED
    assert "everything" in heard(customer)[-1][1] or "all that we agreed on" in heard(customer)[-1][1]
    again = act(mei, page, "offer/done", reference=reference, n="1", i="1")
    assert told(mei, again) == "The offer does not stand like that any more."


def test_over_the_limit_a_supervisor_lets_it_go_out(place: Office, mei: Browser, sam: Browser) -> None:
    customer, page, reference = filed(place, mei)
    before = len(heard(customer))
    act(mei, page, "offer", reference=reference, kind1="refund", amount1="500.01")
    assert newest(place, reference) is OfferState.WAITING_APPROVAL
    assert len(heard(customer)) == before
    assert "Approve and send" not in shown(mei.get(page))
    assert act(mei, page, "offer/approve", reference=reference, n="1").status_code == 403
    assert reference in shown(sam.get("/desk"))
    assert "Approve and send" in shown(sam.get(page))
    assert (
        told(sam, act(sam, page, "offer/approve", reference=reference, n="1")) == "Approved. The customer has it now."
    )
    assert "¥500.01" in heard(customer)[-1][1]
    assert newest(place, reference) is OfferState.OPEN


def test_it_is_taken_back_and_an_answer_heard_elsewhere_is_put_down(place: Office, mei: Browser) -> None:
    _, page, reference = filed(place, mei)
    act(mei, page, "offer", reference=reference, kind1="gift", item1="a mug")
    assert told(mei, act(mei, page, "offer/withdraw", reference=reference, n="1")) == "Taken back."
    assert newest(place, reference) is OfferState.WITHDRAWN
    act(mei, page, "offer", reference=reference, kind1="gift", item1="a bowl")
    answer = act(mei, page, "offer/answer", reference=reference, n="2", decision="counter", words="two bowls")
    assert told(mei, answer) == "Put down."
    assert newest(place, reference) is OfferState.COUNTERED
    assert "two bowls" in shown(mei.get(page))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"kind1": "refund"}, "This cannot be offered"),
        ({"kind1": "refund", "amount1": "a lot"}, "Write an amount"),
        ({"kind1": "refund", "amount1": "1.234"}, "Write an amount"),
        ({"kind1": "apology", "until": "2020-01-01"}, "This cannot be offered"),
        ({}, "This cannot be offered"),
    ],
)
def test_what_cannot_be_offered_is_said_and_changes_nothing(
    place: Office, mei: Browser, fields: dict[str, str], says: str
) -> None:
    _, page, reference = filed(place, mei)
    assert told(mei, act(mei, page, "offer", reference=reference, **fields)).startswith(says)
    assert not case_of(place, reference).offers


def test_a_finding_is_put_down_with_the_resolution(place: Office, mei: Browser) -> None:
    _, page, reference = filed(place, mei)
    words = shown(mei.get(page))
    assert "Is the complaint justified?" in words
    assert "Product › Faulty" in words
    fields = {"outcome": "A new one was sent.", "cause": "a bad batch", "upheld": "yes", "responsible": "supplier"}
    act(mei, page, "resolve", reference=reference, place="product/faulty", **fields)
    case = case_of(place, reference)
    assert case.finding is not None
    assert (case.finding.upheld, case.finding.cause) == ("yes", "product/faulty")
    assert re.search("Found out ?: upheld · the supplier", shown(mei.get(page)))
    wrong = {**fields, "place": "weather"}
    assert act(mei, page, "resolve", reference=reference, **wrong).status_code in (400, 403)
