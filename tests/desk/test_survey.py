"""What customers say of a resolution, as colleagues see it: on the case, on their first page, and by a ring."""

from __future__ import annotations

import asyncio
import re

import pytest

from engine.timers import Timers
from storage.cases.surveys import surveys_of
from storage.staff.accounts import Role
from tests.desk.scenery import Browser, Office, said
from tests.desk.shop import act, filed, heard, shown
from tests.edges.scenery import Visitor


@pytest.fixture
def sam(place: Office) -> Browser:
    return place.at_work("sam")


def resolved(place: Office, mei: Browser, **more: str) -> tuple[Visitor, str, str]:
    visitor, page, reference = filed(place, mei)
    form = {"reference": reference, "outcome": "A new teapot was sent.", "cause": "broken in transit", **more}
    answer = act(mei, page, "resolve", **form)
    assert answer.status_code == 303
    return visitor, page, reference


def pass_by(place: Office, **time: float) -> None:
    """Time goes by, and what is due is done."""
    place.clock.pass_by(**time)
    for _ in range(6):
        asyncio.run(Timers(place.database, place.house.door.take, clock=place.clock).fire_due())


def sign_in_again(browser: Browser, login: str) -> None:
    """After so long a time nobody is signed in any more."""
    browser.http.cookies.clear()
    assert browser.sign_in(login).status_code == 303


def asked(place: Office, mei: Browser) -> tuple[Visitor, str, str]:
    visitor, page, reference = resolved(place, mei)
    pass_by(place, hours=24)
    pass_by(place, hours=1)  # what is late is not sent to everybody at once
    assert any("how it turned out" in text for _, text in heard(visitor))
    sign_in_again(mei, "mei")
    return visitor, page, reference


def test_the_answers_stand_on_the_case_and_come_to_whoever_resolved_it(place: Office, mei: Browser) -> None:
    visitor, page, reference = asked(place, mei)
    for words in ("partly", "3", "4"):
        visitor.say(words)
    assert "partly put right · outcome 3 of 5 · treatment 4 of 5" in shown(mei.get(page))
    home = shown(mei.get("/desk"))
    assert "What customers say" in home
    assert reference in home
    assert "outcome 3 of 5" in home


def test_whoever_leads_hears_of_it_and_other_agents_do_not(place: Office, mei: Browser, sam: Browser) -> None:
    place.hire("kim", Role.AGENT)
    visitor, _, _ = asked(place, mei)
    visitor.say("no")
    sign_in_again(sam, "sam")
    assert "not put right" in shown(sam.get("/desk"))
    assert "What customers say" not in shown(place.at_work("kim").get("/desk"))


def test_praise_is_for_whoever_earned_it_alone(place: Office, mei: Browser, sam: Browser) -> None:
    visitor, _, _ = asked(place, mei)
    for words in ("yes", "5", "5", "Mei was so kind <b>and</b> quick"):
        visitor.say(words)
    assert "Kind words for you" in shown(mei.get("/desk"))
    assert "&lt;b&gt;" in mei.get("/desk").text
    sign_in_again(sam, "sam")
    assert "Kind words for you" not in shown(sam.get("/desk"))


def test_what_was_seen_is_put_away_and_nobody_puts_away_what_is_not_theirs(place: Office, mei: Browser) -> None:
    place.hire("kim", Role.AGENT)
    visitor, _, reference = asked(place, mei)
    visitor.say("no")
    (key,) = re.findall(r'name="tiding" value="([^"]+)"', mei.get("/desk").text)
    place.at_work("kim").post("/desk/tidings/seen", {"tiding": key}, "/desk")
    assert reference in shown(mei.get("/desk"))
    mei.post("/desk/tidings/seen", {"tiding": key}, "/desk")
    assert "What customers say" not in shown(mei.get("/desk"))


def test_a_case_opened_again_says_why_and_its_survey_stays_beside_the_next(place: Office, mei: Browser) -> None:
    visitor, page, reference = asked(place, mei)
    visitor.say("no")
    seen = shown(mei.get(page))
    assert "it was not put right" in seen
    assert f"{reference} is open again" in seen
    act(mei, page, "claim")
    again = {"reference": reference, "outcome": "Another one.", "cause": "broken in transit"}
    assert (
        said(mei.get(act(mei, page, "resolve", **again).headers["location"])) == "Resolved. The customer has been told."
    )
    first, second = place.rows(surveys_of, reference)
    assert (first.survey.solved, first.survey.reopened_by, second.survey.solved) == ("no", "survey", "")
    assert "Follow-up to resolution 1" in shown(mei.get(page))
    assert "not asked yet" in shown(mei.get(page))


def test_what_is_promised_for_a_day_is_asked_about_after_it(place: Office, mei: Browser) -> None:
    day = (place.clock()).date().replace(year=place.clock().year + 1)
    _, _, reference = resolved(place, mei, done_by=day.isoformat())
    (asked,) = place.rows(surveys_of, reference)
    pass_by(place, days=10)
    assert place.rows(surveys_of, reference)[0].survey.asked_at is None
    assert asked.survey.resolution == 1


@pytest.mark.parametrize("day", ["2020-01-01", "tomorrow", "2026-02-31"])
def test_a_day_in_the_past_or_none_at_all_is_refused(place: Office, mei: Browser, day: str) -> None:
    visitor, page, reference = filed(place, mei)
    answer = act(mei, page, "resolve", reference=reference, outcome="Done.", cause="x", done_by=day)
    assert answer.status_code in (303, 400)
    assert not any("has been settled" in text for _, text in heard(visitor))


def test_an_answer_rings_for_whoever_resolved_it(place: Office, mei: Browser) -> None:
    visitor, _, reference = asked(place, mei)
    with mei.http.stream("GET", "/desk/inbox/stream", headers={"Accept": "text/event-stream"}) as answer:
        lines = answer.iter_lines()
        assert any("changed" in line for line in lines)
        visitor.say("no")
        told = next(line for line in lines if '"why":"result"' in line)
        assert reference in told


def test_a_case_opened_again_runs_against_new_clocks_for_somebody_else(place: Office, mei: Browser) -> None:
    """The outcome it had before keeps no promise of the new ones, and whoever gave it sees that it is not theirs."""
    visitor, page, reference = asked(place, mei)
    visitor.say("no")
    seen = shown(mei.get(page))
    assert "Outcome by" in seen
    assert 'class="kept"' not in mei.get(page).text
    assert "Earlier outcome: A new teapot was sent." in seen
    assert "You settled it before, so somebody else should look at it." in seen
    assert "Customer brought in a person: it was not put right" in seen
    assert "Private note · Bot" in seen
    assert "case opened again" in shown(mei.get("/desk/inbox?view=unassigned"))
    act(mei, page, "claim")
    act(mei, page, "resolve", reference=reference, outcome="Another one.", cause="broken in transit")
    assert "Earlier outcome" not in shown(mei.get(page))


def test_what_came_back_twice_is_a_supervisors_and_says_so(place: Office, mei: Browser, sam: Browser) -> None:
    visitor, page, reference = asked(place, mei)
    visitor.say("no")
    act(mei, page, "claim")
    act(mei, page, "resolve", reference=reference, outcome="Another one.", cause="broken in transit")
    for words in ("it broke again", "yes"):
        visitor.say(words)
    assert "a supervisor should look at it" in shown(mei.get(page))
    sign_in_again(sam, "sam")
    assert "should look at it" not in shown(sam.get(page))
