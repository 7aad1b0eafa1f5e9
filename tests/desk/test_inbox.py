"""The inbox as somebody at the desk meets it, without JavaScript."""

from __future__ import annotations

import asyncio
import re
from html import unescape
from itertools import takewhile
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from engine.upkeep.search_indexing import Indexing
from handlers.channels.base.http_events import ACCOUNT, chat_of_token
from staff.assignment import GivingOut
from storage.conversations.conversations import conversation_id
from storage.conversations.threads import find_thread
from storage.db.timestamps import to_micros
from storage.staff.accounts import Role, find_login
from storage.tables.core import threads
from tests.desk.scenery import Browser, Office, said
from tests.desk.shop import act, filed
from tests.edges.scenery import Visitor


def asks(place: Office, words: str = "My parcel AM2611180042 is late", visitor: Visitor | None = None) -> str:
    """A customer tells something and asks for a person; returns the conversation."""
    customer = visitor or place.house.visitor()
    customer.say(words)
    customer.say("a person please")
    return conversation_id("web", ACCOUNT, chat_of_token(customer.token))


def shown(answer: httpx.Response) -> list[str]:
    """The chats of a list, in its order."""
    return re.findall(r'<li id="t-([0-9a-f]{32})"', answer.text)


def together(browser: Browser, do: str, *chats: str, **more: str) -> httpx.Response:
    sent = browser.post("/desk/inbox/together", {"do": do, "chat": list(chats), "act": "form1", **more}, "/desk/inbox")
    assert sent.status_code == 303, sent.text
    return browser.get(sent.headers["location"])


def test_who_waits_is_shown_claimed_and_then_among_ones_own(place: Office, mei: Browser) -> None:
    chat = asks(place)
    assert shown(mei.get("/desk/inbox?view=unassigned")) == [chat]
    assert shown(mei.get("/desk/inbox?view=mine")) == []
    assert "Done for 1 chat." in said(together(mei, "claim", chat))
    assert shown(mei.get("/desk/inbox")) == [chat]
    assert shown(mei.get("/desk/inbox?view=unassigned")) == []


def test_a_case_on_file_that_nobody_has_is_work_for_somebody(place: Office, mei: Browser) -> None:
    """Its customer asked for no person, and waits for one all the same: the list of the unassigned was empty."""
    _visitor, page, _reference = filed(place, mei)
    act(mei, page, "hand-back")
    assert page.rpartition("/")[2] in shown(mei.get("/desk/inbox?view=unassigned"))


def test_of_several_chosen_chats_each_is_done_or_it_is_said_why_not(place: Office, mei: Browser) -> None:
    first, second = asks(place), asks(place)
    together(place.at_work("sam"), "claim", first)
    answer = together(mei, "claim", first, second)
    assert "Done for 1 chat." in said(answer)
    assert "Sam has this chat already." in said(answer)
    with place.database.read() as conn:
        thread = find_thread(conn, second)
    assert thread
    assert thread.state == "held"


def test_only_a_supervisor_assigns(place: Office, mei: Browser) -> None:
    chat = asks(place)
    who = place.rows(find_login, "mei").id
    assert "not yours" in said(together(mei, "assign", chat, to=who))
    assert "Done for 1 chat." in said(together(place.at_work("sam"), "assign", chat, to=who))
    with place.database.read() as conn:
        thread = find_thread(conn, chat)
    assert thread
    assert (thread.state, thread.agent) == ("offered", who)


def test_a_supervisor_gives_what_somebody_has_to_somebody_else_and_back_to_the_bot(place: Office, mei: Browser) -> None:
    """Of a colleague who fell ill, all chats at once. They were refused, as if only holders could."""
    first, second = asks(place), asks(place)
    together(mei, "claim", first, second)
    lin, sam = place.hire("lin", capacity=1), place.at_work("sam")
    answer = together(sam, "assign", first, second, to=lin.id)
    assert re.search("Done for 1 chat. .+: They have no room for another chat.", said(answer))
    held = {chat: place.rows(find_thread, chat) for chat in (first, second)}
    assert sorted(thread.agent for thread in held.values()) == sorted([lin.id, place.rows(find_login, "mei").id])
    assert "Done for 2 chats." in said(together(sam, "hand_back", first, second))


def test_enter_in_the_field_of_the_tag_adds_the_tag_and_claims_nothing(place: Office, mei: Browser) -> None:
    """Enter presses the first button of a form."""
    asks(place)
    form = mei.get("/desk/inbox?view=all").text.partition('id="together"')[2].partition("</form>")[0]
    assert re.findall(r'name="do" value="(\w+)"', form)[0] == "tag"
    assert "Write the tag first." in said(together(mei, "tag", *shown(mei.get("/desk/inbox?view=all")), tag=" "))


