"""Who signs by order or by delegation of the chairman is recorded, and the code that each issuing office bears."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # with its check in the column itself: SQLite adds no constraint to a table that is there
    op.execute(
        "ALTER TABLE mandate ADD COLUMN signs_as VARCHAR(40) NOT NULL DEFAULT ''"
        " CONSTRAINT ck_mandate_signs_as_known CHECK (signs_as IN ('', 'BY_ORDER', 'BY_DELEGATION'))"
    )
    op.add_column("department", sa.Column("organ_code", sa.String(40), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("department", "organ_code")
    op.drop_column("mandate", "signs_as")
