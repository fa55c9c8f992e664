"""Guards in the database for the rest of the money: ends of grants, attempts added late, late results, money given back."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MESSAGE_GRANT = "quyet dinh huong chi thoi bang quyet dinh hoac ly do, khong duoc sua"
MESSAGE_LIST = "danh sach chi tra da khoa, khong duoc sua"
MESSAGE_RECORD = "so lieu da ghi khong duoc sua hoac xoa"


def _changed(*columns: str) -> str:
    return " OR ".join(f"NEW.{column} <> OLD.{column}" for column in columns)


# name, table, event, condition under which the row is refused, message
GUARDS = (
    # the end of what a decision gave is set once and only ever moves earlier
    (
        "grant_end_moves_earlier",
        "benefit_grant",
        "UPDATE",
        "OLD.to_month IS NOT NULL AND (NEW.to_month IS NULL OR NEW.to_month > OLD.to_month)",
        MESSAGE_GRANT,
    ),
    (
        "transfer_never_added",
        "transfer",
        "INSERT",
        "EXISTS (SELECT 1 FROM payment_list p WHERE p.id = NEW.list_id AND p.state <> 'DRAFT')",
        MESSAGE_LIST,
    ),
    (
        "payment_list_hands_kept",
        "payment_list",
        "UPDATE",
        "(OLD.state <> 'DRAFT' AND NEW.state <> 'DRAFT' AND NEW.prepared_by <> OLD.prepared_by)"
        " OR (OLD.closed_by IS NOT NULL AND COALESCE(NEW.closed_by, 0) <> OLD.closed_by)",
        MESSAGE_LIST,
    ),
    ("late_result_kept", "late_result", "UPDATE", "1 = 1", MESSAGE_RECORD),
    ("late_result_never_deleted", "late_result", "DELETE", "1 = 1", MESSAGE_RECORD),
    ("treasury_return_kept", "treasury_return", "UPDATE", "1 = 1", MESSAGE_RECORD),
    ("treasury_return_never_deleted", "treasury_return", "DELETE", "1 = 1", MESSAGE_RECORD),
    ("treasury_return_line_kept", "treasury_return_line", "UPDATE", "1 = 1", MESSAGE_RECORD),
    ("treasury_return_line_never_deleted", "treasury_return_line", "DELETE", "1 = 1", MESSAGE_RECORD),
    (
        "bank_answer_row_kept",
        "bank_answer_row",
        "UPDATE",
        _changed("answer_id", "row_number", "end_to_end_id", "result")
        + " OR COALESCE(NEW.amount, -1) <> COALESCE(OLD.amount, -1) OR OLD.decided_at IS NOT NULL",
        MESSAGE_RECORD,
    ),
    ("bank_answer_row_never_deleted", "bank_answer_row", "DELETE", "1 = 1", MESSAGE_RECORD),
    ("bank_answer_never_deleted", "bank_answer", "DELETE", "1 = 1", MESSAGE_RECORD),
)  # fmt: skip


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for guard, table, event, refused, message in GUARDS:
        name = f"guard_{guard}"
        if dialect == "sqlite":
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {refused} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        else:
            result = "OLD" if event == "DELETE" else "NEW"
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {refused} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; "
                f"END IF; RETURN {result}; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for guard, table, _event, _refused, _message in reversed(GUARDS):
        name = f"guard_{guard}"
        if dialect == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
