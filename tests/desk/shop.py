"""The desk in a shop whose bot is the real one: customers on the web page, colleagues at the desk."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.rules import RulesUnderstanding
from handlers import envelope
from handlers.asgi import create_asgi
from handlers.desk.desk import Desk
from handlers.desk.router import router
from handlers.limits import MEGABYTE, Limits
from handlers.turn import TurnDoor
from handlers.web import CHANNEL
from storage.attachments import FileStore
from storage.conversations import conversation_id
from storage.database import open_database
from storage.migrate import bring_up_to_date
from storage.passwords import Passwords
from storage.staff import Presence, Role, Staff, find_login, set_presence
from tests.desk.scenery import QUICK, Browser, Clock, Office
from tests.edges.scenery import House, Parts, Visitor, served
from tests.turn.scenery import KEY

BROKEN = "The teapot I ordered arrived broken. I want a refund. My order is AM2611180042"


@dataclass
class Shop(Office):
    """An office whose customers are answered by the real bot."""

    def customer(self) -> Visitor:
        return self.house.visitor()

    def waiting(self) -> tuple[Visitor, str]:
        """A customer who told their story and asked for a person, and the address of their chat's page."""
        visitor = self.customer()
        visitor.say(BROKEN, language="en")
        visitor.say("I want to talk to a person", language="en")
        return visitor, page_of(visitor)

    def hire(self, login: str, role: Role = Role.AGENT, **facts: Any) -> Staff:
        """Somebody who is there and takes chats."""
        made = Office.hire(self, login, role, **facts)
        with self.database.write() as conn:
            set_presence(conn, made.id, Presence.AVAILABLE, self.clock())
        return made

    def staff(self, login: str) -> Staff:
        found = self.rows(find_login, login)
        assert found is not None
        return found  # type: ignore[no-any-return]


def id_of(visitor: Visitor) -> str:
    return conversation_id(CHANNEL, envelope.ACCOUNT, envelope.chat_of_token(visitor.token))


def page_of(visitor: Visitor) -> str:
    return f"/desk/chats/{id_of(visitor)}"


def act(browser: Browser, page: str, what: str, form: str = "", **fields: Any) -> httpx.Response:
    """Send one of the page's forms."""
    return browser.post(f"{page}/{what}", {"act": form or uuid4().hex, **fields}, page)


def said(visitor: Visitor) -> list[tuple[str, str]]:
    """All that the customer's page has been told: who and what."""
    with visitor.following() as stream:
        found = []
        for event in stream:
            if event.get("event") == "message":
                found.append((event["data"].get("by") or event["data"]["author"], event["data"]["text"]))
            elif "comment" in event:
                break
        return found


def shown(answer: httpx.Response) -> str:
    """A page's words, without its markup."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


@contextmanager
def shop(folder: Path, playbook: Playbook, **parts: Any) -> Iterator[Shop]:
    """A served shop with a desk."""
    clock = Clock()
    database = open_database(f"sqlite:///{folder / 'amends.db'}")
    bring_up_to_date(database)
    files = FileStore(folder / "files", largest=2 * MEGABYTE)
    door = TurnDoor(database, playbook, RulesUnderstanding(playbook), files=files, audit_key=KEY, clock=clock)
    desk = Desk(database, door, playbook, KEY, files, clock=clock, **{"passwords": Passwords(QUICK), **parts})

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        door.start()
        yield
        await door.stop()

    edges = create_asgi(
        Parts(
            door, database, playbook, files, limits=Limits(rate=0, ping=0.5), running=running, clock=clock,
            routers=(router(desk),), closing=desk.closing, company=desk.company,
            sizes={"/desk/chats/": 4 * MEGABYTE},
        )
    )  # fmt: skip
    with served(House(edges, door, database, playbook)) as house:
        yield Shop(house, desk, clock)
    database.close()
