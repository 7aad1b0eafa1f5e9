"""How a case comes along, as colleagues say it and as the customer hears it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dialogs.playbooks.playbook import Playbook
from tests.desk.scenery import Browser, Office, office
from tests.desk.scenery import said as notice
from tests.desk.shop import act, filed, heard, shown


@pytest.fixture(scope="module")
def place(playbook: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office"), playbook) as opened:
        opened.hire("mei", capacity=100)
        yield opened


@pytest.fixture(scope="module")
def mei(place: Office) -> Browser:
    return place.at_work("mei")


def test_how_far_a_case_is_can_be_said_and_the_customer_hears(place: Office, mei: Browser) -> None:
    visitor, page, reference = filed(place, mei)
    act(mei, page, "reply", text="I am looking into it.")
    answer = act(mei, page, "progress", reference=reference, state="remedy_offered")
    assert answer.status_code == 303
    assert notice(mei.get(answer.headers["location"])) == "Changed. The customer has been told."
    assert any(f"We've made you an offer in {reference}" in text for _, text in heard(visitor))
    assert "moved" in shown(mei.get(page))


@pytest.mark.parametrize("state", ["closed", "resolved", "nonsense", ""])
def test_a_case_is_not_moved_where_another_form_leads(place: Office, mei: Browser, state: str) -> None:
    _, page, reference = filed(place, mei)
    assert act(mei, page, "progress", reference=reference, state=state).status_code == 400


def test_a_question_to_the_customer_is_seen_to_stop_the_clock(place: Office, mei: Browser) -> None:
    visitor, page, _ = filed(place, mei)
    act(mei, page, "reply", text="Could you send me a photo?")
    assert "waits for the customer since" in shown(mei.get(page))
    visitor.say("here you are")
    assert "waits for the customer since" not in shown(mei.get(page))
