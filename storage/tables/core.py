"""The tables, as SQLAlchemy metadata. Migrations make them; a test holds the two together.

Keys of hot tables lead with the conversation's id, so that a chat's rows lie together and could be
sharded by it. Moments are integer microseconds in UTC. Columns named `body`, `state` (of a
conversation), `detail` and `content` hold JSON text.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, text

import storage.security.unreadable_texts
import storage.tables.accounts
import storage.tables.incidents
import storage.tables.offers
import storage.tables.promises
import storage.tables.security
import storage.tables.space
import storage.tables.staff_chat
import storage.tables.surveys
import storage.tables.webhooks  # noqa: F401 - whoever knows these tables knows all
from storage.db.customer_words import CustomerWords
from storage.db.metadata import metadata as metadata
from storage.tables.proof import audit as audit
from storage.tables.proof import counters as counters
from storage.tables.proof import staff_log as staff_log
from storage.tables.proof import staff_log_end as staff_log_end

_AGENTS = text("controller = 'agent'")
_UNSEALED = text("seal = ''")

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("channel", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("controller", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("message_count", Integer, nullable=False),
    Column("case_count", Integer, nullable=False),
    Column("audit_count", Integer, nullable=False),
    Column("audit_last", Text, nullable=False),
    Column("audit_head", Text, nullable=False),
    Column("transcript_head", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("state", CustomerWords("conversations.state"), nullable=False),
    Column("held", Text, nullable=False, server_default=""),
    Column("seal", Text, nullable=False, server_default=""),
    Index("ix_conversations_unsealed", "id", sqlite_where=_UNSEALED, postgresql_where=_UNSEALED),
    Index("ix_conversations_agents", "id", sqlite_where=_AGENTS, postgresql_where=_AGENTS),
)

messages = Table(
    "messages",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("text", CustomerWords("messages.text"), nullable=False),
    Column("body", CustomerWords("messages.body"), nullable=False),
    Column("salt", Text, nullable=False, server_default=""),
    Column("words", Text, nullable=False, server_default=""),
    sqlite_with_rowid=False,
)
"""`salt` is what the digest of text and body is made with; `words` is that digest, once they were erased."""

events = Table(
    "events",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("first_seq", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

cases = Table(
    "cases",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("conversation_id", String(32), nullable=False),
    Column("state", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("partial", Boolean, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("body", CustomerWords("cases.body"), nullable=False),
    Index(None, "conversation_id"),
    Index(None, "opened_at", "reference"),
)

attachments = Table(
    "attachments",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("name", CustomerWords("attachments.name"), nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("seal", Text, nullable=False, server_default=""),
    Index(None, "digest"),
    sqlite_with_rowid=False,
)

_UNFINISHED = text("state IN ('new', 'sending', 'retry')")
_SENDING = text("state = 'sending'")

outbox = Table(
    "outbox",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("lease", Text, nullable=False),
    Column("lease_until", BigInteger, nullable=False),
    Column("receipt", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("seal", Text, nullable=False, server_default=""),
    Index(
        "ix_outbox_unfinished",
        "channel",
        "due",
        "conversation_id",
        sqlite_where=_UNFINISHED,
        postgresql_where=_UNFINISHED,
    ),
    Index("ix_outbox_chats", "conversation_id", "seq", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
    Index("ix_outbox_sending", "lease_until", sqlite_where=_SENDING, postgresql_where=_SENDING),
    sqlite_with_rowid=False,
)

_DRAFT = text("subject = 'draft'")

timers = Table(
    "timers",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("due", BigInteger, nullable=False),
    Column("lease_until", BigInteger, nullable=False),
    Index(None, "due"),
    Index("ix_timers_drafts", "conversation_id", sqlite_where=_DRAFT, postgresql_where=_DRAFT),
    sqlite_with_rowid=False,
)
"""Until `lease_until` a timer whose turn failed is left alone."""

quarantine = Table(
    "quarantine",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("event", CustomerWords("quarantine.event"), nullable=False),
    Column("error", CustomerWords("quarantine.error"), nullable=False),
)

_UNINDEXED = text("indexed_turn < turn")
_ASIDE = text("state = 'aside'")
_ALERTED = text("alert > 1")

threads = Table(
    "threads",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("live", Boolean, nullable=False),
    Column("controller", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("level", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("category", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("customer", CustomerWords("threads.customer"), nullable=False),
    Column("summary", CustomerWords("threads.summary"), nullable=False),
    Column("tags", Text, nullable=False),
    Column("waiting_since", BigInteger, nullable=False),
    Column("answer_by", BigInteger, nullable=False),
    Column("deadline", BigInteger, nullable=False),
    Column("snoozed_until", BigInteger, nullable=False),
    Column("spoke_at", BigInteger, nullable=False),
    Column("speaker", Text, nullable=False),
    Column("passed", Text, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("indexed_turn", Integer, nullable=False),
    Column("alert", Integer, nullable=False, server_default="0"),
    Column("source", Text, nullable=False, server_default=""),
    Index("ix_threads_held", "agent", "live", "deadline", "conversation_id"),
    Index("ix_threads_live", "live", "deadline", "conversation_id"),
    Index("ix_threads_team", "team", "live", "deadline", "conversation_id"),
    Index("ix_threads_queue", "controller", "agent", "answer_by"),
    Index("ix_threads_newest", "live", "changed_at", "conversation_id"),
    Index("ix_threads_gravest", "live", "priority", "deadline", "conversation_id"),
    Index("ix_threads_alerted", "alert", sqlite_where=_ALERTED, postgresql_where=_ALERTED),
    Index("ix_threads_aside", "source", "priority", "waiting_since", sqlite_where=_ASIDE, postgresql_where=_ASIDE),
    Index("ix_threads_unindexed", "changed_at", sqlite_where=_UNINDEXED, postgresql_where=_UNINDEXED),
    sqlite_with_rowid=False,
)

notes = Table(
    "notes",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("after_seq", Integer, nullable=False),
    Column("staff", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("text", CustomerWords("notes.text"), nullable=False),
    Column("files", CustomerWords("notes.files"), nullable=False),
    Column("salt", Text, nullable=False, server_default=""),
    Column("words", Text, nullable=False, server_default=""),
    sqlite_with_rowid=False,
)

corrections = Table(
    "corrections",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("staff", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("text", CustomerWords("corrections.text"), nullable=False),
    Column("was", Text, nullable=False),
    Column("now", Text, nullable=False),
    Index(None, "at"),
    sqlite_with_rowid=False,
)

desk_examples = Table(
    "desk_examples",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("staff", Text, nullable=False),
    Column("teaches", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("text", CustomerWords("desk_examples.text"), nullable=False),
    Column("told", Text, nullable=False),
    Index(None, "at"),
    sqlite_with_rowid=False,
)
"""What colleagues set right in customers' messages: which dangers these tell of, and where which fact stands."""

