"""Links that open the bot's chat: they carry a web chat over, name a campaign or an order, and are nobody else's."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from dialogs.flows.events import Event, Said, Started
from dialogs.flows.state import Conversation, to_json
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.reading import Understanding
from engine.turn.admission import Arrival
from engine.turn.batch import TurnBatch
from engine.turn.outcome import Tally
from engine.turn.processor import Outcome, TurnProcessor
from handlers.channels.telegram import CHANNEL
from storage.audit.verify import verify
from storage.cases.cases import cases_in, list_cases, timeline
from storage.conversations.conversations import conversation_id, load_state
from storage.conversations.deep_links import CAMPAIGN, ORDER, RESUME, digest_of, make_link
from storage.conversations.transcript import last_messages
from storage.db.database import Database
from storage.db.timestamps import utc_now
from storage.files.attachments import FileStore
from storage.tables.core import cases, conversations, links, threads
from tests.step import step
from tests.telegram.server import TelegramServer
from tests.telegram.users import User
from tests.telegram_channel.conftest import Shop

STORY = "My parcel AM2611180042 should have come last Tuesday, I want a refund"
WEB = conversation_id("web", "default", "anna")
DAY = timedelta(days=1)


async def web(door: TurnProcessor, number: int, text: str) -> Outcome:
    return await door.take(Event(f"w{number}", "web", "default", "anna", utc_now(), Said(text), "en", "Europe/London"))


async def files(door: TurnProcessor) -> str:
    """The whole of a complaint on the web page; returns the case's reference."""
    for number, text in enumerate((STORY, "Anna Smith", "anna@example.com", "skip", "skip", "skip")):
        outcome = await web(door, number, text)
        if outcome.messages[-1].asks == "confirm":
            break
    return (await web(door, 90, "yes")).messages[-1].case or ""


def token(database: Database, kind: str = RESUME, subject: str = WEB, lasts: timedelta = DAY) -> str:
    with database.write() as conn:
        return make_link(conn, kind, subject, utc_now(), lasts)


def state_of(database: Database, conversation: str) -> Conversation:
    with database.read() as conn:
        found = load_state(conn, conversation)
    assert found is not None
    return found


def chat_of(shop: Shop, user: User) -> str:
    return conversation_id(CHANNEL, str(shop.bot.id), str(user.id))


async def test_a_web_chat_goes_on_on_telegram_with_all_that_was_told(shop: Shop, telegram: TelegramServer) -> None:
    await web(shop.door, 1, STORY)
    anna = telegram.user("Anna", language="zh-hans")
    await anna.starts(shop.bot, token(shop.database))
    seen = await anna.sees(shop.bot, shop.words("en", "link.resumed"))
    assert shop.words("en", "ask.name") in seen.text
    draft = state_of(shop.database, chat_of(shop, anna)).intake.draft
    assert draft is not None
    assert draft.record.order_number == "AM2611180042"
    left = state_of(shop.database, WEB)
    assert (left.intake.draft, left.asked) == (None, None)
    with shop.database.read() as conn:
        assert list(verify(conn, b"telegram")) == []
    again = await web(shop.door, 2, "hello")
    assert STORY not in str(again.messages)


async def test_whoever_has_the_page_open_is_told_at_once(shop: Shop, telegram: TelegramServer) -> None:
    await web(shop.door, 1, STORY)
    anna = telegram.user("Anna", language="en")
    async with shop.door.watch(WEB) as wake:
        await anna.starts(shop.bot, token(shop.database))
        await asyncio.wait_for(wake.wait(), 5)
    with shop.database.read() as conn:
        assert last_messages(conn, WEB)[-1].text == shop.words("en", "link.went_over")


async def test_cases_come_along_and_both_trails_say_so(shop: Shop, telegram: TelegramServer) -> None:
    reference = await files(shop.door)
    assert reference
    anna = telegram.user("Anna", language="en")
    await anna.starts(shop.bot, token(shop.database))
    await anna.sees(shop.bot, reference)
    with shop.database.read() as conn:
        assert [case.reference for case in cases_in(conn, chat_of(shop, anna))] == [reference]
        assert cases_in(conn, WEB) == ()
        assert list(verify(conn, b"telegram")) == []
        (filed,) = list_cases(conn)
        actions = [moved.action for moved in timeline(conn, filed)]
    assert [action for action in actions if action in ("opened", "carried_out", "carried_in")] == [
        "opened", "carried_out", "carried_in",
    ]  # fmt: skip
    await anna.says(shop.bot, f"{reference}: the courier threw the parcel over the fence and it broke")
    await anna.sees(shop.bot, reference)
    with shop.database.read() as conn:
        assert list(verify(conn, b"telegram")) == []
    assert reference not in str((await web(shop.door, 91, "status")).messages)


