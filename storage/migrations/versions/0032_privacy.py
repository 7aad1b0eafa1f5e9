"""What customers ask about their data, with the day by which it is answered."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "privacy_requests",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("opened_at", "due", "closed_at")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("closed_by", "outcome", "reason")),
        sa.PrimaryKeyConstraint("reference", name="pk_privacy_requests"),
    )
    op.create_index("ix_privacy_requests_closed_at_due", "privacy_requests", ["closed_at", "due"])
    op.create_index("ix_privacy_requests_conversation_id", "privacy_requests", ["conversation_id"])


def downgrade() -> None:
    op.drop_table("privacy_requests")
