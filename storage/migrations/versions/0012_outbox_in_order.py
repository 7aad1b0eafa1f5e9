"""What waits in the outbox is found in the order in which it is due, and what a chat still waits for by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_UNFINISHED = sa.text("state IN ('new', 'sending', 'retry')")


def upgrade() -> None:
    op.drop_index("ix_outbox_unfinished", "outbox")
    _create("ix_outbox_unfinished", "channel", "due", "conversation_id")
    _create("ix_outbox_chats", "conversation_id", "seq")


def downgrade() -> None:
    op.drop_index("ix_outbox_chats", "outbox")
    op.drop_index("ix_outbox_unfinished", "outbox")
    _create("ix_outbox_unfinished", "due")


def _create(name: str, *columns: str) -> None:
    op.create_index(name, "outbox", list(columns), sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED)