async def test_a_case_that_vanishes_after_it_was_carried_over_is_missed(shop: Shop, telegram: TelegramServer) -> None:
    reference = await files(shop.door)
    anna = telegram.user("Anna", language="en")
    await anna.starts(shop.bot, token(shop.database))
    await anna.sees(shop.bot, reference)
    with shop.database.write() as conn:
        conn.execute(delete(cases))
    with shop.database.read() as conn:
        found = [finding.what for finding in verify(conn, b"telegram") if finding.conversation_id]
    assert found == [f"case {reference} was opened and is not there"]


async def test_a_used_link_carries_nothing_to_anybody_else(shop: Shop, telegram: TelegramServer) -> None:
    await web(shop.door, 1, STORY)
    link = token(shop.database)
    anna, eve = telegram.user("Anna", language="en"), telegram.user("Eve", language="en")
    await anna.starts(shop.bot, link)
    await anna.sees(shop.bot, shop.words("en", "link.resumed"))
    await eve.starts(shop.bot, link)
    await eve.sees(shop.bot, shop.words("en", "link.worthless"))
    await shop.settled()
    assert "AM2611180042" not in str(shop.transcript(eve))
    await anna.starts(shop.bot, link)
    await anna.sees(shop.bot, shop.words("en", "ask.name"))
    assert shop.words("en", "link.worthless") not in str(shop.transcript(anna))


@pytest.mark.parametrize("lasts", [timedelta(seconds=-1), None])
async def test_an_expired_or_forged_link_gets_a_kind_answer_and_a_plain_start(
    shop: Shop, telegram: TelegramServer, lasts: timedelta | None
) -> None:
    await web(shop.door, 1, STORY)
    anna = telegram.user("Anna", language="en")
    await anna.starts(shop.bot, token(shop.database, lasts=lasts) if lasts else "f0rg3d")
    await anna.sees(shop.bot, "I'm the complaints assistant")
    seen = await anna.sees(shop.bot, shop.words("en", "link.worthless"))
    assert shop.words("en", "ask.story") in seen.text
    assert state_of(shop.database, WEB).intake.draft is not None


async def test_while_an_agent_has_the_web_chat_it_stays_where_it_is(shop: Shop, telegram: TelegramServer) -> None:
    await web(shop.door, 1, STORY)
    held = to_json(replace(state_of(shop.database, WEB), controller="agent"))
    with shop.database.write() as conn:
        conn.execute(update(conversations).where(conversations.c.id == WEB).values(state=held))
    link, anna = token(shop.database), telegram.user("Anna", language="en")
    await anna.starts(shop.bot, link)
    await anna.sees(shop.bot, shop.words("en", "link.engaged"))
    free = to_json(replace(state_of(shop.database, WEB), controller="bot"))
    with shop.database.write() as conn:
        conn.execute(update(conversations).where(conversations.c.id == WEB).values(state=free))
    await anna.starts(shop.bot, link)
    await anna.sees(shop.bot, shop.words("en", "link.resumed"))


async def test_who_waits_for_a_person_waits_on_where_they_went(shop: Shop, telegram: TelegramServer) -> None:
    await web(shop.door, 1, STORY)
    await web(shop.door, 2, "a person please")
    promised = state_of(shop.database, WEB).queue.person_by
    assert promised is not None
    anna = telegram.user("Anna", language="en")
    await anna.starts(shop.bot, token(shop.database))
    await anna.sees(shop.bot, shop.words("en", "link.resumed"))
    with shop.database.read() as conn:
        rows = conn.execute(select(threads.c.conversation_id, threads.c.state, threads.c.channel)).all()
    assert {row.conversation_id: (row.state, row.channel) for row in rows} == {
        WEB: ("done", "web"),
        chat_of(shop, anna): ("waiting", CHANNEL),
    }
    assert state_of(shop.database, chat_of(shop, anna)).queue.person_by == promised


async def test_a_campaign_is_noted_on_the_chat_and_on_what_it_brings(shop: Shop, telegram: TelegramServer) -> None:
    link = token(shop.database, CAMPAIGN, "spring-letter")
    for name in ("Anna", "Ben"):
        user = telegram.user(name, language="en")
        await user.starts(shop.bot, link)
        await user.sees(shop.bot, shop.words("en", "ask.story"))
        for text in (STORY, f"{name} Smith", "a@example.com", "yes"):
            await user.says(shop.bot, text)
        await user.sees(shop.bot, "C-")
    with shop.database.read() as conn:
        assert [filed.case.campaign for filed in list_cases(conn)] == ["spring-letter"] * 2


