"""The tables of the security log, of keys and of proved identities.

Times are integer microseconds in UTC; `detail` is a JSON object of short texts.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from storage.db.customer_words import CustomerWords
from storage.db.metadata import metadata

security_events = Table(
    "security_events",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Index(None, "at", "id"),
    Index(None, "kind", "at"),
)

secret_keys = Table(
    "secret_keys",
    metadata,
    Column("check_value", String(64), primary_key=True),
    Column("since", BigInteger, nullable=False),
)

privacy_requests = Table(
    "privacy_requests",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("conversation_id", String(32), nullable=False),
    Column("kind", Text, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("closed_at", BigInteger, nullable=False),
    Column("closed_by", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", CustomerWords("privacy_requests.reason"), nullable=False),
    Index(None, "closed_at", "due"),
    Index(None, "conversation_id"),
)
"""What customers ask about their data: `kind` is a right, `outcome` empty, `granted` or `refused`, with the `reason`
in a colleague's words. `closed_at` is 0 while it is open.
"""

identities = Table(
    "identities",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("number", CustomerWords("identities.number"), nullable=False),
    Column("name", CustomerWords("identities.name"), nullable=False),
    Column("email", CustomerWords("identities.email"), nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Who a chat's customer is, as the host page proved. A chat may have one before anything is said in it."""
