"""Where webhooks may go: to addresses of the open internet, over https, and nowhere inside.

The name is looked up here, every address it has is judged, and the connection is made to one that was judged: a name
that points elsewhere a moment later leads nobody inside.

NotAllowed    the address is not one that webhooks may go to
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

_NAT64 = IPv6Network("64:ff9b::/96")
_INSIDE = tuple(
    map(
        ip_network,
        (
            "168.63.129.16/32",  # Azure's own services, on every machine there
            "192.0.0.0/24",  # protocol assignments; 192.0.0.192 is the metadata of Oracle's cloud
            "192.88.99.0/24",  # relays from IPv4 to 6to4
            "fec0::/10",  # site-local, as private networks were once written
            "::/96",  # IPv4 addresses written as IPv6 ones, in ways of old
            "::ffff:0:0:0/96",
            "64:ff9b:1::/48",  # translation into a network's own IPv4
            "3fff::/20",  # documentation
            "5f00::/16",  # segments of a router's path
        ),
    )
)
"""What the standard library takes for the open internet, or once took, and what is not."""


class NotAllowed(ValueError):
    """A webhook's address is not one that we send to; the message says why, and not which address it is."""


async def look_up(host: str, port: int) -> list[str]:
    """The addresses of a host. Raises OSError where it has none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True, slots=True)
class Places:
    """Judges addresses. `private` allows this machine, private networks, and plain http."""

    private: bool = False
    look_up: Callable[[str, int], Awaitable[list[str]]] = look_up

    def check(self, url: str) -> None:
        """Raise `NotAllowed` for what can be told from the address alone."""
        try:
            parts = urlsplit(url)
            host, _port = parts.hostname, parts.port
        except ValueError:
            raise NotAllowed("this cannot be read as an address; use https://HOST/PATH") from None
        if parts.scheme not in ("https", "http") or not host:
            raise NotAllowed("use an address that begins with https:// and names a host")
        if parts.username is not None or parts.fragment or not url.isascii() or not url.isprintable() or " " in url:
            raise NotAllowed("leave out user, password, fragment, blanks and letters that are not ASCII")
        if parts.scheme == "http" and not self.private:
            raise NotAllowed("use https, or set AMENDS_WEBHOOKS_PRIVATE=on for a receiver of your own network")
        if _is_number(host):
            self._judge(host)

    async def find(self, host: str, port: int) -> str:
        """An address of the host to connect to. Raises `NotAllowed`, and OSError where the name leads nowhere."""
        found = await self.look_up(host, port)
        for one in found:
            self._judge(one)
        if not found:
            raise OSError("the name has no address")
        return found[0]

    def _judge(self, address: str) -> None:
        if not self.private and not is_public(address):
            raise NotAllowed("it leads to this machine or into a private network; AMENDS_WEBHOOKS_PRIVATE=on allows it")


def is_public(address: str) -> bool:
    """Whether an address lies in the open internet, also one that is wrapped up in another."""
    at = ip_address(address.partition("%")[0])
    return _is_open(at) and _is_open(_unwrapped(at)) if isinstance(at, IPv6Address) else _is_open(at)


def _is_open(at: IPv4Address | IPv6Address) -> bool:
    if any(at.version == network.version and at in network for network in _INSIDE):
        return False
    # What wraps another address is judged by that one.
    wraps = isinstance(at, IPv6Address) and _unwrapped(at) != at
    return wraps or (at.is_global and not at.is_multicast and not at.is_reserved)


def _unwrapped(at: IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for, or itself."""
    if at.ipv4_mapped or at.sixtofour:
        return at.ipv4_mapped or at.sixtofour or at
    if at.teredo:
        return at.teredo[1]
    return IPv4Address(int(at) & 0xFFFFFFFF) if at in _NAT64 else at


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
