"""Methods that put something new into a chat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.telegram import making
from tests.telegram.markup import parsed
from tests.telegram.methods.call import Act, Call
from tests.telegram.things import BadRequest, Glimpse, Message, Raw

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024
MADE = ("photo", "video", "voice", "document", "video_note")
ACTIONS = frozenset(("typing", "choose_sticker", "find_location", *(f"upload_{kind}" for kind in MADE)))
RECORDING = frozenset(("record_video", "record_voice", "record_video_note"))
KINDS = ("photo", "document", "voice", "video", "video_note", "animation", "audio", "sticker")


def send_message(call: Call) -> Raw:
    said, entities = parsed(call.fields["text"], call.fields.get("parse_mode"), call.fields.get("entities"))
    if not said.strip():
        raise BadRequest("message text is empty")
    if making.units(said) > TEXT_LIMIT:
        raise BadRequest("message is too long")
    marked = entities or making.entities(said)
    return entered(call, {"text": said} | ({"entities": marked} if marked else {}))


def send_file(kind: str) -> Act:
    def send(call: Call) -> Raw:
        return entered(call, making.media(kind, call.file(kind, call.fields[kind])) | captioned(call.fields))

    return send


def send_location(call: Call) -> Raw:
    return entered(call, {"location": {key: float(call.fields[key]) for key in ("latitude", "longitude")}})


def send_contact(call: Call) -> Raw:
    known = ("phone_number", "first_name", "last_name")
    return entered(call, {"contact": {key: call.fields[key] for key in known if key in call.fields}})


def send_media_group(call: Call) -> list[Raw]:
    parts = call.fields["media"]
    if not 2 <= len(parts) <= 10:
        raise BadRequest("group send failed: an album holds 2 to 10 parts")
    album = str(next(call.world.numbers))
    return [_part(call, album, part) for part in parts]


def copy_message(call: Call) -> Raw:
    source = call.world.known_room(call.bot, call.fields["from_chat_id"]).messages.get(call.fields["message_id"])
    if source is None:
        raise BadRequest("message to copy not found")
    left = ("message_id", "from", "date", "chat", "reply_markup", "reply_to_message", "message_thread_id")
    body = {key: value for key, value in source.raw.items() if key not in (*left, "is_topic_message", "edit_date")}
    changed = body | captioned(call.fields) if "caption" in call.fields else body
    return {"message_id": entered(call, changed)["message_id"]}


def forward_message(call: Call) -> Raw:
    source = call.world.known_room(call.bot, call.fields["from_chat_id"]).messages.get(call.fields["message_id"])
    if source is None:
        raise BadRequest("message to forward not found")
    left = ("message_id", "from", "date", "chat", "reply_markup", "message_thread_id", "is_topic_message")
    body = {key: value for key, value in source.raw.items() if key not in left}
    origin = {"type": "user", "date": source.raw["date"], "sender_user": source.raw["from"]}
    return entered(call, body | {"forward_origin": origin})


def send_chat_action(call: Call) -> bool:
    if call.fields["action"] not in ACTIONS | RECORDING:
        raise BadRequest("wrong parameter action in request")
    call.room.show(Glimpse("action", by=call.bot.id, what=call.fields["action"], thread=call.thread))
    return True


def captioned(fields: Mapping[str, Any]) -> Raw:
    said, entities = parsed(fields.get("caption") or "", fields.get("parse_mode"), fields.get("caption_entities"))
    if making.units(said) > CAPTION_LIMIT:
        raise BadRequest("message caption is too long")
    return ({"caption": said} if said else {}) | ({"caption_entities": entities} if entities else {})


def entered(call: Call, body: Raw) -> Raw:
    """The new message; a keyboard that is not inline goes to the screen, not into the message."""
    keyboard = call.fields.get("reply_markup") or {}
    inline = {"reply_markup": keyboard_checked(keyboard)} if "inline_keyboard" in keyboard else {}
    made = call.room.enter(call.world.accounts[call.bot.id], call.world.date, body | _reply(call) | inline, call.thread)
    if keyboard and not inline:
        call.room.show(Glimpse("keyboard", made, call.bot.id, keyboard=keyboard))
    return made.raw


def keyboard_checked(keyboard: Raw) -> Raw:
    for button in (button for row in keyboard["inline_keyboard"] for button in row):
        if not button["text"].strip():
            raise BadRequest("can't parse inline keyboard button: text is empty")
        if len(set(button) - {"text", "style", "icon_custom_emoji_id"}) != 1:
            raise BadRequest("can't parse inline keyboard button: exactly one action is needed")
        if not 1 <= len(str(button.get("callback_data", "-")).encode()) <= 64:
            raise BadRequest("BUTTON_DATA_INVALID")
    return keyboard


def _reply(call: Call) -> Raw:
    asked = call.fields.get("reply_parameters") or {}
    id = asked.get("message_id", call.fields.get("reply_to_message_id"))
    if id is None:
        return {}
    if found := call.room.messages.get(id):
        return {"reply_to_message": without_reply(found)}
    if asked.get("allow_sending_without_reply"):
        return {}
    raise BadRequest("message to be replied not found")


def without_reply(message: Message) -> Raw:
    """A quoted message does not quote in its turn."""
    return {key: value for key, value in message.raw.items() if key != "reply_to_message"}


def _part(call: Call, album: str, part: Raw) -> Raw:
    body = making.media(part["type"], call.file(part["type"], part["media"])) | captioned(part)
    return entered(call, body | {"media_group_id": album})


METHODS: dict[str, Act] = {
    "sendMessage": send_message,
    "sendLocation": send_location,
    "sendContact": send_contact,
    "sendMediaGroup": send_media_group,
    "copyMessage": copy_message,
    "forwardMessage": forward_message,
    "sendChatAction": send_chat_action,
} | {f"send{''.join(word.title() for word in kind.split('_'))}": send_file(kind) for kind in KINDS}
