"""Offers with their lines, and findings: rows that repeat what cases say, for figures and lists."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_OWED = sa.text("owed = 1")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _moments(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "offers",
        *_texts("reference"),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        *_texts("state", "team", "category", "playbook", "made_by", "role"),
        *_moments("made_at", "put_at", "valid_until"),
        *_texts("approved_by", "decided_by"),
        *_moments("decided_at", "failed_at", "fulfilled_at"),
        sa.PrimaryKeyConstraint("reference", "n", name="pk_offers"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_offers_made_at", "offers", ["made_at"])
    op.create_table(
        "offer_lines",
        *_texts("reference"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("n", "i")),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        *_texts("kind"),
        *_moments("amount"),
        *_texts("currency"),
        *_moments("due"),
        sa.Column("owed", sa.Integer(), nullable=False),
        *_moments("done_at"),
        *_texts("done_by"),
        sa.PrimaryKeyConstraint("reference", "n", "i", name="pk_offer_lines"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_offer_lines_due", "offer_lines", ["due"], sqlite_where=_OWED, postgresql_where=_OWED)
    op.create_table(
        "findings",
        *_texts("reference"),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        *_moments("at"),
        *_texts("by", "team", "category", "playbook", "upheld", "responsible", "cause", "contributing"),
        sa.Column("risk", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name="pk_findings"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_findings_at", "findings", ["at"])


def downgrade() -> None:
    for table in ("findings", "offer_lines", "offers"):
        op.drop_table(table)
