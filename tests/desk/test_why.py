"""Why a message was understood as it was, shown to whoever answers it."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape

import pytest

from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from storage.staff.accounts import Role
from tests.desk.scenery import Browser, Office, office
from tests.desk.shop import waiting

TOLD = "The teapot arrived broken and it burnt my hand. I want a refund, no wait, an exchange. Order AM2611180042"


@pytest.fixture(scope="module")
def place(playbook: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    explain = LocalUnderstanding(playbook).explain
    with office(tmp_path_factory.mktemp("office"), playbook, explain=explain) as opened:
        opened.hire("mei", Role.AGENT, capacity=1000)
        opened.hire("lena", teams=("logistics",), capacity=1000)
        yield opened


@pytest.fixture(scope="module")
def mei(place: Office) -> Browser:
    return place.at_work("mei")


def test_beside_a_customers_message_stands_why_it_was_understood_so(place: Office, mei: Browser) -> None:
    _, page = waiting(place, TOLD)
    assert f"{page}/why/1" in mei.get(page).text
    shown = unescape(mei.get(f"{page}/why/1").text)
    assert TOLD in shown
    for words in ("a complaint", "burnt my hand", "AM2611180042", "an exchange", "decided"):
        assert words in shown


def test_it_is_told_in_the_readers_own_language(place: Office, mei: Browser) -> None:
    _, page = waiting(place, TOLD)
    chinese = place.at_work("mei")
    chinese.post("/desk/language", {"language": "zh"})
    shown = chinese.get(f"{page}/why/1").text
    assert "为什么这样理解" in shown
    assert "投诉" in shown


@pytest.mark.parametrize("seq", ["2", "0", "999", "x", "１", "-1"])
def test_what_no_customer_wrote_is_not_explained(place: Office, mei: Browser, seq: str) -> None:
    _, page = waiting(place, TOLD)
    assert mei.get(f"{page}/why/{seq}").status_code == 404


def test_who_may_not_see_the_chat_does_not_see_why(place: Office) -> None:
    _, page = waiting(place, TOLD)
    seen = place.at_work("lena").get(f"{page}/why/1")
    assert seen.status_code == 403
    assert "teapot" not in seen.text
