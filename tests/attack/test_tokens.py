"""Programs: what opens a door is the token, and nothing else."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from handlers.http.limits import Limits
from storage.db.database import open_database
from storage.db.timestamps import utc_now
from storage.migrations.upgrade import bring_up_to_date
from storage.security.events import SecurityEventKind, newest
from storage.staff.tokens import PREFIX, TokenScope, revoke_token
from tests.attack.conftest import Tried
from tests.conftest import sized
from tests.edges.scenery import House, build, served
from tests.edges.test_forwarding import needs_nginx, nginx

WEBHOOK = "/webhooks/rest/webhook"
HELLO = {"sender": "ann", "message": "hello"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    from dialogs.playbooks.loading import load_playbook

    database = open_database(f"sqlite:///{tmp_path / 'amends.db'}")
    bring_up_to_date(database)
    with served(build(database, load_playbook("shop"), tmp_path, limits=Limits(rate=0))) as made:
        yield made
    database.close()


NEARBY: tuple[dict[str, str], ...] = (
    {}, {"Host": "localhost"}, {"Host": "127.0.0.1"}, {"Host": "[::1]:8080"}, {"X-Forwarded-For": "127.0.0.1"},
    {"Forwarded": "for=127.0.0.1"}, {"X-Real-IP": "127.0.0.1"}, {"Origin": "http://localhost"},
    {"Authorization": "Basic YWRtaW46YWRtaW4="}, {"Authorization": "Bearer x"}, {"Authorization": "Bearer amends_"},
    {"Sec-Fetch-Site": "same-origin"}, {"Cookie": "amends-session=1"},
)  # fmt: skip


def test_a_program_on_the_same_machine_is_nobody(house: House, tried: Tried) -> None:
    """Something on the same machine talks for customers, reads cases and metrics, because it is near."""
    for headers in NEARBY:
        with house.client(headers=headers) as http:
            statuses = {
                http.post(WEBHOOK, json=HELLO).status_code,
                *(http.get(path).status_code for path in ("/metrics", "/api/v1/cases", "/api/v1/handoffs")),
            }
        tried(4)
        assert statuses <= {401, 429}, (headers, statuses)


@needs_nginx
def test_a_bare_proxy_pass_opens_nothing_to_the_world(house: House, tmp_path: Path, tried: Tried) -> None:
    """nginx with nothing but `proxy_pass` makes the world look like this machine."""
    (tmp_path / "front").mkdir()
    with nginx(tmp_path / "front", house, bare=True) as address, house.client() as http:
        assert http.post(f"{address}{WEBHOOK}", json=HELLO).status_code == 401
        assert http.get(f"{address}/metrics").status_code == 401
    tried(2)


@pytest.mark.timed
@pytest.mark.prove
def test_guessing_is_slowed_down_and_written_down_and_slows_nobody_else(house: House, tried: Tried) -> None:
    """Tokens are guessed by the hundred from one address; a program there goes on as if nothing were."""
    many = sized(60, 2000)
    with house.program() as honest, house.client() as guesser:
        honest.post(WEBHOOK, json=HELLO)
        quiet = median(_seconds(honest) for _ in range(20))
        answers: Counter[int] = Counter()
        beside = []
        for n in range(many):
            token = f"{PREFIX}{n:043}"
            answers[guesser.get("/api/v1/cases", headers={"Authorization": f"Bearer {token}"}).status_code] += 1
            if n % 3 == 0:
                beside.append(_seconds(honest))
        tried(many)
    assert set(answers) == {401, 429}
    assert answers[401] <= 20 + 60, "20 at once, then one in two seconds"
    assert median(beside) < 3 * quiet + 0.01
    assert house.security is not None
    house.security.flush()
    with house.database.read() as conn:
        noted = newest(conn, 5000, SecurityEventKind.TOKEN_REFUSED)
    assert len(noted) == answers[401]
    assert not [event for event in noted if PREFIX in str(event)]


def _seconds(http: Any) -> float:
    began = time.perf_counter()
    assert http.post(WEBHOOK, json=HELLO).status_code == 200
    return time.perf_counter() - began


def test_one_integration_cannot_speak_as_anothers_customer(house: House, tried: Tried) -> None:
    """The bank's program names the shop's customer as its sender, to hear and answer in that chat."""
    names = ("ann", "default", "shop", "shop ann", "shop/ann", "shop\x1fann", "ann\x00", "../shop/ann")
    with house.program(name="shop") as shop, house.program(name="bank") as bank:
        for name in names:
            body = {"sender": name, "metadata": {"message_id": "1"}}
            mine = shop.post(WEBHOOK, json={**body, "message": "my secret"}).json()
            theirs = bank.post(WEBHOOK, json={**body, "message": "what did I say?"}).json()
            again = shop.post(WEBHOOK, json={**body, "message": "my secret"}).json()
            tried(1)
            assert mine[0]["text"].startswith("1 ")
            assert theirs[0]["text"].startswith("1 "), "a chat of its own, from the beginning"
            assert again == mine


OPENS = {
    ("POST", WEBHOOK): TokenScope.CHAT, ("GET", "/metrics"): TokenScope.METRICS,
    ("GET", "/api/v1/cases"): TokenScope.READ,
    ("GET", "/api/v1/handoffs"): TokenScope.READ,
    ("GET", "/api/v1/figures"): TokenScope.READ,
    ("GET", "/api/v1/figures/cases?figure=received"): TokenScope.READ,
    ("GET", "/api/v1/incidents"): TokenScope.READ,
}  # fmt: skip


def test_a_token_opens_what_it_is_for_and_nothing_else(house: House, tried: Tried) -> None:
    """A token for one thing is used for another: a dashboard's for customers' words, a shop's for the metrics."""
    for scope in TokenScope:
        with house.program(scope, name=scope.value) as http:
            for (method, path), wanted in OPENS.items():
                status = http.request(method, path, json=HELLO if method == "POST" else None).status_code
                tried(1)
                assert status == (200 if scope in (wanted, TokenScope.ADMIN) else 403), (scope, path)


def test_a_revoked_token_is_worthless_within_a_second(house: House, tried: Tried) -> None:
    """A leaked token goes on being used, many times a second, while it is revoked."""
    with house.program(name="leaked") as http:
        assert http.post(WEBHOOK, json=HELLO).status_code == 200
        with house.database.write() as conn:
            assert revoke_token(conn, "leaked", utc_now())
        began = time.monotonic()
        while http.post(WEBHOOK, json=HELLO).status_code == 200:
            tried(1)
            assert time.monotonic() - began < 2
