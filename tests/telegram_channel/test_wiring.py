"""Who pays for Telegram, what is refused, what doctor shows: the application as a whole."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from bot.app import build
from bot.doctor.report import examine
from bot.refusal import Refusal
from bot.settings import Settings, load_settings
from tests.telegram.server import TelegramServer
from tests.telegram_channel.serving import served

ROOT = Path(__file__).parents[2]
TOKEN = "123456:test-token-that-nobody-may-see"
LOADED = """
import sys
from bot.app import build, create_asgi
from bot.settings import load_settings
create_asgi(build(load_settings(understanding="rules")))
print("aiogram" in sys.modules, "aiohttp" in sys.modules)
"""


def settings(tmp_path: Path, **chosen: object) -> Settings:
    return load_settings(data_dir=tmp_path, understanding="rules", **chosen)


@pytest.mark.parametrize(("token", "shown"), [("", "False False"), (TOKEN, "True True")])
def test_only_a_process_with_a_token_loads_telegram_s_library(tmp_path: Path, token: str, shown: str) -> None:
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "AMENDS_DATA_DIR": str(tmp_path)}
    run = [sys.executable, "-c", LOADED]
    done = subprocess.run(
        run,
        env=environment | {"AMENDS_TELEGRAM_TOKEN": token},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == shown


def test_what_is_no_token_is_refused_without_showing_it(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="AMENDS_TELEGRAM_TOKEN") as refused:
        build(settings(tmp_path, telegram_token="not a token"))
    assert "not a token" not in str(refused.value)


def test_the_token_is_never_shown(tmp_path: Path) -> None:
    chosen = settings(tmp_path, telegram_token=TOKEN, telegram_api_url="http://127.0.0.1:9")
    findings = examine(chosen)
    assert "nobody-may-see" not in repr(chosen) + repr(findings)
    assert [finding.well for finding in findings if finding.name == "Telegram"] == [False]


async def test_doctor_shows_the_bot(tmp_path: Path, telegram: TelegramServer) -> None:
    telegram.bot(TOKEN, "Amends")
    chosen = settings(tmp_path, telegram_token=TOKEN, telegram_api_url=telegram.url)
    findings = await asyncio.to_thread(examine, chosen)
    assert [one.says for one in findings if one.name == "Telegram"] == ["@amends_bot; updates are polled for"]


def test_doctor_says_when_there_is_no_bot(tmp_path: Path) -> None:
    assert [one.says for one in examine(settings(tmp_path)) if one.name == "Telegram"] == [
        "off: AMENDS_TELEGRAM_TOKEN is not set"
    ]


async def test_doctor_says_why_telegram_cannot_bring_updates(tmp_path: Path, telegram: TelegramServer) -> None:
    bot, anna, nowhere = telegram.bot(TOKEN, "Amends"), telegram.user("Anna", language="en"), "http://127.0.0.1:9"
    chosen = settings(tmp_path, telegram_token=TOKEN, telegram_api_url=telegram.url, public_url=nowhere)
    async with httpx.AsyncClient(base_url=f"{telegram.url}/bot{TOKEN}/") as asking:
        await asking.post("setWebhook", json={"url": nowhere})
    findings = await asyncio.to_thread(examine, chosen)
    assert [one.well for one in findings if one.name == "Telegram"] == [True]
    await anna.says(bot, "My blender broke")
    await telegram.until(lambda: telegram.pushes)
    [told] = [one for one in await asyncio.to_thread(examine, chosen) if one.name == "Telegram"]
    assert not told.well
    assert "1 wait: ClientConnectorError" in told.says


async def test_a_refused_menu_stops_nobody(telegram: TelegramServer, tmp_path: Path) -> None:
    bot = telegram.bot(TOKEN, "Amends")
    telegram.refuses(400, method="setMyCommands", times=None)
    anna = telegram.user("Anna", language="en")
    async with served(tmp_path, telegram_token=TOKEN, telegram_api_url=telegram.url):
        await anna.says(bot, "My blender broke")
        await anna.sees(bot, "faulty")


async def test_telegram_that_is_away_at_the_start_is_waited_for(telegram: TelegramServer, tmp_path: Path) -> None:
    bot = telegram.bot(TOKEN, "Amends")
    telegram.disturbs("drop", method="getMe", times=2)
    anna = telegram.user("Anna", language="en")
    async with served(tmp_path, telegram_token=TOKEN, telegram_api_url=telegram.url):
        await anna.says(bot, "My blender broke")
        await anna.sees(bot, "faulty")
