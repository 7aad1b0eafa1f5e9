"""Who is asking, when others pass requests on."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from handlers.http.forwarding import Forwarding
from handlers.http.forwarding_headers import Trusted, hops_of, networks_of, node
from handlers.http.limits import Limits, peer
from tests.edges.conftest import OpenHouse
from tests.edges.scenery import JPEG, House, Visitor, messages
from tests.real.server import ROOT, free_port

OURS = Trusted(networks_of("10.0.0.0/8, 127.0.0.1 2001:db8:ffff::/48"))


def asked(peer_address: str, *headers: tuple[str, str], trusted: Trusted = OURS) -> dict[str, Any]:
    """The scope as the application gets it."""
    seen: list[dict[str, Any]] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope)

    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    scope = {"type": "http", "client": (peer_address, 5), "scheme": "http", "headers": [(b"host", b"a:1"), *raw]}
    asyncio.run(Forwarding(app, trusted, lambda _: None)(scope, None, None))  # type: ignore[arg-type]
    return seen[0]


def client(peer_address: str, *headers: tuple[str, str], trusted: Trusted = OURS) -> str | None:
    found = asked(peer_address, *headers, trusted=trusted)["client"]
    return str(found[0]) if found else None


FOR = "X-Forwarded-For"
SAID: dict[str, tuple[list[tuple[str, str]], str | None]] = {
    "an address": ([(FOR, "203.0.113.5")], "203.0.113.5"),
    "with a port": ([(FOR, "203.0.113.5:4711")], "203.0.113.5"),
    "of IPv6": ([(FOR, "2001:db8::7")], "2001:db8::7"),
    "of IPv6 with a port": ([(FOR, "[2001:db8::7]:4711")], "2001:db8::7"),
    "IPv4 written as IPv6": ([(FOR, "::ffff:203.0.113.5")], "203.0.113.5"),
    "behind two proxies of ours": ([(FOR, "203.0.113.5, 10.1.1.1, 10.2.2.2")], "203.0.113.5"),
    "in two headers": ([(FOR, "198.51.100.1"), (FOR, "203.0.113.5, 10.2.2.2")], "203.0.113.5"),
    "behind a client's own words": ([(FOR, "127.0.0.1, 198.51.100.1, 203.0.113.5")], "203.0.113.5"),
    "all ours": ([(FOR, "10.0.0.1, 10.0.0.2")], None),
    "nothing": ([], None),
    "unknown": ([(FOR, "198.51.100.1, unknown")], None),
    "nonsense": ([(FOR, "198.51.100.1, 999.1.1.1")], None),
    "forwarded": ([("Forwarded", "for=203.0.113.5;proto=https;by=10.0.0.1")], "203.0.113.5"),
    "forwarded in capitals": ([("Forwarded", 'For="[2001:DB8:CAFE::17]:4711"')], "2001:db8:cafe::17"),
    "forwarded and hidden": ([("Forwarded", "for=198.51.100.1, for=_gazonk")], "_gazonk"),
    "forwarded by two of ours": ([("Forwarded", 'for=203.0.113.5, for="10.1.1.1:80"')], "203.0.113.5"),
    "forwarded unknown": ([("Forwarded", "for=unknown")], None),
    "both": ([("Forwarded", "for=198.51.100.1"), (FOR, "203.0.113.5")], "203.0.113.5"),
}  # fmt: skip


@pytest.mark.parametrize(("headers", "expected"), SAID.values(), ids=SAID.keys())
def test_the_client_is_the_rightmost_hop_that_is_not_ours(headers: list[tuple[str, str]], expected: str | None) -> None:
    assert client("10.0.0.1", *headers) == expected
    assert client("2001:db8:ffff::1", *headers) == expected


@pytest.mark.parametrize(("headers", "_expected"), SAID.values(), ids=SAID.keys())
def test_nobody_else_is_believed(headers: list[tuple[str, str]], _expected: str | None) -> None:
    more = (("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "evil.example"))
    for stranger, trusted in (("203.0.113.9", OURS), ("127.0.0.1", Trusted()), ("not an address", OURS)):
        scope = asked(stranger, *headers, *more, trusted=trusted)
        assert (scope["client"][0], scope["scheme"]) == (stranger, "http")
        assert dict(scope["headers"])[b"host"] == b"a:1"


def test_scheme_and_host_are_the_clients() -> None:
    scope = asked("10.0.0.1", (FOR, "203.0.113.5"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "h.example:8"))
    assert (scope["scheme"], [value for name, value in scope["headers"] if name == b"host"]) == (
        "https",
        [b"h.example:8"],
    )
    scope = asked("10.0.0.1", ("Forwarded", 'for=203.0.113.5;proto=https;host="h.example", for=10.0.0.3;proto=http'))
    assert (scope["scheme"], dict(scope["headers"])[b"host"]) == ("https", b"h.example")
    for odd in ("gopher", "", "https,"):
        assert asked("10.0.0.1", (FOR, "203.0.113.5"), ("X-Forwarded-Proto", odd))["scheme"] == "http"
    for odd in ("a b", "a\r\nx: y", "a/b", "[::1", "@", "a" * 300):
        scope = asked("10.0.0.1", (FOR, "203.0.113.5"), ("X-Forwarded-Host", odd))
        assert dict(scope["headers"])[b"host"] == b"a:1"


def test_which_header_our_proxy_writes_can_be_said() -> None:
    both = (("Forwarded", "for=203.0.113.5"), (FOR, "198.51.100.1"))
    assert client("10.0.0.1", *both, trusted=Trusted(OURS.networks, "forwarded")) == "203.0.113.5"


def test_an_ipv6_line_counts_as_one_and_an_ipv4_address_as_itself() -> None:
    def counted(address: str) -> str:
        return peer({"type": "http", "client": (address, 1)})

    assert counted("2001:db8:1:2:3::4") == counted("2001:db8:1:2:ffff::9") != counted("2001:db8:1:3::4")
    assert counted("::ffff:203.0.113.5") == counted("203.0.113.5") == "203.0.113.5"
    assert [counted("::1"), counted("_hidden"), peer({"type": "http", "client": None})] == ["::1", "_hidden", ""]


@pytest.mark.parametrize("odd", ["_", "_a b", "[", "[]", "1.2.3.4.5", "fe80::1%eth0", '"', "\\", "x" * 5000])
def test_odd_nodes_are_nobody(odd: str) -> None:
    assert node(odd) == ""


@pytest.mark.timed
def test_very_long_headers_are_read_from_the_right_and_soon() -> None:
    long = ("10.0.0.1," * 20_000) + "203.0.113.5"
    began = time.perf_counter()
    for name in (b"x-forwarded-for", b"forwarded"):
        assert len(hops_of([(name, long.encode())], "x-forwarded")) <= 32
    assert time.perf_counter() - began < 0.5


def test_it_is_said_once_that_somebody_forwards_who_is_not_trusted(capsys: pytest.CaptureFixture[str]) -> None:
    strange: list[str] = []

    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        return None

    layer = Forwarding(app, Trusted(), strange.append)
    for _ in range(3):
        scope = {"type": "http", "client": ("127.0.0.1", 5), "scheme": "http", "headers": [(b"x-forwarded-for", b"a")]}
        asyncio.run(layer(scope, None, None))  # type: ignore[arg-type]
    assert strange == ["127.0.0.1"]
    told = capsys.readouterr()
    assert (told.out + told.err).count("AMENDS_TRUSTED_PROXIES") == 1


# A real nginx, with just what docs/behind-a-proxy.md shows.

_NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
needs_nginx = pytest.mark.skipif(not Path(_NGINX).exists(), reason="nginx is not installed")


@contextmanager
def nginx(folder: Path, house: House, bare: bool = False) -> Iterator[str]:
    """nginx in front of a house; its address. `bare`: with nothing but `proxy_pass`."""
    page = (ROOT / "docs/behind-a-proxy.md").read_text()
    location = page.partition("```nginx\n")[2].partition("```")[0]
    location = "location / { proxy_pass http://127.0.0.1:8080; }\n" if bare else location
    location = location.replace("http://127.0.0.1:8080", house.address)
    port = free_port()
    (folder / "logs").mkdir()
    places = " ".join(
        f"{name}_temp_path {folder / name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; {_as()}pid {folder}/pid; error_log {folder}/logs/error.log; worker_processes 1;\n"
        f"events {{}}\nhttp {{ access_log off; {places}\n server {{ listen 127.0.0.1:{port};\n{location}}} }}\n"
    )
    command = [_NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "logs/error.log")]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as running:
        try:
            _wait_for(port, running)
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()


def _as() -> str:
    """Started by root its workers would be somebody who may not enter the test's folder."""
    return "user root; " if os.geteuid() == 0 else ""


