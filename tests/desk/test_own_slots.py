"""A slot that a playbook adds, at the desk, in the list of cases and in the API."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from dialogs.playbooks.loading import load_playbook
from storage.staff.accounts import Role
from storage.staff.tokens import create_token
from tests.desk.scenery import NOON, Browser, Office, office
from tests.desk.shop import act, page_of, references, shown, told
from tests.edges.scenery import Visitor
from tests.recipes.page import write_bank

ACCOUNT, OTHER = "GB82WEST12345698765432", "GB33BUKB20201555555555"
STORY = f"My transfer from {ACCOUNT} never reached my landlord"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    playbook = load_playbook(write_bank(tmp_path_factory.mktemp("playbooks")))
    with office(tmp_path_factory.mktemp("office"), playbook) as opened:
        opened.hire("mei", Role.AGENT, capacity=100)
        yield opened


@pytest.fixture(scope="module")
def mei(bank: Office) -> Browser:
    return bank.at_work("mei")


def taken(bank: Office, browser: Browser) -> tuple[Visitor, str]:
    visitor = bank.house.visitor()
    for text in (STORY, "I want to talk to a person"):
        visitor.say(text, language="en")
    page = page_of(visitor)
    assert act(browser, page, "claim").status_code == 303
    return visitor, page


def test_it_stands_in_the_record_form(bank: Office, mei: Browser) -> None:
    _, page = taken(bank, mei)
    words = shown(mei.get(page))
    assert ACCOUNT in words
    assert "How it was ordered" in words


def test_it_can_be_set_right_and_chosen(bank: Office, mei: Browser) -> None:
    _, page = taken(bank, mei)
    assert told(mei, act(mei, page, "slot", slot="account_number", value="gb33 bukb 2020 1555 5555 55")) == "Changed."
    assert told(mei, act(mei, page, "slot", slot="way", value="branch")) == "Changed."
    words = shown(mei.get(page))
    assert f"Account: {ACCOUNT} → {OTHER}" in words
    assert "In a branch" in words


@pytest.mark.parametrize(("slot", "value"), [("account_number", "42"), ("way", "carrier_pigeon")])
def test_a_value_that_cannot_be_is_refused(bank: Office, mei: Browser, slot: str, value: str) -> None:
    _, page = taken(bank, mei)
    assert told(mei, act(mei, page, "slot", slot=slot, value=value)) == "This does not fit this field."
    assert ACCOUNT in shown(mei.get(page))


def test_a_slot_that_the_playbook_lacks_is_no_form_of_ours(bank: Office, mei: Browser) -> None:
    _, page = taken(bank, mei)
    assert act(mei, page, "slot", slot="shoe_size", value="42").status_code == 400


def test_the_trail_keeps_it_as_a_digest_only(bank: Office, mei: Browser) -> None:
    _, page = taken(bank, mei)
    act(mei, page, "slot", slot="account_number", value=OTHER)
    with bank.database.read() as conn:
        details = [row.detail for row in conn.exec_driver_sql("SELECT detail FROM audit")]
    assert any("account_number" in detail for detail in details)
    assert not any(OTHER in detail or ACCOUNT in detail for detail in details)


def test_programs_read_it_with_the_case(bank: Office, mei: Browser) -> None:
    _, page = taken(bank, mei)
    act(mei, page, "file")
    reference = references(mei.get(page))[0]
    with bank.database.write() as conn:
        token = create_token(conn, "reports", NOON)
    with httpx.Client(base_url=bank.house.address, headers={"Authorization": f"Bearer {token}"}) as http:
        record = http.get(f"/api/v1/cases/{reference}").json()["record"]
    assert record["more"] == {"account_number": ACCOUNT}
    assert record["order_number"] == ""
