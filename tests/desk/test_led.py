"""What the bot leads: seen by whoever may take it, read, and taken over in the middle of a complaint."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from dialogs.playbooks.playbook import Playbook
from storage.audit.reading import happenings
from storage.conversations.bot_chats import led_chats, led_query
from storage.staff.accounts import Role, find_login
from tests.desk.scenery import Browser, Office, office
from tests.desk.shop import act, heard, id_of, page_of, shown, waiting
from tests.edges.scenery import Visitor

STORY = "The kettle AM2611180042 broke on the first day"


@pytest.fixture(scope="module")
def place(playbook: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office"), playbook) as opened:
        opened.hire("mei", capacity=100)
        opened.hire("sam", Role.SUPERVISOR, capacity=100)
        opened.hire("cora", Role.SUPERVISOR, teams=("payments",))
        opened.hire("dana", Role.SUPERVISOR, teams=("product",))
        yield opened


@pytest.fixture(scope="module")
def mei(place: Office) -> Browser:
    return place.at_work("mei")


@pytest.fixture(scope="module")
def sam(place: Office) -> Browser:
    return place.at_work("sam")


def telling(place: Office, *words: str) -> Visitor:
    """A customer in the middle of their complaint."""
    visitor = place.house.visitor()
    for each in words or (STORY,):
        visitor.say(each, language="en")
    return visitor


def is_listed(browser: Browser, visitor: Visitor) -> bool:
    return f'id="led-{id_of(visitor)}"' in browser.get("/desk/led").text


def test_a_supervisor_reads_what_the_bot_takes_down_and_takes_it_over(place: Office, sam: Browser) -> None:
    """The bot is silent from then on: nothing that the customer writes is answered by it."""
    visitor = telling(place)
    page = page_of(visitor)
    assert is_listed(sam, visitor)
    assert STORY in shown(sam.get("/desk/led"))
    words = shown(sam.get(page))
    assert STORY in words
    assert "The bot has this chat." in words
    assert act(sam, page, "pull").headers["location"] == page
    before = len(heard(visitor))
    visitor.say("Yes, it is the blue one")
    visitor.say("hello?")
    assert {who for who, _ in heard(visitor)[before:]} == {"customer"}
    assert "You have this chat." in shown(sam.get(page))
    assert not is_listed(sam, visitor)
    assert "pulled" in [one.action for one in place.rows(happenings, id_of(visitor))]
    assert act(sam, page, "reply", text="I am here now.").status_code == 303
    assert heard(visitor)[-1] == ("Sam", "I am here now.")


def test_an_agent_neither_sees_nor_takes_what_nobody_is_needed_in(place: Office, mei: Browser) -> None:
    visitor = telling(place)
    assert mei.get("/desk/led").status_code == 403
    assert mei.begin("/desk/led/events").status_code == 403
    assert "/desk/led" not in mei.get("/desk/inbox").text
    page = page_of(visitor)
    for path in (page, f"{page}/side", f"{page}/events"):
        assert mei.begin(path).status_code == 404, path
    for what in ("claim", "note", "reply", "slot", "tags", "file", "snooze"):
        assert act(mei, page, what, text="x").status_code == 404, what
    assert act(mei, page, "pull").status_code == 403


def test_a_supervisor_of_another_team_does_not_see_it_once_it_is_known_what_it_is_about(place: Office) -> None:
    visitor, cora, dana = (
        telling(place, "My blender broke after two days"),
        place.at_work("cora"),
        place.at_work("dana"),
    )
    assert (is_listed(cora, visitor), is_listed(dana, visitor)) == (False, True)
    for path in ("", "/side", "/events"):
        assert cora.begin(page_of(visitor) + path).status_code == 404, path
        assert dana.begin(page_of(visitor) + path).status_code == 200, path
    assert act(cora, page_of(visitor), "pull").status_code == 404


def test_a_supervisor_gives_what_the_bot_leads_to_somebody(place: Office, sam: Browser, mei: Browser) -> None:
    visitor = telling(place)
    to = place.rows(find_login, "mei").id
    assert act(sam, page_of(visitor), "assign", to=f"staff:{to}").status_code == 303
    assert "This chat is offered to you." in shown(mei.get(page_of(visitor)))


def test_who_waits_for_a_person_and_who_only_said_hello_are_not_with_the_bot(place: Office, sam: Browser) -> None:
    waits, _ = waiting(place)
    greets = telling(place, "hello")
    assert not is_listed(sam, waits)
    assert not is_listed(sam, greets)
    assert sam.get(page_of(greets)).status_code == 404


def test_the_list_is_told_anew_when_somebody_begins(place: Office, sam: Browser) -> None:
    first = telling(place)
    with sam.http.stream("GET", "/desk/led/events", headers={"accept": "text/event-stream"}) as stream:
        lines = stream.iter_lines()
        _until(lines, f"led-{id_of(first)}")
        second = telling(place)
        _until(lines, f"led-{id_of(second)}")


def _until(lines: Iterator[str], words: str) -> None:
    assert any(words in line for line in lines)


def test_what_a_customer_tells_the_bot_is_never_markup(place: Office, sam: Browser) -> None:
    telling(place, "My parcel AM2611180042 is late <script>alert(1)</script>")
    assert "<script>alert" not in sam.get("/desk/led").text


def test_they_are_found_by_their_timers_and_not_among_all_chats(place: Office) -> None:
    telling(place)
    with place.database.read() as conn:
        assert led_chats(conn)
        asked = str(led_query().compile(conn, compile_kwargs={"literal_binds": True}))
        plan = "\n".join(str(tuple(row)) for row in conn.execute(text(f"EXPLAIN QUERY PLAN {asked}")))
    assert "SCAN conversations" not in plan, plan
    assert "ix_timers_drafts" in plan, plan
