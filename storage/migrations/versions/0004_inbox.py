"""Searching chats, and views of the inbox that somebody keeps."""

import sqlalchemy as sa
from alembic import op

from storage.conversations import search

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "name", name=op.f("pk_saved_views")),
        sqlite_with_rowid=False,
    )
    search.create(op.get_bind(), op.get_bind().dialect.name)


def downgrade() -> None:
    op.execute(f"DROP TABLE {search.NAME}")
    op.drop_table("saved_views")
