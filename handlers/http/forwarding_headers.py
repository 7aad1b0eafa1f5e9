"""Forwarding headers: RFC 7239 `Forwarded` and the older `X-Forwarded-…`, read from the right.

Each proxy adds the address that it was asked from at the right end. So the right end is our proxy's own word, and what
stands further left is believed only as far as the hop to its right is a proxy of ours. Elements are taken apart at the
commas from the right, without heed of quotation marks: what a client put before, were it an open quotation mark, cannot
swallow what our proxy wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

MOST_HOPS = 32
"""Proxies that a request is followed back through."""
_OBFUSCATED = re.compile(r"_[A-Za-z0-9._-]{1,100}")
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")
_ESCAPED = re.compile(r"\\(.)")

Headers = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Hop:
    """What one proxy says of the request that it was asked: from where, by which scheme, for which host."""

    client: str = ""
    scheme: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class Trusted:
    """The addresses of our own proxies. `prefers` is the header that they write, where both arrive."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    prefers: str = "x-forwarded"

    def holds(self, address: str) -> bool:
        """Whether this is a proxy of ours."""
        try:
            at = plain(ip_address(address))
        except ValueError:
            return False
        return any(at in network for network in self.networks if network.version == at.version)

    def client(self, hops: list[Hop]) -> Hop:
        """The rightmost hop that is not our own proxy's; an empty one where none is named."""
        for hop in hops[:MOST_HOPS]:
            if not self.holds(hop.client):
                return hop
        return Hop()


def networks_of(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Addresses and networks with blanks or commas between. Raises ValueError, naming the one that is none."""
    return tuple(ip_network(each, strict=False) for each in text.replace(",", " ").split())


def is_forwarded(headers: Headers) -> bool:
    """Whether somebody passed this request on."""
    return any(name in (b"forwarded", b"x-forwarded-for") for name, _ in headers)


def hops_of(headers: Headers, prefers: str) -> list[Hop]:
    """What the proxies said, ours first. Of two ways to say it, one is read."""
    found = _joined(headers)
    ways = {"x-forwarded": "x-forwarded-for", "forwarded": "forwarded"}
    first = ways[prefers]
    order = [first, *(name for name in ways.values() if name != first)]
    read = next((name for name in order if name in found), "")
    if read == "forwarded":
        return [_element(each) for each in _from_the_right(found[read])]
    return _older(found) if read else []


def _joined(headers: Headers) -> Mapping[str, str]:
    """Headers that are repeated are one list, in their order."""
    found: dict[str, str] = {}
    for name, value in headers:
        if name == b"forwarded" or name.startswith(b"x-forwarded-"):
            key, text = name.decode("latin-1"), value.decode("latin-1")
            found[key] = f"{found[key]},{text}" if key in found else text
    return found


def _from_the_right(text: str) -> list[str]:
    return [each.strip() for each in reversed(text.rsplit(",", MOST_HOPS)[-MOST_HOPS:])]


def _older(found: Mapping[str, str]) -> list[Hop]:
    """`X-Forwarded-For`, with scheme and host beside it: one for each hop, or the last proxy's word for all."""
    clients = [node(each) for each in _from_the_right(found["x-forwarded-for"])]
    schemes = _beside(found.get("x-forwarded-proto", ""), len(clients))
    hosts = _beside(found.get("x-forwarded-host", ""), len(clients))
    return [
        Hop(client, scheme_of(scheme), host_of(host))
        for client, scheme, host in zip(clients, schemes, hosts, strict=True)
    ]


def _beside(text: str, many: int) -> list[str]:
    said = _from_the_right(text)
    return said if len(said) == many else said[:1] * many


def _element(text: str) -> Hop:
    """One element of `Forwarded`: pairs with semicolons between, the names in any case, the values quoted or not."""
    pairs = (each.partition("=") for each in text.split(";"))
    said = {name.strip().lower(): _unquoted(value.strip()) for name, _, value in pairs}
    return Hop(node(said.get("for", "")), scheme_of(said.get("proto", "")), host_of(said.get("host", "")))


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == '"':
        return _ESCAPED.sub(r"\1", value[1:-1])
    return value


def node(text: str) -> str:
    """An address without its port, or a hidden name such as `_gazonk`; empty for `unknown` and for nonsense."""
    text = _unquoted(text)
    if _OBFUSCATED.fullmatch(text.partition(":")[0]):
        return text.partition(":")[0]
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(plain(ip_address(text))) if "%" not in text else ""
    except ValueError:
        return ""


def scheme_of(text: str) -> str:
    return text.lower() if text.lower() in ("http", "https") else ""


def host_of(text: str) -> str:
    return text if _HOST.fullmatch(text) else ""


def plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """An IPv4 address that is written as an IPv6 one, as itself."""
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address
