"""What a colleague sets right about dangers and facts changes the chat and is kept to learn from, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from complaints.priority import Priority
from dialogs.flows.state import Conversation
from dialogs.playbooks.playbook import Playbook
from storage.audit.reading import happenings
from storage.cases.cases import find_case
from storage.conversations.conversations import load_state
from storage.conversations.threads import Thread, find_thread
from storage.conversations.transcript import last_messages
from storage.staff.accounts import Role
from storage.staff.desk_examples import DeskExample, examples_of_the_desk
from storage.staff.tokens import TokenScope
from tests.desk.scenery import Browser, Office, office
from tests.desk.shop import BROKEN, act, filed, heard, id_of, shown, taken, told, waiting
from tests.edges.scenery import Visitor

SHOCK = "The kettle gave me an electric shock and my hand is burnt. My order is AM2611180042"
QUIET = "the baby keeps chewing on the bits of coating that come off it"


@pytest.fixture
def place(database_url: str, playbook: Playbook, tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path, playbook, address=database_url) as opened:
        opened.hire("mei", Role.AGENT)
        opened.hire("lena", teams=("logistics",))
        yield opened


def state_of(place: Office, visitor: Visitor) -> Conversation:
    found = place.rows(load_state, id_of(visitor))
    assert isinstance(found, Conversation)
    return found


def thread_of(place: Office, visitor: Visitor) -> Thread:
    found = place.rows(find_thread, id_of(visitor))
    assert isinstance(found, Thread)
    return found


def examples(place: Office) -> list[DeskExample]:
    return list(place.rows(examples_of_the_desk))


def done(place: Office, visitor: Visitor) -> list[tuple[str, str]]:
    return [(one.action, one.detail.get("kind", "")) for one in place.rows(happenings, id_of(visitor))]


def told_to_programs(place: Office, reference: str) -> dict[str, Any]:
    """The case as the API has it."""
    with place.house.program(TokenScope.READ, name="reports") as http:
        found: dict[str, Any] = http.get(f"/api/v1/cases/{reference}").json()
        return found


def number_of(place: Office, visitor: Visitor, text: str) -> int:
    said = place.rows(last_messages, id_of(visitor))
    return next(one.seq for one in said if one.author == "customer" and one.text == text)


def test_a_false_alarm_takes_the_danger_and_its_urgency_from_chat_record_and_queue(place: Office, mei: Browser) -> None:
    customer, page = waiting(place, SHOCK)
    was = thread_of(place, customer)
    kinds = state_of(place, customer).safety.dangers
    assert "safety" in kinds
    assert was.priority is Priority.URGENT
    for kind in kinds:
        assert "False alarm" in shown(mei.get(page))
        assert told(mei, act(mei, page, "false-alarm", kind=kind)) == "Noted as a false alarm."
    state = state_of(place, customer)
    assert state.safety.dangers == ()
    assert state.intake.draft
    assert not state.intake.draft.signals
    assert thread_of(place, customer).priority is not Priority.URGENT
    assert [one for one in done(place, customer) if one[0] == "danger_denied"] == [("danger_denied", k) for k in kinds]
    assert "False alarm" not in shown(mei.get(page))
    assert "found that there is none of this: danger to somebody" in shown(mei.get(page))


def test_a_false_alarm_is_an_example_of_the_very_message_it_was_heard_in(place: Office, mei: Browser) -> None:
    customer, page = waiting(place, "Hello, I have a complaint about a kettle", SHOCK)
    for kind in state_of(place, customer).safety.dangers:
        act(mei, page, "false-alarm", kind=kind)
    last = examples(place)[-1]
    assert (last.teaches, last.text, last.told, last.language) == ("dangers", SHOCK, "-", "en")
    assert last.staff


def test_a_false_alarm_on_a_case_on_file_lowers_it_and_leaves_what_was_promised(place: Office, mei: Browser) -> None:
    customer, page = waiting(place, SHOCK)
    act(mei, page, "claim")
    act(mei, page, "slot", slot="category", value="delivery")
    act(mei, page, "file")
    reference = thread_of(place, customer).reference
    before = place.rows(find_case, reference).case
    assert before.priority is Priority.URGENT
    assert "safety" in told_to_programs(place, reference)["dangers"]
    for kind in state_of(place, customer).safety.dangers:
        act(mei, page, "false-alarm", kind=kind)
    after = place.rows(find_case, reference).case
    assert after.priority is not Priority.URGENT
    assert not {"safety", "health"} & set(after.reasons)
    assert after.promise == before.promise
    assert told_to_programs(place, reference)["dangers"] == []


def test_a_priority_that_somebody_set_by_hand_outlives_a_false_alarm(place: Office, mei: Browser) -> None:
    customer, page = waiting(place, SHOCK)
    act(mei, page, "claim")
    act(mei, page, "slot", slot="category", value="delivery")
    act(mei, page, "file")
    reference = thread_of(place, customer).reference
    act(mei, page, "priority", reference=reference, priority="low", why="spoke to them")
    for kind in state_of(place, customer).safety.dangers:
        act(mei, page, "false-alarm", kind=kind)
    assert place.rows(find_case, reference).case.priority is Priority.LOW


def test_a_missed_danger_raises_the_case_makes_it_sooner_and_tells_the_customer(place: Office, mei: Browser) -> None:
    customer, page, reference = filed(place, mei)
    customer.say(QUIET)
    before, number = place.rows(find_case, reference).case, number_of(place, customer, QUIET)
    answer = act(mei, page, "danger", kind="health", message=number, at_once="1")
    assert told(mei, answer) == "Noted as a danger."
    after = place.rows(find_case, reference).case
    assert "health" in after.reasons
    assert after.priority is Priority.URGENT
    assert after.next_due < before.next_due
    assert reference in heard(customer)[-1][1]
    assert thread_of(place, customer).priority is Priority.URGENT
    assert state_of(place, customer).safety.dangers == ("health",)
    assert ("danger_found", "health") in done(place, customer)
    assert [(one.text, one.told) for one in examples(place)] == [(QUIET, "health!")]


def test_a_missed_danger_in_an_unfinished_complaint_weighs_in_its_draft_and_in_the_queue(
    place: Office, mei: Browser
) -> None:
    customer, page = waiting(place, "The bottle warmer stopped working", QUIET)
    number = number_of(place, customer, QUIET)
    act(mei, page, "danger", kind="health", message=number, at_once="1")
    draft = state_of(place, customer).intake.draft
    assert draft
    assert "health" in draft.signals
    assert thread_of(place, customer).priority is Priority.URGENT


def test_what_was_found_by_mistake_can_be_called_a_false_alarm(place: Office, mei: Browser) -> None:
    customer, page = taken(place, mei)
    number = number_of(place, customer, BROKEN)
    before = thread_of(place, customer).priority
    act(mei, page, "danger", kind="self_harm", message=number, at_once="1")
    assert thread_of(place, customer).priority is Priority.URGENT
    act(mei, page, "false-alarm", kind="self_harm")
    assert thread_of(place, customer).priority is before
    assert [one.told for one in examples(place)] == ["self_harm!", "-"]


def test_only_a_known_kind_and_a_message_of_the_customers_can_be_named(place: Office, mei: Browser) -> None:
    customer, page = taken(place, mei)
    number = number_of(place, customer, BROKEN)
    ours = next(one.seq for one in place.rows(last_messages, id_of(customer)) if one.author != "customer")
    for form in ({"kind": "boredom", "message": number}, {"kind": "health", "message": ours},
                 {"kind": "health", "message": 999}, {"kind": "health", "message": "x"}):  # fmt: skip
        assert act(mei, page, "danger", **form).status_code == 400
    assert act(mei, page, "false-alarm", kind="boredom").status_code == 400
    gone = act(mei, page, "false-alarm", kind="violence")
    assert told(mei, gone) == "This danger does not stand in this chat any more."
    assert examples(place) == []


def test_who_may_not_change_a_chat_corrects_no_danger_of_it(place: Office) -> None:
    _, page = waiting(place, SHOCK)
    lena = place.at_work("lena")
    assert act(lena, page, "false-alarm", kind="safety").status_code in (403, 404)
    assert act(lena, page, "danger", kind="health", message=1).status_code in (403, 404)
    assert examples(place) == []


def test_a_message_has_a_form_for_a_danger_that_was_missed(place: Office, mei: Browser) -> None:
    customer, page = taken(place, mei)
    number = number_of(place, customer, BROKEN)
    assert f"{page}/why/{number}#missed" in mei.get(page).text
    words = shown(mei.get(f"{page}/why/{number}"))
    assert "A danger was missed" in words
    assert "personal data on show" in words


FACTS = [
    ("item", {"value": "teapot"}, "item", "teapot"),
    ("order_number", {"value": "AM2611180042"}, "order_number", "AM2611180042"),
    ("name", {"value": "Jo Blake"}, "name", "Jo Blake"),
    ("amount", {"amount": "49.90", "currency": "GBP"}, "amount", "£49.90"),
    ("contact", {"email": "jo@example.com"}, "email", "jo@example.com"),
]
TOLD = "Jo Blake here, jo@example.com. The teapot for £49.90 arrived broken, order AM2611180042"


@pytest.mark.parametrize(("slot", "fields", "fact", "words"), FACTS)
def test_a_fact_set_right_that_the_customer_wrote_is_marked_where_it_stands(
    place: Office, mei: Browser, slot: str, fields: dict[str, str], fact: str, words: str
) -> None:
    _, page = waiting(place, TOLD)
    act(mei, page, "claim")
    other = {"amount": "1"} if slot == "amount" else {"email": "x@example.org"} if slot == "contact" else {"value": ""}
    act(mei, page, "slot", slot=slot, **other)
    assert told(mei, act(mei, page, "slot", slot=slot, **fields)) == "Changed."
    (one,) = examples(place)
    start = TOLD.index(words)
    assert (one.teaches, one.text, one.told) == ("facts", TOLD, f"story {fact} {start}-{start + len(words)}")


def test_a_fact_that_the_customer_never_wrote_teaches_nothing(place: Office, mei: Browser) -> None:
    _, page = taken(place, mei)
    act(mei, page, "slot", slot="item", value="samovar")
    act(mei, page, "slot", slot="happened_at", day="2026-11-18")
    assert examples(place) == []
