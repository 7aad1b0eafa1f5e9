"""Webhooks: who is told what becomes of cases, what is on its way to them, and each attempt."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_WAITING = sa.text("state = 'waiting'")
_WHOLE = sa.BigInteger


def upgrade() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.String(16), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("url", "secret", "kinds")),
        *(sa.Column(name, _WHOLE(), nullable=False) for name in ("created_at", "ended_at")),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "webhook_messages",
        sa.Column("webhook_id", sa.String(16), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "reference")),
        sa.Column("at", _WHOLE(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("body", "state")),
        sa.Column("attempts", sa.Integer(), nullable=False),
        *(sa.Column(name, _WHOLE(), nullable=False) for name in ("due", "lease_until")),
        sa.PrimaryKeyConstraint("webhook_id", "id", name="pk_webhook_messages"),
        sqlite_with_rowid=False,
    )
    name = "ix_webhook_messages_waiting"
    op.create_index(name, "webhook_messages", ["due"], sqlite_where=_WAITING, postgresql_where=_WAITING)
    op.create_index("ix_webhook_messages_at", "webhook_messages", ["at"])
    op.create_table(
        "webhook_attempts",
        sa.Column("webhook_id", sa.String(16), nullable=False),
        sa.Column("message_id", sa.String(40), nullable=False),
        sa.Column("at", _WHOLE(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("status", "milliseconds")),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("webhook_id", "message_id", "at", name="pk_webhook_attempts"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("webhook_attempts", "webhook_messages", "webhooks"):
        op.drop_table(table)
