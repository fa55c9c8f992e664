"""What the social-assistance list says of a former CMND is kept, to find the person by it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assistance_record", sa.Column("old_id", sa.String(40), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("assistance_record", "old_id")
