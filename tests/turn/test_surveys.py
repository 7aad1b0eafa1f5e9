"""Surveys in the database: one row a resolution, what channels know of them, and customers who are asked elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from dialogs.flows.events import Body, Event, Left, Said, Started
from dialogs.flows.reach import NEVER, Reach
from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.rule_provider import RulesUnderstanding
from engine.delivery import Delivery
from engine.turn.processor import Outcome, TurnProcessor
from storage.audit.verify import verify
from storage.cases.cases import list_cases, timeline
from storage.cases.surveys import SurveyOnFile, surveys_of
from storage.conversations.conversations import conversation_id, load_state
from storage.conversations.deep_links import RESUME, digest_of, make_link
from storage.db.database import Database
from storage.delivery.outbox import Outgoing
from storage.files.attachments import FileStore
from storage.tables.surveys import opt_outs, tidings
from tests.journeys.colleagues import Colleagues
from tests.journeys.player import Clock, pass_by
from tests.step import step

BEGIN = datetime(2026, 11, 18, 3, tzinfo=UTC)
WEB, TELEGRAM = "web", "telegram"


@pytest.fixture(scope="module")
def playbook() -> Playbook:
    return load_playbook("shop")


@dataclass
class Shop:
    """Real turns, a clock, one customer with a page and a messenger, and what the messenger was given."""

    database: Database
    door: TurnProcessor
    clock: Clock
    numbers: count[int] = field(default_factory=count)
    sent: list[str] = field(default_factory=list)

    async def takes(self, channel: str, body: Body) -> Outcome:
        self.clock.now += timedelta(seconds=20)
        event = Event(f"e{next(self.numbers)}", channel, "a", "anna", self.clock.now, body, "en", "Asia/Shanghai")
        return await self.door.take(event)

    async def says(self, text: str, channel: str = WEB) -> list[str]:
        return [message.text for message in (await self.takes(channel, Said(text))).answers]

    async def settles(self, channel: str = WEB) -> str:
        """A complaint is filed and resolved; its reference."""
        known = len(self.cases())
        await self.says("My kettle stopped working after a week, write to anna@example.com", channel)
        while len(self.cases()) == known:
            await self.says("skip", channel)
            await self.says("yes, send it", channel)
        await self.resolved()
        return self.cases()[0]

    async def resolved(self) -> None:
        colleagues = Colleagues(self.database, self.door, self.clock)
        await colleagues.act("! Li claims")
        await colleagues.act("! Li resolves A new one was sent | faulty")

    async def passes(self, time: timedelta) -> list[tuple[str, str]]:
        """What was said of our own accord meanwhile, and where."""
        said: list[tuple[str, str]] = []

        async def take(event: Event) -> Outcome:
            outcome = await self.door.take(event)
            said.extend((event.channel, message.text) for message in outcome.answers)
            return outcome

        await pass_by(self.database, take, self.clock, time)
        return said

    async def delivers(self) -> None:
        async def send(outgoing: Outgoing) -> str:
            self.sent.append(outgoing.message.text)
            return "1"

        while await Delivery(self.database, {TELEGRAM: send}, clock=self.clock).deliver_due():
            pass

    def cases(self) -> list[str]:
        with self.database.read() as conn:
            return [filed.case.reference for filed in list_cases(conn)]

    def surveys(self) -> list[SurveyOnFile]:
        with self.database.read() as conn:
            return surveys_of(conn, self.cases()[0])

    def told(self) -> list[str]:
        with self.database.read() as conn:
            return [row.kind for row in conn.execute(tidings.select())]


@pytest.fixture
async def shop(database: Database, playbook: Playbook, tmp_path: Path) -> AsyncIterator[Shop]:
    async for one in _open(database, playbook, tmp_path):
        yield one


async def _open(database: Database, playbook: Playbook, folder: Path, **reaches: Reach) -> AsyncIterator[Shop]:
    clock = Clock(BEGIN)
    door = TurnProcessor(
        database, playbook, RulesUnderstanding(playbook), step=step, clock=clock, files=FileStore(folder),
        audit_key=b"k", push_channels=frozenset({TELEGRAM}), reaches=reaches,
    )  # fmt: skip
    door.start()
    yield Shop(database, door, clock)
    await door.stop()


async def test_a_resolution_has_its_row_before_anybody_was_asked(shop: Shop) -> None:
    await shop.settles()
    (asked,) = shop.surveys()
    assert (asked.survey.resolution, asked.survey.team, asked.survey.category) == (1, "product", "product_quality")
    assert asked.survey.playbook
    assert asked.survey.wave == 0


async def test_each_answer_is_in_the_row_when_its_turn_is_done(shop: Shop) -> None:
    await shop.settles()
    await shop.passes(timedelta(days=1, hours=1))
    for words in ("yes", "4", "5"):
        await shop.says(words)
    (asked,) = shop.surveys()
    survey = asked.survey
    assert (survey.solved, survey.outcome, survey.treatment, survey.wave, survey.answered_wave) == ("yes", 4, 5, 1, 1)
    assert survey.channel == WEB
    assert shop.told() == ["result"]


async def test_a_second_resolution_is_a_second_row_and_the_first_keeps_its_scores(shop: Shop) -> None:
    await shop.settles()
    await shop.passes(timedelta(days=1, hours=1))
    await shop.says("no")
    await shop.resolved()
    await shop.passes(timedelta(days=1, hours=1))
    await shop.says("yes, 5 out of 5")
    first, second = shop.surveys()
    assert (first.survey.solved, first.survey.outcome, first.survey.reopened_by) == ("no", 0, "survey")
    assert (second.survey.solved, second.survey.outcome, second.survey.reopened_by) == ("yes", 5, "")


async def test_what_the_channel_took_is_delivered_and_what_it_has_not_is_not(shop: Shop) -> None:
    await shop.settles(TELEGRAM)
    await shop.delivers()
    await shop.passes(timedelta(days=1, hours=1))
    assert shop.surveys()[0].delivered_at is None
    await shop.delivers()
    assert shop.surveys()[0].delivered_at == shop.clock.now
    await shop.passes(timedelta(days=7))
    await shop.delivers()
    assert shop.surveys()[0].survey.wave == 2
    first = shop.surveys()[0].delivered_at
    assert first
    assert first < shop.clock.now, "what arrived first is when it arrived"


async def test_whoever_answers_has_it_whatever_the_channel_knows(shop: Shop) -> None:
    await shop.settles()
    await shop.passes(timedelta(days=1, hours=1))
    await shop.says("yes")
    assert shop.surveys()[0].delivered_at == shop.clock.now


async def test_an_opt_out_outlives_a_restart_and_another_channel(shop: Shop) -> None:
    await shop.settles()
    await shop.says("no more surveys, please")
    await _goes_over(shop)
    with shop.database.read() as conn:
        state = load_state(conn, conversation_id(TELEGRAM, "a", "anna"))
    assert state
    assert state.surveys.no_surveys
    assert not [text for _, text in await shop.passes(timedelta(days=9)) if "turned out" in text]


async def test_whoever_opted_out_is_not_asked_in_a_new_chat_either(shop: Shop) -> None:
    await shop.settles()
    await shop.says("No more surveys, please")
    with shop.database.read() as conn:
        kept = [row.contact for row in conn.execute(opt_outs.select())]
    assert kept
    assert "anna@example.com" not in str(kept), "only a digest is kept"
    await shop.settles(TELEGRAM)
    assert not [text for _, text in await shop.passes(timedelta(days=9)) if "turned out" in text]
    assert shop.surveys()[0].survey.dropped == "opted_out"


async def _goes_over(shop: Shop) -> None:
    """The customer opens the page's link in the messenger."""
    with shop.database.write() as conn:
        source = conversation_id(WEB, "a", "anna")
        token = make_link(conn, RESUME, source, shop.clock.now, timedelta(hours=1))
    await shop.takes(TELEGRAM, Started(digest_of(token)))


