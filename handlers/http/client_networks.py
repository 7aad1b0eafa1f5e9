"""Where a request came from, as far as limits go by it: a keyed digest of a network, never an address.

One household or office is one network: an IPv4 address, or the first 64 bits of an IPv6 address. Whoever has the
digest alone cannot tell the address.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from starlette.types import Scope

from handlers.http.limits import is_loopback, peer

_PREFIX = 64


@lru_cache(maxsize=10_000)
def network_of(address: str) -> str:
    """The network that an address stands for; empty for this machine, and for what is no address."""
    if not address or is_loopback(address):
        return ""
    try:
        found = ip_address(address.partition("%")[0].removesuffix(f"/{_PREFIX}"))
    except ValueError:
        return ""
    if not isinstance(found, IPv6Address):
        return str(found)
    mapped = found.ipv4_mapped
    return str(mapped) if mapped else f"{IPv6Address(int(found) >> _PREFIX << _PREFIX)}/{_PREFIX}"


@dataclass(frozen=True, slots=True)
class Sources:
    """Names networks by their digest under a key of ours. A network blocked under an older key stays blocked."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    older: tuple[bytes, ...] = field(default=(), repr=False)

    def of(self, scope: Scope) -> str:
        """The digest of the client's network, 24 hex digits; empty for this machine, which may speak for many."""
        return self.named(peer(scope))

    def named(self, address: object) -> str:
        """The same for an address that somebody names; empty for what is none."""
        return self.names(address)[0]

    def names(self, address: object) -> tuple[str, ...]:
        """Every digest that the network has or had, the one in use first; an empty one alone for what is none."""
        network = network_of(address) if isinstance(address, str) else ""
        return tuple(_digest(network, key) for key in (self.key, *self.older)) if network else ("",)


def _digest(network: str, key: bytes) -> str:
    return hashlib.blake2b(network.encode(), key=key[:64], digest_size=12).hexdigest()
