"""What is told arrives, signed, at least once; what does not arrive is told again, and not for ever."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from standardwebhooks import Webhook as Verifier

from complaints.lifecycle import State
from complaints.news import news
from handlers.webhooks.places import Places
from handlers.webhooks.posting import Posting
from handlers.webhooks.sending import WAITS, Webhooks
from storage.db.database import Database, open_database
from storage.db.encryption import Seal
from storage.db.timestamps import to_micros, utc_now
from storage.delivery.webhooks import (
    ALL,
    PURPOSE,
    TELL,
    Attempt,
    Logged,
    add_webhook,
    list_webhooks,
    log,
    resend,
    row_of,
)
from tests.turn.scenery import KEY, NOON, a_case, event
from tests.webhooks.receiver import Receiver

SEAL = Seal(KEY, PURPOSE)


@dataclass
class Post:
    """A sender under a clock of its own."""

    database: Database
    places: Places = field(default_factory=lambda: Places(private=True))
    now: datetime = field(default_factory=utc_now)
    patience: float = 5.0

    def __post_init__(self) -> None:
        posting = Posting(self.places, self.patience)
        self.sender = Webhooks(self.database, lambda: SEAL, posting, clock=lambda: self.now, dice=lambda: 0.5)

    def add(self, url: str, *kinds: str) -> tuple[str, str]:
        with self.database.write() as conn:
            return add_webhook(conn, SEAL, url, kinds or ALL, self.now)

    def tell(self, reference: str = "C-2611-000001") -> None:
        with self.database.write() as conn:
            conn.execute(TELL, [row_of(one, to_micros(self.now)) for one in news(None, a_case(reference))])

    async def send(self) -> int:
        return await self.sender.send_due()

    def logged(self) -> list[Logged]:
        with self.database.read() as conn:
            return log(conn)

    def attempts(self) -> list[Attempt]:
        return [attempt for one in self.logged() for attempt in one.attempts]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    opened = Receiver()
    yield opened
    opened.close()


@pytest.fixture
def post(database: Database) -> Post:
    return Post(database)


async def test_a_message_arrives_signed_so_that_another_library_verifies_it(post: Post, receiver: Receiver) -> None:
    _, secret = post.add(receiver.url)
    post.tell()
    assert await post.send() == 1
    (got,) = receiver.got
    told = Verifier(secret).verify(got.body, got.headers)
    assert told["type"] == "case.filed"
    assert told["data"]["reference"] == "C-2611-000001"
    assert got.headers["webhook-id"] == post.logged()[0].id
    assert got.path == "/hooks/amends?token=t0p"
    assert [(one.state, [each.status for each in one.attempts]) for one in post.logged()] == [("sent", [204])]


async def test_another_secret_or_an_altered_body_is_not_verified(post: Post, receiver: Receiver) -> None:
    _, secret = post.add(receiver.url)
    _, other = post.add("https://other.example")
    post.tell()
    await post.send()
    got = receiver.got[0]
    for with_secret, body in ((other, got.body), (secret, got.body.replace(b"high", b"low!"))):
        with pytest.raises(Exception, match="signature"):
            Verifier(with_secret).verify(body, got.headers)


async def test_what_fails_is_told_again_later_and_later_for_a_day_under_the_same_id(
    post: Post, receiver: Receiver
) -> None:
    receiver.answers = [503]
    post.add(receiver.url)
    begun = post.now
    post.tell()
    for wait in WAITS:
        assert await post.send() == 1
        post.now += wait - timedelta(seconds=1)
        assert await post.send() == 0
        post.now += timedelta(seconds=1)
    assert await post.send() == 1
    post.now += timedelta(days=30)
    assert await post.send() == 0, "given up"
    assert [one.state for one in post.logged()] == ["dead"]
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1
    assert len({got.body for got in receiver.got}) == 1
    assert len({got.headers["webhook-timestamp"] for got in receiver.got}) == len(WAITS) + 1
    assert timedelta(days=1) < post.attempts()[-1].at - begun < timedelta(days=2)


async def test_one_that_was_away_hears_it_in_the_end(post: Post, receiver: Receiver) -> None:
    receiver.answers = [500, 0, 302, 404, 200]
    post = Post(post.database, patience=0.3, now=post.now)
    post.add(receiver.url)
    post.tell()
    for wait in WAITS:
        await post.send()
        post.now += wait
    assert [each.status for each in post.attempts()] == [500, 0, 302, 404, 200]
    assert post.attempts()[1].trouble == "TimeoutError"
    assert post.logged()[0].state == "sent"


async def test_a_receiver_that_asks_for_patience_has_it(post: Post, receiver: Receiver) -> None:
    receiver.answers, receiver.more = [429, 200], {"retry-after": "120"}
    post.add(receiver.url)
    post.tell()
    await post.send()
    post.now += timedelta(seconds=119)
    assert await post.send() == 0
    post.now += timedelta(seconds=1)
    assert await post.send() == 1


async def test_a_redirect_is_not_followed(post: Post, receiver: Receiver) -> None:
    receiver.answers, receiver.more = [307], {"location": receiver.url}
    post.add(receiver.url)
    post.tell()
    await post.send()
    assert (len(receiver.got), post.logged()[0].state) == (1, "waiting")


async def test_a_receiver_that_is_gone_is_told_no_more(post: Post, receiver: Receiver) -> None:
    receiver.answers = [410]
    of_id, _ = post.add(receiver.url)
    post.tell("C-2611-000001")
    await post.send()
    post.tell("C-2611-000002")
    post.now += timedelta(days=1)
    assert await post.send() == 0
    assert [one.reference for one in post.logged()] == ["C-2611-000001"]
    with post.database.read() as conn:
        (ended,) = list_webhooks(conn)
    assert (ended.id, ended.reason) == (of_id, "the receiver answered 410, Gone")
    assert ended.ended_at


async def test_each_receiver_hears_what_it_wants_and_one_ones_trouble_is_not_the_others(
    post: Post, receiver: Receiver
) -> None:
    post.add("http://127.0.0.1:9/nobody")
    post.add(receiver.url)
    post.add(receiver.url, "case.resolved")
    post.tell()
    assert await post.send() == 2
    assert len(receiver.got) == 1
    assert sorted(one.state for one in post.logged()) == ["sent", "waiting"]


async def test_a_sender_that_died_leaves_its_message_to_the_next(post: Post, receiver: Receiver) -> None:
    post.add(receiver.url)
    post.tell()
    assert len(post.sender._claim()) == 1
    assert await post.send() == 0
    post.now += timedelta(seconds=61)
    assert await post.send() == 1
    assert len(receiver.got) == 1


async def test_many_senders_tell_a_thing_once(post: Post, receiver: Receiver) -> None:
    post.add(receiver.url)
    for n in range(30):
        post.tell(f"C-2611-{n:06}")
    others = [Post(post.database, now=post.now) for _ in range(3)]
    for _ in range(3):
        await asyncio.gather(*(one.send() for one in others))
    assert sorted(json.loads(got.body)["data"]["reference"] for got in receiver.got) == [
        f"C-2611-{n:06}" for n in range(30)
    ]


async def test_a_message_is_sent_once_more_when_somebody_wants_that(post: Post, receiver: Receiver) -> None:
    post.add(receiver.url)
    post.tell()
    await post.send()
    with post.database.write() as conn:
        assert resend(conn, post.logged()[0].id, post.now) == 1
    post.now += timedelta(seconds=1)
    assert await post.send() == 1
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1


async def test_nothing_goes_to_this_machine_unless_that_is_allowed(post: Post, receiver: Receiver) -> None:
    async def leads_inside(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    strict = Post(post.database, Places(look_up=leads_inside), now=post.now)
    strict.add(receiver.url.replace("http://127.0.0.1", "https://inside.example"))
    strict.add(receiver.url)
    strict.tell()
    assert await strict.send() == 2
    assert all("AMENDS_WEBHOOKS_PRIVATE=on" in each.trouble for each in strict.attempts())
    assert receiver.got == []


async def test_the_secret_and_the_address_stay_out_of_the_log(
    post: Post, receiver: Receiver, capfd: pytest.CaptureFixture[str]
) -> None:
    receiver.answers = [500, 0]
    post = Post(post.database, patience=0.3, now=post.now)
    _, secret = post.add(receiver.url)
    post.tell()
    await post.send()
    post.now += WAITS[0]
    await post.send()
    said = "".join(capfd.readouterr())
    assert "webhook_failed" in said
    assert secret not in said
    assert secret.removeprefix("whsec_") not in said
    assert "t0p" not in said
    with post.database.read() as conn:
        kept = conn.exec_driver_sql("SELECT secret FROM webhooks").scalar() or ""
    assert secret.removeprefix("whsec_") not in kept


async def test_news_are_written_in_the_transaction_of_their_turn(sqlite_url: str, tmp_path: Path) -> None:
    from engine.turn.processor import TurnProcessor
    from storage.files.attachments import FileStore
    from storage.migrations.upgrade import bring_up_to_date
    from tests.turn.scenery import Literal, StandIn, step

    database = open_database(sqlite_url)
    bring_up_to_date(database)
    post = Post(database)
    post.add("https://crm.example")

    def step_and_poison(state, one, setting):  # type: ignore[no-untyped-def]
        if "first" in getattr(one.body, "text", ""):
            step(state, one, setting)
            raise ValueError("after the case was filed")
        return step(state, one, setting)

    files, clock = FileStore(tmp_path / "files"), lambda: NOON
    door = TurnProcessor(database, StandIn(), Literal(), step=step_and_poison, clock=clock, files=files, audit_key=KEY)  # type: ignore[arg-type]
    door.start()
    await door.take(event("ann", "e1", "file the first"))
    assert post.logged() == []
    await door.take(event("bob", "e1", "file the second"))
    await door.take(event("bob", "e1", "file the second"))
    assert [one.kind for one in post.logged()] == ["case.filed"]
    await door.stop()
    database.close()


def test_a_case_that_changes_in_other_ways_is_no_news() -> None:
    case = a_case("C-2611-000001")
    assert list(news(case, replace(case, team="care"))) == []
    assert [one.kind for one in news(case, replace(case, state=State.RESOLVED))] == ["case.resolved"]
    assert list(news(case, replace(case, state=State.RESOLVED, merged_into="C-2611-000002"))) == []
