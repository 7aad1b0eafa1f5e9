"""The page's way to Telegram: a link for the holder of the chat, where there is a bot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from handlers.channels.base.http_events import chat_of_token
from storage.conversations.conversations import conversation_id
from storage.conversations.deep_links import RESUME, digest_of
from storage.db.database import open_database
from storage.migrations.upgrade import bring_up_to_date
from storage.tables.core import links
from tests.edges.scenery import House, build, served


@pytest.fixture
def bots_house(sqlite_url: str, playbook: Any, tmp_path: Path) -> Iterator[House]:
    database = open_database(sqlite_url)
    bring_up_to_date(database)
    with served(build(database, playbook, tmp_path, bot=lambda: "amends_bot")) as house:
        yield house
    database.close()


def test_the_link_is_for_this_chat_alone_and_its_token_is_not_kept(bots_house: House) -> None:
    ann = bots_house.visitor()
    answer = ann.http.post("/chat/telegram", headers=ann.headers)
    assert answer.status_code == 200
    address, _, token = answer.json()["url"].partition("?start=")
    assert address == "https://t.me/amends_bot"
    assert 32 <= len(token) <= 64
    with bots_house.database.read() as conn:
        (row,) = conn.execute(select(links)).all()
    conversation = conversation_id("web", "default", chat_of_token(ann.token))
    assert (row.digest, row.kind, row.subject) == (digest_of(token), RESUME, conversation)
    assert bots_house.client().post("/chat/telegram").status_code == 401


def test_the_page_offers_it_only_where_there_is_a_bot(bots_house: House, house: House) -> None:
    assert bots_house.client().get("/chat/words").json()["telegram"] is True
    assert house.client().get("/chat/words").json()["telegram"] is False
    ann = house.visitor()
    assert ann.http.post("/chat/telegram", headers=ann.headers).json()["error"]["code"] == "no_bot"
