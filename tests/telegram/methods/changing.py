"""Methods that change or answer what is in a chat already: edits, deletions, reactions, pins, taps on buttons."""

from __future__ import annotations

from tests.telegram import making
from tests.telegram.markup import parsed
from tests.telegram.methods.call import Act, Call
from tests.telegram.methods.sending import TEXT_LIMIT, captioned, keyboard_checked
from tests.telegram.things import Answer, BadRequest, Message, Raw

SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
ALERT_LIMIT = 200


def edit_message_text(call: Call) -> Raw:
    said, entities = parsed(call.fields["text"], call.fields.get("parse_mode"), call.fields.get("entities"))
    if not said.strip():
        raise BadRequest("message text is empty")
    if making.units(said) > TEXT_LIMIT:
        raise BadRequest("MESSAGE_TOO_LONG")
    if "text" not in _edited(call).raw:
        raise BadRequest("there is no text in the message to edit")
    return _changed(call, {"text": said, "entities": entities or making.entities(said) or None})


def edit_message_caption(call: Call) -> Raw:
    return _changed(call, {"caption": None, "caption_entities": None} | dict(captioned(call.fields)))


def edit_message_reply_markup(call: Call) -> Raw:
    return _changed(call, {})


def delete_message(call: Call) -> bool:
    room, found = call.room, call.message("message to delete not found")
    if not room.private and found.sender != call.bot.id and room.members[call.bot.id] != "administrator":
        raise BadRequest("message can't be deleted")
    room.delete(found.id, call.bot.id)
    return True


def delete_messages(call: Call) -> bool:
    room = call.room
    for id in call.fields["message_ids"]:
        if id in room.messages:
            room.delete(id, call.bot.id)
    return True


def set_message_reaction(call: Call) -> bool:
    found = call.message("message to react not found")
    call.room.react(found.id, call.bot.id, shown(call.fields.get("reaction")))
    return True


def shown(reactions: list[Raw] | None) -> tuple[str, ...]:
    """A bot may show one reaction, and not a custom one of its own."""
    if len(reactions or ()) > 1 or any(each["type"] != "emoji" for each in reactions or ()):
        raise BadRequest("REACTIONS_TOO_MANY" if len(reactions or ()) > 1 else "REACTION_INVALID")
    return tuple(each["emoji"] for each in reactions or ())


def pin(call: Call) -> bool:
    call.room.pinned.append(call.message("message to pin not found").id)
    return True


def unpin(call: Call) -> bool:
    room = call.room
    if room.pinned:
        room.pinned.remove(call.fields.get("message_id") or room.pinned[-1])
    return True


def unpin_all(call: Call) -> bool:
    call.room.pinned.clear()
    return True


def answer_callback_query(call: Call) -> bool:
    id, answers = call.fields["callback_query_id"], call.world.answers
    if id not in answers or answers[id] is not None:
        raise BadRequest(TOO_OLD)
    if len(call.fields.get("text", "")) > ALERT_LIMIT:
        raise BadRequest("MESSAGE_TOO_LONG")
    said = call.fields
    answers[id] = Answer(said.get("text", ""), bool(said.get("show_alert")), said.get("url", ""))
    call.world.stirred.ring()
    return True


def _edited(call: Call) -> Message:
    return call.own_message("message to edit not found")


def _changed(call: Call, changes: dict[str, object]) -> Raw:
    """An edit without a keyboard takes the keyboard away, as Telegram does."""
    found, keyboard = _edited(call), call.fields.get("reply_markup")
    shown = keyboard_checked(keyboard) if keyboard and keyboard["inline_keyboard"] else None
    wanted = changes | {"reply_markup": shown}
    if all(found.raw.get(key) == value for key, value in wanted.items()):
        raise BadRequest(SAME)
    return call.room.edit(found.id, call.bot.id, wanted | {"edit_date": call.world.date}).raw


METHODS: dict[str, Act] = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "setMessageReaction": set_message_reaction,
    "pinChatMessage": pin,
    "unpinChatMessage": unpin,
    "unpinAllChatMessages": unpin_all,
    "answerCallbackQuery": answer_callback_query,
}
