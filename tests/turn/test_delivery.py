"""The outbox: never twice, in order, and silent after a takeover."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.delivery import Bucket, ChannelRefused, Delivery, NotSent, OutcomeUnknown, RetryAfter
from engine.turn.processor import TurnProcessor
from storage.db.database import Database
from storage.delivery import outbox
from storage.delivery.outbox import Outgoing
from storage.tables.core import outbox as table
from tests.turn.scenery import NOON, event


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Post:
    """A channel that keeps what it is given, and fails as it is told."""

    def __init__(self, *failures: Exception) -> None:
        self.given: list[tuple[str, str]] = []
        self.failures = list(failures)

    async def __call__(self, outgoing: Outgoing) -> str:
        await asyncio.sleep(0)
        if self.failures:
            raise self.failures.pop(0)
        self.given.append((outgoing.chat, outgoing.message.text))
        return f"receipt {len(self.given)}"


@pytest.fixture
async def pushing(database: Database, open_door: Callable[..., Any]) -> Any:
    async with open_door(database, push_channels=frozenset({"test"})) as door:
        yield door


def _states(database: Database) -> list[str]:
    with database.read() as conn:
        return list(conn.scalars(select(table.c.state).order_by(table.c.conversation_id, table.c.seq)))


async def _all(delivery: Delivery) -> None:
    while await delivery.deliver_due():
        pass


async def test_only_push_channels_have_an_outbox(door: TurnProcessor, database: Database) -> None:
    await door.take(event("ann", "e1", "hello"))
    assert _states(database) == []


async def test_many_workers_send_each_message_once_and_in_order(pushing: TurnProcessor, database: Database) -> None:
    await asyncio.gather(*(pushing.take(event(f"c{n % 8}", f"e{n}", f"{n:03d}")) for n in range(80)))
    post = Post()
    plenty = {"test": Bucket(10_000, 10_000)}
    workers = [Delivery(database, {"test": post}, buckets=plenty, clock=lambda: NOON) for _ in range(4)]
    await asyncio.gather(*(_all(worker) for worker in workers))
    await _all(workers[0])
    assert len(post.given) == 80
    for chat in {chat for chat, _ in post.given}:
        texts = [text for to, text in post.given if to == chat]
        assert texts == sorted(texts, key=lambda text: int(text.split()[0]))
    assert set(_states(database)) == {"sent"}


async def test_what_did_not_leave_is_sent_again_later_and_holds_up_what_follows(
    pushing: TurnProcessor, database: Database
) -> None:
    clock, post = Clock(), Post(NotSent("no connection"))
    for n in range(2):
        await pushing.take(event("ann", f"e{n}", f"word {n}"))
    delivery = Delivery(database, {"test": post}, clock=clock)
    await _all(delivery)
    assert post.given == []
    assert _states(database) == ["retry", "new"]
    clock.pass_by(3)
    await _all(delivery)
    assert [text for _, text in post.given] == ["1 word 0", "2 word 1"]


@pytest.mark.parametrize("failure", [OutcomeUnknown("timed out"), TimeoutError(), ValueError("a bug")])
async def test_what_may_have_arrived_is_marked_and_not_repeated(
    pushing: TurnProcessor, database: Database, failure: Exception
) -> None:
    clock, post = Clock(), Post(failure)
    await pushing.take(event("ann", "e1", "hello"))
    delivery = Delivery(database, {"test": post}, clock=clock)
    await _all(delivery)
    clock.pass_by(3600)
    await _all(delivery)
    assert post.given == []
    assert _states(database) == ["unknown"]


async def test_a_lease_that_ran_out_is_unknown(pushing: TurnProcessor, database: Database) -> None:
    clock, post = Clock(), Post()
    await pushing.take(event("ann", "e1", "hello"))
    with database.write() as conn:
        (claimed,) = outbox.claim(conn, database.dialect, NOON, "test")
        assert outbox.still_mine(conn, database.dialect, claimed)
    clock.pass_by(61)
    await _all(Delivery(database, {"test": post}, clock=clock))
    assert post.given == []
    assert _states(database) == ["unknown"]


async def test_what_was_claimed_and_never_began_to_leave_is_sent_by_another(
    pushing: TurnProcessor, database: Database
) -> None:
    clock, post = Clock(), Post()
    await pushing.take(event("ann", "e1", "hello"))
    with database.write() as conn:
        (claimed,) = outbox.claim(conn, database.dialect, NOON, "test")
    clock.pass_by(61)
    await _all(Delivery(database, {"test": post}, clock=clock))
    assert post.given == [("ann", "1 hello")]
    assert _states(database) == ["sent"]
    with database.write() as conn:
        assert not outbox.still_mine(conn, database.dialect, claimed)


async def test_a_sender_known_to_be_gone_is_not_waited_for(pushing: TurnProcessor, database: Database) -> None:
    post = Post()
    await pushing.take(event("ann", "e1", "hello"))
    await pushing.take(event("ben", "e2", "hello"))
    with database.write() as conn:
        claimed = outbox.claim(conn, database.dialect, NOON, "test")
        (leaving,) = (each for each in claimed if each.chat == "ann")
        assert outbox.still_mine(conn, database.dialect, leaving)
        outbox.end_leases(conn)
    await _all(Delivery(database, {"test": post}, clock=Clock()))
    assert post.given == [("ben", "1 hello")]
    assert sorted(_states(database)) == ["sent", "unknown"]


async def test_a_channel_that_asks_to_wait_is_left_alone_as_long(pushing: TurnProcessor, database: Database) -> None:
    clock, post = Clock(), Post(RetryAfter(30))
    for chat in ("ann", "bob"):
        await pushing.take(event(chat, "e1", "hello"))
    delivery = Delivery(database, {"test": post}, clock=clock)
    await _all(delivery)
    sent_at_once = len(post.given)
    clock.pass_by(29)
    await _all(delivery)
    assert len(post.given) == sent_at_once
    clock.pass_by(2)
    await _all(delivery)
    assert sorted(chat for chat, _ in post.given) == ["ann", "bob"]


async def test_what_is_refused_for_good_is_dead_and_holds_none_up(pushing: TurnProcessor, database: Database) -> None:
    post = Post(ChannelRefused("blocked"))
    for n in range(2):
        await pushing.take(event("ann", f"e{n}", f"word {n}"))
    await _all(Delivery(database, {"test": post}, clock=lambda: NOON))
    assert _states(database) == ["dead", "sent"]


async def test_giving_up_after_many_attempts(pushing: TurnProcessor, database: Database) -> None:
    clock, post = Clock(), Post(*[NotSent("no connection")] * 50)
    await pushing.take(event("ann", "e1", "hello"))
    delivery = Delivery(database, {"test": post}, clock=clock)
    for _ in range(outbox.MOST_ATTEMPTS + 3):
        await _all(delivery)
        clock.pass_by(600)
    assert _states(database) == ["dead"]
    assert len(post.failures) == 50 - outbox.MOST_ATTEMPTS


async def test_after_a_takeover_not_one_bot_message_leaves(pushing: TurnProcessor, database: Database) -> None:
    post = Post()
    for n in range(3):
        await pushing.take(event("ann", f"e{n}", "hello"))
    await pushing.take(event("ann", "e9", "agent"))
    await pushing.take(event("bob", "e1", "hello"))
    await _all(Delivery(database, {"test": post}, clock=lambda: NOON))
    assert [chat for chat, _ in post.given] == ["bob"]
    assert sorted(_states(database)) == ["dead", "dead", "dead", "sent"]
    with database.read() as conn:
        reasons = set(conn.scalars(select(table.c.reason).where(table.c.state == "dead")))
    assert reasons == {outbox.TAKEN_OVER}


async def test_what_an_agent_says_in_a_chat_of_theirs_leaves(pushing: TurnProcessor, database: Database) -> None:
    post = Post()
    await pushing.take(event("ann", "e1", "hello"))
    await pushing.take(event("ann", "e2", "agent"))
    with database.write() as conn:
        conn.execute(update(table).values(author="agent"))
    await _all(Delivery(database, {"test": post}, clock=lambda: NOON))
    assert post.given == [("ann", "1 hello")]


async def test_a_takeover_between_claim_and_send_silences_what_was_claimed(
    pushing: TurnProcessor, database: Database
) -> None:
    post = Post()
    await pushing.take(event("ann", "e1", "hello"))
    delivery = Delivery(database, {"test": post}, clock=lambda: NOON)
    (claimed,) = delivery._claim("test", NOON, 10)
    await pushing.take(event("ann", "e2", "agent"))
    await delivery._send("test", claimed)
    assert post.given == []
    assert _states(database) == ["dead"]


async def test_a_channel_is_sent_no_more_than_its_rate(pushing: TurnProcessor, database: Database) -> None:
    clock, post = Clock(), Post()
    await asyncio.gather(*(pushing.take(event(f"c{n}", "e", "hello")) for n in range(12)))
    delivery = Delivery(database, {"test": post}, buckets={"test": Bucket(rate=2, burst=4)}, clock=clock)
    await _all(delivery)
    assert len(post.given) == 4
    clock.pass_by(1)
    await _all(delivery)
    assert len(post.given) == 6


async def test_messages_of_only_some_events_may_be_pushed(database: Database, open_door: Callable[..., Any]) -> None:
    async with AsyncExitStack() as stack:
        door = await stack.enter_async_context(open_door(database, push=lambda one: one.id == "e2"))
        for name in ("e1", "e2"):
            await door.take(event("ann", name, "hello"))
    assert _states(database) == ["new"]


async def test_a_conversation_gets_messages_at_the_channel_s_pace(pushing: TurnProcessor, database: Database) -> None:
    clock, post = Clock(), Post()
    for n in range(3):
        await pushing.take(event("ann", f"e{n}", f"word {n}"))
    await pushing.take(event("bob", "e1", "hello"))
    delivery = Delivery(database, {"test": post}, paces={"test": 1.0}, clock=clock)
    await _all(delivery)
    assert sorted(post.given) == [("ann", "1 word 0"), ("bob", "1 hello")]
    clock.pass_by(0.9)
    await _all(delivery)
    assert len(post.given) == 2
    clock.pass_by(0.2)
    await _all(delivery)
    assert post.given[2:] == [("ann", "2 word 1")]


async def test_nothing_leaves_once_the_channel_has_asked_to_wait(pushing: TurnProcessor, database: Database) -> None:
    clock, post = Clock(), Post(RetryAfter(30))
    for n in range(20):
        await pushing.take(event(f"chat {n}", "e1", "hello"))
    delivery = Delivery(database, {"test": post}, clock=clock)
    await _all(delivery)
    on_their_way = len(post.given)
    clock.pass_by(29.9)
    await _all(delivery)
    assert len(post.given) == on_their_way
    clock.pass_by(0.2)
    await _all(delivery)
    assert len(post.given) == 20


async def test_what_was_sent_before_is_known_with_its_receipt(pushing: TurnProcessor, database: Database) -> None:
    first = await pushing.take(event("ann", "e1", "ask"))
    await _all(Delivery(database, {"test": Post()}, clock=Clock()))
    second = await pushing.take(event("ann", "e2", "hello"))
    with database.read() as conn:
        assert outbox.sent_before(conn, first.conversation_id, first.answers[-1].seq) is None
        earlier = outbox.sent_before(conn, second.conversation_id, second.answers[-1].seq)
    shown = tuple(button.id for button in first.answers[-1].buttons)
    assert shown
    assert earlier == outbox.Earlier("receipt 1", shown, asks="consent")


async def test_a_delivery_that_is_woken_waits_for_no_next_look(pushing: TurnProcessor, database: Database) -> None:
    arrived = asyncio.Event()

    async def send(_: Outgoing) -> str:
        arrived.set()
        return ""

    delivery = Delivery(database, {"test": send}, clock=lambda: NOON, every=60)
    running = asyncio.create_task(delivery.run())
    await asyncio.sleep(0.1)
    await pushing.take(event("ann", "e1", "hello"))
    delivery.wake()
    async with asyncio.timeout(5):
        await arrived.wait()
    running.cancel()


async def test_a_delivery_that_is_ended_ends_what_it_began(pushing: TurnProcessor, database: Database) -> None:
    begun = asyncio.Event()

    async def slowly(_: Outgoing) -> str:
        begun.set()
        await asyncio.sleep(0.3)
        return "arrived"

    await pushing.take(event("ann", "e1", "hello"))
    running = asyncio.create_task(Delivery(database, {"test": slowly}, clock=lambda: NOON).run())
    await begun.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert _states(database) == ["sent"]


class Slow:
    """A channel that takes its time, and knows how many messages were under way at once."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.now, self.most, self.sent = seconds, 0, 0, 0

    async def __call__(self, _: Outgoing) -> str:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(self.seconds)
        self.now -= 1
        self.sent += 1
        return ""


