"""Which secret keys the database was written with; what a token is for and until when; who customers are."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "secret_keys",
        sa.Column("check_value", sa.String(64), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("check_value", name="pk_secret_keys"),
    )
    op.create_table(
        "identities",
        sa.Column("conversation_id", sa.String(32), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("number", "name", "email")),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_identities"),
    )
    # A token from before could read the API and the metrics; it still can.
    op.add_column("api_tokens", sa.Column("scopes", sa.Text(), nullable=False, server_default="metrics read"))
    op.add_column("api_tokens", sa.Column("expires_at", sa.BigInteger()))
    op.add_column("api_tokens", sa.Column("used_at", sa.BigInteger()))


def downgrade() -> None:
    op.drop_column("api_tokens", "used_at")
    op.drop_column("api_tokens", "expires_at")
    op.drop_column("api_tokens", "scopes")
    op.drop_table("identities")
    op.drop_table("secret_keys")
