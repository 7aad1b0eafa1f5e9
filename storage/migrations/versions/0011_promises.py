"""Each promise that was made and what became of it, to be counted. Cases of old come in with their next change."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "promises",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reference", "kind")),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("priority", "team", "category", "playbook")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("target", "spent", "kept_at")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("state", "cause")),
        sa.PrimaryKeyConstraint("reference", "kind", "began_at", name="pk_promises"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_promises_began_at", "promises", ["began_at"])


def downgrade() -> None:
    op.drop_table("promises")