def test_a_tag_is_added_to_all_that_are_chosen_and_found_by_the_filter(place: Office, mei: Browser) -> None:
    first, second = asks(place), asks(place)
    together(mei, "tag", first, tag="VIP, really")
    assert shown(mei.get("/desk/inbox?view=all&tag=VIP++really")) == [first]
    assert set(shown(mei.get("/desk/inbox?view=all"))) == {first, second}


def test_a_chat_of_another_team_is_not_shown_and_not_to_be_claimed(place: Office) -> None:
    place.hire("lin", teams=("privacy",))
    chat = asks(place)
    lin = place.at_work("lin")
    assert shown(lin.get("/desk/inbox?view=all")) == []
    assert "not there any more" in said(together(lin, "claim", chat)), "what it is called is not told either"


def test_a_chat_is_found_by_what_was_said_in_chinese(place: Office, mei: Browser) -> None:
    chat = asks(place, "我买的电热水壶漏水")
    asks(place, "the kettle leaks")
    Indexing(place.database).catch_up()
    assert shown(mei.get("/desk/inbox?view=all&query=水壶")) == [chat]
    assert Indexing(place.database).catch_up() == 0


def test_a_view_is_kept_shown_and_dropped(place: Office, mei: Browser) -> None:
    kept = mei.post("/desk/inbox/views", {"name": "<VIP>", "query": "view=all&tag=VIP"}, "/desk/inbox")
    page = mei.get(kept.headers["location"])
    assert "&lt;VIP&gt;" in page.text
    assert "<VIP>" not in page.text
    assert "VIP" not in place.at_work("sam").get("/desk/inbox").text, "a view is one's own"
    mei.post("/desk/inbox/views/drop", {"name": "<VIP>"}, "/desk/inbox")
    assert "VIP" not in mei.get("/desk/inbox").text


@pytest.mark.parametrize(
    "query", ["view=nonsense", "sort=%01", "after=..", "query=%22%27", "state=x&due=-1", "tag=%F0%9F%99%82"]
)
def test_an_address_that_makes_no_sense_shows_a_list(mei: Browser, query: str) -> None:
    assert mei.get(f"/desk/inbox?{query}").status_code == 200


def test_a_form_of_nonsense_is_a_bad_request(place: Office, mei: Browser) -> None:
    chat = asks(place)
    sent = mei.post("/desk/inbox/together", {"do": "explode", "chat": chat, "act": "x"}, "/desk/inbox")
    assert sent.status_code == 400


def test_what_is_shown_of_a_customer_is_never_markup(place: Office, mei: Browser) -> None:
    asks(place, "My parcel is late <script>alert(1)</script> &lt;b&gt;")
    page = mei.get("/desk/inbox?view=all").text
    assert "<script>alert" not in page
    assert "<script>alert(1)" in unescape(page)


def test_the_stream_tells_of_changes_and_rings_for_ones_own_alone(place: Office, mei: Browser) -> None:
    ann = place.house.visitor()
    chat = asks(place, visitor=ann)
    together(mei, "claim", chat)
    with mei.http.stream("GET", "/desk/inbox/stream", headers=_streaming(mei)) as stream:
        events = _events(stream)
        assert next(events)[0] == "changed"
        asks(place)
        assert next(events)[0] == "changed"
        ann.say("are you there?")
        heard = [next(events), next(events)]
    assert [name for name, _ in heard] == ["changed", "mine"]
    assert '"why":"wrote"' in heard[1][1]
    assert chat in heard[1][1]


def test_what_somebody_did_not_take_themselves_rings_and_what_they_took_does_not(place: Office, mei: Browser) -> None:
    """A chat that a colleague passed on came without a sound, if its customer was not the last who wrote."""
    ann = place.house.visitor()
    chat = asks(place, visitor=ann)
    sam, mine = place.at_work("sam"), place.rows(find_login, "mei").id
    together(sam, "claim", chat)
    act(sam, f"/desk/chats/{chat}", "reply", text="I am looking for your parcel.")
    with mei.http.stream("GET", "/desk/inbox/stream", headers=_streaming(mei)) as stream:
        events = _events(stream)
        assert next(events)[0] == "changed"
        act(sam, f"/desk/chats/{chat}", "transfer", to=f"staff:{mine}")
        heard = [next(events), next(events)]
        assert [name for name, _ in heard] == ["changed", "mine"]
        assert '"why":"passed"' in heard[1][1]
        together(mei, "claim", asks(place))
        ann.say("thank you")
        heard = list(takewhile(lambda one: '"why":"wrote"' not in one[1] or chat not in one[1], events))
    assert not [one for one in heard if one[0] == "mine"], heard


