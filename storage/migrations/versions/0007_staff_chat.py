"""The staff chat: what of each customer's chat is shown there, and the links that join accounts to Telegram."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_links",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_staff_links")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "staff_posts",
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("chat", "message", name=op.f("pk_staff_posts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "staff_receipts",
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name=op.f("pk_staff_receipts")),
        sqlite_with_rowid=False,
    )
    due = sa.text("state = 'due'")
    op.create_index(
        "ix_staff_receipts_due", "staff_receipts", ["chat"], unique=False, sqlite_where=due, postgresql_where=due
    )
    op.create_table(
        "staff_rooms",
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("card", sa.BigInteger(), nullable=False),
        sa.Column("card_shown", sa.Text(), nullable=False),
        sa.Column("topic", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("panel", sa.BigInteger(), nullable=False),
        sa.Column("panel_shown", sa.Text(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("leaving", sa.Text(), nullable=False),
        sa.Column("doubt", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "chat", name=op.f("pk_staff_rooms")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_staff_rooms_chat_topic"), "staff_rooms", ["chat", "topic"], unique=False)


def downgrade() -> None:
    for table in ("staff_rooms", "staff_receipts", "staff_posts", "staff_links"):
        op.drop_table(table)
