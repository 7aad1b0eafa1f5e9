"""Having a chat: what it takes to pass it on, put it aside and write in it, and what Enter means in its forms."""

from __future__ import annotations

import re

from handlers.channels.base.http_events import chat_of_token
from tests.desk.conftest import OpenOffice
from tests.desk.scenery import Browser, Office, said
from tests.desk.shop import act, taken


def test_whoever_passes_a_chat_to_somebody_who_is_full_is_told_whose_hands_are(place: Office, mei: Browser) -> None:
    """They were told to hand back one of their own first."""
    _, page = taken(place, mei)
    lin = place.hire("lin", capacity=0)
    assert (
        said(mei.get(act(mei, page, "transfer", to=f"staff:{lin.id}").headers["location"]))
        == "They have no room for another chat."
    )


def test_a_customer_on_another_channel_is_shown_that_the_holder_writes_and_nobody_else(open_office: OpenOffice) -> None:
    shown: list[tuple[str, str]] = []
    place = open_office(typing={"web": lambda account, chat: shown.append((account, chat))})
    place.hire("mei")
    place.hire("wang")
    mei, wang = place.at_work("mei"), place.at_work("wang")
    customer, page = taken(place, mei)
    wang.post(f"{page}/writing", {}, page)
    assert not shown
    mei.post(f"{page}/writing", {}, page)
    assert shown == [("default", chat_of_token(customer.token))]


def test_a_complaint_began_when_it_was_begun_whoever_has_done_what_since(place: Office, mei: Browser) -> None:
    """Once somebody had the chat, it had always begun a second ago."""
    visitor, page = taken(place, mei)
    place.clock.pass_by(minutes=40)
    visitor.say("are you there?")
    begun = re.search(r"<dt>Begun</dt><dd>.*?>([^<]+)</time>", mei.get(page).text)
    assert begun
    assert begun[1] == "40 minutes ago"


def test_a_time_of_ones_own_has_a_form_of_its_own(place: Office, mei: Browser) -> None:
    """Enter presses the first button of a form: a chat was put aside for an hour and not until the time typed."""
    _, page = taken(place, mei)
    forms = re.findall(r'<form action="[^"]*/snooze".*?</form>', mei.get(page).text, re.DOTALL)
    assert [re.findall(r'name="until" value="(\w+)"', form) for form in forms if 'name="own"' in form] == [["own"]]
