"""Seals on rows, books that count them, one head over all; salts for the digests of customers' words.

What is stored already gets its seals and salts by itself once it is served (see storage/audit/backfill.py).
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("conversations", "held"),
    ("conversations", "seal"),
    ("messages", "salt"),
    ("messages", "words"),
    ("notes", "salt"),
    ("notes", "words"),
    ("audit", "salt"),
    ("attachments", "seal"),
    ("outbox", "seal"),
)
_UNSEALED = sa.text("seal = ''")


def upgrade() -> None:
    for table, column in _COLUMNS:
        op.add_column(table, sa.Column(column, sa.Text(), nullable=False, server_default=""))
    op.create_index(
        "ix_conversations_unsealed", "conversations", ["id"], sqlite_where=_UNSEALED, postgresql_where=_UNSEALED
    )
    op.create_table(
        "audit_seals",
        sa.Column("book", sa.Text(), nullable=False),
        sa.Column("row", sa.Text(), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("book", "row", name="pk_audit_seals"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit_books",
        sa.Column("name", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("changes", "many")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("total", "seal")),
        sa.PrimaryKeyConstraint("name", name="pk_audit_books"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit_roll",
        sa.Column("conversation_id", sa.String(32), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("turn", "messages")),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_audit_roll"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit_heads",
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("books", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_audit_heads"),
    )


def downgrade() -> None:
    for table in ("audit_heads", "audit_roll", "audit_books", "audit_seals"):
        op.drop_table(table)
    op.drop_index("ix_conversations_unsealed", "conversations")
    for table, column in reversed(_COLUMNS):
        op.drop_column(table, column)
