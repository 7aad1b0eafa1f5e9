"""Everything there is: accounts, bots, chats and files, and how what happens in a chat reaches the bots in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import count

from tests.telegram import making
from tests.telegram.bell import Bell
from tests.telegram.checks import Checks
from tests.telegram.queue import Updates, Waiting
from tests.telegram.room import Room
from tests.telegram.schema import Upload
from tests.telegram.things import Answer, BadRequest, File, Forbidden, Message, Raw

DOWN_LIMIT = 20 << 20
"""Bytes a bot may fetch by getFile."""


class Bot:
    """A bot as Telegram knows it: its token, its queue, what it has set."""

    def __init__(self, token: str, raw: Raw, checks: Checks, stirred: Bell) -> None:
        self.token, self.raw = token, raw
        self.updates = Updates(700_000_000 + int(raw["id"]) % 1000 * 1_000_000, checks, stirred)
        self.commands: dict[tuple[str, str], list[Raw]] = {}
        """By scope (its JSON) and language."""
        self.words: dict[tuple[str, str], str] = {}
        """Name, description and short description, by language."""
        self.reads_all = False
        self.put_webhook: Callable[[Waiting], None] = lambda waiting: None
        self.ids = count(1)

    @property
    def id(self) -> int:
        return int(self.raw["id"])

    @property
    def username(self) -> str:
        return str(self.raw["username"])

    def receive(self, kind: str, lane: int, raw: Raw) -> None:
        if waiting := self.updates.put(kind, lane, raw):
            self.put_webhook(waiting)


class World:
    def __init__(self, checks: Checks, now: Callable[[], float] = time.time) -> None:
        self.checks = checks
        self.accounts: dict[int, Raw] = {}
        self.bots: dict[str, Bot] = {}
        self.groups: dict[int, Room] = {}
        self.files: dict[str, File] = {}
        self.paths: dict[str, File] = {}
        self.answers: dict[str, Answer | None] = {}
        """By callback query id; None while the bot has not answered."""
        self.stirred = Bell()
        """Rings at every request, poll, push, confirmation and answer to a tap."""
        self.numbers = count(1)
        self._private: dict[tuple[int, int], Room] = {}
        self._now = now

    @property
    def date(self) -> int:
        return int(self._now())

    def add_bot(self, token: str, name: str, username: str) -> Bot:
        id = int(token.partition(":")[0])
        can = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
        raw = {**making.account(id, name, is_bot=True, username=username), **can}
        self.accounts[id] = making.account(id, name, is_bot=True, username=username)
        self.bots[token] = Bot(token, raw, self.checks, self.stirred)
        return self.bots[token]

    def bot_of(self, id: int) -> Bot:
        return next(bot for bot in self.bots.values() if bot.id == id)

    def add_group(self, title: str, *, kind: str = "supergroup", forum: bool = False) -> Room:
        number = next(self.numbers)
        id = -1_000_000_000_000 - number if kind == "supergroup" else -1000 - number
        self.groups[id] = Room(making.group_chat(id, title, kind=kind, forum=forum), count(1))
        return self.groups[id]

    def private(self, bot: Bot, user: int) -> Room:
        """The chat of these two; it is made when the user first opens it."""
        if (bot.id, user) not in self._private:
            room = Room(making.private_chat(self.accounts[user]), bot.ids, bot.id)
            room.members = {bot.id: "member", user: "member"}
            self._private[bot.id, user] = room
        return self._private[bot.id, user]

    def room(self, bot: Bot, chat_id: int | str) -> Room:
        """Where the bot may speak; refused in Telegram's words where it may not."""
        room = self.known_room(bot, chat_id)
        if room.moved_to:
            raise BadRequest("group chat was upgraded to a supergroup chat", migrate_to_chat_id=room.moved_to)
        if room.deactivated:
            raise Forbidden("user is deactivated")
        if room.blocked:
            raise Forbidden("bot was blocked by the user")
        if not room.present(bot.id):
            raise Forbidden(f"bot was kicked from the {room.chat['type']} chat")
        return room

    def known_room(self, bot: Bot, chat_id: int | str) -> Room:
        if isinstance(chat_id, str):
            raise BadRequest("chat not found")
        room = self.groups.get(chat_id) or self._private.get((bot.id, chat_id))
        if room is None and chat_id in self.accounts:
            raise Forbidden("bot can't initiate conversation with a user")
        if room is None or bot.id not in room.members:
            raise BadRequest("chat not found")
        return room

    def bots_in(self, room: Room) -> Iterator[Bot]:
        """The bots that are there now."""
        return (bot for bot in self.bots.values() if room.present(bot.id))

    def announce(self, room: Room, message: Message, kind: str = "message") -> None:
        """Bots in the room get it, but never what a bot said."""
        if message.raw["from"]["is_bot"]:
            return
        for bot in self.bots_in(room):
            if room.private or self._overhears(bot, room, message):
                bot.receive(kind, room.id, message.raw)

    def _overhears(self, bot: Bot, room: Room, message: Message) -> bool:
        """A bot in privacy mode hears commands, its own name and answers to itself."""
        replied = message.raw.get("reply_to_message", {}).get("from", {}).get("id")
        spoken_to = message.text.startswith("/") or f"@{bot.username}" in message.text or replied == bot.id
        return bot.reads_all or room.members[bot.id] == "administrator" or spoken_to or "text" not in message.raw

    def keep(self, kind: str, upload: Upload, size: int | None = None) -> File:
        """A file under a new id."""
        number = next(self.numbers)
        ending = upload.name.rpartition(".")[2] if "." in upload.name else "bin"
        kept = File(
            file_id=f"{kind}-{number}",
            kind=kind,
            name=upload.name,
            media_type=upload.media_type,
            data=upload.data,
            size=len(upload.data) if size is None else size,
            path=f"{kind}s/file_{number}.{ending}",
        )
        self.files[kept.file_id] = self.paths[kept.path] = kept
        return kept