@pytest.mark.parametrize(("answers", "most"), [(0.0, 1), (0.1, 4), (0.2, 7)])
async def test_as_many_are_under_way_as_the_rate_needs_and_no_more(
    pushing: TurnProcessor, database: Database, answers: float, most: int
) -> None:
    slow, plenty = Slow(answers), {"test": Bucket(30, 10_000)}
    delivery = Delivery(database, {"test": slow}, buckets=plenty, clock=lambda: NOON)
    for each in (0.0, answers, answers, answers, answers):
        delivery._under_way["test"].answered(each)
    await asyncio.gather(*(pushing.take(event(f"c{n}", "e", "hello")) for n in range(30)))
    await _all(delivery)
    assert slow.sent == 30
    assert slow.most == 1 if answers == 0 else 1 < slow.most <= most


async def test_one_slow_answer_does_not_let_others_leave_beside_it(pushing: TurnProcessor, database: Database) -> None:
    class Once(Slow):
        async def __call__(self, outgoing: Outgoing) -> str:
            self.seconds = 0.3 if self.sent == 5 else 0.0
            return await super().__call__(outgoing)

    slow = Once(0.0)
    await asyncio.gather(*(pushing.take(event(f"c{n}", "e", "hello")) for n in range(12)))
    await _all(Delivery(database, {"test": slow}, clock=lambda: NOON))
    assert (slow.sent, slow.most) == (12, 1)


