"""The register of privacy requests: supervisors see what is due and close it; a refusal has its reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert

from dialogs.flows.effects import OpenRequest
from storage.db.timestamps import to_micros
from storage.privacy.requests import list_requests, row_of
from storage.tables.security import privacy_requests
from tests.desk.scenery import Browser, Office


@pytest.fixture
def sam(place: Office) -> Browser:
    return place.at_work("sam")


def asked(place: Office, reference: str = "P-2611-00000001") -> None:
    now = place.clock()
    row = row_of("a" * 32, OpenRequest(reference, "rights_erase", now + timedelta(days=15)), to_micros(now))
    with place.database.write() as conn:
        conn.execute(insert(privacy_requests), row)


def test_a_supervisor_sees_what_is_asked_and_by_when(place: Office, sam: Browser) -> None:
    asked(place)
    page = sam.get("/desk/privacy").text
    assert "P-2611-00000001" in page
    assert "delete the data" in page


def test_an_agent_does_not(place: Office, mei: Browser) -> None:
    assert mei.get("/desk/privacy").status_code == 403


def test_a_refusal_needs_a_reason_and_what_is_closed_stays_closed(place: Office, sam: Browser) -> None:
    asked(place)
    sam.get("/desk/privacy")
    sam.post("/desk/privacy/P-2611-00000001", {"outcome": "refused"})
    assert place.rows(list_requests)[0].closed_at is None
    sam.post("/desk/privacy/P-2611-00000001", {"outcome": "refused", "reason": "kept for a court"})
    (closed,) = place.rows(list_requests)
    assert (closed.outcome, closed.reason) == ("refused", "kept for a court")
    assert sam.post("/desk/privacy/P-2611-00000001", {"outcome": "granted"}).status_code == 404
