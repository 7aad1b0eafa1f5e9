"""Somebody learns of cases that are not theirs: by typing what others typed, or by naming chats they may not see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dialogs.playbooks.loading import load_playbook
from engine.upkeep.search_indexing import Indexing
from storage.staff.accounts import Role
from tests.attack.conftest import Tried
from tests.desk.scenery import Office, office, said
from tests.desk.shop import act, filed, id_of, shown, waiting
from tests.desk.test_inbox import together

BULK: dict[str, dict[str, str]] = {
    "claim": {}, "hand_back": {}, "tag": {"tag": "x"}, "snooze": {"until": "tomorrow"},
    "priority": {"priority": "urgent"}, "category": {"category": "payment"},
    "resolve": {"outcome": "done", "cause": "none"},
}  # fmt: skip


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office"), load_playbook("shop")) as opened:
        opened.hire("mei", capacity=100)
        opened.hire("lena", teams=("privacy",))
        opened.hire("cora", Role.SUPERVISOR, teams=("privacy",))
        yield opened


def test_typing_what_others_typed_makes_nobody_the_same_customer(place: Office, tried: Tried) -> None:
    """A stranger types another customer's order number, and an agent sees the other's case as the stranger's"""
    mei = place.at_work("mei")
    _, victim, reference = filed(place, mei)
    act(mei, victim, "slot", reference=reference, slot="order_number", value="AM2611187777")
    act(mei, victim, "resolve", reference=reference, outcome="A voucher of 40 euro, code ZEBRA", cause="Broken")
    _, page = waiting(place, "It broke. My order is AM2611187777")
    Indexing(place.database).catch_up()
    words = shown(mei.get(page))
    assert "The same customer" not in words
    assert "ZEBRA" not in words
    assert "Unverified" in words
    tried(1)


def test_what_is_done_to_many_names_no_chat_that_one_may_not_see(place: Office, tried: Tried) -> None:
    """A colleague of another team names chats in a bulk act, to learn whose they are from the refusal"""
    mei = place.at_work("mei")
    visitor, _, reference = filed(place, mei)
    for login in ("lena", "cora"):
        browser = place.at_work(login)
        for do, fields in BULK.items():
            told = said(together(browser, do, id_of(visitor), **fields))
            unknown = said(together(browser, do, "0" * 32, **fields))
            assert told == unknown, "a chat that is hidden and one that is not there are told the same"
            assert reference not in told
            tried(1)
