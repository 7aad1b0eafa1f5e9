"""Updates that Telegram brings: only its own, only as large as they are, confirmed only after the commit."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from handlers.channels.telegram.webhook import path_of, secret_of
from storage.db.errors import Unavailable
from storage.delivery.dead_letters import set_aside_turns
from tests.telegram.server import TelegramServer
from tests.telegram.webhook import Backoff
from tests.telegram.world import Bot
from tests.telegram_channel.serving import Served, served

TOKEN = "123456:test-token-that-nobody-may-see"
SECRET = "x-telegram-bot-api-secret-token"


@pytest.fixture
def bot(telegram: TelegramServer) -> Bot:
    return telegram.bot(TOKEN, "Amends")


@pytest.fixture
async def open_door(bot: Bot, telegram: TelegramServer, tmp_path: Path) -> Any:
    async with served(tmp_path, webhook=True, telegram_token=TOKEN, telegram_api_url=telegram.url) as here:
        yield here


def knock(door: Served, secret: bytes | None = None, body: bytes = b'{"update_id": 1}') -> httpx.Response:
    shown = {SECRET.encode(): secret_of(TOKEN).encode() if secret is None else secret}
    return httpx.post(door.address + path_of(TOKEN), content=body, headers=shown, timeout=10)


async def test_an_update_that_is_brought_is_answered(open_door: Served, telegram: TelegramServer, bot: Bot) -> None:
    anna = telegram.user("Anna", language="zh-hans")
    await anna.says(bot, "我买的搅拌机用了一个星期就坏了")
    await anna.sees(bot, "投诉")
    assert telegram.calls("getUpdates") == []
    assert [push.status for push in telegram.pushes] == [200]


async def test_only_who_knows_the_secret_is_let_in(open_door: Served) -> None:
    for wrong in ("", "wrong", secret_of("123456:another"), "é" * 64):
        answer = await asyncio.to_thread(knock, open_door, wrong.encode())
        assert answer.status_code == 401
    assert (await asyncio.to_thread(knock, open_door)).status_code == 200


async def test_more_than_a_megabyte_is_refused(open_door: Served) -> None:
    answer = await asyncio.to_thread(knock, open_door, None, b"x" * (1024 * 1024 + 1))
    assert answer.status_code == 413


async def test_what_cannot_be_read_does_not_block_the_chat(open_door: Served) -> None:
    assert (await asyncio.to_thread(knock, open_door, None, b"{")).status_code == 400
    odd = b'{"update_id": 5, "message": {"message_id": "what?"}}'
    assert (await asyncio.to_thread(knock, open_door, None, odd)).status_code == 200


async def test_a_database_that_is_away_is_503_and_telegram_comes_again(
    open_door: Served, telegram: TelegramServer, bot: Bot
) -> None:
    door = open_door.app.door
    take, tries = door.take, []

    async def away(event: Any) -> Any:
        tries.append(event.id)
        if len(tries) <= 2:
            raise Unavailable("gone for a while")
        return await take(event)

    door.take = away  # type: ignore[method-assign]
    telegram.retries(Backoff(first=0.1))
    anna = telegram.user("Anna", language="en")
    await anna.says(bot, "My blender broke")
    await anna.sees(bot, "faulty")
    assert [push.status for push in telegram.pushes] == [503, 503, 200]


async def test_what_fails_again_and_again_is_kept_whole_and_then_accepted(
    open_door: Served, telegram: TelegramServer, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.channels.telegram.reception.TRIES", 2)

    async def failing(event: Any) -> Any:
        raise RuntimeError(f"a fault of ours, before the turn of {event.id}")

    open_door.app.door.take = failing  # type: ignore[method-assign]
    telegram.retries(Backoff(first=0.05))
    anna = telegram.user("Anna", language="en")
    await anna.says(bot, "My blender broke")
    await anna.sees(bot, "a colleague has been told")
    assert [push.status for push in telegram.pushes] == [503, 200]
    with open_door.app.database.read() as conn:
        [kept] = set_aside_turns(conn, 10)
    assert json.loads(kept.event)["message"]["text"] == "My blender broke"
    assert kept.kind == "RuntimeError"


async def test_the_same_update_brought_again_and_again_counts_once(
    open_door: Served, telegram: TelegramServer, bot: Bot
) -> None:
    anna = telegram.user("Anna", language="en")
    await anna.says(bot, "hello")
    await anna.sees(bot)
    chat = {"id": anna.id, "type": "private"}
    raw = {"message_id": 99, "date": 1, "chat": chat, "from": anna.raw, "text": "My blender broke"}

    body = json.dumps({"update_id": 900, "message": raw}).encode()
    answers = await asyncio.gather(*(asyncio.to_thread(knock, open_door, None, body) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    await anna.sees(bot, "faulty")
    await anna.sees_nothing(bot, 1.5)


async def test_an_album_that_is_brought_one_by_one_is_answered_once(
    open_door: Served, telegram: TelegramServer, bot: Bot
) -> None:
    anna = telegram.user("Anna", language="en")
    jpeg = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(200)
    await anna.sends_album(bot, [jpeg + bytes([n]) for n in range(3)], caption="The blender broke")
    await anna.sees(bot, "3 so far")
    await anna.sees_nothing(bot, 2.5)
    assert [push.status for push in telegram.pushes] == [200] * 3


def test_the_address_tells_nothing_of_the_token() -> None:
    assert "123456" not in path_of(TOKEN)
    assert secret_of(TOKEN) not in path_of(TOKEN)
    assert path_of(TOKEN).removeprefix("/telegram/") not in secret_of(TOKEN)
