"""The register keeps the codes of the offices that receive a paper."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("register_entry", sa.Column("recipient_codes", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("register_entry", "recipient_codes")
