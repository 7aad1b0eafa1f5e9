"""Objects of the Bot API, made from what is known. Pure: ids and times are arguments."""

from __future__ import annotations

import re
from typing import Any

from tests.telegram.things import File, Raw, Topic

COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,32}(?:@\w+)?")
LINK = re.compile(r"https?://\S+")
RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
    "can_send_welcome_messages",
)


def account(id: int, first_name: str, *, is_bot: bool = False, **known: str | None) -> Raw:
    """A User; of what is known, only what is set is kept."""
    return {"id": id, "is_bot": is_bot, "first_name": first_name} | {
        key: value for key, value in known.items() if value
    }


def private_chat(user: Raw) -> Raw:
    named = {key: user[key] for key in ("first_name", "last_name", "username") if key in user}
    return {"id": user["id"], "type": "private"} | named


def group_chat(id: int, title: str, *, kind: str = "supergroup", forum: bool = False) -> Raw:
    return {"id": id, "type": kind, "title": title} | ({"is_forum": True} if forum else {})


def message(id: int, date: int, sender: Raw, chat: Raw, body: Raw, thread: int | None = None) -> Raw:
    """`body` holds what was said: text, photo, location …"""
    made = {"message_id": id, "from": sender, "date": date, "chat": chat}
    if thread is not None:
        made |= {"message_thread_id": thread, "is_topic_message": True}
    return made | body


def text(said: str) -> Raw:
    found = entities(said)
    return {"text": said} | ({"entities": found} if found else {})


def caption(said: str) -> Raw:
    found = entities(said)
    return ({"caption": said} if said else {}) | ({"caption_entities": found} if found else {})


def entities(said: str) -> list[Raw]:
    """The commands and links that a customer's own client marks; places count UTF-16 units."""
    found = [("bot_command", each) for each in COMMAND.finditer(said)] if "/" in said else []
    found += [("url", each) for each in LINK.finditer(said)] if "://" in said else []
    return [
        {"type": kind, "offset": units(said[: each.start()]), "length": units(each[0])}
        for kind, each in sorted(found, key=lambda pair: pair[1].start())
    ]


def units(said: str) -> int:
    """Length in UTF-16 units, as Telegram counts."""
    return len(said.encode("utf-16-le")) // 2


def media(kind: str, file: File) -> Raw:
    """What a message holds for a file of this kind: its key and its value."""
    known: dict[str, Any] = {"file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": file.size}
    named = {"file_name": file.name, "mime_type": file.media_type}
    match kind:
        case "photo":
            small = known | {"file_id": f"{file.file_id}-s", "file_unique_id": f"{file.unique_id}-s", "file_size": 900}
            return {"photo": [small | {"width": 90, "height": 67}, known | {"width": 1280, "height": 960}]}
        case "voice":
            return {"voice": known | {"duration": 3, "mime_type": "audio/ogg"}}
        case "video_note":
            return {"video_note": known | {"length": 240, "duration": 3}}
        case "video" | "animation":
            return {kind: known | named | {"width": 640, "height": 480, "duration": 3}}
        case "audio":
            return {"audio": known | named | {"duration": 3}}
        case "sticker":
            shown = {
                "type": "regular",
                "width": 512,
                "height": 512,
                "is_animated": False,
                "is_video": False,
                "emoji": "😀",
            }
            return {"sticker": known | shown}
        case _:
            return {"document": known | named}


def file(found: File) -> Raw:
    known = {"file_id": found.file_id, "file_unique_id": found.unique_id, "file_size": found.size}
    return known | {"file_path": found.path}


def callback(id: str, sender: Raw, chat_instance: str, message: Raw, data: str) -> Raw:
    return {"id": id, "from": sender, "message": message, "chat_instance": chat_instance, "data": data}


def forum_topic(topic: Topic) -> Raw:
    return {"message_thread_id": topic.thread, "name": topic.name, "icon_color": topic.icon_color}


def member(user: Raw, status: str) -> Raw:
    match status:
        case "administrator":
            rights = dict.fromkeys(RIGHTS, True)
            return {"status": status, "user": user, "can_be_edited": False, "is_anonymous": False} | rights
        case "creator":
            return {"status": status, "user": user, "is_anonymous": False}
        case "kicked":
            return {"status": status, "user": user, "until_date": 0}
        case _:
            return {"status": status, "user": user}


def member_changed(chat: Raw, by: Raw, date: int, old: Raw, new: Raw) -> Raw:
    return {"chat": chat, "from": by, "date": date, "old_chat_member": old, "new_chat_member": new}


def reaction(chat: Raw, message_id: int, user: Raw, date: int, old: tuple[str, ...], new: tuple[str, ...]) -> Raw:
    known = {"chat": chat, "message_id": message_id, "user": user, "date": date}
    return known | {"old_reaction": emoji(old), "new_reaction": emoji(new)}


def emoji(shown: tuple[str, ...]) -> list[Raw]:
    return [{"type": "emoji", "emoji": each} for each in shown]