async def test_a_case_that_was_carried_over_is_asked_about_where_it_went(shop: Shop) -> None:
    await shop.settles()
    await _goes_over(shop)
    said = await shop.passes(timedelta(days=1, hours=1))
    assert [channel for channel, text in said if "turned out" in text] == [TELEGRAM]


async def test_who_cannot_be_reached_here_is_asked_in_the_chat_they_came_from(shop: Shop) -> None:
    await shop.says("Hello")
    await _goes_over(shop)
    reference = await shop.settles(TELEGRAM)
    await shop.takes(TELEGRAM, Left())
    said = await shop.passes(timedelta(days=2))
    assert [channel for channel, text in said if "turned out" in text] == [WEB]
    assert shop.told() == []
    await shop.says("yes")
    assert shop.surveys()[0].survey.solved == "yes"
    assert shop.surveys()[0].conversation_id == conversation_id(WEB, "a", "anna")
    with shop.database.read() as conn:
        (filed,) = list_cases(conn)
        actions = [moved.action for moved in timeline(conn, filed)]
        assert not list(verify(conn, b"k"))
    assert filed.case.reference == reference
    assert {"carried_out", "carried_in", "survey_sent"} <= set(actions)


async def test_who_can_be_reached_nowhere_is_a_task_and_hears_nothing(
    database: Database, playbook: Playbook, tmp_path: Path
) -> None:
    async for shop in _open(database, playbook, tmp_path, web=NEVER):
        await shop.says("Hello")
        await _goes_over(shop)
        await shop.settles(TELEGRAM)
        await shop.takes(TELEGRAM, Left())
        assert not [text for _, text in await shop.passes(timedelta(days=9)) if "turned out" in text]
        assert shop.told() == ["ask"]
        assert shop.surveys()[0].survey.dropped == "unreachable"


async def test_who_opted_out_elsewhere_is_no_task_either(shop: Shop) -> None:
    await shop.says("Hello")
    await _goes_over(shop)
    await shop.settles(TELEGRAM)
    await shop.says("no more surveys, please")
    await shop.takes(TELEGRAM, Left())
    await shop.passes(timedelta(days=2))
    assert shop.told() == []
    assert shop.surveys()[0].survey.dropped == "opted_out"
