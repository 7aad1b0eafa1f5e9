"""Digests of texts that could not be read in time."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unread_texts",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_unread_texts"),
    )
    op.create_index("ix_unread_texts_expires_at", "unread_texts", ["expires_at"])


def downgrade() -> None:
    op.drop_table("unread_texts")
