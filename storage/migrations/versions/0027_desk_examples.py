"""What colleagues set right in customers' messages, to learn from: dangers, and where facts stand."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_examples",
        sa.Column("conversation_id", sa.String(32), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("turn", "n")),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("staff", "teaches", "language", "text", "told")),
        sa.PrimaryKeyConstraint("conversation_id", "turn", "n", name="pk_desk_examples"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_desk_examples_at", "desk_examples", ["at"])


def downgrade() -> None:
    op.drop_index("ix_desk_examples_at", "desk_examples")
    op.drop_table("desk_examples")
