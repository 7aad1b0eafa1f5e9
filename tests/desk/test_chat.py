"""What is done in a chat, and what is refused, by plain forms over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dialogs.playbooks.playbook import Playbook
from storage.staff import Role
from tests.desk.scenery import Browser
from tests.desk.scenery import said as told
from tests.desk.shop import Shop, act, said, shop, shown


@pytest.fixture(scope="module")
def busy(playbook: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with shop(tmp_path_factory.mktemp("shop"), playbook) as opened:
        for login, role in (("mei", Role.AGENT), ("wang", Role.AGENT), ("sam", Role.SUPERVISOR)):
            opened.hire(login, role, capacity=1000)
        yield opened


@pytest.fixture(scope="module")
def mei(busy: Shop) -> Browser:
    return busy.at_work("mei")


@pytest.fixture(scope="module")
def wang(busy: Shop) -> Browser:
    return busy.at_work("wang")


@pytest.fixture(scope="module")
def sam(busy: Shop) -> Browser:
    return busy.at_work("sam")


def test_the_page_shows_the_story_and_who_has_the_chat(busy: Shop, mei: Browser) -> None:
    _, page = busy.waiting()
    words = shown(mei.get(page))
    assert "The teapot I ordered arrived broken" in words
    assert "Nobody has this chat yet." in words
    assert "they want a person" in words
    assert "AM2611180042" in words
    assert "Refund" in words
    assert "Send to the customer" not in words


def test_a_claimed_chat_is_answered_by_name(busy: Shop, mei: Browser) -> None:
    customer, page = busy.waiting()
    assert act(mei, page, "claim").status_code == 303
    assert act(mei, page, "reply", text="Good morning, I am looking into it.").status_code == 303
    assert said(customer)[-1] == ("Mei", "Good morning, I am looking into it.")
    words = shown(mei.get(page))
    assert "You have this chat." in words
    assert "Mei took the chat" in words


def test_who_comes_second_is_told_who_was_first(busy: Shop, mei: Browser, wang: Browser) -> None:
    _, page = busy.waiting()
    act(wang, page, "claim")
    answer = act(mei, page, "claim")
    assert told(mei.http.get(answer.headers["location"])) == "Wang has this chat."


def test_only_the_holder_writes_to_the_customer(busy: Shop, mei: Browser, wang: Browser) -> None:
    customer, page = busy.waiting()
    act(wang, page, "claim")
    answer = act(mei, page, "reply", text="from me too")
    assert answer.status_code == 403
    assert "Wang has this chat." in answer.text
    assert all(text != "from me too" for _, text in said(customer))