def test_what_rang_while_the_line_was_cut_rings_when_it_is_back(place: Office, mei: Browser) -> None:
    ann = place.house.visitor()
    chat = asks(place, visitor=ann)
    together(mei, "claim", chat)
    with mei.http.stream("GET", "/desk/inbox/stream", headers=_streaming(mei)) as stream:
        number = next(line[4:] for line in stream.iter_lines() if line.startswith("id: "))
    ann.say("are you there?")
    for heard, rings in ((number, ["changed", "mine"]), ("", ["changed"])):
        again = {**_streaming(mei), "Last-Event-ID": heard}
        with mei.http.stream("GET", "/desk/inbox/stream", headers=again) as stream:
            found = list(takewhile(lambda line: not line.startswith("id: "), stream.iter_lines()))
        assert [line[7:] for line in found if line.startswith("event: ")] == rings


def test_a_chat_that_was_put_aside_rings_when_its_time_has_come(place: Office, mei: Browser) -> None:
    chat = asks(place)
    together(mei, "claim", chat)
    act(mei, f"/desk/chats/{chat}", "snooze", until="1h")
    with mei.http.stream("GET", "/desk/inbox/stream", headers=_streaming(mei)) as stream:
        events = _events(stream)
        assert next(events)[0] == "changed"
        _set(place, chat, state="held", snoozed_until=0)
        assert next(events)[0] == "changed"
        assert '"why":"woken"' in next(events)[1]


@pytest.mark.parametrize(("level", "hears"), [(1, ["lea"]), (2, ["lea", "sam"])])
def test_a_chat_that_nobody_takes_rings_for_the_lead_then_for_every_supervisor(
    place: Office, level: int, hears: list[str]
) -> None:
    """It came to them, and unless they were free to be offered it, they did not know."""
    place.hire("lea", Role.SUPERVISOR, teams=("care",))
    chat = asks(place)
    for login in ("mei", "lea", "sam"):
        browser = place.at_work(login)
        _set(place, chat, level=0, team="care")
        with browser.http.stream("GET", "/desk/inbox/stream", headers=_streaming(browser)) as stream:
            events = _events(stream)
            assert next(events)[0] == "changed"
            _set(place, chat, level=level)
            assert next(events)[0] == "changed"
            asks(place)
            name, data = next(events)
        assert (name == "mine" and '"why":"waits"' in data and chat in data) == (login in hears)
    assert "waits for a supervisor" in browser.get("/desk/inbox?view=unassigned").text


def test_whoever_is_taken_for_away_sees_it_where_they_are(place: Office, mei: Browser) -> None:
    """They went on believing that they were available, and no chat came."""
    mei.post("/desk/presence", {"presence": "available"}, "/desk")
    with mei.http.stream("GET", "/desk/inbox/stream", headers=_streaming(mei)) as stream:
        events = _events(stream)
        place.clock.pass_by(minutes=11)
        asyncio.run(GivingOut(place.database, place.desk.door.take, place.clock).give_out())
        asks(place)
        assert ("presence", "away") in (next(events), next(events))


@pytest.mark.parametrize(("level", "hears"), [(1, ["mei"]), (2, ["mei", "lea"]), (3, ["mei", "lea", "sam"])])
def test_a_promise_that_comes_close_rings_for_its_owner_then_the_lead_then_every_supervisor(
    place: Office, mei: Browser, level: int, hears: list[str]
) -> None:
    place.hire("lea", Role.SUPERVISOR, teams=("care",)) if not place.rows(find_login, "lea") else None
    chat = asks(place)
    together(mei, "claim", chat)
    with place.database.write() as conn:
        conn.execute(update(threads).where(threads.c.conversation_id == chat).values(team="care"))
    for login in ("mei", "lea", "sam"):
        _warn(place, chat, 0)
        browser = place.at_work(login)
        with browser.http.stream("GET", "/desk/inbox/stream", headers=_streaming(browser)) as stream:
            events = _events(stream)
            assert next(events)[0] == "changed"
            _warn(place, chat, level)
            assert next(events)[0] == "changed"
            asks(place)
            name, data = next(events)
        assert (name == "mine" and '"why":"promise"' in data and chat in data) == (login in hears)
    assert "promise comes close" in mei.get("/desk/inbox?view=mine").text


def _warn(place: Office, chat: str, level: int) -> None:
    _set(place, chat, alert=level)


def _set(place: Office, chat: str, **changed: Any) -> None:
    """As a turn would leave the chat's row."""
    changed["changed_at"] = to_micros(place.clock())
    with place.database.write() as conn:
        conn.execute(update(threads).where(threads.c.conversation_id == chat).values(**changed))


def _streaming(browser: Browser) -> dict[str, str]:
    return {"Accept": "text/event-stream", "Origin": str(browser.http.base_url).rstrip("/")}


def _events(stream: httpx.Response) -> Any:
    name = ""
    for line in stream.iter_lines():
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            yield name, line[6:]
