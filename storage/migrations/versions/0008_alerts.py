"""How many were warned of a promise in a chat that comes close."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ALERTED = sa.text("alert > 1")


def upgrade() -> None:
    op.add_column("threads", sa.Column("alert", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_threads_alerted", "threads", ["alert"], sqlite_where=_ALERTED, postgresql_where=_ALERTED)


def downgrade() -> None:
    op.drop_index("ix_threads_alerted", "threads")
    op.drop_column("threads", "alert")
