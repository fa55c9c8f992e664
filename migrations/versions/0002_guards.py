"""Guards in the database: the audit chain and frozen money are append-only, and whoever had a hand in a list cannot decide it."""

from alembic import op

from migrations import guards

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MESSAGE_AUDIT = "nhat ky khong duoc sua hoac xoa"
MESSAGE_LINE = "dong chi tra da khoa, khong duoc sua, chuyen hoac xoa"
MESSAGE_MONTH = "thang chi tra da khoa, khong duoc sua"
MESSAGE_PAPER = "van ban da lap khong duoc sua hoac xoa"
MESSAGE_HANDS = "nguoi da tham gia lap danh sach khong duoc quyet dinh"

# table, event, condition under which the row is refused, message
GUARDS = (
    ("audit_entry", "UPDATE", "1 = 1", MESSAGE_AUDIT),
    ("audit_entry", "DELETE", "1 = 1", MESSAGE_AUDIT),
    ("sensitive_read", "UPDATE", "1 = 1", MESSAGE_AUDIT),
    ("sensitive_read", "DELETE", "1 = 1", MESSAGE_AUDIT),
    ("health_conclusion", "UPDATE", "1 = 1", MESSAGE_AUDIT),
    ("health_conclusion", "DELETE", "1 = 1", MESSAGE_AUDIT),
    ("verdict", "UPDATE", "1 = 1", MESSAGE_AUDIT),
    (
        "verdict",
        "DELETE",
        "EXISTS (SELECT 1 FROM submission s JOIN submission_line l ON l.submission_id = s.id"
        " WHERE l.id = OLD.submission_line_id AND s.state IN ('DECIDED', 'ISSUED'))",
        MESSAGE_AUDIT,
    ),
    ("benefit_adjustment", "UPDATE", "1 = 1", MESSAGE_LINE),
    ("benefit_adjustment", "DELETE", "1 = 1", MESSAGE_LINE),
    ("entitlement_line", "UPDATE", "1 = 1", MESSAGE_LINE),
    (
        "entitlement_line",
        "DELETE",
        "EXISTS (SELECT 1 FROM payment_list p WHERE p.id = OLD.list_id AND p.state <> 'DRAFT')",
        MESSAGE_LINE,
    ),
    (
        "entitlement_line",
        "INSERT",
        "EXISTS (SELECT 1 FROM payment_list p WHERE p.id = NEW.list_id AND p.state <> 'DRAFT')",
        MESSAGE_LINE,
    ),
    (
        "payment_list",
        "UPDATE",
        # the second person may send a prepared list back; what was approved never becomes a draft again
        "(OLD.state NOT IN ('DRAFT', 'PREPARED') AND NEW.state IN ('DRAFT', 'PREPARED'))"
        " OR (OLD.state = 'PREPARED' AND NEW.state = 'DRAFT' AND (NEW.approved_by IS NOT NULL OR NOT EXISTS ("
        "SELECT 1 FROM payment_list_return r WHERE r.list_id = OLD.id AND r.list_sha256 = OLD.list_sha256)))"
        " OR (OLD.state <> 'DRAFT' AND NEW.state <> 'DRAFT' AND (NEW.list_sha256 <> OLD.list_sha256))"
        " OR (OLD.state <> 'DRAFT' AND (NEW.month <> OLD.month OR NEW.commune_id <> OLD.commune_id"
        " OR NEW.total <> OLD.total OR NEW.people <> OLD.people))"
        " OR (OLD.state = 'CLOSED' AND NEW.state <> 'CLOSED')",
        MESSAGE_MONTH,
    ),
    ("payment_list", "DELETE", "1 = 1", MESSAGE_MONTH),
    (
        "transfer",
        "UPDATE",
        "EXISTS (SELECT 1 FROM payment_list p WHERE p.id = OLD.list_id AND ((p.state <> 'DRAFT' AND ("
        "NEW.list_id <> OLD.list_id OR NEW.person_id <> OLD.person_id OR NEW.amount <> OLD.amount"
        " OR NEW.end_to_end_id <> OLD.end_to_end_id OR NEW.channel <> OLD.channel OR NEW.payee <> OLD.payee"
        " OR NEW.bank_bin <> OLD.bank_bin OR COALESCE(NEW.account_no, '') <> COALESCE(OLD.account_no, '')))"
        " OR (p.state = 'CLOSED' AND NEW.state <> OLD.state)))",
        MESSAGE_MONTH,
    ),
    (
        "transfer",
        "DELETE",
        "EXISTS (SELECT 1 FROM payment_list p WHERE p.id = OLD.list_id AND p.state <> 'DRAFT')",
        MESSAGE_MONTH,
    ),
    ("payment_list_return", "UPDATE", "1 = 1", MESSAGE_AUDIT),
    ("payment_list_return", "DELETE", "1 = 1", MESSAGE_AUDIT),
    (
        "payer_account",
        "UPDATE",
        "NEW.commune_id <> OLD.commune_id OR NEW.kind <> OLD.kind OR NEW.holder <> OLD.holder"
        " OR NEW.account_no <> OLD.account_no OR NEW.place_name <> OLD.place_name OR NEW.bank_bin <> OLD.bank_bin"
        " OR NEW.bank_profile <> OLD.bank_profile OR NEW.unit_code <> OLD.unit_code"
        " OR NEW.chapter_code <> OLD.chapter_code OR NEW.sector_code <> OLD.sector_code"
        " OR NEW.item_code <> OLD.item_code OR NEW.source_code <> OLD.source_code"
        " OR NEW.programme_code <> OLD.programme_code OR OLD.ended_at IS NOT NULL",
        MESSAGE_AUDIT,
    ),
    ("payer_account", "DELETE", "1 = 1", MESSAGE_AUDIT),
    (
        "amount_received",
        "UPDATE",
        "OLD.confirmed_by IS NOT NULL OR NEW.transfer_id <> OLD.transfer_id OR NEW.amount <> OLD.amount"
        " OR NEW.counts <> OLD.counts OR NEW.is_part <> OLD.is_part OR NEW.recorded_by <> OLD.recorded_by"
        " OR NEW.answer_row_id <> OLD.answer_row_id",
        MESSAGE_MONTH,
    ),
    ("amount_received", "DELETE", "OLD.confirmed_by IS NOT NULL", MESSAGE_MONTH),
    ("contribution_difference", "UPDATE", "1 = 1", MESSAGE_AUDIT),
    ("contribution_difference", "DELETE", "1 = 1", MESSAGE_AUDIT),
    (
        "document",
        "UPDATE",
        "OLD.state = 'WRITTEN' AND (NEW.state <> 'WRITTEN' OR NEW.kind <> OLD.kind OR NEW.subject <> OLD.subject"
        " OR NEW.version <> OLD.version OR NEW.data <> OLD.data OR NEW.data_sha256 <> OLD.data_sha256"
        " OR NEW.template_sha256 <> OLD.template_sha256 OR NEW.file_sha256 <> OLD.file_sha256)",
        MESSAGE_PAPER,
    ),
    ("document", "DELETE", "OLD.state = 'WRITTEN'", MESSAGE_PAPER),
    ("budget_allocation", "UPDATE", "1 = 1", MESSAGE_AUDIT),
    ("budget_allocation", "DELETE", "1 = 1", MESSAGE_AUDIT),
    ("law_revision", "DELETE", "1 = 1", MESSAGE_AUDIT),
    (
        "law_revision",
        "UPDATE",
        "OLD.confirmed_by IS NOT NULL OR OLD.refused_by IS NOT NULL OR NEW.value <> OLD.value"
        " OR NEW.param_key <> OLD.param_key OR NEW.scope <> OLD.scope OR NEW.commune_id <> OLD.commune_id"
        " OR NEW.valid_from <> OLD.valid_from OR NEW.valid_to <> OLD.valid_to"
        " OR (NEW.valid_to IS NULL) <> (OLD.valid_to IS NULL) OR NEW.status <> OLD.status"
        " OR NEW.is_demo <> OLD.is_demo OR NEW.version <> OLD.version OR NEW.proposed_by <> OLD.proposed_by"
        " OR (NEW.proposed_by IS NULL AND OLD.proposed_by IS NOT NULL)",
        MESSAGE_AUDIT,
    ),
    ("law_evidence", "UPDATE", "1 = 1", MESSAGE_AUDIT),
    ("law_evidence", "DELETE", "1 = 1", MESSAGE_AUDIT),
    ("law_snapshot", "UPDATE", "1 = 1", MESSAGE_AUDIT),
    ("law_snapshot", "DELETE", "1 = 1", MESSAGE_AUDIT),
    (
        "submission",
        "UPDATE",
        "NEW.decided_by IS NOT NULL AND OLD.decided_by IS NULL AND EXISTS (SELECT 1 FROM involvement i"
        " WHERE i.cycle_id = NEW.cycle_id AND i.account_id = NEW.decided_by)",
        MESSAGE_HANDS,
    ),
)


def _name(table: str, event: str) -> str:
    return f"guard_{table}_{event.lower()}"


def upgrade() -> None:
    if guards.is_postgres():  # the key is made for byte order; a locale's own order would undo it
        op.execute('ALTER TABLE person ALTER COLUMN sort_key TYPE varchar COLLATE "C"')
    for table, event, refused, message in GUARDS:
        guards.hold(_name(table, event), table, event, refused, message)


def downgrade() -> None:
    for table, event, _refused, _message in reversed(GUARDS):
        guards.let_go(_name(table, event), table)
