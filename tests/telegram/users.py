"""People: they speak, send, edit, tap and react, and see what the bots show them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.telegram import making
from tests.telegram.groups import Group
from tests.telegram.schema import Upload
from tests.telegram.screen import NotSeen, Place, Screen, Wanted
from tests.telegram.things import Answer, Glimpse, Message, Raw
from tests.telegram.world import Bot, World

Where = Bot | Group | Place
START = re.compile(r"https?://t\.me/(?P<bot>\w+)\?start=(?P<payload>[A-Za-z0-9_-]{1,64})")
JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300" + "03" * 64 + "ffc0000b080001000101011100ffc40014000100000000"
    "000000000000000000000009ffc40014100100000000000000000000000000000000ffda0008010100003f0054dfffd9"
)
OGG = b"OggS" + bytes(60)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f0003860180"
    "5a347d6b0000000049454e44ae426082"
)
CONTENT = {
    "photo": Upload("photo.jpg", "image/jpeg", JPEG),
    "voice": Upload("voice.ogg", "audio/ogg", OGG),
    "video_note": Upload("round.mp4", "video/mp4", b"\0\0\0\x18ftypmp42" + bytes(16)),
    "video": Upload("video.mp4", "video/mp4", b"\0\0\0\x18ftypmp42" + bytes(16)),
    "sticker": Upload("sticker.webp", "image/webp", b"RIFF\x1a\0\0\0WEBPVP8L" + bytes(14)),
    "document": Upload("receipt.png", "image/png", PNG),
}
"""Something small of each kind, for tests that do not care what."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A button pressed; the clock on it turns until the bot answers."""

    id: str
    world: World
    within: float

    async def answered(self, within: float | None = None) -> Answer:
        try:
            async with asyncio.timeout(self.within if within is None else within):
                while (answer := self.world.answers[self.id]) is None:
                    await self.world.stirred.heard()
                return answer
        except TimeoutError:
            raise NotSeen("the tap was not answered: answerCallbackQuery did not come in time") from None


