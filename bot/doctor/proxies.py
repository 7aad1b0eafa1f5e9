"""Whose word is taken for who asks, and who passed requests on of late without being trusted. For `doctor`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from sqlalchemy import Connection

from storage.db.dialect import Dialect
from storage.security.events import SecurityEventKind, newest

OF_LATE = timedelta(days=7)


def stranger(dialect: Dialect, connection: Connection) -> str:
    """What to say of somebody near who forwarded of late; empty where nobody did."""
    known = dialect.has_table(connection, "security_events")
    for event in newest(connection, 1, SecurityEventKind.FORWARDED) if known else []:
        if datetime.now(UTC) - event.at < OF_LATE and _is_near(event.address):
            return (
                f"{event.address} passed requests on ({event.at:%Y-%m-%d}) and is not trusted, so all its customers "
                "count as one; name it in AMENDS_TRUSTED_PROXIES, see docs/behind-a-proxy.md"
            )
    return ""


def _is_near(address: str) -> bool:
    """Whether an address is of this machine or of a private network, as a proxy's is and a stranger's is not."""
    try:
        return ip_address(address).is_private
    except ValueError:
        return False
