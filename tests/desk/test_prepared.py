"""Prepared answers at the desk: filled in, sent, and what is done besides, each once and each told."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from dialogs.playbooks.playbook import Playbook
from storage.cases.cases import find_case
from storage.conversations.threads import find_thread
from tests.desk.scenery import Browser, Office, office
from tests.desk.shop import act, filed, heard, shown, taken, told


@pytest.fixture(scope="module")
def place(playbook: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office"), playbook) as opened:
        opened.hire("mei", capacity=100)
        yield opened


@pytest.fixture(scope="module")
def mei(place: Office) -> Browser:
    return place.at_work("mei")


def test_what_one_does_by_htmx_is_told_in_plain_words(place: Office, mei: Browser) -> None:
    _, page, reference = filed(place, mei)
    form = {"act": uuid4().hex, "text": "We can exchange it. Would that do?", "macro": "exchange"}
    answer = mei.post(f"{page}/reply", form, page, **{"HX-Request": "true"})
    assert (answer.status_code, answer.text) == (200, "Sent to the customer.")
    assert place.rows(find_case, reference).case.state == "remedy_offered"


def test_a_prepared_answer_is_filled_in_and_does_what_it_says_when_it_is_sent(place: Office, mei: Browser) -> None:
    customer, page, reference = filed(place, mei)
    words = shown(mei.get(f"{page}?macro=courier"))
    assert "I've asked the courier about order AM2611180042" in words
    answer = act(mei, page, "reply", text="I've asked the courier.", macro="courier")
    assert told(mei, answer) == "Sent to the customer."
    words = shown(mei.get(page))
    assert "set the tags: courier" in words
    assert "Put aside until" in words
    assert heard(customer)[-1] == ("Mei", "I've asked the courier.")
    assert reference in words


def test_a_prepared_answer_says_how_far_the_case_is_and_the_customer_hears(place: Office, mei: Browser) -> None:
    customer, page, reference = filed(place, mei)
    assert "tells how far it is: a solution has been offered" in shown(mei.get(page))
    form = uuid4().hex
    for _again in range(2):
        answer = act(mei, page, "reply", form, text="We can exchange it. Would that do?", macro="exchange")
        assert told(mei, answer) == "Sent to the customer."
    case = place.rows(find_case, reference).case
    assert (case.state, case.waiting_since is not None) == ("remedy_offered", True)
    words = shown(mei.get(page))
    assert f"moved {reference} on: a solution has been offered" in words
    said = [text for by, text in heard(customer)]
    assert sum("We've made you an offer" in text for text in said) == 1
    assert sum("Would that do?" in text for text in said) == 1


def test_what_a_prepared_answer_cannot_do_is_said_and_the_rest_is_done(place: Office, mei: Browser) -> None:
    """There is no case yet that an offer could be made in."""
    _, page = taken(place, mei)
    answer = act(mei, page, "reply", text="We can exchange it.", macro="exchange")
    assert told(mei, answer) == "Sent to the customer. There is no such case in this chat."
    assert "Put aside until" in shown(mei.get(page))


def test_a_chat_that_is_put_aside_for_us_stops_no_clock_of_the_customers(place: Office, mei: Browser) -> None:
    """Whoever waits for the courier has asked the customer nothing."""
    _, page, reference = filed(place, mei)
    act(mei, page, "reply", text="I've asked the courier.", macro="courier")
    assert place.rows(find_case, reference).case.waiting_since is None
    assert place.rows(find_thread, page.rpartition("/")[2]).state == "snoozed"
