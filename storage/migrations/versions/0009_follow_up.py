"""Surveys after each resolution, tidings of them for colleagues, and who does not want to be asked."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_UNSEEN = sa.text("seen_at = 0")
_WHOLE = sa.BigInteger


def upgrade() -> None:
    op.create_table(
        "surveys",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("resolution", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("resolved_at", _WHOLE(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("agent", "team", "category", "playbook")),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("answered_wave", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("asked_at", _WHOLE(), nullable=False),
        sa.Column("reminded_at", _WHOLE(), nullable=False),
        sa.Column("asked_seq", sa.Integer(), nullable=False),
        *(sa.Column(name, _WHOLE(), nullable=False) for name in ("delivered_at", "answered_at", "done_at")),
        sa.Column("solved", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Integer(), nullable=False),
        sa.Column("treatment", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reason", "words", "more", "contact", "dropped")),
        sa.Column("reopened_at", _WHOLE(), nullable=False),
        sa.Column("reopened_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reference", "resolution", name="pk_surveys"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_surveys_resolved_at", "surveys", ["resolved_at"])
    op.create_index("ix_surveys_conversation_id_asked_seq", "surveys", ["conversation_id", "asked_seq"])
    op.create_table(
        "tidings",
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", _WHOLE(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("staff", "team", "kind", "reference")),
        sa.Column("resolution", sa.Integer(), nullable=False),
        sa.Column("seen_at", _WHOLE(), nullable=False),
        sa.Column("seen_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "turn", "n", name="pk_tidings"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "opt_outs",
        sa.Column("contact", sa.String(40), nullable=False),
        sa.Column("at", _WHOLE(), nullable=False),
        sa.PrimaryKeyConstraint("contact", name="pk_opt_outs"),
        sqlite_with_rowid=False,
    )
    for name in ("staff", "team"):
        columns = [name, "at"]
        op.create_index(f"ix_tidings_{name}", "tidings", columns, sqlite_where=_UNSEEN, postgresql_where=_UNSEEN)


def downgrade() -> None:
    op.drop_table("opt_outs")
    op.drop_table("tidings")
    op.drop_table("surveys")
