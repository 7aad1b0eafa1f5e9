"""Groups and forums, as tests set them up."""

from __future__ import annotations

from itertools import count

from tests.telegram import making
from tests.telegram.room import Room
from tests.telegram.screen import Place
from tests.telegram.things import Raw, Topic
from tests.telegram.world import Bot, World


class Group:
    """A basic group, a supergroup, or a forum (a supergroup with topics)."""

    def __init__(self, world: World, room: Room) -> None:
        self.room = room
        self._world = world
        self._numbers = count(1)

    @property
    def id(self) -> int:
        return self.room.id

    @property
    def topics(self) -> list[Topic]:
        return list(self.room.topics.values())

    def topic(self, name: str) -> Place:
        """Where its members may speak; fails when no topic has that name."""
        found = next((each for each in self.topics if each.name == name), None)
        assert found, f"no topic {name!r}; there are {[each.name for each in self.topics]}"
        return Place(self.room, found.thread)

    def add(self, account: int, status: str = "member") -> None:
        self.room.members[account] = status

    def drops_topic(self, name: str) -> None:
        """A member deletes a topic by hand; bots are not told."""
        place = self.topic(name)
        assert place.thread
        del self.room.topics[place.thread]

    def moves(self, title: str | None = None) -> Group:
        """A basic group becomes a supergroup under another id; the old id is refused from now on."""
        old = self.room
        new = Group(self._world, self._world.add_group(title or old.chat["title"]))
        new.room.members = dict(old.members)
        self._told(old, {"migrate_to_chat_id": new.id})
        self._told(new.room, {"migrate_from_chat_id": old.id})
        old.moved_to = new.id
        return new

    def _told(self, room: Room, body: Raw) -> None:
        person = next(id for id in room.members if not self._world.accounts[id]["is_bot"])
        made = room.enter(self._world.accounts[person], self._world.date, body)
        self._world.announce(room, made)

    def promotes(self, account: int) -> None:
        self.room.members[account] = "administrator"

    def invites(self, bot: Bot) -> None:
        """A bot comes in later, as a plain member, and is told by `my_chat_member`."""
        raw = self._world.accounts[bot.id]
        self.add(bot.id)
        states = making.member(raw, "left"), making.member(raw, "member")
        bot.receive(
            "my_chat_member", self.id, making.member_changed(self.room.chat, self._owner(), self._world.date, *states)
        )

    def removes(self, account: int) -> None:
        """Throws a bot or a person out; a bot is told by `my_chat_member`."""
        old, self.room.members[account] = self.room.members[account], "kicked"
        raw = self._world.accounts[account]
        told = making.member_changed(
            self.room.chat, self._owner(), self._world.date, making.member(raw, old), making.member(raw, "kicked")
        )
        for bot in self._world.bots.values():
            if bot.id == account:
                bot.receive("my_chat_member", self.id, told)

    def _owner(self) -> Raw:
        return next(self._world.accounts[id] for id in self.room.members if not self._world.accounts[id]["is_bot"])