class User:
    """One person, in all chats. `where` is a bot (the private chat with it), a group, or a group's topic."""

    def __init__(self, world: World, raw: Raw, within: float) -> None:
        self.raw = raw
        self._world, self._within = world, within
        self._screens: dict[tuple[int, int | None], Screen] = {}
        self._last: Place | None = None

    @property
    def id(self) -> int:
        return int(self.raw["id"])

    async def says(self, where: Where, text: str, *, reply_to: Message | None = None) -> Message:
        return self._sends(where, making.text(text), reply_to)

    async def starts(self, bot: Bot, payload: str = "") -> Message:
        """Presses Start, with a deep link's payload if there was one."""
        return await self.says(bot, f"/start {payload}".strip())

    async def opens(self, link: str) -> Message:
        """A deep link to a bot, as `https://t.me/<bot>?start=<payload>`; the payload must be one Telegram takes."""
        found = START.fullmatch(link)
        assert found, f"{link} is no deep link: 1 to 64 of A-Z a-z 0-9 _ - after ?start="
        bot = next(bot for bot in self._world.bots.values() if bot.username == found["bot"])
        return await self.starts(bot, found["payload"])

    async def sends_photo(self, where: Where, data: bytes | None = None, *, caption: str = "", **known: Any) -> Message:
        return await self.sends_file(where, "photo", data, caption=caption, **known)

    async def sends_document(
        self, where: Where, data: bytes | None = None, *, name: str = "", caption: str = "", size: int | None = None
    ) -> Message:
        """`size` may claim more bytes than there are."""
        return await self.sends_file(where, "document", data, name=name, caption=caption, size=size)

    async def sends_voice(self, where: Where, data: bytes | None = None) -> Message:
        return await self.sends_file(where, "voice", data)

    async def sends_sticker(self, where: Where) -> Message:
        return await self.sends_file(where, "sticker")

    async def sends_file(
        self,
        where: Where,
        kind: str,
        data: bytes | None = None,
        *,
        name: str = "",
        caption: str = "",
        size: int | None = None,
        album: str = "",
    ) -> Message:
        """`kind`: photo, document, voice, video, video_note, sticker."""
        usual = CONTENT[kind]
        upload = Upload(name or usual.name, usual.media_type, usual.data if data is None else data)
        kept = self._world.keep(kind, upload, size)
        together = {"media_group_id": album} if album else {}
        return self._sends(where, {**making.media(kind, kept), **making.caption(caption), **together})

    async def sends_album(self, where: Where, photos: Sequence[bytes | None], caption: str = "") -> list[Message]:
        """Each photo is a message and an update of its own; the caption is on the first. None: any photo."""
        album = str(next(self._world.numbers))
        captions = [caption, *[""] * (len(photos) - 1)]
        return [
            await self.sends_file(where, "photo", data, caption=said, album=album)
            for data, said in zip(photos, captions, strict=True)
        ]

    async def sends_location(self, where: Where, latitude: float = 52.52, longitude: float = 13.405) -> Message:
        return self._sends(where, {"location": {"latitude": latitude, "longitude": longitude}})

    async def sends_contact(self, where: Where, phone: str = "+4930123456", name: str = "") -> Message:
        """Their own contact, unless another name is given."""
        own = {} if name else {"user_id": self.id}
        return self._sends(
            where, {"contact": {"phone_number": phone, "first_name": name or self.raw["first_name"]} | own}
        )

    async def forwards(self, message: Message, where: Where) -> Message:
        left = ("message_id", "from", "date", "chat", "reply_markup", "message_thread_id", "is_topic_message")
        body = {key: value for key, value in message.raw.items() if key not in left}
        origin = {"type": "user", "date": message.raw["date"], "sender_user": message.raw["from"]}
        return self._sends(where, body | {"forward_origin": origin})

    async def edits(self, message: Message, text: str) -> Message:
        """Another text, or another caption under a picture."""
        place = self._place_of(message)
        changed = making.text(text) if "text" in message.raw else making.caption(text)
        made = place.room.edit(message.id, self.id, {**changed, "edit_date": self._world.date})
        self._world.announce(place.room, made, "edited_message")
        return made

    async def deletes(self, message: Message) -> None:
        """Bots are not told."""
        self._place_of(message).room.delete(message.id, self.id)

    async def reacts(self, message: Message, *emoji: str) -> None:
        """No emoji takes the reaction away."""
        room = self._place_of(message).room
        old = room.react(message.id, self.id, emoji)
        told = making.reaction(room.chat, message.id, self.raw, self._world.date, old, emoji)
        for bot in self._world.bots_in(room):
            bot.receive("message_reaction", room.id, told)

    async def taps(self, title: str, where: Where | None = None, within: float | None = None) -> Tap:
        """Presses the newest inline button of this title, in the chat last used if none is named."""
        place = self._place(where) if where else self._last
        assert place, "taps where? say something first, or name the chat"
        limit = self._within if within is None else within
        message, button = await self._button(self._screen(place), title, limit)
        assert "callback_data" in button, f"the button {title!r} opens {button}: it calls nobody back"
        return self.presses(message, button["callback_data"])

    def presses(self, message: Message, data: str) -> Tap:
        """A tap with any data on any message: an old button, or a forged one; in a group, of a bot's message."""
        room, id = self._place_of(message).room, f"tap{next(self._world.numbers)}"
        self._world.answers[id] = None
        shown = room.messages.get(message.id)
        body = shown.raw if shown else {"chat": room.chat, "message_id": message.id, "date": 0}
        bot = self._world.bot_of(message.home or message.sender)
        bot.receive("callback_query", room.id, making.callback(id, self.raw, f"chat{room.id}", body, data))
        return Tap(id, self._world, self._within)

    async def chooses(self, title: str, where: Where | None = None) -> Message:
        """Presses a button of the reply keyboard: says its words, or shares the contact or the place it asks for."""
        place = self._place(where) if where else self._last
        assert place, "chooses where? say something first, or name the chat"
        keyboards = [each.keyboard for each in place.room.history if each.kind == "keyboard"]
        rows = (keyboards[-1] or {}).get("keyboard", ()) if keyboards else ()
        button = next((each for row in rows for each in row if each["text"] == title), None)
        assert button, f"no key {title!r} on the reply keyboard"
        if button.get("request_contact"):
            return await self.sends_contact(place)
        return await (self.sends_location(place) if button.get("request_location") else self.says(place, title))

    async def sees(self, where: Where, text: Wanted = None, *, within: float | None = None) -> Message:
        """The next message (new, or edited) of another that holds the text; what came before it counts as seen."""
        return await self._screen(self._place(where)).message(text, self._limit(within))

    async def sees_action(self, where: Where, action: str = "typing", *, within: float | None = None) -> None:
        await self._until(where, lambda each: each.kind == "action" and each.what == action, action, within)

    async def sees_reaction(self, where: Where, emoji: str, *, within: float | None = None) -> Message:
        """The message that got it."""
        seen = await self._until(where, lambda each: each.kind == "reacted" and emoji in each.what, emoji, within)
        assert seen.message
        return seen.message

    async def sees_gone(self, message: Message, *, within: float | None = None) -> None:
        def gone(each: Glimpse) -> bool:
            return each.kind == "deleted" and each.message is not None and each.message.id == message.id

        await self._until(self._place_of(message), gone, "deletion", within)

    async def sees_nothing(self, where: Where, within: float) -> None:
        """That no message of another comes for so many seconds: use it seldom, for it always takes that long."""
        try:
            seen = await self._screen(self._place(where)).message(None, within)
        except NotSeen:
            return
        raise AssertionError(f"saw a message nobody should have sent: {seen.text!r}")

    def screen(self, where: Where) -> list[Message]:
        """The chat as it stands now, oldest first."""
        return self._screen(self._place(where)).messages()

    def blocks(self, bot: Bot) -> None:
        self._membership(bot, "kicked", blocked=True)

    def unblocks(self, bot: Bot) -> None:
        self._membership(bot, "member", blocked=False)

    def deletes_account(self, bot: Bot) -> None:
        """From now on a message to them is refused with 403."""
        self._world.private(bot, self.id).deactivated = True

    def joins(self, group: Group) -> None:
        group.add(self.id)
        self._sends(group, {"new_chat_members": [self.raw]})

    def leaves(self, group: Group) -> None:
        self._sends(group, {"left_chat_member": self.raw})
        group.room.members[self.id] = "left"

    async def _until(
        self, where: Where, found: Callable[[Glimpse], bool], wanted: str, within: float | None
    ) -> Glimpse:
        return await self._screen(self._place(where)).until(found, self._limit(within), wanted)

    def _sends(self, where: Where, body: Raw, reply_to: Message | None = None) -> Message:
        place = self._last = self._place(where)
        assert place.room.present(self.id), f"{self.raw['first_name']} is not in {place.room.chat}"
        quoted = (
            {"reply_to_message": {k: v for k, v in reply_to.raw.items() if k != "reply_to_message"}} if reply_to else {}
        )
        made = place.room.enter(self.raw, self._world.date, {**body, **quoted}, place.thread)
        self._world.announce(place.room, made)
        return made

    async def _button(self, screen: Screen, title: str, within: float) -> tuple[Message, Raw]:
        try:
            async with asyncio.timeout(within):
                while True:
                    for message in reversed(screen.messages()):
                        for button in message.buttons:
                            if button["text"] == title:
                                return message, button
                    await screen.place.room.changed.heard()
        except TimeoutError:
            shown = [title for message in screen.messages() for title in message.titles]
            raise NotSeen(f"no button {title!r} within {within} s; the buttons there: {shown}") from None

    def opens_topic(self, group: Group, name: str) -> Place:
        """A forum's topic, opened by a person; bots get the service message."""
        body = {"forum_topic_created": {"name": name, "icon_color": 0x6FB9F0}}
        told = group.room.enter(self.raw, self._world.date, body)
        marked = group.room.edit(told.id, self.id, {"message_thread_id": told.id, "is_topic_message": True})
        group.room.open_topic(told.id, name, 0x6FB9F0)
        self._world.announce(group.room, marked)
        return Place(group.room, told.id)

    def closes_topic(self, place: Place) -> None:
        assert place.thread is not None, "a topic is meant, not a chat"
        place.room.change_topic(place.thread, closed=True)
        self._sends(place, {"forum_topic_closed": {}})

    def _membership(self, bot: Bot, status: str, *, blocked: bool) -> None:
        room = self._world.private(bot, self.id)
        old = making.member(bot_user := self._world.accounts[bot.id], "kicked" if room.blocked else "member")
        room.blocked = blocked
        new = making.member(bot_user, status)
        told = making.member_changed(room.chat, self.raw, self._world.date, old, new)
        bot.receive("my_chat_member", room.id, told)

    def _place(self, where: Where) -> Place:
        match where:
            case Bot():
                return Place(self._world.private(where, self.id))
            case Group():
                return Place(where.room)
            case _:
                return where

    def _place_of(self, message: Message) -> Place:
        """The chat a message is in."""
        if message.home:
            return Place(self._world.private(self._world.bot_of(message.home), self.id))
        return Place(self._world.groups[message.raw["chat"]["id"]])

    def _screen(self, place: Place) -> Screen:
        key = (id(place.room), place.thread)
        return self._screens.setdefault(key, Screen(place, self.id))

    def _limit(self, within: float | None) -> float:
        return self._within if within is None else within
