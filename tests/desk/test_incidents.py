"""Incidents at the desk: a bar above the inbox, and a page on which one is confirmed, told and solved."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select

from engine.upkeep.incident_watch import IncidentWatch
from storage.incidents import incidents
from storage.tables.core import messages
from tests.desk.scenery import Browser, Office

NOTICE = "The checkout fails; we are on it."


@pytest.fixture
def page(place: Office) -> str:
    """The page of an incident: five customers have begun to complain of the same code."""
    for n in range(5):
        place.house.visitor().say(f"The checkout shows error E502 when I pay, this is try {n + 2} of mine today")
    watch = IncidentWatch(place.house.database)
    while watch.catch_up():
        pass
    with place.house.database.read() as conn:
        (found,) = incidents.listed(conn)
    return f"/desk/incidents/{found.id}"


@pytest.fixture
def sam(place: Office) -> Browser:
    return place.at_work("sam")


def told(place: Office) -> int:
    with place.house.database.read() as conn:
        return list(conn.scalars(select(messages.c.text).where(messages.c.author == "notice"))).count(NOTICE)


def test_a_supervisor_sees_a_possible_incident_above_the_inbox_and_an_agent_does_not(
    place: Office, page: str, sam: Browser, mei: Browser
) -> None:
    assert re.search(r"Possible incident: 5 people since", unescape(sam.get("/desk/inbox").text))
    assert page in sam.get("/desk/inbox").text
    assert page not in mei.get("/desk/inbox").text
    assert mei.get(page).status_code == 403


def test_it_is_confirmed_and_told_to_everybody_but_those_who_were_put_out(
    place: Office, page: str, sam: Browser
) -> None:
    members = re.findall(r'name="member" value="([0-9a-f]{32}/0)"', sam.get(page).text)
    assert len(members) == 5
    sam.post(f"{page}/member", {"member": members[0]}, page)
    notices = {f"notice.{code}": NOTICE for code in ("en", "zh", "es")}
    sam.post(f"{page}/confirm", {"title": "Checkout", **notices}, page)
    assert "Confirmed" in sam.get(page).text
    for _ in range(2):
        sam.post(f"{page}/tell", {}, page)
    assert told(place) == 4


def test_nothing_is_told_before_it_is_confirmed(place: Office, page: str, sam: Browser) -> None:
    answer = sam.post(f"{page}/tell", {}, page)
    assert "cannot be done" in sam.get(answer.headers["location"]).text
    assert told(place) == 0


def test_an_incident_that_is_not_there_is_not_found(place: Office, sam: Browser) -> None:
    assert sam.get("/desk/incidents/0123abcd").status_code == 404
