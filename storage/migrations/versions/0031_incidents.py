"""Stories as they are compared, incidents, and what belongs to them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0022"
branch_labels = None
depends_on = None

_WAITING = sa.text("compared_at = 0")
_OPEN = sa.text("state IN ('suspected', 'confirmed')")


def _plain(kind: sa.types.TypeEngine[Any], *names: str) -> tuple[sa.Column[Any], ...]:
    return tuple(sa.Column(name, kind, nullable=False) for name in names)


def upgrade() -> None:
    op.create_table(
        "stories",
        *_plain(sa.String(32), "conversation_id"),
        *_plain(sa.Integer(), "n"),
        *_plain(sa.BigInteger(), "at"),
        *_plain(sa.Text(), "reference", "language", "category", "order_number", "summary", "tokens"),
        *_plain(sa.LargeBinary(), "vector"),
        *_plain(sa.BigInteger(), "compared_at"),
        sa.PrimaryKeyConstraint("conversation_id", "n", name="pk_stories"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_stories_waiting", "stories", ["at"], sqlite_where=_WAITING, postgresql_where=_WAITING)
    op.create_index("ix_stories_at", "stories", ["at"])
    op.create_index("ix_stories_reference", "stories", ["reference"])
    op.create_table(
        "incidents",
        *_plain(sa.String(16), "id"),
        *_plain(sa.Text(), "state", "title", "tokens", "category", "notices"),
        *_plain(sa.BigInteger(), "opened_at", "last_at", "confirmed_at", "told_at", "solved_at", "closed_at"),
        *_plain(sa.Text(), "outcome", "staff"),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_incidents_open", "incidents", ["last_at"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_incidents_opened_at", "incidents", ["opened_at"])
    op.create_table(
        "incident_members",
        *_plain(sa.String(16), "incident_id"),
        *_plain(sa.String(32), "conversation_id"),
        *_plain(sa.Integer(), "n"),
        *_plain(sa.Text(), "state"),
        *_plain(sa.BigInteger(), "at"),
        *_plain(sa.Text(), "staff"),
        sa.PrimaryKeyConstraint("incident_id", "conversation_id", "n", name="pk_incident_members"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_incident_members_conversation_id_n", "incident_members", ["conversation_id", "n"])


def downgrade() -> None:
    op.drop_table("incident_members")
    op.drop_table("incidents")
    op.drop_table("stories")
