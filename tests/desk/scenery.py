"""A real server with the desk, and colleagues who use it as a browser without JavaScript does."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher

from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.rule_provider import RulesUnderstanding
from engine.security_log import SecurityLog
from engine.turn.processor import TurnProcessor
from handlers.asgi import create_asgi
from handlers.desk.desk import Desk
from handlers.desk.pages import Screens, read_screens
from handlers.desk.router import router
from handlers.http.limits import MEGABYTE, Limits
from storage.db.database import Database
from storage.db.timestamps import utc_now
from storage.files.attachments import FileStore, Scan
from storage.staff.accounts import NewStaff, Role, Staff, add_staff
from storage.staff.passwords import Passwords
from tests.edges.scenery import EdgeParts, House, served
from tests.real.tables import with_tables
from tests.step import step
from tests.turn.scenery import KEY

PASSWORD = "seven quiet lanterns"
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""Strong hashes are slow on purpose, and these tests are about everything else."""
NOON = datetime(2027, 1, 13, 4, tzinfo=UTC)
"""A Wednesday, in Shanghai. Nobody's quiet hours, nor those of a day later, and two working days of the shop follow."""
TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@dataclass
class Clock:
    """The desk's clock, which begins at `NOON` whatever day it is outside, and which a test may put forward."""

    ahead: timedelta = field(default_factory=lambda: NOON - utc_now())

    def __call__(self) -> datetime:
        return utc_now() + self.ahead

    def pass_by(self, **time: float) -> None:
        self.ahead += timedelta(**time)


@dataclass
class Office:
    """The desk as it is served, with a clock of its own."""

    house: House
    desk: Desk
    clock: Clock

    @property
    def database(self) -> Database:
        return self.desk.database

    def hire(self, login: str, role: Role = Role.AGENT, **facts: Any) -> Staff:
        """An account with the password of all tests."""
        with self.database.write() as conn:
            new = NewStaff(login, login.title(), role, self.desk.passwords.hash(PASSWORD), **facts)
            return add_staff(conn, new, self.clock())

    def browser(self, **headers: str) -> Browser:
        """A browser that nobody has signed in with."""
        return Browser(httpx.Client(base_url=self.house.address, timeout=20, headers=headers))

    def at_work(self, login: str) -> Browser:
        """A browser in which somebody has signed in."""
        browser = self.browser()
        answer = browser.sign_in(login)
        assert answer.status_code == 303, answer.text
        return browser

    def rows(self, look_up: Callable[..., Any], *args: Any) -> Any:
        with self.database.read() as conn:
            return look_up(conn, *args)


@dataclass
class Browser:
    """Forms are filled in and sent as they stand in the page. Redirects are looked at, and followed only when told."""

    http: httpx.Client
    known: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.http.get(path, headers=headers)

    def begin(self, path: str) -> httpx.Response:
        """The beginning of a stream, which never ends by itself; of a page, all of it."""
        with self.http.stream("GET", path) as answer:
            if not answer.headers.get("content-type", "").startswith("text/event-stream"):
                answer.read()
            return answer

    def token(self, path: str = "/desk/sign-in") -> str:
        """The token of the forms that this browser is given: the same as long as its cookies are."""
        if self._holder() not in self.known:
            token = self._token(path)
            self.known[self._holder()] = token
        return self.known[self._holder()]

    def _holder(self) -> str:
        """What the token is bound to."""
        cookies = self.http.cookies
        return cookies.get("amends-session") or cookies.get("amends-guest") or "nobody"

    def _token(self, path: str) -> str:
        page = self.get(path)
        if page.status_code == 303:
            page = self.get("/desk/account/password")
        found = TOKEN.search(page.text)
        assert found, page.text
        return found[1]

    def post(self, path: str, form: dict[str, Any] | None = None, page: str = "", **headers: str) -> httpx.Response:
        """Send a form, with the token of `page`, from our own site."""
        data = {"csrf": self.token(page or "/desk/sign-in"), **(form or {})}
        return self.http.post(path, data=data, headers={"Origin": str(self.http.base_url).rstrip("/"), **headers})

    def sign_in(self, login: str, password: str = PASSWORD, **more: str) -> httpx.Response:
        return self.post("/desk/sign-in", {"login": login, "password": password, **more})

    def is_in(self) -> bool:
        """Whether somebody is signed in."""
        return self.get("/desk").status_code == 200


def said(answer: httpx.Response) -> str:
    """The words of a page's notice."""
    found = re.search(r'<p class="said[^>]*>(.*?)</p>', answer.text, re.DOTALL)
    return unescape(found[1]) if found else ""


@contextmanager
def office(
    folder: Path, playbook: Playbook, scan: Scan | None = None, address: str = "", **parts: Any
) -> Iterator[Office]:
    """A desk that is served, on the database at an address or one of its own; `parts` as in `Desk`."""
    clock = Clock()
    database = with_tables(address or f"sqlite:///{folder / 'amends.db'}")
    files = FileStore(folder / "files", largest=2 * 1024 * 1024, scan=scan)
    door = TurnProcessor(
        database, playbook, RulesUnderstanding(playbook), step=step, files=files, audit_key=KEY, clock=clock
    )
    made = {"passwords": Passwords(QUICK), **parts}
    made.setdefault("security", SecurityLog(database, clock=clock))
    if "screens" not in made:
        made["screens"] = screens()
    desk = Desk(database, door, playbook, KEY, files, clock=clock, **made)

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        door.start()
        yield
        await door.stop()

    chosen = {
        "limits": Limits(rate=0, ping=0.5), "routers": (router(desk),), "closing": desk.closing, "running": running,
        "company": desk.company, "security": desk.security, "sizes": {"/desk/chats/": 3 * MEGABYTE},
    }  # fmt: skip
    edges = create_asgi(EdgeParts(door, database, playbook, files, **chosen))
    with served(House(edges, door, database, playbook)) as house:
        yield Office(house, desk, clock)
    database.close()


@cache
def screens() -> Screens:
    """The templates, compiled once for all tests."""
    return read_screens()
