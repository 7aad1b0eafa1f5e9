"""What Telegram refuses, what it limits, and what a bad network does: as it is, and on demand."""

from __future__ import annotations

import time
from typing import Any

import aiohttp
import pytest

from tests.telegram.conftest import Asking
from tests.telegram.limits import Limits, Pace
from tests.telegram.server import TelegramServer
from tests.telegram.users import User
from tests.telegram.world import Bot


@pytest.fixture
async def anna(telegram: TelegramServer, bot: Bot) -> User:
    made = telegram.user("Anna")
    await made.starts(bot)
    return made


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": "   "}, "message text is empty"),
        ({"text": "a" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "a < b", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "a", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ({"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "a"}]]}}, "exactly one action"),
        (
            {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "退" * 22}]]}},
            "BUTTON_DATA_INVALID",
        ),
    ],
)
async def test_a_message_telegram_would_not_take_is_refused(
    anna: User, ask: Asking, fields: dict[str, Any], said: str
) -> None:
    answer = await ask("sendMessage", chat_id=anna.id, **fields)
    assert answer["error_code"] == 400
    assert said in answer["description"]


async def test_an_edit_that_changes_nothing_or_another_s_message_is_refused(anna: User, ask: Asking, bot: Bot) -> None:
    sent = (await ask("sendMessage", chat_id=anna.id, text="one"))["result"]["message_id"]
    same = await ask("editMessageText", chat_id=anna.id, message_id=sent, text="one")
    assert "message is not modified" in same["description"]
    assert (await ask("editMessageText", chat_id=anna.id, message_id=1, text="mine"))["error_code"] == 400
    assert (await ask("editMessageText", chat_id=anna.id, message_id=77, text="what"))["error_code"] == 400


async def test_a_tap_is_answered_once(anna: User, bot: Bot, ask: Asking) -> None:
    keyboard = {"inline_keyboard": [[{"text": "yes", "callback_data": "y"}]]}
    await ask("sendMessage", chat_id=anna.id, text="well?", reply_markup=keyboard)
    tap = await anna.taps("yes")
    assert (await ask("answerCallbackQuery", callback_query_id=tap.id, text="ok", show_alert=True))["ok"]
    assert (await tap.answered()).alert
    assert "too old" in (await ask("answerCallbackQuery", callback_query_id=tap.id))["description"]


async def test_a_tap_may_be_forged(anna: User, bot: Bot, ask: Asking) -> None:
    await ask("sendMessage", chat_id=anna.id, text="no buttons")
    anna.presses(await anna.sees(bot, "no buttons"), "anything at all")
    assert (await ask("getUpdates", offset=-1))["result"][0]["callback_query"]["data"] == "anything at all"


async def test_who_never_wrote_or_blocked_or_left_is_not_reached(
    telegram: TelegramServer, anna: User, bot: Bot, ask: Asking
) -> None:
    ben = telegram.user("Ben")
    assert (await ask("sendMessage", chat_id=ben.id, text="hello"))["error_code"] == 403
    anna.blocks(bot)
    answer = await ask("sendMessage", chat_id=anna.id, text="hello")
    assert (answer["error_code"], answer["description"]) == (403, "Forbidden: bot was blocked by the user")
    anna.unblocks(bot)
    assert (await ask("sendMessage", chat_id=anna.id, text="hello"))["ok"]
    anna.deletes_account(bot)
    assert "deactivated" in (await ask("sendMessage", chat_id=anna.id, text="hello"))["description"]
    assert (await ask("sendMessage", chat_id=4, text="hello"))["description"] == "Bad Request: chat not found"


async def test_commands_take_two_letter_languages_only(ask: Asking) -> None:
    commands = [{"command": "start", "description": "begin"}]
    assert (await ask("setMyCommands", commands=commands, language_code="zh"))["ok"]
    assert (await ask("getMyCommands", language_code="zh"))["result"] == commands
    assert (await ask("setMyCommands", commands=commands, language_code="zh-hans"))["error_code"] == 400
    wrong = [{"command": "Start!", "description": "begin"}]
    assert (await ask("setMyCommands", commands=wrong))["error_code"] == 400


