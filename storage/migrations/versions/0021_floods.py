"""Who rang for a person from where, which chats wait aside, and which networks are not heard for now."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_ASIDE = sa.text("state = 'aside'")


def upgrade() -> None:
    op.create_table(
        "rings",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("source", "at", "conversation_id", name="pk_rings"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_rings_at", "rings", ["at"])
    op.create_table(
        "blocks",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_blocks"),
        sqlite_with_rowid=False,
    )
    op.add_column("threads", sa.Column("source", sa.Text(), nullable=False, server_default=""))
    op.create_index(
        "ix_threads_aside", "threads", ["source", "priority", "waiting_since"],
        sqlite_where=_ASIDE, postgresql_where=_ASIDE,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_threads_aside", "threads")
    op.drop_column("threads", "source")
    op.drop_table("blocks")
    op.drop_table("rings")