def _wait_for(port: int, running: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert running.poll() is None, running.stderr and running.stderr.read()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not listen")


@pytest.fixture
def proxied(open_house: OpenHouse, tmp_path: Path) -> Iterator[tuple[House, str]]:
    limits = Limits(poll=0.2, rate=0, peer_burst=5, peer_rate=0.0001)
    house = open_house(trusted=Trusted(networks_of("127.0.0.1")), limits=limits)
    with nginx(tmp_path, house) as address:
        yield house, address


def visitor(address: str, **headers: str) -> Visitor:
    return Visitor(httpx.Client(base_url=address, timeout=20, headers=headers))


@needs_nginx
def test_through_nginx_messages_and_files_arrive_and_the_stream_brings_them_at_once(proxied: tuple[House, str]) -> None:
    _, address = proxied
    with visitor(address) as customer:
        with customer.following() as stream:
            began = time.monotonic()
            customer.say("hello")
            first, _ = messages(stream, 2)
            assert first["data"]["text"] == "hello"
            assert time.monotonic() - began < 5, "nothing is held back until more comes"
        big = customer.upload("photo.jpg", JPEG + bytes(1_500_000))
        assert big.status_code == 200, big.text
        sent = customer.http.get(f"/chat/files/{big.json()['digest']}", headers=customer.headers)
        assert len(sent.content) > 1_500_000


@needs_nginx
def test_through_nginx_everybody_has_limits_of_their_own(proxied: tuple[House, str]) -> None:
    _, address = proxied

    def tries(**headers: str) -> list[int]:
        with visitor(address, **headers) as customer:
            return [customer.post(text="hello").status_code for _ in range(7)]

    # A proxy of ours before nginx says so; nginx adds the address that it was asked from.
    assert tries(**{FOR: "203.0.113.5"}) == [200] * 5 + [429] * 2
    assert tries(**{FOR: "203.0.113.6"}) == [200] * 5 + [429] * 2
    forged = {FOR: "198.51.100.1, 203.0.113.5", "Forwarded": "for=198.51.100.2", "X-Forwarded-Host": "evil.example"}
    assert tries(**forged) == [429] * 7
    assert tries() == [200] * 7, "who comes from the proxy itself is nobody's address"
