"""Which chats the bot leads, and what a colleague was asked, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from dialogs.flows.staff import Claimed, HandedBack
from dialogs.playbooks.playbook import Playbook
from storage.conversations.bot_chats import find_led, led_chats
from storage.db.database import Database
from storage.staff.accounts import Role
from storage.staff.topic_questions import Asker, TopicQuestion, close_question, find_question, put_question
from tests.staff.conftest import Office, opened

STORY = "My blender broke after two days"
NOW = datetime(2026, 11, 18, 3, tzinfo=UTC)


def led(office: Office, chat: str) -> bool:
    with office.database.read() as conn:
        return find_led(conn, office.id_of(chat)) is not None


async def test_the_bot_leads_a_chat_until_somebody_is_needed_and_again_when_it_is_handed_back(
    database: Database, shop: Playbook, tmp_path: Path
) -> None:
    async with opened(database, shop, tmp_path / "files") as office:
        sam = await office.hires("Sam", Role.SUPERVISOR)
        await office.says("a", "hello")
        assert not led(office, "a")
        await office.says("a", STORY)
        assert led(office, "a")
        await office.acts(sam, "a", Claimed(pull=True))
        assert not led(office, "a")
        await office.acts(sam, "a", HandedBack())
        assert led(office, "a")
        await office.says("a", "a person please")
        assert not led(office, "a")


async def test_those_that_were_talked_in_last_come_first(database: Database, shop: Playbook, tmp_path: Path) -> None:
    async with opened(database, shop, tmp_path / "files") as office:
        for chat in ("a", "b", "a"):
            await office.says(chat, STORY)
            office.waits(seconds=1)
        with database.read() as conn:
            assert [one.conversation_id for one in led_chats(conn)] == [office.id_of("a"), office.id_of("b")]
            assert [one.conversation_id for one in led_chats(conn, 1)] == [office.id_of("a")]
            assert {one.team for one in led_chats(conn)} == {None}


def test_a_question_is_each_one_s_own_replaced_closed_and_after_a_day_forgotten(database: Database) -> None:
    li, wang = Asker(-100, 7, 1), Asker(-100, 7, 2)
    with database.write() as conn:
        put_question(conn, database.dialect, li, TopicQuestion("C-2611-000001", NOW))
        put_question(conn, database.dialect, li, TopicQuestion("C-2611-000001", NOW, "Refunded", answered_by=5))
        assert find_question(conn, li) == TopicQuestion("C-2611-000001", NOW, "Refunded", 5)
        assert find_question(conn, wang) is None
        close_question(conn, li, 6)
        assert find_question(conn, li) == TopicQuestion("C-2611-000001", NOW, "", 6, open=False)
        put_question(conn, database.dialect, wang, TopicQuestion("C-2611-000002", NOW + timedelta(days=2)))
        assert find_question(conn, li) is None
