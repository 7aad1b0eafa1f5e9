"""Streams of the desk: cut off with the session, closed to other sites, and ended with the server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager

import httpx
import pytest
from fastapi import APIRouter
from starlette.types import ASGIApp

from handlers.desk import event_streams as streams
from handlers.desk.event_streams import event, live
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from staff.rights import needs
from storage.staff.accounts import Role
from tests.desk import scenery
from tests.desk.conftest import OpenOffice
from tests.desk.scenery import PASSWORD, Browser, Office

PATH = "/desk/numbers"


async def numbers(visit: Visit) -> ASGIApp:
    """A page of a stream: two numbers, from after the last one seen."""
    seen = int(visit.request.headers.get("last-event-id", "0"))

    async def look() -> bytes:
        nonlocal seen
        seen += 1
        return event("number", f"{seen}\nof two", seen) if seen <= 2 else b""

    return live(visit, look, asyncio.Event())


@pytest.fixture
def place(open_office: OpenOffice, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office with one page more, whose streams ask often whether they may go on."""
    monkeypatch.setattr(streams, "CHECKED", 0.1)
    whole = scenery.router

    def with_stream(desk: object) -> APIRouter:
        pages = Pages(desk)  # type: ignore[arg-type]
        pages.get(PATH, numbers, needs(Role.AGENT))
        pages.router.include_router(whole(desk))  # type: ignore[arg-type]
        return pages.router

    monkeypatch.setattr(scenery, "router", with_stream)
    opened = open_office()
    opened.hire("mei")
    return opened


def listening(place: Office, browser: Browser, **headers: str) -> AbstractContextManager[httpx.Response]:
    asked = {"Accept": "text/event-stream", "Origin": place.house.address, **headers}
    return browser.http.stream("GET", PATH, headers=asked)


def lines(answer: httpx.Response) -> Iterator[str]:
    return (line for line in answer.iter_lines() if line and not line.startswith((":", "retry")))


def test_a_stream_tells_what_is_new_from_where_the_reader_left_off(place: Office) -> None:
    mei = place.at_work("mei")
    with listening(place, mei) as answer:
        said = lines(answer)
        assert [next(said) for _ in range(4)] == ["event: number", "id: 1", "data: 1", "data: of two"]
        assert answer.headers["content-type"].startswith("text/event-stream")
    with listening(place, mei, **{"Last-Event-ID": "1"}) as answer:
        said = lines(answer)
        assert [next(said) for _ in range(2)] == ["event: number", "id: 2"]


def test_a_stream_ends_with_its_session(place: Office) -> None:
    mei = place.at_work("mei")
    with listening(place, mei) as answer:
        said = lines(answer)
        for _ in range(8):
            next(said)
        ended = place.at_work("mei").post("/desk/account/sessions/end-others", {"password": PASSWORD}, "/desk")
        assert ended.status_code == 303
        assert next(said) == "event: signed-out"
        assert list(said) == ["data: "]
    assert not place.desk.streams, "nobody is counted who has gone"


def test_another_site_and_nobody_at_all_hear_nothing(place: Office) -> None:
    mei = place.at_work("mei")
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        with listening(place, mei, **headers) as answer:
            assert answer.status_code == 403
    with listening(place, place.browser()) as answer:
        assert answer.status_code == 401


def test_one_person_has_so_many_streams_and_no_more(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "STREAMS", 1)
    mei = place.at_work("mei")
    with listening(place, mei) as first:
        said = lines(first)
        next(said)
        with listening(place, mei) as second:
            assert second.status_code == 429


def test_listening_is_no_clicking_and_keeps_no_session_alive(place: Office) -> None:
    mei = place.at_work("mei")
    place.clock.pass_by(minutes=100)
    with listening(place, mei) as answer:
        next(lines(answer))
    place.clock.pass_by(minutes=30)
    assert not mei.is_in()


def test_lines_of_an_event_cannot_become_fields() -> None:
    assert event("x", "a\nid: 9\r\nevent: y") == b"event: x\ndata: a\ndata: id: 9\ndata: event: y\n\n"
    assert event("x", "", 4) == b"event: x\nid: 4\ndata: \n\n"


def test_what_only_python_calls_a_line_end_cuts_nobodys_words() -> None:
    assert event("x", "one\u2028two\x85\x0b\x0c\x1c").decode() == "event: x\ndata: one\u2028two\x85\x0b\x0c\x1c\n\n"
