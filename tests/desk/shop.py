"""The desk in a shop: customers who wait on the web page, and what colleagues do in their chats."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import uuid4

import httpx

from handlers.channels.base import http_events
from handlers.channels.web.routes import CHANNEL
from storage.conversations.conversations import conversation_id
from tests.desk.scenery import Browser, Office, said
from tests.edges.scenery import Visitor

BROKEN = "The teapot I ordered arrived broken. I want a refund. My order is AM2611180042"
STORY = ("The teapot arrived broken", "Faulty or poor quality")


def waiting(place: Office, *words: str) -> tuple[Visitor, str]:
    """A customer who told their story and asked for a person, and the address of their chat's page."""
    visitor = place.house.visitor()
    for text in (*(words or (BROKEN,)), "I want to talk to a person"):
        visitor.say(text, language="en")
    return visitor, page_of(visitor)


def taken(place: Office, browser: Browser) -> tuple[Visitor, str]:
    """The same, and somebody has taken the chat."""
    visitor, page = waiting(place)
    assert act(browser, page, "claim").status_code == 303
    return visitor, page


def filed(place: Office, browser: Browser) -> tuple[Visitor, str, str]:
    """A chat that somebody has, with its complaint on file under the reference that comes last."""
    visitor, page = taken(place, browser)
    act(browser, page, "slot", slot="category", value="product_quality")
    act(browser, page, "file")
    return visitor, page, references(browser.get(page))[0]


def references(answer: httpx.Response) -> list[str]:
    """The references that a page names, each once."""
    return list(dict.fromkeys(re.findall(r"C-\d{4}-\d{6}", answer.text)))


def id_of(visitor: Visitor) -> str:
    return conversation_id(CHANNEL, http_events.ACCOUNT, http_events.chat_of_token(visitor.token))


def page_of(visitor: Visitor) -> str:
    return f"/desk/chats/{id_of(visitor)}"


def act(browser: Browser, page: str, what: str, form: str = "", **fields: Any) -> httpx.Response:
    """Send one of the page's forms."""
    return browser.post(f"{page}/{what}", {"act": form or uuid4().hex, **fields}, page)


def heard(visitor: Visitor) -> list[tuple[str, str]]:
    """All that the customer's page has been told: by whom, and what."""
    found = []
    with visitor.following() as stream:
        for event in stream:
            if event.get("event") == "message":
                found.append((event["data"].get("by") or event["data"]["author"], event["data"]["text"]))
            elif "comment" in event:
                break
    return found


def shown(answer: httpx.Response) -> str:
    """A page's words, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def told(browser: Browser, answer: httpx.Response) -> str:
    """What the next page says after a form was sent."""
    assert answer.status_code == 303, answer.text
    return said(browser.get(answer.headers["location"]))
