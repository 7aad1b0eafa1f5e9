"""Going on elsewhere: a link by which the holder of a web chat takes it along to Telegram."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.conversations.deep_links import RESUME, make_link
from storage.db.database import Database

LASTS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class GoingOn:
    """Makes the links. `bot` tells the bot's name, or nothing where there is no bot or it is not known yet."""

    database: Database
    bot: Callable[[], str]
    clock: Callable[[], datetime]

    def link(self, conversation: str) -> str:
        """A link that is good once, for a day, for this conversation; empty where there is no bot."""
        name = self.bot()
        if not name:
            return ""
        with self.database.write() as conn:
            token = make_link(conn, RESUME, conversation, self.clock(), LASTS)
        return f"https://t.me/{name}?start={token}"
