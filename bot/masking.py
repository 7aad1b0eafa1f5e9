"""Addresses as they may be shown: with the names and passwords in them left out."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlsplit

HIDDEN = "***"
NO_ADDRESS = "(not an address)"

_OPEN = frozenset({"host", "port", "dbname", "user", "sslmode", "connect_timeout", "application_name"})
"""Query keys whose values are no secrets, in the address of a database."""


def masked_database(address: str) -> str:
    """A database's address: of what could be a password, nothing is shown."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        found = make_url(address)
    except (ArgumentError, ValueError):
        return NO_ADDRESS
    query = {name: value if name in _OPEN else HIDDEN for name, value in found.query.items()}
    # The mask need not be written as an address would have it: nobody is to use it.
    return found.set(query=query).render_as_string(hide_password=True).replace(quote(HIDDEN), HIDDEN)


def masked(address: str) -> str:
    """Any other address: who is named in it and every value of its query are left out."""
    try:
        found = urlsplit(address)
        _ = found.port
    except ValueError:
        return NO_ADDRESS
    if "@" in found.path + found.query + found.fragment and "@" not in found.netloc:
        return NO_ADDRESS  # a password with a bare "/", "?" or "#" in it ends up behind the host
    _who, at, host = found.netloc.rpartition("@")
    names = [quote(name) for name, _ in parse_qsl(found.query, keep_blank_values=True)]
    query = "?" + "&".join(f"{name}={HIDDEN}" for name in names) if found.query else ""
    return f"{found.scheme}://{HIDDEN + at if at else ''}{host}{found.path}{query}"
