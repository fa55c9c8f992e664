"""A result of cash that was recorded wrongly is put right by two people: a row of its own, never the closed month."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MESSAGE = "so lieu da ghi khong duoc sua hoac xoa"
CONTENT = ("transfer_id", "commune_id", "paid", "reason", "recorded_by", "recorded_at")
# name, table, event, condition under which the row is refused
GUARDS = (
    (
        "guard_cash_correction_kept",
        "cash_correction",
        "UPDATE",
        "OLD.confirmed_by IS NOT NULL OR " + " OR ".join(f"NEW.{column} <> OLD.{column}" for column in CONTENT),
    ),
    ("guard_cash_correction_never_deleted", "cash_correction", "DELETE", "OLD.confirmed_by IS NOT NULL"),
)
LATE = (
    ("guard_late_result_kept", "late_result", "UPDATE", "1 = 1"),
    ("guard_late_result_never_deleted", "late_result", "DELETE", "1 = 1"),
)


def upgrade() -> None:
    op.create_table(
        "cash_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transfer_id", sa.Integer(), nullable=False),
        sa.Column("commune_id", sa.Integer(), nullable=False),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> recorded_by", name=op.f("ck_cash_correction_two_people")
        ),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_cash_correction_confirmed_whole")
        ),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_cash_correction_commune_id")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], name=op.f("fk_cash_correction_confirmed_by")),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name=op.f("fk_cash_correction_recorded_by")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_cash_correction_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cash_correction")),
    )
    op.create_index(op.f("ix_cash_correction_commune_id"), "cash_correction", ["commune_id"])
    op.create_index(op.f("ix_cash_correction_transfer_id"), "cash_correction", ["transfer_id"])
    op.create_index(
        "uq_cash_correction_open",
        "cash_correction",
        ["transfer_id"],
        unique=True,
        sqlite_where=sa.text("confirmed_by IS NULL"),
        postgresql_where=sa.text("confirmed_by IS NULL"),
    )
    _let_late_results_go()
    with op.batch_alter_table("late_result") as batch:
        batch.alter_column("answer_row_id", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("correction_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_late_result_correction_id"), "cash_correction", ["correction_id"], ["id"])
        batch.create_unique_constraint(op.f("uq_late_result_correction_id"), ["correction_id"])
        batch.create_check_constraint(
            op.f("ck_late_result_one_source"), "(answer_row_id IS NULL) <> (correction_id IS NULL)"
        )
    for name, table, event, refused in (*LATE, *GUARDS):
        guards.hold(name, table, event, refused, MESSAGE)


def downgrade() -> None:
    for name, table, _event, _refused in reversed(GUARDS):
        guards.let_go(name, table)
    _let_late_results_go()
    op.execute("DELETE FROM late_result WHERE correction_id IS NOT NULL")
    with op.batch_alter_table("late_result") as batch:
        batch.drop_constraint(op.f("ck_late_result_one_source"), type_="check")
        batch.drop_constraint(op.f("uq_late_result_correction_id"), type_="unique")
        batch.drop_constraint(op.f("fk_late_result_correction_id"), type_="foreignkey")
        batch.drop_column("correction_id")
        batch.alter_column("answer_row_id", existing_type=sa.Integer(), nullable=False)
    for name, table, event, refused in LATE:
        guards.hold(name, table, event, refused, MESSAGE)
    op.drop_table("cash_correction")


def _let_late_results_go() -> None:
    """SQLite makes the table anew, and its guards would go with the old one."""
    for name, table, _event, _refused in LATE:
        guards.let_go(name, table)
