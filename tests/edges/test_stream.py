"""The event stream: every message once and in order, however often the line is cut."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from dialogs.flows.events import Event, Said
from handlers.channels.base import http_events
from handlers.http.limits import Limits
from storage.db.errors import Unavailable
from storage.db.timestamps import utc_now
from storage.staff.tokens import TokenScope
from tests.edges.conftest import OpenHouse
from tests.edges.scenery import House, Visitor, messages


def seqs(found: list[dict[str, object]]) -> list[int]:
    return [int(str(event["id"])) for event in found]


def test_a_reader_gets_what_was_said_before_and_what_comes(house: House, visitor: Visitor) -> None:
    visitor.say("one")
    with visitor.following() as stream:
        assert [event["data"]["text"] for event in messages(stream, 2)] == ["one", "1 one"]
        posting = threading.Thread(target=lambda: house_visitor(house, visitor).say("two"))
        posting.start()
        assert [event["data"]["text"] for event in messages(stream, 2)] == ["two", "2 two"]
        posting.join()


def test_a_message_on_the_stream_is_the_one_of_the_answer(house: House, visitor: Visitor) -> None:
    answered = visitor.say("offer")
    with visitor.following() as stream:
        assert [event["data"] for event in messages(stream, 3)] == answered


def test_two_tabs_see_the_same(house: House, visitor: Visitor) -> None:
    other = house_visitor(house, visitor)
    with visitor.following(0) as left, other.following(0) as right:
        house_visitor(house, visitor).say("hello")
        assert messages(left, 2) == messages(right, 2)


def test_a_stream_cut_fifty_times_has_no_gap_and_no_double(house: House, visitor: Visitor) -> None:
    chance, seen, writer = random.Random(7), [], house_visitor(house, visitor)
    posting = threading.Thread(target=lambda: [writer.say(f"m{n}", id=f"m{n}") for n in range(150)])
    posting.start()
    for _ in range(50):
        with visitor.following(seen[-1] if seen else 0) as stream:
            seen += seqs(messages(stream, chance.randint(1, 5)))
    posting.join()
    with visitor.following(seen[-1]) as stream:
        seen += seqs(messages(stream, 300 - len(seen)))
    assert seen == list(range(1, 301))


def test_many_chats_at_once_never_mix(house: House) -> None:
    def chat(name: int) -> bool:
        writer = house.visitor()
        with house_visitor(house, writer).following(0) as stream:
            for n in range(5):
                writer.say(f"{name}-{n}")
            return all(f"{name}-" in event["data"]["text"] for event in messages(stream, 10))

    with ThreadPoolExecutor(12) as pool:
        assert all(pool.map(chat, range(24)))


@pytest.mark.timed
def test_a_turn_taken_by_another_process_is_found_soon(house: House, visitor: Visitor) -> None:
    visitor.say("here")
    with visitor.following() as stream:
        messages(stream, 2)
        for watching in house.door._watchers.values():
            watching.clear()  # as if the next turn were taken by another process
        house_visitor(house, visitor).say("there")
        begun = time.monotonic()
        assert messages(stream, 1)[0]["data"]["text"] == "there"
        assert time.monotonic() - begun < 1.5


def test_a_stream_outlives_a_database_that_goes_away(
    house: House, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise Unavailable("gone")

    with visitor.following(0) as stream:
        with monkeypatch.context() as patched:
            patched.setattr(house.database.reader, "connect", away)
            house_visitor(house, visitor).say("hello")
            time.sleep(0.5)
        assert seqs(messages(stream, 2)) == [1, 2]


def test_a_reader_sees_that_an_answer_is_being_written(
    house: House, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    take, hold = house.door.take, threading.Event()

    async def slow(event: Event) -> object:
        await asyncio.to_thread(hold.wait)
        return await take(event)

    monkeypatch.setattr(house.door, "take", slow)
    posting = threading.Thread(target=lambda: house_visitor(house, visitor).say("hello"))
    with visitor.following() as stream:
        posting.start()
        assert next(stream) == {"event": "typing", "data": {"on": True}}
        hold.set()
        kinds = [(event["event"], event["data"].get("on")) for _, event in zip(range(3), stream, strict=False)]
        assert ("typing", False) in kinds
        assert kinds.count(("message", None)) >= 1
        posting.join()


def test_a_quiet_stream_is_pinged(open_house: OpenHouse) -> None:
    visitor = open_house(limits=Limits(ping=0.3, poll=0.1)).visitor()
    with visitor.following() as stream:
        assert [next(stream), next(stream)] == [{"comment": "ping"}] * 2


def test_the_ninth_tab_is_told_and_a_closed_one_makes_room_at_once(house: House, visitor: Visitor) -> None:
    clients = [house_visitor(house, visitor) for _ in range(8)]
    open_tabs = [client.following(0) for client in clients]
    for tab in open_tabs:
        tab.__enter__()
    refused = visitor.http.get("/chat/stream", headers=visitor.headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_tabs")
    open_tabs.pop().__exit__(None, None, None)
    clients.pop().http.close()
    time.sleep(0.3)
    with visitor.following(0):
        pass
    for tab in open_tabs:
        tab.__exit__(None, None, None)


@pytest.mark.timed
def test_streams_end_at_once_when_the_server_stops(open_house: OpenHouse) -> None:
    house = open_house()
    visitor = house.visitor()
    visitor.say("hello")
    with visitor.following(0) as stream:
        messages(stream, 2)
        assert house.server is not None
        begun = time.monotonic()
        house.server.should_exit = True
        assert list(stream) == []
        assert time.monotonic() - begun < 1.0


def test_nothing_is_left_behind_by_readers_who_went_away(open_house: OpenHouse) -> None:
    house = open_house()
    for _ in range(30):
        visitor = house.visitor()
        with visitor.following(0):
            pass
        visitor.http.close()
    time.sleep(0.5)
    with house.program(TokenScope.METRICS, name="prometheus") as http:
        assert "amends_streams_open 0.0" in http.get("/metrics").text
    assert not house.door._watchers


@pytest.mark.parametrize("cursor", ["-1", "abc", "1e3", "9" * 30, "１"])
def test_a_cursor_that_is_none_is_refused(visitor: Visitor, cursor: str) -> None:
    answer = visitor.http.get("/chat/stream", params={"after": cursor}, headers=visitor.headers)
    assert answer.status_code == 400


def test_a_very_long_chat_begins_with_its_newest_part(house: House, visitor: Visitor) -> None:
    chat = http_events.chat_of_token(visitor.token)

    async def fill() -> None:
        for n in range(300):
            await house.door.take(Event(f"e{n}", "web", "default", chat, utc_now(), Said(f"m{n}")))

    fill_in(house, fill)
    with visitor.following() as stream:
        assert seqs(messages(stream, 500)) == list(range(101, 601))


def fill_in(house: House, work: Callable[[], Coroutine[None, None, None]]) -> None:
    """Run a coroutine function on the server's loop."""
    loop = house.door._loop
    if loop is None:
        house.visitor().say("wake")
        loop = house.door._loop
    assert loop is not None
    asyncio.run_coroutine_threadsafe(work(), loop).result(30)


def house_visitor(house: House, visitor: Visitor) -> Visitor:
    """The same customer in another tab."""
    return Visitor(httpx.Client(base_url=house.address, timeout=20), visitor.token)


def test_one_address_elsewhere_has_not_all_the_streams(open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens cost nothing to make: fifty chats of one peer must not shut out everybody else."""
    house = open_house(limits=Limits(poll=0.2, streams_per_peer=2))
    monkeypatch.setattr("handlers.channels.web.routes.is_loopback", lambda _: False)
    with house.visitor().following(), house.visitor().following():
        third = house.visitor()
        assert third.http.get("/chat/stream", headers=third.headers).status_code == 429
        monkeypatch.setattr("handlers.channels.web.routes.is_loopback", lambda _: True)
        with third.following():
            pass


def test_streams_count_for_the_rate_of_their_address(open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    house = open_house(limits=Limits(streams_per_peer=0, peer_burst=3, peer_rate=0.001))
    monkeypatch.setattr("handlers.channels.web.routes.is_loopback", lambda _: False)
    visitors = [house.visitor() for _ in range(4)]
    answers = [each.http.get("/chat/stream", headers=each.headers).json()["error"]["code"] for each in visitors]
    assert answers == ["too_busy"] * 3 + ["too_many"]
