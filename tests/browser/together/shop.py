"""The whole application as operators start it, with accounts for its staff and a way to look into its books."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.keys import keyring
from bot.settings import load_settings
from storage.conversations.transcript import Message, last_messages
from storage.db.database import Database, open_database
from storage.db.timestamps import utc_now
from storage.staff.accounts import NewStaff, Role, Staff, add_staff, link_telegram
from storage.staff.passwords import Passwords
from storage.staff.topics import look
from tests.browser.together.telegram import PATIENCE, Telegram, telegram_in_a_thread
from tests.desk.scenery import PASSWORD, QUICK
from tests.real.server import ROOT, Server
from tests.telegram.groups import Group
from tests.telegram.screen import Place
from tests.telegram.server import TelegramServer
from tests.telegram.users import User
from tests.telegram.world import Bot

CUSTOMERS, STAFF = "123456:test-token-of-the-customers", "654321:test-token-of-the-staff"
PICTURES = ROOT / "test-results" / "together"


@dataclass
class Shop:
    """A shop that is open, with Telegram beside it."""

    server: Server
    telegram: Telegram
    bot: Bot
    group: Group
    database: Database
    _pictures: dict[str, int] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return self.server.address

    def hires(self, login: str, name: str, role: Role = Role.AGENT, **facts: Any) -> Staff:
        with self.database.write() as conn:
            new = NewStaff(login, name, role, Passwords(QUICK).hash(PASSWORD), **facts)
            return add_staff(conn, new, utc_now())

    def hires_on_telegram(self, login: str, name: str, **facts: Any) -> User:
        """Somebody who works in the staff's group, with an account that is linked."""
        user = self.telegram.ask(lambda: self.telegram.server.user(name))
        self.telegram.ask(lambda: self.group.add(user.id))
        staff = self.hires(login, name, **facts)
        with self.database.write() as conn:
            link_telegram(conn, staff.id, user.id)
        return user

    def topic_of(self, chat: str) -> Place:
        """The topic of a chat in the staff's group, once it is there and holds its summary."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with self.database.read() as conn:
                found = look(conn, self.group.id, chat)
            if found and found.room.pinned:
                return Place(self.group.room, found.room.topic)
            time.sleep(0.1)
        raise AssertionError("no topic was made")

    def transcript(self, chat: str) -> list[Message]:
        """All that was said in a chat, as the shop has it in its books."""
        with self.database.read() as conn:
            return last_messages(conn, chat, 500)

    def is_silent_since(self, chat: str, arrival: str) -> None:
        """Whoever has come, the bot has not said a word since."""
        said = self.transcript(chat)
        [come] = [n for n, one in enumerate(said) if one.author == "notice" and arrival in one.text]
        assert [one.text for one in said[come:] if one.author == "bot"] == []

    def nobody_was_told(self, chat: str, secret: str) -> None:
        """What is private is in no message."""
        assert not [one.text for one in self.transcript(chat) if secret in one.text]

    def has_sound_books(self) -> None:
        """The audit trail verifies, by the command that operators use."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", "audit", "verify"],
            env=self.server.environment(), cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    def picture(self, story: str) -> Path:
        """Where the next picture of a story goes."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self._pictures[story] = self._pictures.get(story, 0) + 1
        return PICTURES / f"{story}-{self._pictures[story]:02}.png"


@contextmanager
def open_shop(folder: Path) -> Iterator[Shop]:
    """Serve on an SQLite file, with the bot on the test server. Raises `NotReady`."""
    with telegram_in_a_thread() as telegram:
        bot, group = telegram.ask(lambda: _bot_and_group(telegram.server))
        address = f"sqlite:///{folder / 'amends.db'}"
        settings = {
            "AMENDS_TELEGRAM_TOKEN": CUSTOMERS, "AMENDS_TELEGRAM_API_URL": telegram.server.url,
            "AMENDS_STAFF_TOKEN": STAFF, "AMENDS_STAFF_CHAT": str(group.id),
        }  # fmt: skip
        server = Server(folder, address, extra=settings)
        server.start()
        database = open_database(address)
        database.seal_with(keyring(load_settings(data_dir=folder)))
        try:
            yield Shop(server, telegram, bot, group, database)
        finally:
            database.close()
            server.terminate()


def _bot_and_group(server: TelegramServer) -> tuple[Bot, Group]:
    """The customers' bot, and the staff's group with a bot of its own."""
    bot, staff_bot = server.bot(CUSTOMERS, "Amends"), server.bot(STAFF, "Amends Staff")
    return bot, server.group("Staff", server.user("Boss"), staff_bot, forum=True)
