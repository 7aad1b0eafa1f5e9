"""Whoever's account is closed is out of the staff's group too, or the administrator is told why not."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import pytest

from bot.settings import Settings, load_settings
from bot.wiring.accounts import removed_from_group
from handlers.desk.accounts.accounts import Accounts, Removal
from storage.staff.account_log import notes
from storage.staff.accounts import Role, find_login, link_telegram
from tests.desk.conftest import OpenOffice, open_office, playbook  # noqa: F401 - fixtures
from tests.desk.scenery import PASSWORD, Office, said
from tests.staffbot.conftest import STAFF, Open
from tests.telegram.groups import Group
from tests.telegram.server import TelegramServer
from tests.telegram.users import User


@pytest.fixture
def chosen(tmp_path: Path, telegram: TelegramServer, group: Group) -> Settings:
    return load_settings(data_dir=tmp_path, staff_token=STAFF, staff_chat=group.id, telegram_api_url=telegram.url)


@pytest.fixture
def place(open_office: OpenOffice, chosen: Settings, wang: User) -> Office:  # noqa: F811
    opened = open_office(accounts=Accounts(remove_from_group=partial(removed_from_group, chosen)))
    opened.hire("ada", Role.ADMINISTRATOR)
    somebody = opened.hire("li")
    with opened.database.write() as conn:
        link_telegram(conn, somebody.id, wang.id)
    return opened


def close(place: Office) -> str:
    """Closes Li's account; what Ada is told."""
    ada, key = place.at_work("ada"), place.rows(find_login, "li").id
    answer = ada.post(f"/desk/staff/{key}/disable", {"password": PASSWORD}, "/desk")
    assert answer.status_code == 303
    return said(ada.get(f"/desk/staff/{key}"))


async def test_closing_an_account_takes_its_owner_out_of_the_group(place: Office, group: Group, wang: User) -> None:
    told = await asyncio.to_thread(close, place)
    assert "out of the staff's group" in told
    assert group.room.members[wang.id] == "left", "and not banned for ever"
    assert next(note.action for note in place.rows(notes, place.rows(find_login, "li").id)) == "left group"


async def test_a_bot_without_the_right_says_so_and_the_account_is_closed_all_the_same(
    place: Office, group: Group, wang: User, telegram: TelegramServer
) -> None:
    group.room.members[telegram.world.bots[STAFF].id] = "member"
    told = await asyncio.to_thread(close, place)
    assert "may not ban members" in told
    assert group.room.present(wang.id)
    assert place.rows(find_login, "li").disabled


async def test_whoever_rules_the_group_has_to_be_removed_by_hand(place: Office, group: Group, wang: User) -> None:
    group.promotes(wang.id)
    assert "Remove them by hand" in await asyncio.to_thread(close, place)


async def test_a_group_that_does_not_answer_is_said(chosen: Settings, wang: User) -> None:
    away = chosen.model_copy(update={"telegram_api_url": "http://127.0.0.1:9"})
    assert await removed_from_group(away, wang.id) is Removal.FAILED


async def test_whoever_is_not_there_is_no_mistake_nor_is_a_desk_without_a_group(chosen: Settings) -> None:
    assert await removed_from_group(chosen, 987654321) is Removal.DONE
    assert await removed_from_group(chosen.model_copy(update={"staff_chat": 0}), 5) is None


async def test_the_serving_bot_does_it_too(open_shop: Open, group: Group, wang: User) -> None:
    async with open_shop(group) as shop:
        await shop.channel.remove(wang.id)
        assert group.room.members[wang.id] == "left"
