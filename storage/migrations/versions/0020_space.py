"""What uploads came to, where a probe writes, and whose a file is, found by its digest."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_attachments_digest", "attachments", ["digest"])
    op.create_table(
        "upload_tallies",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("files", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "day", name="pk_upload_tallies"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_heartbeats"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("heartbeats")
    op.drop_table("upload_tallies")
    op.drop_index("ix_attachments_digest", "attachments")
