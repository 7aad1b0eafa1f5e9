"""What an update says to the staff bot, as plain data. Pure: nothing is fetched, asked or sent here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from telegram import CallbackQuery, Message, Update

WANTED_UPDATES = ("message", "edited_message", "callback_query")
PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class StaffFileToFetch:
    """A file still to be fetched. `size` is in bytes, 0 where Telegram does not say."""

    file_id: str
    name: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class StaffUpdate:
    """One update. A tap has a `query` and its `data`; everything else was written.

    `message` is the number of the message that was written, or that was tapped on; `topic` is 0 outside one.
    `replied` is the message that was replied to; `ours` says that it is the bot's own, and `asked` what it says.
    `album` names pictures that were sent in one go.
    `at` (aware, UTC) is when it was written.
    `notice` says that it is Telegram's own (somebody joined, a topic was closed): nothing anyone said.
    """

    number: int
    chat: int
    user: int
    message: int
    private: bool = False
    topic: int = 0
    text: str = ""
    files: tuple[StaffFileToFetch, ...] = ()
    edited: bool = False
    replied: int = 0
    asked: str = ""
    ours: bool = False
    query: str = ""
    data: str = ""
    shown: str = ""
    notice: bool = False
    nobody: bool = False
    album: str = ""
    at: datetime | None = None

    @property
    def lane(self) -> tuple[int, int]:
        """What is taken one after another: a topic, or a chat."""
        return self.chat, self.topic


def incoming(update: Update, bot: int) -> StaffUpdate | None:
    """What the update says to the bot of this id, or None where there is nothing to be done about it."""
    match update:
        case Update(message=Message() as message):
            return _written(update.update_id, message, bot)
        case Update(edited_message=Message() as message):
            return _written(update.update_id, message, bot, edited=True)
        case Update(callback_query=CallbackQuery() as query):
            return _tapped(update.update_id, query)
    return None


def _written(number: int, message: Message, bot: int, *, edited: bool = False) -> StaffUpdate | None:
    user = message.from_user
    if user is None or (user.is_bot and message.sender_chat is None):
        return None
    replied = message.reply_to_message
    # In a topic, a message that replies to nothing "replies" to the one that opened the topic.
    if replied is not None and replied.forum_topic_created is not None:
        replied = None
    own = replied is not None and replied.from_user is not None and replied.from_user.id == bot
    text, files = _words(message), _files(message)
    return StaffUpdate(
        number, message.chat.id, user.id, message.message_id,
        private=message.chat.type == PRIVATE, topic=_topic(message), text=text, files=files, edited=edited,
        replied=replied.message_id if replied else 0, asked=(replied.text or "") if replied and own else "", ours=own,
        notice=not text and not files and not _is_said(message), nobody=message.sender_chat is not None,
        album=message.media_group_id or "", at=message.date,
    )  # fmt: skip


def _words(message: Message) -> str:
    """Its words or caption. A Chinese keyboard's slash begins a command, too: `／note` was not meant to be read out."""
    text = message.text or message.caption or ""
    return f"/{text[1:]}" if text.startswith("／") else text


def _topic(message: Message) -> int:
    return (message.message_thread_id or 0) if message.is_topic_message else 0


def _is_said(message: Message) -> bool:
    """Whether a person said this, though it holds neither words nor a file that we can pass on."""
    said = (message.sticker, message.poll, message.dice, message.location, message.contact, message.game, message.story)
    return any(one is not None for one in said)


def _tapped(number: int, query: CallbackQuery) -> StaffUpdate | None:
    message = query.message
    if message is None or not isinstance(query.data, str):
        return None
    topic = _topic(message) if isinstance(message, Message) else 0
    shown = (message.text or "") if isinstance(message, Message) else ""
    return StaffUpdate(
        number, message.chat.id, query.from_user.id, message.message_id,
        private=message.chat.type == PRIVATE, topic=topic, query=query.id, data=query.data, shown=shown,
    )  # fmt: skip


def _files(message: Message) -> tuple[StaffFileToFetch, ...]:
    """The file of a message. An animation comes as a document too, and a photo in several sizes: the largest is it."""
    if message.photo:
        best = max(message.photo, key=lambda size: size.width * size.height)
        return (StaffFileToFetch(best.file_id, "photo.jpg", best.file_size or 0),)
    named = message.animation or message.video or message.audio or message.document
    if named:
        return (StaffFileToFetch(named.file_id, named.file_name or _plain_name(message), named.file_size or 0),)
    if message.voice:
        return (StaffFileToFetch(message.voice.file_id, "voice.ogg", message.voice.file_size or 0),)
    if message.video_note:
        return (StaffFileToFetch(message.video_note.file_id, "video.mp4", message.video_note.file_size or 0),)
    return ()


def _plain_name(message: Message) -> str:
    if message.video or message.animation:
        return "video.mp4"
    return "audio.mp3" if message.audio else "file"