saved_views = Table(
    "saved_views",
    metadata,
    Column("staff_id", String(32), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("query", CustomerWords("saved_views.query"), nullable=False),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

playbook_versions = Table(
    "playbook_versions",
    metadata,
    Column("version", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("first_used", BigInteger, nullable=False),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("name", Text, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("scopes", Text, nullable=False, server_default="metrics read"),
    Column("expires_at", BigInteger),
    Column("used_at", BigInteger),
)

links = Table(
    "links",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_by", String(32), nullable=False),
    Column("used_at", BigInteger, nullable=False),
    Index(None, "subject"),
)

staff = Table(
    "staff",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("totp", Text, nullable=False),
    Column("totp_step", BigInteger, nullable=False),
    Column("languages", Text, nullable=False),
    Column("skills", Text, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("language", Text, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("presence", Text, nullable=False),
    Column("presence_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
    Column("telegram_id", BigInteger, unique=True),
)

staff_teams = Table(
    "staff_teams",
    metadata,
    Column("staff_id", String(32), primary_key=True),
    Column("team", Text, primary_key=True),
    Index(None, "team"),
    sqlite_with_rowid=False,
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("staff_id", String(32), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("address", Text, nullable=False),
    Column("browser", Text, nullable=False),
    Column("revoked_at", BigInteger),
    Index(None, "staff_id"),
    Index(None, "expires_at"),
    sqlite_with_rowid=False,
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("staff_id", String(32), primary_key=True),
    Column("digest", String(64), primary_key=True),
    sqlite_with_rowid=False,
)

sign_in_tries = Table(
    "sign_in_tries",
    metadata,
    Column("subject", String(64), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("locked_until", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index(None, "at"),
    sqlite_with_rowid=False,
)

unsent = Table(
    "unsent",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("staff", String(32), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("text", CustomerWords("unsent.text"), nullable=False),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
