"""Who pays for the staff bot's library, what doctor says of it, and the application as operators start it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from bot.app import build
from bot.doctor.report import examine
from bot.refusal import Refusal
from bot.settings import Settings, load_settings
from tests.staffbot.conftest import STAFF
from tests.telegram.groups import Group
from tests.telegram.server import TelegramServer
from tests.telegram.users import User
from tests.telegram_channel.serving import served

ROOT = Path(__file__).parents[2]
LOADED = """
import sys
from bot.app import build, create_asgi
from bot.settings import load_settings
create_asgi(build(load_settings(understanding="rules")))
print("telegram" in sys.modules, "aiogram" in sys.modules)
"""


def settings(tmp_path: Path, telegram: TelegramServer, **chosen: object) -> Settings:
    return load_settings(
        data_dir=tmp_path, understanding="rules", staff_token=STAFF, telegram_api_url=telegram.url, **chosen
    )


@pytest.mark.parametrize(("token", "shown"), [("", "False False"), (STAFF, "True False")])
def test_only_a_process_with_a_staff_token_loads_its_library(tmp_path: Path, token: str, shown: str) -> None:
    own = {"AMENDS_DATA_DIR": str(tmp_path), "AMENDS_STAFF_TOKEN": token}
    done = subprocess.run(
        [sys.executable, "-c", LOADED], env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **own},
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == shown


def test_what_is_no_token_is_refused_without_showing_it(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="AMENDS_STAFF_TOKEN") as refused:
        build(load_settings(data_dir=tmp_path, understanding="rules", staff_token="not a token"))
    assert "not a token" not in str(refused.value)


async def test_the_application_serves_a_staff_chat(telegram: TelegramServer, tmp_path: Path, li: User) -> None:
    staff_bot = telegram.bot(STAFF, "Amends Staff")
    async with served(tmp_path, staff_token=STAFF, telegram_api_url=telegram.url):
        await li.says(staff_bot, "hello")
        await li.sees(staff_bot, "I work in the staff chat")


async def test_doctor_shows_what_the_staff_bot_lacks(
    telegram: TelegramServer, tmp_path: Path, li: User, group: Group
) -> None:
    bot = telegram.world.bots[STAFF]
    lone = telegram.group("Elsewhere", li)
    plain = telegram.group("Plain", li, bot)
    member = telegram.group("Member", li)
    member.add(bot.id)

    async def says(**chosen: object) -> tuple[bool, str]:
        found = await asyncio.to_thread(examine, settings(tmp_path, telegram, **chosen))
        return next((one.well, one.says) for one in found if one.name == "staff chat")

    assert await says(staff_chat=group.id) == (True, "@amends_staff_bot in 'Staff', with topics")
    assert await says(staff_chat=plain.id) == (
        True,
        "@amends_staff_bot in 'Plain', without topics, so agents reply to cards",
    )
    for chosen, lacking in (
        ({}, "AMENDS_STAFF_CHAT is not set"),
        ({"staff_chat": lone.id}, "is no group that this bot is in"),
        ({"staff_chat": member.id}, "is not an administrator"),
        ({"staff_chat": group.id, "telegram_token": STAFF}, "is the customers' bot"),
    ):
        well, told = await says(**chosen)
        assert not well
        assert lacking in told
        assert STAFF not in told
