"""Incidents over the API: seen, confirmed, told to everybody in their language, and solved for all at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from complaints.record import Record
from dialogs.flows.effects import Effect, Say
from dialogs.flows.events import Event, Said
from dialogs.flows.setting import Setting
from dialogs.flows.staff import Acted
from dialogs.flows.state import Conversation, Draft
from engine.upkeep.incident_watch import IncidentWatch
from storage.staff.tokens import TokenScope
from storage.tables.core import messages
from tests.edges.conftest import OpenHouse
from tests.edges.scenery import House, Visitor
from tests.edges.scenery import step as small_step
from tests.step import step as whole_step
from tests.turn.scenery import NOON


def step(conversation: Conversation, event: Event, setting: Setting) -> tuple[Conversation, tuple[Effect, ...]]:
    """Customers' messages as the edges' own scenery has them; what colleagues do is the real thing. Whoever says
    "begin" tells a complaint and files nothing.
    """
    if isinstance(event.body, Said) and event.body.text.startswith("begin "):
        draft = Draft(Record(story=event.body.text), NOON, "")
        told = replace(conversation, turn=conversation.turn + 1, intake=replace(conversation.intake, draft=draft))
        return told, (Say("and then?"),)
    by = whole_step if isinstance(event.body, Acted) else small_step
    return by(conversation, event, setting)


@pytest.fixture
def shop(open_house: OpenHouse) -> House:
    return open_house(step=step)


@pytest.fixture
def visitors(shop: House) -> list[Visitor]:
    """Five who complain of the same code, and one of something else."""
    some = [shop.visitor() for _ in range(6)]
    for n, one in enumerate(some):
        one.say(f"file the checkout says E502 for number{n}" if n < 5 else "file my lamp flickers")
    watch = IncidentWatch(shop.database)
    while watch.catch_up():
        pass
    return some


@pytest.fixture
def api(shop: House) -> Iterator[httpx.Client]:
    with shop.program(TokenScope.READ, TokenScope.WRITE, name="crm") as http:
        yield http


def the_incident(api: httpx.Client) -> dict[str, Any]:
    (found,) = api.get("/api/v1/incidents").json()["incidents"]
    return dict(found)


def told(api: httpx.Client, reference: str) -> list[str]:
    case = api.get(f"/api/v1/cases/{reference}").json()
    return [said["text"] for said in case["transcript"] if said["author"] == "notice"]


def test_an_incident_is_listed_with_its_cases_and_each_case_names_it(
    api: httpx.Client, visitors: list[Visitor]
) -> None:
    found = the_incident(api)
    assert {"id", "title", "state", "cases", "opened_at"} <= set(found)
    assert (found["state"], len(found["cases"]), found["customers"]) == ("suspected", 5, 5)
    everything = [case["reference"] for case in api.get("/api/v1/cases").json()["cases"]]
    named = {one: api.get(f"/api/v1/cases/{one}").json()["incident"] for one in everything}
    assert {one for one, incident in named.items() if incident == found["id"]} == set(found["cases"])
    assert list(named.values()).count(None) == 1


def test_telling_reaches_everybody_who_belongs_to_it_once_and_nobody_else(
    api: httpx.Client, visitors: list[Visitor]
) -> None:
    found = the_incident(api)
    words = {"notices": {"zh": "结账故障，我们正在修复。", "en": "The checkout fails; we are on it."}}
    confirmed = api.post(f"/api/v1/incidents/{found['id']}/confirm", json=words)
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "confirmed")
    for _ in range(2):
        assert api.post(f"/api/v1/incidents/{found['id']}/tell").json()["told_at"]
    everything = [case["reference"] for case in api.get("/api/v1/cases").json()["cases"]]
    heard = {one: told(api, one) for one in everything}
    assert all(len(heard[one]) == 1 for one in found["cases"])
    assert {said for one in found["cases"] for said in heard[one]} <= set(words["notices"].values())
    assert [said for one, said in heard.items() if one not in found["cases"]] == [[]]


def test_customers_are_told_only_what_was_confirmed(api: httpx.Client, visitors: list[Visitor]) -> None:
    found = the_incident(api)
    answer = api.post(f"/api/v1/incidents/{found['id']}/tell")
    assert (answer.status_code, told(api, found["cases"][0])) == (409, [])


def test_without_a_colleagues_words_nothing_of_another_customer_is_told(
    api: httpx.Client, visitors: list[Visitor]
) -> None:
    found = the_incident(api)
    api.post(f"/api/v1/incidents/{found['id']}/confirm")
    api.post(f"/api/v1/incidents/{found['id']}/tell")
    for reference in found["cases"]:
        (said,) = told(api, reference)
        assert "number" not in said
        assert "E502" not in said


def test_solving_resolves_every_case_with_one_outcome_and_twice_is_once(
    api: httpx.Client, visitors: list[Visitor]
) -> None:
    found = the_incident(api)
    api.post(f"/api/v1/incidents/{found['id']}/confirm")
    for _ in range(2):
        solved = api.post(f"/api/v1/incidents/{found['id']}/solve", json={"outcome": "It works again."})
        assert (solved.status_code, solved.json()["state"]) == (200, "solved")
    cases = [api.get(f"/api/v1/cases/{one}").json() for one in found["cases"]]
    assert {case["state"] for case in cases} == {"resolved"}
    assert all(sum("It works again." in said for said in told(api, one)) == 1 for one in found["cases"])


@pytest.mark.parametrize("is_told", [True, False])
def test_whoever_was_told_and_filed_nothing_hears_when_it_is_over(
    shop: House, api: httpx.Client, is_told: bool
) -> None:
    """The notice said "you will hear from us here" to people whose complaint was only begun: they never did."""
    for n in range(5):
        shop.visitor().say(f"file the checkout says E502 for number{n}")
    shop.visitor().say("begin the checkout says E502 for number5")
    while IncidentWatch(shop.database).catch_up():
        pass
    found = the_incident(api)
    assert (len(found["cases"]), found["customers"]) == (5, 6)
    api.post(f"/api/v1/incidents/{found['id']}/confirm")
    if is_told:
        api.post(f"/api/v1/incidents/{found['id']}/tell")
    for _ in range(2):
        api.post(f"/api/v1/incidents/{found['id']}/solve")
    with shop.database.read() as conn:
        said = conn.scalars(select(messages.c.text).where(messages.c.author == "notice")).all()
    over = {shop.playbook.words(language).say("incident.over") for language in shop.playbook.languages}
    assert sum(text in over for text in said) == is_told


def test_looking_takes_one_scope_and_acting_another(shop: House, visitors: list[Visitor]) -> None:
    with shop.program(TokenScope.READ, name="reader") as reader:
        found = the_incident(reader)
        assert reader.post(f"/api/v1/incidents/{found['id']}/confirm").status_code == 403


@pytest.mark.parametrize("act", ["confirm", "tell", "solve"])
def test_an_incident_that_is_not_there_is_a_problem(api: httpx.Client, act: str) -> None:
    assert api.post(f"/api/v1/incidents/0123abcd/{act}").status_code == 404
