"""Chats that the bot leads are found without a scan. What a colleague was asked in Telegram outlives a restart, and so
does which album was a note.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_DRAFT = sa.text("subject = 'draft'")


def upgrade() -> None:
    op.create_index("ix_timers_drafts", "timers", ["conversation_id"], sqlite_where=_DRAFT, postgresql_where=_DRAFT)
    op.create_table(
        "staff_questions",
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("chat", "topic", "telegram_id")),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.BigInteger(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chat", "topic", "telegram_id", name="pk_staff_questions"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "staff_asides",
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("album", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chat", "album", name="pk_staff_asides"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("staff_asides")
    op.drop_table("staff_questions")
    op.drop_index("ix_timers_drafts", "timers")
