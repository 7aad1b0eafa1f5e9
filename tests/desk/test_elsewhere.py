"""Whoever has a chat sees where else the same customer wrote, and how that ended."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dialogs.playbooks.playbook import Playbook
from handlers.staff.indexing import Indexing
from tests.desk.scenery import Office, office
from tests.desk.shop import act, filed, shown, waiting

HEADING = "The same customer in other chats"


@pytest.fixture
def place(playbook: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office"), playbook) as opened:
        opened.hire("mei")
        opened.hire("lena", teams=("logistics",))
        yield opened


def test_the_same_customer_s_other_chats_are_named_with_their_outcomes(place: Office) -> None:
    mei = place.at_work("mei")
    _, before, reference = filed(place, mei)
    act(mei, before, "slot", reference=reference, slot="order_number", value="AM2611187777")
    act(mei, before, "resolve", reference=reference, outcome="We sent a new teapot", cause="Broken on its way")
    _, page = waiting(place, "It broke again. My order is AM2611187777")
    _, stranger = waiting(place, "Mine broke as well. My order is AM2611188888")
    Indexing(place.database).catch_up()
    words = shown(mei.get(page)).partition(HEADING)[2]
    assert reference in words
    assert "We sent a new teapot" in words
    assert f'href="{before}"' in mei.get(page).text
    assert HEADING not in shown(mei.get(stranger))


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
    assert HEADING not in shown(seen)
