"""The server holds bots, and itself, to the published Bot API and to both libraries."""

from __future__ import annotations

from typing import Any

import pytest

from tests.telegram.checks import Violations
from tests.telegram.conftest import Asking
from tests.telegram.methods.every import METHODS
from tests.telegram.models import Readers, shape
from tests.telegram.schema import Schema, decoded
from tests.telegram.server import TelegramServer
from tests.telegram.world import Bot


@pytest.mark.parametrize(
    ("method", "fields", "problem"),
    [
        ("sendMessage", {"chat_id": 1}, ".text is missing"),
        ("sendMessage", {"chat_id": 1, "text": 5}, ".text is 5"),
        ("sendMessage", {"chat_id": 1, "text": "a", "colour": "red"}, ".colour is not known"),
        ("sendMessage", {"chat_id": 1, "text": "a", "reply_markup": {"inline_keyboard": [{"text": "a"}]}}, "none of"),
        ("sendMessage", {"chat_id": [], "text": "a"}, ".chat_id fits none of its types"),
        ("setMessageReaction", {"chat_id": 1, "message_id": 1, "reaction": [{"type": "emoji", "emoji": "🦔"}]}, "🦔"),
        ("getUpdates", {"timeout": "soon"}, ".timeout is 'soon', not a whole number"),
        ("sendMediaGroup", {"chat_id": 1, "media": [{"type": "photo", "media": "a"}, {"type": "gif"}]}, ".media[1]"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(
    schema: Schema, method: str, fields: dict[str, Any], problem: str
) -> None:
    known = schema.method(method)
    assert known
    assert problem in (known.request(fields) or "")


def test_a_right_request_passes(schema: Schema) -> None:
    known = schema.method("SENDMESSAGE")
    assert known
    keyboard = '{"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}'
    fields = decoded(known, {"chat_id": "-100", "text": "5", "protect_content": "True", "reply_markup": keyboard})
    assert known.request(fields) is None
    assert fields["chat_id"] == -100
    assert fields["text"] == "5"
    assert fields["protect_content"] is True


def test_every_built_method_is_in_the_published_api(schema: Schema) -> None:
    assert not [name for name in METHODS if not schema.method(name)]


def test_an_object_no_library_could_read_is_found() -> None:
    readers = Readers()
    broken = {"update_id": 1, "callback_query": {"id": "1", "from": {"id": 1}, "chat_instance": "1"}}
    assert "aiogram cannot read Update" in (readers.read("Update", broken) or "")
    assert readers.read("Update", {"update_id": 1}) is None


def test_objects_of_one_shape_differ_only_in_their_values() -> None:
    assert shape({"type": "private", "id": 1}) == shape({"type": "private", "id": 2})
    assert shape({"type": "private", "id": 1}) != shape({"type": "group", "id": 1})
    assert shape([{"id": 1}, {"id": 2}]) == shape([{"id": 3}])
    assert shape({"id": 1}) != shape({"id": "1"})


async def test_a_violation_fails_the_test_that_caused_it(schema: Schema) -> None:
    server = TelegramServer()
    await server.start()
    server.checks.request(schema.method("sendMessage"), "sendMessage", {"chat_id": 1})
    with pytest.raises(Violations, match=r"sendMessage\.text is missing"):
        await server.__aexit__(None, None, None)


async def test_a_wrong_request_is_refused_and_can_be_forgiven(
    telegram: TelegramServer, ask: Asking, schema: Schema
) -> None:
    assert (await ask("sendMessage", chat_id=1))["error_code"] == 400
    assert (await ask("sendLove", chat_id=1))["error_code"] == 404
    assert telegram.forgive() == ["sendMessage.text is missing", "sendLove is no method of the Bot API"]


async def test_a_method_that_is_not_built_says_so(telegram: TelegramServer, ask: Asking, schema: Schema) -> None:
    assert (await ask("getMyStarBalance"))["error_code"] == 404
    assert "not built" in telegram.forgive()[0]


async def test_everything_people_do_reads_as_published_and_in_both_libraries(
    telegram: TelegramServer, bot: Bot
) -> None:
    """What breaks here is a violation, and fails when the server stops."""
    anna, ben = telegram.user("Anna", language="en", username="anna", last_name="A."), telegram.user("Ben")
    forum = telegram.group("Desk", anna, bot, forum=True)
    for where in (bot, forum, anna.opens_topic(forum, "A broken cup")):
        said = await anna.says(where, "/start https://example.org 😀")
        await anna.says(where, "answer", reply_to=said)
        for kind in ("photo", "document", "voice", "video", "video_note", "sticker"):
            await anna.sends_file(where, kind, caption="" if kind == "sticker" else "see https://example.org")
        await anna.sends_album(where, [None, None], "both")
        await anna.sends_location(where)
        await anna.sends_contact(where)
        await anna.forwards(said, where)
        await anna.edits(said, "another")
    ben.joins(forum)
    ben.leaves(forum)
    anna.closes_topic(forum.topic("A broken cup"))
    bot.updates.allow(["message_reaction"])
    await anna.reacts(await anna.says(bot, "well"), "👍")
    bot.updates.allow([])
    anna.blocks(bot)
    anna.unblocks(bot)
    forum.removes(bot.id)
    group = telegram.group("Old", anna, bot, kind="group")
    group.moves()
    assert len(bot.updates.waiting) > 40


async def test_every_answer_reads_as_published_and_in_both_libraries(
    telegram: TelegramServer, bot: Bot, ask: Asking
) -> None:
    anna = telegram.user("Anna")
    await anna.starts(bot)
    forum = telegram.group("Desk", anna, bot, forum=True)
    topic = (await ask("createForumTopic", chat_id=forum.id, name="Anna"))["result"]["message_thread_id"]
    for place in ({"chat_id": anna.id}, {"chat_id": forum.id, "message_thread_id": topic}):
        await everything(ask, place)
    here = {"chat_id": forum.id, "message_thread_id": topic}
    for method in ("closeForumTopic", "reopenForumTopic", "unpinAllForumTopicMessages"):
        assert (await ask(method, **here))["ok"]
    assert (await ask("editForumTopic", **here, name="Anna, again"))["ok"]
    assert (await ask("deleteForumTopic", **here))["ok"]
    for method in ("getChat", "getChatAdministrators", "getChatMemberCount"):
        assert (await ask(method, chat_id=forum.id))["ok"]
    assert (await ask("getChatMember", chat_id=forum.id, user_id=anna.id))["result"]["status"] == "creator"
    for method in ("getMe", "getWebhookInfo", "getMyCommands", "getMyName", "getMyShortDescription"):
        assert (await ask(method))["ok"]


async def everything(ask: Asking, place: dict[str, int]) -> None:
    sent = (await ask("sendMessage", **place, text="look: https://example.org", reply_parameters={"message_id": 1}))[
        "result"
    ]
    known = {"chat_id": place["chat_id"], "message_id": sent["message_id"]}
    keyboard = {
        "inline_keyboard": [[{"text": "yes", "callback_data": "y"}, {"text": "more", "url": "https://example.org"}]]
    }
    assert (await ask("editMessageText", **known, text="look again", reply_markup=keyboard))["ok"]
    assert (await ask("editMessageReplyMarkup", **known))["ok"]
    assert (await ask("setMessageReaction", **known, reaction=[{"type": "emoji", "emoji": "👀"}]))["ok"]
    assert (await ask("pinChatMessage", **known))["ok"]
    assert (await ask("unpinChatMessage", **known))["ok"]
    assert (await ask("sendChatAction", **place, action="upload_photo"))["ok"]
    assert (await ask("sendPhoto", **place, photo="https://example.org/a.jpg", caption="<i>a</i>", parse_mode="HTML"))[
        "ok"
    ]
    assert (await ask("sendLocation", **place, latitude=1, longitude=2))["ok"]
    assert (await ask("sendContact", **place, phone_number="+49", first_name="Ada"))["ok"]
    album = [
        {"type": "photo", "media": "https://example.org/a.jpg"},
        {"type": "video", "media": "https://example.org/b.mp4"},
    ]
    assert (await ask("sendMediaGroup", **place, media=album))["ok"]
    assert (await ask("copyMessage", **place, from_chat_id=known["chat_id"], message_id=known["message_id"]))["ok"]
    assert (await ask("forwardMessage", **place, from_chat_id=known["chat_id"], message_id=known["message_id"]))["ok"]
    assert (await ask("deleteMessage", **known))["ok"]
