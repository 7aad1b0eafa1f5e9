"""Groups, forums with topics, and chats that move."""

from __future__ import annotations

import asyncio

from tests.telegram.conftest import Asking
from tests.telegram.server import TelegramServer
from tests.telegram.world import Bot


async def texts(ask: Asking, token: str = "123:abc") -> list[str]:
    found = (await ask("getUpdates", token=token))["result"]
    return [update["message"].get("text", "") for update in found if "message" in update]


async def test_a_topic_made_by_the_bot_is_where_agents_answer(telegram: TelegramServer, bot: Bot, ask: Asking) -> None:
    agent = telegram.user("Agent")
    desk = telegram.group("Desk", agent, bot, forum=True)
    topic = (await ask("createForumTopic", chat_id=desk.id, name="C-2611-000042"))["result"]
    here = {"chat_id": desk.id, "message_thread_id": topic["message_thread_id"]}
    await ask("sendMessage", **here, text="Anna: my cup is broken")
    await ask("sendMessage", chat_id=desk.id, text="a card in General")
    seen = await agent.sees(desk.topic("C-2611-000042"), "broken")
    assert seen.raw["is_topic_message"]
    said = await agent.says(desk.topic("C-2611-000042"), "We send another", reply_to=seen)
    [update] = (await ask("getUpdates"))["result"]
    assert update["message"]["message_thread_id"] == topic["message_thread_id"] == said.thread
    await agent.sees(desk, "a card in General")


async def test_a_topic_that_is_gone_cannot_be_written_to(telegram: TelegramServer, bot: Bot, ask: Asking) -> None:
    desk = telegram.group("Desk", telegram.user("Agent"), bot, forum=True)
    thread = (await ask("createForumTopic", chat_id=desk.id, name="one"))["result"]["message_thread_id"]
    desk.drops_topic("one")
    answer = await ask("sendMessage", chat_id=desk.id, message_thread_id=thread, text="hello?")
    assert answer["description"] == "Bad Request: message thread not found"
    answer = await ask("sendChatAction", chat_id=desk.id, message_thread_id=thread, action="typing")
    assert answer["error_code"] == 400
    assert (await ask("closeForumTopic", chat_id=desk.id, message_thread_id=thread))["error_code"] == 400


async def test_a_group_without_topics_makes_none(telegram: TelegramServer, bot: Bot, ask: Asking) -> None:
    group = telegram.group("Group", telegram.user("Agent"), bot)
    assert "not a forum" in (await ask("createForumTopic", chat_id=group.id, name="one"))["description"]


async def test_a_bot_in_privacy_mode_hears_only_what_is_for_it(telegram: TelegramServer, bot: Bot, ask: Asking) -> None:
    agent = telegram.user("Agent")
    group = telegram.group("Group", agent, bot)
    group.add(bot.id, "member")
    for text in ("not for it", "/status", f"@{bot.username} please", "again not"):
        await agent.says(group, text)
    assert await texts(ask) == ["/status", f"@{bot.username} please"]
    group.promotes(bot.id)
    await agent.says(group, "an administrator hears all")
    assert "an administrator hears all" in await texts(ask)


async def test_bots_do_not_hear_bots(telegram: TelegramServer, bot: Bot, ask: Asking) -> None:
    other = telegram.bot("456:def", name="Other")
    group = telegram.group("Group", telegram.user("Agent"), bot, other)
    await ask("sendMessage", chat_id=group.id, text="from a bot")
    assert await texts(ask, other.token) == []


async def test_a_group_that_moved_says_where_to(telegram: TelegramServer, bot: Bot, ask: Asking) -> None:
    anna = telegram.user("Anna")
    group = telegram.group("Group", anna, bot, kind="group")
    assert (await ask("sendMessage", chat_id=group.id, text="before"))["ok"]
    moved = group.moves()
    answer = await ask("sendMessage", chat_id=group.id, text="after")
    assert answer["parameters"] == {"migrate_to_chat_id": moved.id}
    assert (await ask("sendMessage", chat_id=moved.id, text="after"))["ok"]
    await anna.sees(moved, "after")


async def test_a_bot_that_comes_or_is_thrown_out_is_told(telegram: TelegramServer, bot: Bot, ask: Asking) -> None:
    group = telegram.group("Group", telegram.user("Anna"), bot)
    group.removes(bot.id)
    group.invites(bot)
    group.removes(bot.id)
    assert (await ask("sendMessage", chat_id=group.id, text="hello"))["error_code"] == 403
    changes = [update["my_chat_member"] for update in (await ask("getUpdates"))["result"]]
    assert [change["new_chat_member"]["status"] for change in changes] == ["kicked", "member", "kicked"]


async def test_fifty_agents_tap_one_button_and_each_hears_how_it_went(
    telegram: TelegramServer, bot: Bot, ask: Asking
) -> None:
    agents = [telegram.user(f"Agent {number}") for number in range(50)]
    desk = telegram.group("Desk", *agents, bot)
    keyboard = {"inline_keyboard": [[{"text": "Claim", "callback_data": "claim"}]]}
    await ask("sendMessage", chat_id=desk.id, text="a card", reply_markup=keyboard)
    taps = [await agent.taps("Claim", desk) for agent in agents]
    updates = (await ask("getUpdates"))["result"]
    for place, update in enumerate(updates):
        words = "yours" if place == 0 else "taken"
        await ask("answerCallbackQuery", callback_query_id=update["callback_query"]["id"], text=words)
    answers = await asyncio.gather(*(tap.answered() for tap in taps))
    assert [answer.text for answer in answers] == ["yours"] + ["taken"] * 49
