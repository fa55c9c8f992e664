"""Guards in the database for the rest of the money: ends of grants, attempts added late, late results, money given back."""

from migrations import guards

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
    for guard, table, event, refused, message in GUARDS:
        guards.hold(f"guard_{guard}", table, event, refused, message)


def downgrade() -> None:
    for guard, table, _event, _refused, _message in reversed(GUARDS):
        guards.let_go(f"guard_{guard}", table)