async def test_sending_too_fast_is_refused_until_the_pause_is_over(
    telegram: TelegramServer, anna: User, ask: Asking
) -> None:
    telegram.limits(Limits())
    assert (await ask("sendMessage", chat_id=anna.id, text="one"))["ok"]
    refused = await ask("sendMessage", chat_id=anna.id, text="two")
    assert (refused["error_code"], refused["parameters"]) == (429, {"retry_after": 1})
    assert not telegram.early
    assert (await ask("sendMessage", chat_id=anna.id, text="three"))["error_code"] == 429
    assert [request.fields["text"] for request in telegram.early] == ["three"]
    telegram.limits(None)


def test_the_real_limits_are_30_a_second_1_a_chat_and_20_a_minute_in_a_group() -> None:
    pace = Pace()
    pace.limits = Limits(slack=0)
    assert [pace.sent(chat, "sendMessage", 100 + chat / 1000) for chat in range(1, 32)] == [None] * 30 + [1]
    assert pace.sent(1, "sendMessage", 101.5) is None
    assert pace.sent(1, "sendMessage", 102.4) == 1
    group = [pace.sent(-5, "sendMessage", 200.0 + 2 * number) for number in range(21)]
    assert group == [None] * 20 + [20]


async def test_a_429_on_demand_pauses_its_chat_only(
    telegram: TelegramServer, bot: Bot, anna: User, ask: Asking
) -> None:
    ben = telegram.user("Ben")
    await ben.starts(bot)
    telegram.refuses(429, method="sendMessage", chat=anna.id, retry_after=7)
    assert (await ask("sendMessage", chat_id=anna.id, text="a"))["parameters"]["retry_after"] == 7
    assert (await ask("sendMessage", chat_id=anna.id, text="b"))["parameters"]["retry_after"] in (6, 7)
    assert (await ask("sendMessage", chat_id=ben.id, text="c"))["ok"]
    assert len(telegram.early) == 1


async def test_a_server_error_on_demand_passes(telegram: TelegramServer, anna: User, ask: Asking) -> None:
    telegram.refuses(502, method="sendMessage", times=2)
    codes = [(await ask("sendMessage", chat_id=anna.id, text="a")).get("error_code") for _ in range(3)]
    assert codes == [502, 502, None]


async def test_a_dropped_request_is_not_carried_out_and_a_reset_one_is(
    telegram: TelegramServer, bot: Bot, anna: User, ask: Asking
) -> None:
    telegram.disturbs("drop", method="sendMessage", times=1)
    with pytest.raises(aiohttp.ClientError):
        await ask("sendMessage", chat_id=anna.id, text="dropped")
    telegram.disturbs("reset", method="sendMessage", times=1)
    with pytest.raises(aiohttp.ClientError):
        await ask("sendMessage", chat_id=anna.id, text="reset after send")
    assert (await anna.sees(bot)).text == "reset after send"
    assert [request.status for request in telegram.calls("sendMessage")] == [0, 200]


@pytest.mark.timed
async def test_a_delayed_answer_comes_late_but_the_deed_is_done_at_once(
    telegram: TelegramServer, bot: Bot, anna: User, ask: Asking
) -> None:
    telegram.disturbs("delay", method="sendMessage", seconds=0.5)
    begun = time.monotonic()
    assert (await ask("sendMessage", chat_id=anna.id, text="slow"))["ok"]
    assert time.monotonic() - begun >= 0.5
    telegram.calms()
    assert telegram.log[-1].at - begun < 0.4


async def test_chance_repeats_itself(telegram: TelegramServer, anna: User, ask: Asking) -> None:
    async def round() -> list[bool]:
        telegram.calms()
        telegram.disturbs("refuse", rate=0.5, seed=7)
        telegram.calms()
        telegram.refuses(500, times=None, rate=0.5)
        telegram.door.faults.seed(7)
        return [(await ask("sendMessage", chat_id=anna.id, text="a"))["ok"] for _ in range(20)]

    first = await round()
    assert first == await round()
    assert len(set(first)) == 2
