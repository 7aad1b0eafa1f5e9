"""What a Telegram update says, as plain data. Pure: nothing is fetched, asked or sent here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from aiogram.enums import ChatType, ContentType
from aiogram.types import CallbackQuery, ChatMemberUpdated, Location, Message, Update, User, Venue

from complaints.record import Slot
from dialogs.flows.events import Trouble
from dialogs.understanding.reading import Intent, Reading, Scored, Span, TypedCommand
from handlers.channels.telegram.commands import PRIVATE

MEGABYTE = 1024 * 1024
LARGEST_MB = 20
"""What a bot may fetch with `getFile`, from Telegram's own server."""

WANTED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
_GONE = ("kicked", "left")
_UNREADABLE = frozenset(
    {
        ContentType.UNKNOWN, ContentType.DICE, ContentType.POLL, ContentType.GAME, ContentType.STORY,
        ContentType.PAID_MEDIA, ContentType.CHECKLIST, ContentType.LIVE_PHOTO, ContentType.GIVEAWAY,
        ContentType.INVOICE, ContentType.GIFT, ContentType.UNIQUE_GIFT, ContentType.USERS_SHARED,
        ContentType.CHAT_SHARED, ContentType.PASSPORT_DATA,
    }
)  # fmt: skip
"""What a customer may send that says nothing to us. Anything else without words is Telegram's own notice."""


