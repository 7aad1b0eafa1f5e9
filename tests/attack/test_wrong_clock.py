"""A server's clock is far ahead for a while; or it is behind. Nobody's promise is left in another year."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert, select

from complaints.case import Case
from dialogs.flows.capabilities import DERIVED, longest
from dialogs.flows.events import Event, Said
from dialogs.flows.promises.clock_correction import KIND, SUBJECT
from dialogs.flows.staff import Acted, Claimed, Resolved, Snoozed
from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.rule_provider import RulesUnderstanding
from engine.timers import Timers
from engine.turn.processor import TurnProcessor
from engine.upkeep.clock_correction import ClockWatch
from storage.cases.cases import decode_case
from storage.db.database import Database, open_database
from storage.db.timestamps import from_micros, to_micros
from storage.delivery.clock_correction import TOLERATED, beyond, set_right
from storage.files.attachments import FileStore
from storage.migrations.upgrade import bring_up_to_date
from storage.security.events import SecurityEventKind, newest
from storage.staff.accounts import NewStaff, Role, add_staff
from storage.tables.core import cases, conversations, messages, sessions, sign_in_tries, timers
from tests.attack.conftest import Tried
from tests.conftest import sized
from tests.edges.scenery import Visitor
from tests.real.server import Server
from tests.step import step

pytestmark = pytest.mark.timeout(7200)  # a busy machine takes its time to start servers
NOW = datetime(2026, 11, 18, 2, tzinfo=UTC)
LEAD = timedelta(days=400)
STORY = "The blender I bought stopped working after a week"
PLAYBOOK = load_playbook("shop")
MONTH = timedelta(days=40)


def _file(visitor: Visitor) -> None:
    """A complaint is put on file on the page."""
    said = visitor.say(STORY)
    for _ in range(8):
        asks = next((one.get("asks") for one in reversed(said) if one.get("asks")), None)
        said = visitor.say("yes" if asks == "confirm" else "skip")
        if asks == "confirm":
            return
    raise AssertionError("no complaint was filed")


def _left_in_the_future(url: str, now: datetime) -> list[str]:
    """Everything on file that lies more than a month off."""
    database, late = open_database(url), now + MONTH
    try:
        with database.read() as conn:
            found = [f"{row.kind} {row.subject}" for row in conn.execute(select(timers)) if from_micros(row.due) > late]
            for body in conn.scalars(select(cases.c.body)):
                found += [f"{kind} of {case.reference}" for case in [decode_case(body)] for kind in _late(case, late)]
            changed = conn.scalars(
                select(conversations.c.updated_at).where(conversations.c.updated_at > to_micros(late))
            )
            return found + [f"a chat of {from_micros(moment)}" for moment in changed]
    finally:
        database.close()


def _late(case: Case, late: datetime) -> list[str]:
    return [clock.kind for clock in case.clocks if clock.told > late or (clock.since and clock.since > late)]


def _said(url: str) -> list[str]:
    database = open_database(url)
    with database.read() as conn:
        said = list(conn.scalars(select(messages.c.text).where(messages.c.author != "customer")))
    database.close()
    return said


def _noted(url: str) -> bool:
    """Whether the security log says that times were set right."""
    database = open_database(url)
    with database.read() as conn:
        found = newest(conn, kind=SecurityEventKind.TIMES_RIGHTED)
    database.close()
    return bool(found)


def _eventually(holds: object, within: float = 30.0) -> None:
    until = time.monotonic() + within
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < until, "it was not set right in time"
        time.sleep(0.1)


@pytest.mark.parametrize("how", ["started anew", "set back while it serves"])
def test_a_year_ahead(how: str, database_url: str, tmp_path: Path, tried: Tried) -> None:
    """A server runs with its clock 400 days ahead: complaints, a queue and drafts fall due in another year."""
    wrong = tmp_path / "wrong"
    wrong.write_text(str(LEAD.total_seconds()))
    extra = {"WRONG_BY": str(wrong), "AMENDS_UNDERSTANDING": "rules", "AMENDS_DESK": "off"}
    server = Server(tmp_path / "data", database_url, extra=extra, module="tests.real.wrong_clock")
    bring_up_to_date(opened := open_database(database_url))
    opened.close()
    server.start()
    try:
        with httpx.Client(base_url=server.address, timeout=20) as http:
            visitors = [Visitor(http) for _ in range(3)]
            _file(visitors[0])
            visitors[1].say("I want to talk to a person")
            visitors[2].say(STORY)
            before = len(_left_in_the_future(database_url, datetime.now(UTC)))
            assert before > 6, "what the attack leaves"
            wrong.write_text("0")
            if how == "started anew":
                server.terminate()
                server.start()
            _eventually(lambda: not _left_in_the_future(database_url, datetime.now(UTC)))
        tried(before)
        assert "times_righted" in server.log.read_text()
        assert "clock_wrong" in server.log.read_text() or how != "started anew"
        _eventually(lambda: _noted(database_url))
        assert any("clock of ours" in text for text in _said(database_url)), (
            "whoever was told a wrong time hears the right one"
        )
    finally:
        server.kill()


@dataclass
class Shop:
    """A door, its timers and its watch, under a clock that is told the time."""

    database: Database
    door: TurnProcessor
    watch: ClockWatch
    wall: list[datetime]
    turns: int = 0

    async def hears(self, chat: str, body: Said | Acted) -> str:
        self.turns += 1
        event = Event(f"e{self.turns}", "web", "web", chat, self.wall[0], body, "en", "Asia/Shanghai")
        outcome = await self.door.take(event)
        return next((said.asks or "" for said in reversed(outcome.answers)), "")

    async def files(self, chat: str) -> str:
        asks = await self.hears(chat, Said(STORY))
        while asks != "confirm":
            asks = await self.hears(chat, Said("skip"))
        await self.hears(chat, Said("yes"))
        with self.database.read() as conn:
            query = select(cases.c.reference).join(conversations, conversations.c.id == cases.c.conversation_id)
            return str(conn.scalar(query.where(conversations.c.chat == chat)))

    async def fires(self) -> None:
        worker = Timers(self.database, self.door.take, clock=lambda: self.wall[0])
        while await worker.fire_due():
            pass

    def due(self) -> dict[tuple[str, str, str], int]:
        with self.database.read() as conn:
            return {(row.conversation_id, row.kind, row.subject): row.due for row in conn.execute(select(timers))}

    def beyond(self) -> int:
        with self.database.read() as conn:
            return int(conn.scalar(beyond(self.wall[0], longest(PLAYBOOK, self.wall[0]))) or 0)


@pytest.fixture
async def shop(database: Database, tmp_path: Path) -> AsyncIterator[Shop]:
    wall = [NOW]
    files, reader = FileStore(tmp_path / "files"), RulesUnderstanding(PLAYBOOK)
    door = TurnProcessor(
        database, PLAYBOOK, reader, step=step, files=files, audit_key=b"a key for tests", clock=lambda: wall[0]
    )
    door.start()
    # PostgreSQL has a clock of its own, which is not the one we tell the time.
    watch = ClockWatch(
        database, partial(longest, PLAYBOOK), DERIVED, clock=lambda: wall[0], certain=database.dialect.name != "sqlite"
    )
    yield Shop(database, door, watch, wall)
    await door.stop()


async def _day(shop: Shop, name: str) -> None:
    """One chat of each kind that waits for something: a case, a queue, a draft, a survey, a chat put aside."""
    await shop.files(f"case {name}")
    await shop.hears(f"queue {name}", Said("I want to talk to a person"))
    await shop.hears(f"draft {name}", Said(STORY))
    reference = await shop.files(f"survey {name}")
    with shop.database.write() as conn:
        new = NewStaff(f"a.{name}".replace(" ", "."), "Ann", Role.AGENT, "x", capacity=9)
        agent = add_staff(conn, new, shop.wall[0]).id
    for chat in (f"survey {name}", f"snooze {name}"):
        await shop.hears(chat, Said(STORY))
        await shop.hears(chat, Acted(agent, "Ann", Claimed()))
    await shop.hears(f"survey {name}", Acted(agent, "Ann", Resolved(reference, "We sent a new one", "broken")))
    await shop.hears(f"snooze {name}", Acted(agent, "Ann", Snoozed(shop.wall[0] + timedelta(days=3))))


@pytest.mark.prove
async def test_nothing_stays_beyond_its_longest(shop: Shop, tried: Tried) -> None:
    """Chats of every kind are held while the clock is ahead, by an hour to ten years, between others that are right."""
    chosen, rounds = random.Random(7), sized(2, 12)
    for n in range(rounds):
        await _day(shop, f"right {n}")
        await shop.fires()
        right = shop.due()
        ahead = timedelta(hours=10 ** chosen.uniform(0, 4.9))
        shop.wall[0] += ahead
        await _day(shop, f"wrong {n}")
        wrong = shop.due().keys() - right.keys()
        shop.wall[0] -= ahead
        shop.watch.look_after()
        assert {key: due for key, due in shop.due().items() if key in right} == right, "what was right is not touched"
        await shop.fires()
        shop.wall[0] += timedelta(seconds=5)
        await shop.fires()
        assert shop.beyond() == 0
        furthest = to_micros(shop.wall[0] + max(longest(PLAYBOOK, shop.wall[0]).values()))
        assert all(due <= furthest for due in shop.due().values())
        assert not _left_in_the_future(shop.database.url.render_as_string(hide_password=False), shop.wall[0])
        assert shop.watch.measure().behind_newest == 0
        tried(len(wrong))
        shop.wall[0] += timedelta(hours=1)


@pytest.mark.prove
async def test_rows_of_every_kind_keep_their_bounds(shop: Shop, tried: Tried) -> None:
    """Timers of all kinds are given any moment within thirty years: those beyond are brought near, the others stay."""
    chosen, count, now = random.Random(11), sized(300, 20_000), shop.wall[0]
    allowed, kinds = longest(PLAYBOOK, now), [*longest(PLAYBOOK, now), "unheard_of"]
    rows = [
        {
            "conversation_id": f"{n:032}", "kind": chosen.choice(kinds), "subject": "x", "lease_until": 0,
            "due": to_micros(now + timedelta(hours=chosen.choice((-1, 1)) * 10 ** chosen.uniform(-3, 5.4))),
        }
        for n in range(count)
    ]  # fmt: skip
    with shop.database.write() as conn:
        conn.execute(insert(timers), rows)
        set_right(conn, shop.database.dialect, now, allowed, DERIVED, KIND, SUBJECT)
    after, woken = shop.due(), 0
    for row in rows:
        most = allowed.get(row["kind"], max(allowed.values())) + TOLERATED
        moved = after[row["conversation_id"], row["kind"], "x"]
        if row["due"] <= to_micros(now + most):
            assert moved == row["due"]
        elif row["kind"] in DERIVED:
            assert moved == to_micros(now)
        else:
            woken += 1
            assert after[row["conversation_id"], KIND, SUBJECT] == to_micros(now)
    assert woken > count // 20
    tried(count)


async def test_sessions_and_locks_of_another_year(shop: Shop, tried: Tried) -> None:
    """Somebody signs in, and somebody is locked out, while the clock is ahead: neither lasts for a year."""
    later = to_micros(NOW + LEAD)
    hour = 3_600_000_000
    with shop.database.write() as conn:
        signed_in = {"staff_id": "a", "address": "", "browser": "", "revoked_at": None}
        moments = {"created_at": later, "seen_at": later, "expires_at": later + 12 * hour}
        conn.execute(insert(sessions), [{"digest": "d", **signed_in, **moments}])
        conn.execute(insert(sign_in_tries), [{"subject": "s", "tries": 9, "locked_until": later, "at": later}])
    assert shop.watch.look_after().rows
    with shop.database.read() as conn:
        kept = conn.execute(select(sessions.c.created_at, sessions.c.seen_at, sessions.c.expires_at)).one()
        locked = conn.scalar(select(sign_in_tries.c.locked_until))
    assert kept == (to_micros(NOW), to_micros(NOW), to_micros(NOW) + 12 * hour)
    assert locked is not None
    assert locked <= to_micros(NOW + timedelta(minutes=15))
    tried(2)


async def test_a_clock_that_is_behind(shop: Shop, tried: Tried) -> None:
    """A machine starts with its clock half a year behind: it says so, and sets nothing right by the wrong clock."""
    for n in range(6):
        await shop.files(f"chat {n}")
        shop.wall[0] += timedelta(days=30)
    kept, now = shop.due(), shop.wall[0]
    shop.wall[0] = NOW - timedelta(days=2)
    watch = replace(shop.watch, certain=False)
    assert not watch.look_after()
    assert shop.due() == kept
    assert watch.drift.behind_newest > 100 * 86_400
    assert "set it" in watch.trouble()
    shop.wall[0] = now
    assert watch.measure().behind_newest == 0
    tried(6)


async def test_a_clock_that_is_not_the_database_s(postgres_url: str, tried: Tried) -> None:
    """One of several servers has a clock five minutes off the database's: it is alarmed, and rights nobody's times."""
    database = open_database(postgres_url)
    for off in (timedelta(minutes=5), -timedelta(minutes=5), timedelta(seconds=20)):
        watch = ClockWatch(database, partial(longest, PLAYBOOK), DERIVED, clock=lambda off=off: datetime.now(UTC) + off)  # type: ignore[misc]
        watch.look_after()
        assert bool("differs from the database's" in watch.trouble()) == (abs(off) > TOLERATED)
        tried(1)
    database.close()