async def test_an_order_is_filled_in_when_a_complaint_begins_and_only_once(
    shop: Shop, telegram: TelegramServer
) -> None:
    anna = telegram.user("Anna", language="en")
    await anna.starts(shop.bot, token(shop.database, ORDER, "AM2611180099"))
    await anna.sees(shop.bot, shop.words("en", "link.order", number="AM2611180099"))
    await anna.says(shop.bot, "My parcel is five days late")
    await anna.sees(shop.bot, "delivery that is late")
    now = state_of(shop.database, chat_of(shop, anna))
    assert now.intake.draft is not None
    assert (now.intake.draft.record.order_number, now.intake.order) == ("AM2611180099", "")


async def test_whom_we_know_already_is_asked_what_happened_and_not_greeted_anew(
    shop: Shop, telegram: TelegramServer
) -> None:
    anna = telegram.user("Anna", language="en")
    await anna.starts(shop.bot)
    await anna.sees(shop.bot, shop.words("en", "ask.story"))
    await anna.starts(shop.bot, token(shop.database, ORDER, "AM2611180099"))
    seen = await anna.sees(shop.bot, shop.words("en", "link.order", number="AM2611180099"))
    assert "happened" in seen.text
    await anna.starts(shop.bot, "f0rg3d")
    seen = await anna.sees(shop.bot, shop.words("en", "link.worthless"))
    assert "I'm here" not in seen.text


class Chats:
    """Two programs at one database, each with a door of its own; on SQLite, the one there may be."""

    def __init__(self, database: Database, playbook: Playbook, understanding: Understanding, folder: Path) -> None:
        several = 2 if database.dialect.name == "postgresql" else 1
        self.doors = [
            TurnProcessor(database, playbook, understanding, step=step, files=FileStore(folder), audit_key=b"l")
            for _ in range(several)
        ]

    async def start(self, number: int, chat: str, digest: str) -> Outcome:
        event = Event(f"message:{number}", "telegram", "1", chat, utc_now(), Started(digest), "en")
        return await self.doors[number % len(self.doors)].take(event)


@pytest.fixture
async def chats(database: Database, shop_playbook: Playbook, understanding: Understanding, tmp_path: Path) -> Any:
    found = Chats(database, shop_playbook, understanding, tmp_path / "files")
    for door in found.doors:
        door.start()
    yield found
    for door in found.doors:
        await door.stop()


async def test_of_many_chats_that_race_for_one_link_one_wins(
    chats: Chats, database: Database, shop_playbook: Playbook
) -> None:
    await web(chats.doors[0], 1, STORY)
    digest = digest_of(token(database))
    told = await asyncio.gather(*(chats.start(n, f"chat {n}", digest) for n in range(12)))
    words = shop_playbook.words("en")
    won = [outcome for outcome in told if words.say("link.resumed") in str(outcome.answers)]
    lost = [outcome for outcome in told if words.say("link.worthless") in str(outcome.answers)]
    assert (len(won), len(lost)) == (1, 11)
    with database.read() as conn:
        assert list(verify(conn, b"l")) == []
        assert conn.scalar(select(links.c.used_by)) == won[0].conversation_id


async def test_a_start_that_is_delivered_again_is_answered_as_the_first_time(chats: Chats, database: Database) -> None:
    await web(chats.doors[0], 1, STORY)
    digest = digest_of(token(database))
    first = await chats.start(1, "anna", digest)
    again = await asyncio.gather(*(chats.start(1, "anna", digest) for _ in range(5)))
    assert {outcome.messages for outcome in again} == {first.messages}
    assert all(outcome.repeated for outcome in again)


async def test_a_link_used_by_a_turn_that_never_committed_is_still_good(
    chats: Chats, database: Database, shop_playbook: Playbook
) -> None:
    await web(chats.doors[0], 1, STORY)
    digest = digest_of(token(database))
    event = Event("message:1", "telegram", "1", "anna", utc_now(), Started(digest), "en")
    arrival = Arrival(event, conversation_id("telegram", "1", "anna"))
    batch = TurnBatch(database.dialect, shop_playbook, step, b"l", lambda _event: True, Tally())

    def pulled() -> None:
        with database.write() as conn:
            (outcome,) = batch.take(conn, [arrival], utc_now())
            assert shop_playbook.words("en").say("link.resumed") in str(outcome.answers)
            raise RuntimeError("the plug was pulled")

    with pytest.raises(RuntimeError, match="plug"):
        pulled()
    outcome = await chats.start(1, "anna", digest)
    assert not outcome.repeated
    assert shop_playbook.words("en").say("link.resumed") in str(outcome.answers)


def test_the_token_itself_is_nowhere_in_the_database(database: Database) -> None:
    made = token(database)
    assert len(made) >= 32
    with database.read() as conn:
        assert made not in str(conn.execute(select(links)).all())