@dataclass(frozen=True, slots=True)
class FileToFetch:
    """A file still to be fetched. `size` is in bytes, 0 where Telegram does not say."""

    file_id: str
    name: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class CustomerUpdate:
    """One update of one chat. At most one of `button`, `left`, `elsewhere` and the rest is set.

    `query` is the tap to be answered and `message` its message; `elsewhere` says that this was written where
    others read along, and `topic` in which of a forum's topics (0: in none); `album` names the pictures that were
    sent in one go.
    `start` is the token of the link that opened the chat, empty for none, None where this is no start.
    `message` is the number of a written message in its chat; `edited` says that it is another version of it.
    `act` is what a command asks for that has more words behind it.
    `unreadable` says why nobody knows what this says; `raw` is the update as it came.
    """

    number: int
    chat: int
    language: str = ""
    text: str = ""
    reading: Reading | None = None
    wanted: tuple[FileToFetch, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    album: str = ""
    button: str = ""
    query: str = ""
    left: bool = False
    elsewhere: bool = False
    topic: int = 0
    start: str | None = None
    message: int = 0
    edited: bool = False
    act: TypedCommand = TypedCommand.NONE
    unreadable: Exception | None = field(default=None, compare=False)
    raw: Any = field(default=None, compare=False, repr=False)

    @property
    def id(self) -> str:
        """The event's id: a message's own number, so that its edits find it; else the number of the update."""
        return named(self.message) if self.message and not self.edited else str(self.number)

    @property
    def lane(self) -> int:
        """What is taken one after another: a chat."""
        return self.chat

    @property
    def place(self) -> str:
        """Where it was written, and is answered: the chat, or one topic of it."""
        return f"{self.chat}/{self.topic}" if self.topic else str(self.chat)

    @property
    def edits(self) -> str:
        """The id of the event that brought the first version, or empty."""
        return named(self.message) if self.edited else ""


def named(message: int) -> str:
    """The id of the event that brings the message of this number in its chat."""
    return f"message:{message}"


def incoming(update: Update, username: str = "") -> CustomerUpdate | None:
    """What the update says to the bot of this name, or None where there is nothing to be done about it."""
    match update:
        case Update(message=Message() as message):
            return _written(update.update_id, message, username)
        case Update(edited_message=Message() as message):
            return _edited(update.update_id, message, username)
        case Update(callback_query=CallbackQuery() as query):
            return _tapped(update.update_id, query)
        case Update(my_chat_member=ChatMemberUpdated() as changed):
            return _moved(update.update_id, changed)
    return None


def _written(number: int, message: Message, username: str) -> CustomerUpdate | None:
    if message.chat.type != ChatType.PRIVATE:
        return _overheard(number, message, username)
    blank = CustomerUpdate(number, message.chat.id, _language(message.from_user), message=message.message_id)
    if message.text:
        token = start_token(message.text)
        act = act_before_words(message.text)
        reading = None if act else command(message.text)
        return replace(blank, text=message.text, reading=reading, start=token, act=act)
    wanted = _files(message)
    if wanted:
        return _with_files(replace(blank, text=message.caption or "", album=message.media_group_id or ""), wanted)
    if message.contact:
        return replace(blank, text=_phone(message.contact.phone_number))
    if place := _place(message):
        return replace(blank, text=place, reading=_at(place))
    if message.content_type == ContentType.STICKER:
        return replace(blank, troubles=(Trouble("telegram.sticker"),))
    return replace(blank, troubles=(Trouble("telegram.cannot_read"),)) if message.content_type in _UNREADABLE else None


def _edited(number: int, message: Message, username: str) -> CustomerUpdate | None:
    """Another version of a message: its words and its file. A place that moves on is no new version."""
    if message.chat.type != ChatType.PRIVATE or not (message.text or message.caption or _files(message)):
        return None
    written = _written(number, message, username)
    return replace(written, edited=True, album="") if written else None


def _tapped(number: int, query: CallbackQuery) -> CustomerUpdate | None:
    """A tap. Its data may be forged: whether it is a live button's, the flow decides."""
    if query.message is None or not query.data:
        return None
    if query.message.chat.type != ChatType.PRIVATE:
        return None
    return CustomerUpdate(
        number, query.message.chat.id, _language(query.from_user), button=query.data[:64], query=query.id
    )  # fmt: skip


def _moved(number: int, changed: ChatMemberUpdated) -> CustomerUpdate | None:
    if changed.chat.type != ChatType.PRIVATE or changed.new_chat_member.status not in _GONE:
        return None
    return CustomerUpdate(number, changed.chat.id, _language(changed.from_user), left=True)


def _overheard(number: int, message: Message, username: str) -> CustomerUpdate | None:
    """A group. Nothing of it is kept; whoever calls us there is shown the way to a chat of their own."""
    if message.chat.type == ChatType.CHANNEL or not _calls_us(message, username):
        return None
    topic = message.message_thread_id if message.is_topic_message else None
    return CustomerUpdate(number, message.chat.id, _language(message.from_user), elsewhere=True, topic=topic or 0)


def _calls_us(message: Message, username: str) -> bool:
    """By name, by a command of ours, or by answering us. Of the other bots' commands none is ours to answer."""
    text = (message.text or message.caption or "").lower()
    named = bool(username) and f"@{username.lower()}" in text
    answered = message.reply_to_message.from_user if message.reply_to_message else None
    is_ours = answered is not None and bool(username) and answered.username == username
    first, *_ = text.split(maxsplit=1) or [""]
    return named or is_ours or (first[:1] == "/" and first[1:] in PRIVATE)


def _language(user: User | None) -> str:
    return (user.language_code or "") if user else ""


def _with_files(blank: CustomerUpdate, wanted: FileToFetch) -> CustomerUpdate:
    if wanted.size <= LARGEST_MB * MEGABYTE:
        return replace(blank, wanted=(wanted,))
    return replace(blank, troubles=(too_large(wanted.name),))


def too_large(name: str, largest_mb: int = LARGEST_MB) -> Trouble:
    """The words for a file that is larger than can be taken."""
    return Trouble("files.refused_size", (("name", name), ("largest", str(largest_mb))))


def _files(message: Message) -> FileToFetch | None:
    """The file of a message. An animation comes as a document too, and a photo in several sizes: the largest is it."""
    if message.photo:
        best = max(message.photo, key=lambda size: size.width * size.height)
        return FileToFetch(best.file_id, "photo.jpg", best.file_size or 0)
    named = message.animation or message.video or message.audio or message.document
    if named:
        return FileToFetch(named.file_id, named.file_name or _plain_name(message), named.file_size or 0)
    if message.voice:
        return FileToFetch(message.voice.file_id, "voice.ogg", message.voice.file_size or 0)
    if message.video_note:
        return FileToFetch(message.video_note.file_id, "video.mp4", message.video_note.file_size or 0)
    return None


def _plain_name(message: Message) -> str:
    if message.video or message.animation:
        return "video.mp4"
    return "audio.mp3" if message.audio else "file"


def _place(message: Message) -> str:
    """A place that was shared by a button of the messenger, in words."""
    match message:
        case Message(venue=Venue() as venue):
            return f"{venue.title}, {venue.address}".strip(", ")
        case Message(location=Location() as place):
            return f"📍 {place.latitude:.5f}, {place.longitude:.5f}"
    return ""


def _at(place: str) -> Reading:
    """What a shared place says: where it was, and nothing else. No model would make that out of two numbers."""
    return Reading(place, slots=(Span(Slot.PLACE_OR_PAGE, place, place, 0, len(place)),))


def _phone(given: str) -> str:
    """E.164. Telegram gives international numbers, some clients without the plus."""
    digits = "".join(filter(str.isdigit, given))
    return f"+{digits}" if digits else given


def start_token(text: str) -> str | None:
    """What follows `/start`: the token of the link that was opened, or empty; None for other words."""
    name, _, token = text.partition(" ")
    return token.strip() if name.partition("@")[0].lower() == "/start" else None


_WITH_WORDS = {"new": TypedCommand.NEW_CASE, "human": TypedCommand.PERSON, "language": TypedCommand.LANGUAGE}
"""Commands with which people go on at once: what they then say is heard."""


def act_before_words(text: str) -> TypedCommand:
    """What a command asks for that has more words behind it, or empty."""
    head, *words = text.split(maxsplit=1) or [""]
    return _WITH_WORDS.get(_name(head), TypedCommand.NONE) if words and head.startswith("/") else TypedCommand.NONE


def _name(head: str) -> str:
    return head.removeprefix("/").partition("@")[0].lower()


def command(text: str) -> Reading | None:
    """A command, read without a model; None for other words."""
    if not text.startswith("/"):
        return None
    match name := _name(text.split(maxsplit=1)[0]):
        case "privacy":
            return Reading(text, question="privacy", intents=(Scored(Intent.ASK_QUESTION, 1.0),))
        case "new":
            return Reading(text, act=TypedCommand.NEW_CASE)
        case "human":
            return Reading(text, act=TypedCommand.PERSON)
        case "status" | "language" | "help":
            return Reading(text, act=TypedCommand(name))
    return None
