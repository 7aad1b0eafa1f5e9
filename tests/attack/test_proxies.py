"""Who is asking: a client's own words about where it comes from change nothing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from dialogs.playbooks.loading import load_playbook
from handlers.http.forwarding_headers import Trusted, networks_of
from handlers.http.limits import Limits
from storage.db.database import open_database
from storage.migrations.upgrade import bring_up_to_date
from tests.attack.conftest import Tried
from tests.conftest import sized
from tests.edges.scenery import House, build

PROXY, STRANGER, CUSTOMER = "10.0.0.1", "203.0.113.9", "198.51.100.7"
BURST = 5
FORGERIES = (
    "X-Forwarded-For: {}", "X-Forwarded-For: {}, 10.0.0.1", "X-Real-IP: {}", "Forwarded: for={}",
    'Forwarded: for="{}";proto=https;host=evil.example', "True-Client-IP: {}", "X-Client-IP: {}", "Via: 1.1 {}",
    "CF-Connecting-IP: {}",
)  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    database = open_database(f"sqlite:///{tmp_path / 'amends.db'}")
    bring_up_to_date(database)
    limits = Limits(rate=0, peer_burst=BURST, peer_rate=0.001)
    yield build(database, load_playbook("shop"), tmp_path, limits=limits, trusted=Trusted(networks_of(PROXY)))
    database.close()


async def _types(house: House, peer: str, *lines: str) -> int:
    """Somebody from this address says that they are writing, each time as another customer."""
    headers = [tuple(line.split(": ", 1)) for line in (f"Authorization: Bearer {secrets.token_urlsafe(32)}", *lines)]
    transport = httpx.ASGITransport(house.app, client=(peer, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://edges") as http:
        return (await http.post("/chat/typing", headers=headers)).status_code  # type: ignore[arg-type]


async def _let_through(house: House, peer: str, *headers: tuple[str, ...]) -> int:
    return [await _types(house, peer, *lines) for lines in headers].count(204)


def _addresses(many: int) -> list[str]:
    return [f"192.0.2.{n % 250}" for n in range(many)]


@pytest.mark.prove
async def test_headers_of_a_stranger_give_no_second_address(house: House, tried: Tried) -> None:
    """A client that is no proxy claims another address with each request, to have limits without end."""
    forged = [(forgery.format(address),) for forgery in FORGERIES for address in _addresses(sized(10, 200))]
    tried(len(forged))
    assert await _let_through(house, STRANGER, *forged) == BURST


@pytest.mark.prove
async def test_what_a_client_writes_before_the_proxys_word_is_not_read(house: House, tried: Tried) -> None:
    """A customer behind our proxy puts addresses, open quotes and other headers before what the proxy adds."""
    before = ["{}", "{}, {}", 'for="{}', "{}, 10.0.0.1", "unknown", '"', ", , ,", "\\", "{};proto=https", "a" * 4000]
    forged = [
        (f"X-Forwarded-For: {lie.format(address, address)}, {CUSTOMER}", f"Forwarded: for={address}")
        for lie in before
        for address in _addresses(sized(10, 200))
    ]
    tried(len(forged))
    assert await _let_through(house, PROXY, *forged) == BURST


async def test_an_open_quote_before_the_proxys_element_swallows_nothing(tmp_path: Path, tried: Tried) -> None:
    """A customer behind a proxy that writes `Forwarded` leaves a quotation mark open, to swallow what it adds."""
    database = open_database(f"sqlite:///{tmp_path / 'amends.db'}")
    bring_up_to_date(database)
    limits, trusted = Limits(rate=0, peer_burst=BURST, peer_rate=0.001), Trusted(networks_of(PROXY), "forwarded")
    house = build(database, load_playbook("shop"), tmp_path, limits=limits, trusted=trusted)
    before = ['for="192.0.2.1', 'for="', 'for=192.0.2.1;x="', "for=192.0.2.1, ", 'x="\\', 'for="192.0.2.2;proto=https']
    forged = [(f"Forwarded: {lie}, for={CUSTOMER}", "X-Forwarded-For: 192.0.2.77") for lie in before] * 10
    tried(len(forged))
    assert await _let_through(house, PROXY, *forged) == BURST
    database.close()


async def test_a_customer_behind_the_proxy_limits_nobody_but_himself(house: House, tried: Tried) -> None:
    """One customer floods through the proxy, so that the proxy's address, and all its customers, be locked out."""
    assert await _let_through(house, PROXY, *[(f"X-Forwarded-For: {CUSTOMER}",)] * 50) == BURST
    others = [(f"X-Forwarded-For: {address}",) for address in _addresses(40)]
    tried(90)
    assert await _let_through(house, PROXY, *others) == 40
    assert await _let_through(house, PROXY, *[()] * 20) == 20, "the proxy's own requests are nobody's"


@pytest.mark.prove
async def test_an_ipv6_line_has_one_limit(house: House, tried: Tried) -> None:
    """A customer with an IPv6 line of 2^64 addresses takes another one for each request."""
    sent = [(f"X-Forwarded-For: 2001:db8:7:7:{n:x}::{n:x}",) for n in range(1, sized(60, 2000))]
    tried(len(sent))
    assert await _let_through(house, PROXY, *sent) == BURST
