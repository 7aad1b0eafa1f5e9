"""The server as a process of its own, told what to do by another."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.telegram.remote import telegram_process
from tests.telegram.speed import polled


def test_another_process_makes_users_speak_and_reads_what_bots_did() -> None:
    with telegram_process("123:abc") as telegram:
        anna = telegram.do("user", name="Anna", language="en")
        telegram.do("says", user=anna["id"], text="hello")
        with httpx.Client(base_url=f"{telegram.url}/bot123:abc/", trust_env=False) as bot:
            [update] = bot.post("getUpdates").json()["result"]
            keyboard = {"inline_keyboard": [[{"text": "Refund", "callback_data": "r"}]]}
            body = {"chat_id": update["message"]["chat"]["id"], "text": "sorry", "reply_markup": keyboard}
            assert bot.post("sendMessage", json=body).json()["ok"]
            assert telegram.do("sees", user=anna["id"], text="sorry")["text"] == "sorry"
            telegram.do("taps", user=anna["id"], title="Refund")
            bot.post("getUpdates", json={"offset": update["update_id"] + 1})
        assert telegram.do("state")["bots"] == {"123": {"waiting": 1, "confirmed": 1}}
        assert [each["text"] for each in telegram.do("chat", user=anna["id"])] == ["hello", "sorry"]
        [call] = telegram.do("log", methods=["sendMessage"])
        assert (call["status"], call["fields"]["text"]) == (200, "sorry")


def test_a_flood_is_made_in_one_act() -> None:
    with telegram_process("123:abc") as telegram:
        ids = telegram.do("flood", users=30, each=4)
        assert len(set(ids)) == 30
        assert telegram.do("state")["bots"]["123"]["waiting"] == 120


def test_an_act_that_does_not_go_says_why() -> None:
    with telegram_process("123:abc") as telegram:
        with pytest.raises(AssertionError, match="no such act"):
            telegram.do("sings")
        with pytest.raises(AssertionError, match="KeyError"):
            telegram.do("says", user=1, text="hello")


def test_a_thousand_updates_a_second_are_no_burden() -> None:
    with telegram_process("123:abc") as telegram:
        telegram.do("flood", users=100, each=20)
        assert asyncio.run(polled(telegram.url, 2000, answer=False)) < 2
