"""Methods about chats and their members, and about a forum's topics."""

from __future__ import annotations

from tests.telegram import making
from tests.telegram.methods.call import Act, Call
from tests.telegram.room import Room
from tests.telegram.things import BadRequest, Raw, Topic

ICON = 0x6FB9F0
COLOURS = frozenset((0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F))
GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)
NAME_LIMIT = 128


def get_chat(call: Call) -> Raw:
    full = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": GIFTS}
    return {**call.room.chat, **full}


def get_chat_member(call: Call) -> Raw:
    room, id = call.room, call.fields["user_id"]
    if id not in call.world.accounts:
        raise BadRequest("PARTICIPANT_ID_INVALID")
    return making.member(call.world.accounts[id], room.members.get(id, "left"))


def get_chat_administrators(call: Call) -> list[Raw]:
    found = call.room.members.items()
    ruling = ("administrator", "creator")
    return [making.member(call.world.accounts[id], status) for id, status in found if status in ruling]


def get_chat_member_count(call: Call) -> int:
    room = call.room
    return sum(room.present(id) for id in room.members)


def leave_chat(call: Call) -> bool:
    call.room.members[call.bot.id] = "left"
    return True


def ban_chat_member(call: Call) -> bool:
    """Whoever rules cannot be banned, and only an administrator of the chat may ban."""
    room, user = call.room, call.fields["user_id"]
    if user not in call.world.accounts:
        raise BadRequest("PARTICIPANT_ID_INVALID")
    if room.members[call.bot.id] != "administrator":
        raise BadRequest("not enough rights to restrict/unrestrict chat member")
    if room.members.get(user) in ("administrator", "creator"):
        raise BadRequest(f"can't remove chat {'owner' if room.members[user] == 'creator' else 'administrator'}")
    room.members[user] = "kicked"
    return True


def unban_chat_member(call: Call) -> bool:
    room, user = call.room, call.fields["user_id"]
    if room.chat["type"] != "supergroup":
        raise BadRequest("method is available for supergroup and channel chats only")
    if room.members.get(user) == "kicked" or not call.fields.get("only_if_banned"):
        room.members[user] = "left"
    return True


def create_forum_topic(call: Call) -> Raw:
    room, name = _forum(call), call.fields["name"]
    colour = call.fields.get("icon_color", ICON)
    if not 1 <= len(name) <= NAME_LIMIT:
        raise BadRequest("TOPIC_NAME_INVALID")
    if colour not in COLOURS:
        raise BadRequest("TOPIC_ICON_COLOR_INVALID")
    return making.forum_topic(opened(call, room, name, colour))


def opened(call: Call, room: Room, name: str, colour: int) -> Topic:
    """A topic's number is that of the service message that opened it."""
    body = {"forum_topic_created": {"name": name, "icon_color": colour}}
    told = room.enter(call.world.accounts[call.bot.id], call.world.date, body)
    room.edit(told.id, call.bot.id, {"message_thread_id": told.id, "is_topic_message": True})
    return room.open_topic(told.id, name, colour)


def edit_forum_topic(call: Call) -> bool:
    topic = _topic(call)
    name = call.fields.get("name") or topic.name
    if name == topic.name and "icon_custom_emoji_id" not in call.fields:
        raise BadRequest("TOPIC_NOT_MODIFIED")
    call.room.change_topic(topic.thread, name=name)
    return _told(call, topic, {"forum_topic_edited": {"name": name}})


def close_forum_topic(call: Call) -> bool:
    topic = _topic(call)
    if topic.closed:
        raise BadRequest("TOPIC_NOT_MODIFIED")
    call.room.change_topic(topic.thread, closed=True)
    return _told(call, topic, {"forum_topic_closed": {}})


def reopen_forum_topic(call: Call) -> bool:
    topic = _topic(call)
    if not topic.closed:
        raise BadRequest("TOPIC_NOT_MODIFIED")
    call.room.change_topic(topic.thread, closed=False)
    return _told(call, topic, {"forum_topic_reopened": {}})


def delete_forum_topic(call: Call) -> bool:
    room, topic = call.room, _topic(call)
    drop_topic(room, topic.thread, call.bot.id)
    return True


def drop_topic(room: Room, thread: int, by: int) -> None:
    """The topic and all that was said in it."""
    del room.topics[thread]
    for id in [id for id, message in room.messages.items() if message.thread == thread]:
        room.delete(id, by)


def unpin_all_in_topic(call: Call) -> bool:
    room, thread = call.room, _topic(call).thread
    room.pinned[:] = [id for id in room.pinned if id in room.messages and room.messages[id].thread != thread]
    return True


def _forum(call: Call) -> Room:
    room = call.room
    if not room.forum:
        raise BadRequest("the chat is not a forum")
    if room.members[call.bot.id] != "administrator":
        raise BadRequest("not enough rights to create a topic")
    return room


def _topic(call: Call) -> Topic:
    room, thread = _forum(call), call.fields["message_thread_id"]
    if thread not in room.topics:
        raise BadRequest("TOPIC_ID_INVALID")
    return room.topics[thread]


def _told(call: Call, topic: Topic, body: Raw) -> bool:
    call.room.enter(call.world.accounts[call.bot.id], call.world.date, body, topic.thread)
    return True


METHODS: dict[str, Act] = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
    "banChatMember": ban_chat_member,
    "unbanChatMember": unban_chat_member,
    "createForumTopic": create_forum_topic,
    "editForumTopic": edit_forum_topic,
    "closeForumTopic": close_forum_topic,
    "reopenForumTopic": reopen_forum_topic,
    "deleteForumTopic": delete_forum_topic,
    "unpinAllForumTopicMessages": unpin_all_in_topic,
}