async def test_a_chat_that_hangs_holds_no_other_up(pushing: TurnProcessor, database: Database) -> None:
    hanging, given = asyncio.Event(), []

    async def send(outgoing: Outgoing) -> str:
        if outgoing.chat == "c0":
            await hanging.wait()
        given.append(outgoing.chat)
        return ""

    await pushing.take(event("c0", "e", "hello"))
    delivery = Delivery(database, {"test": send}, clock=lambda: NOON, every=0.01, apart=0.1)
    running = asyncio.create_task(delivery.run())
    await asyncio.sleep(0.3)
    for n in range(1, 4):
        await pushing.take(event(f"c{n}", "e", "hello"))
    async with asyncio.timeout(5):
        while len(given) < 3:  # noqa: ASYNC110 - a sender rings no bell
            await asyncio.sleep(0.01)
    hanging.set()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert sorted(given) == ["c0", "c1", "c2", "c3"]
    assert set(_states(database)) == {"sent"}


async def test_only_the_leader_sends_and_a_new_one_waits_a_second(pushing: TurnProcessor, database: Database) -> None:
    clock, post, leading = Clock(), Post(), [False]
    await pushing.take(event("ann", "e1", "hello"))
    delivery = Delivery(database, {"test": post}, clock=clock, leads={"test": lambda: leading[0]})
    await _all(delivery)
    assert post.given == []
    leading[0] = True
    await _all(delivery)
    clock.pass_by(0.9)
    await _all(delivery)
    assert post.given == []
    clock.pass_by(0.2)
    await _all(delivery)
    assert len(post.given) == 1
