"""Whoever has a chat sees which others name the same; they are one customer's only where that is proven."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import update

from dialogs.flows.state import OtherChat, changed, to_json
from dialogs.playbooks.playbook import Playbook
from engine.upkeep.search_indexing import Indexing
from storage.conversations.conversations import load_state
from storage.tables.core import conversations
from tests.desk.scenery import Office, office
from tests.desk.shop import act, filed, id_of, shown, waiting

PROVEN, UNVERIFIED = "The same customer in other chats", "Unverified: other chats that name the same"


@pytest.fixture
def place(playbook: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office"), playbook) as opened:
        opened.hire("mei")
        opened.hire("lena", teams=("logistics",))
        yield opened


def test_who_types_an_order_number_is_not_taken_for_who_typed_it_before(place: Office) -> None:
    mei = place.at_work("mei")
    _, before, reference = filed(place, mei)
    act(mei, before, "slot", reference=reference, slot="order_number", value="AM2611187777")
    act(mei, before, "resolve", reference=reference, outcome="We sent a new teapot", cause="Broken on its way")
    _, page = waiting(place, "It broke again. My order is AM2611187777")
    _, stranger = waiting(place, "Mine broke as well. My order is AM2611188888")
    Indexing(place.database).catch_up()
    words = shown(mei.get(page))
    assert PROVEN not in words
    named = words.partition(UNVERIFIED)[2]
    assert reference in named
    assert "order number" in named
    assert "We sent a new teapot" not in named
    assert f'href="{before}"' in mei.get(page).text
    assert UNVERIFIED not in shown(mei.get(stranger))


def test_a_chat_that_the_customer_took_along_is_theirs(place: Office) -> None:
    mei = place.at_work("mei")
    _, before, reference = filed(place, mei)
    act(mei, before, "resolve", reference=reference, outcome="We sent a new teapot", cause="Broken on its way")
    visitor, page = waiting(place)
    came = OtherChat(before.rpartition("/")[2], "web")
    with place.database.write() as conn:
        state = load_state(conn, id_of(visitor))
        assert state
        known = to_json(changed(state, other_chats=(came,)))
        conn.execute(update(conversations).where(conversations.c.id == id_of(visitor)).values(state=known))
    named = shown(mei.get(page)).partition(PROVEN)[2]
    assert reference in named
    assert "We sent a new teapot" in named


def test_a_chat_that_one_may_not_see_is_not_named(place: Office) -> None:
    mei, lena = place.at_work("mei"), place.at_work("lena")
    _, hers, reference = filed(place, mei)
    _, page = waiting(place, "My parcel AM2611182222 is late")
    act(mei, hers, "slot", reference=reference, slot="order_number", value="AM2611182222")
    act(mei, hers, "slot", reference=reference, slot="category", value="product_quality")
    act(mei, page, "claim")
    Indexing(place.database).catch_up()
    assert reference in shown(mei.get(page))
    act(mei, page, "transfer", to="team:logistics")
    seen = lena.get(page)
    assert seen.status_code == 200
    assert UNVERIFIED not in shown(seen)
