"""One chat: who is in it, what was said, and what its screens showed, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.telegram import making
from tests.telegram.bell import Bell
from tests.telegram.things import Glimpse, Message, Raw, Topic


class Room:
    """A private chat of one bot and one user, or a group. `ids` numbers its messages; `home` is that bot, or 0."""

    def __init__(self, chat: Raw, ids: Iterator[int], home: int = 0) -> None:
        self.chat, self.home = chat, home
        self.members: dict[int, str] = {}
        """Account id to status: member, administrator, creator, left, kicked."""
        self.messages: dict[int, Message] = {}
        self.topics: dict[int, Topic] = {}
        self.history: list[Glimpse] = []
        self.reactions: dict[tuple[int, int], tuple[str, ...]] = {}
        self.pinned: list[int] = []
        self.blocked = False
        self.deactivated = False
        self.moved_to: int | None = None
        self.changed = Bell()
        self._ids = ids

    @property
    def id(self) -> int:
        return int(self.chat["id"])

    @property
    def private(self) -> bool:
        return bool(self.chat["type"] == "private")

    @property
    def forum(self) -> bool:
        return bool(self.chat.get("is_forum"))

    def enter(self, sender: Raw, date: int, body: Raw, thread: int | None = None) -> Message:
        """A new message, by anyone."""
        made = Message(making.message(next(self._ids), date, sender, self.chat, body, thread), self.home)
        self.messages[made.id] = made
        self.show(Glimpse("sent", made, made.sender))
        return made

    def edit(self, id: int, by: int, changes: dict[str, Any]) -> Message:
        """A new version of a message; a change to None takes the field away."""
        raw = {key: value for key, value in (dict(self.messages[id].raw) | changes).items() if value is not None}
        made = self.messages[id] = Message(raw, self.home)
        self.show(Glimpse("edited", made, by))
        return made

    def delete(self, id: int, by: int) -> None:
        self.show(Glimpse("deleted", self.messages.pop(id), by))

    def react(self, id: int, by: int, emoji: tuple[str, ...]) -> tuple[str, ...]:
        """The reactions that were there before."""
        old = self.reactions.get((id, by), ())
        self.reactions[id, by] = emoji
        self.show(Glimpse("reacted", self.messages[id], by, " ".join(emoji)))
        return old

    def open_topic(self, thread: int, name: str, icon_color: int) -> Topic:
        self.topics[thread] = Topic(thread, name, icon_color=icon_color)
        return self.topics[thread]

    def change_topic(self, thread: int, **changes: Any) -> None:
        self.topics[thread] = replace(self.topics[thread], **changes)

    def show(self, glimpse: Glimpse) -> None:
        self.history.append(glimpse)
        self.changed.ring()

    def present(self, account: int) -> bool:
        return self.members.get(account, "left") not in ("left", "kicked")
