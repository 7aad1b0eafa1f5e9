"""A log of what bears on security."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "security_events",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "actor", "subject", "address", "detail")),
        sa.PrimaryKeyConstraint("id", name="pk_security_events"),
    )
    op.create_index("ix_security_events_at_id", "security_events", ["at", "id"])
    op.create_index("ix_security_events_kind_at", "security_events", ["kind", "at"])


def downgrade() -> None:
    op.drop_table("security_events")
