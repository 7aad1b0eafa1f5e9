"""The tables of the follow-up: one survey for each resolution, and tidings of it for colleagues.

Moments are integer microseconds in UTC; 0 where a thing has not happened.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, text

from storage.db.customer_words import CustomerWords
from storage.db.metadata import metadata

_UNSEEN = text("seen_at = 0")

surveys = Table(
    "surveys",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("resolution", Integer, primary_key=True),
    Column("conversation_id", String(32), nullable=False),
    Column("resolved_at", BigInteger, nullable=False),
    Column("agent", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("playbook", Text, nullable=False),
    Column("wave", Integer, nullable=False),
    Column("answered_wave", Integer, nullable=False),
    Column("channel", Text, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("reminded_at", BigInteger, nullable=False),
    Column("asked_seq", Integer, nullable=False),
    Column("delivered_at", BigInteger, nullable=False),
    Column("answered_at", BigInteger, nullable=False),
    Column("done_at", BigInteger, nullable=False),
    Column("solved", Text, nullable=False),
    Column("outcome", Integer, nullable=False),
    Column("treatment", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("words", CustomerWords("surveys.words"), nullable=False),
    Column("more", CustomerWords("surveys.more"), nullable=False),
    Column("contact", Text, nullable=False),
    Column("dropped", Text, nullable=False),
    Column("reopened_at", BigInteger, nullable=False),
    Column("reopened_by", Text, nullable=False),
    Index(None, "resolved_at"),
    Index(None, "conversation_id", "asked_seq"),
    sqlite_with_rowid=False,
)
"""One row for each resolution of a case, from the resolution on, whether it was ever asked about or not.

It says what the case's own survey says (`complaints.survey.Survey`, where each column is explained), so a query
over rows is a query over surveys. `outcome` and `treatment` are 0 where there is no score; `solved` is `yes`,
`partly`, `no` or empty; `contact` is `yes`, `no` or empty. `asked_seq` is the number of the message that asked last,
and `delivered_at` when it is known to have arrived: the channel's receipt, or the customer's next act in that chat.
"""

tidings = Table(
    "tidings",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("staff", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("resolution", Integer, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("seen_by", Text, nullable=False),
    Index("ix_tidings_staff", "staff", "at", sqlite_where=_UNSEEN, postgresql_where=_UNSEEN),
    Index("ix_tidings_team", "team", "at", sqlite_where=_UNSEEN, postgresql_where=_UNSEEN),
    sqlite_with_rowid=False,
)
"""Something for a colleague to know or to do about one survey, until they say that they have seen it.

`kind`: `praise` (kind words of the customer's), `result` (how a resolution was taken), `contact` (the customer would
like to be written to), `ask` (a customer whom no channel reaches is to be asked by telephone or mail). `staff` is the
account it is for, whoever resolved the case; those who lead the `team` see it as well.
"""

opt_outs = Table(
    "opt_outs",
    metadata,
    Column("contact", String(40), primary_key=True),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Contacts, as keyed digests, of customers who do not want to be asked after a resolution."""
