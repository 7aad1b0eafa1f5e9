"""Passing a chat on and putting it aside: what the forms say, and what they mean when Enter is pressed."""

from __future__ import annotations

import re

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


def test_a_time_of_ones_own_has_a_form_of_its_own(place: Office, mei: Browser) -> None:
    """Enter presses the first button of a form: a chat was put aside for an hour and not until the time typed."""
    _, page = taken(place, mei)
    forms = re.findall(r'<form action="[^"]*/snooze".*?</form>', mei.get(page).text, re.DOTALL)
    assert [re.findall(r'name="until" value="(\w+)"', form) for form in forms if 'name="own"' in form] == [["own"]]
