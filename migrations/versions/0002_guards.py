"""Guards in the database: the audit chain and frozen money are append-only, and whoever had a hand in a list cannot decide it."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MESSAGE_AUDIT = "nhat ky khong duoc sua hoac xoa"
MESSAGE_LINE = "dong chi tra da khoa, khong duoc sua, chuyen hoac xoa"
MESSAGE_MONTH = "thang chi tra da khoa, khong duoc sua"
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
        "(OLD.state <> 'DRAFT' AND (NEW.state = 'DRAFT' OR NEW.month <> OLD.month OR NEW.commune_id <> OLD.commune_id"
        " OR NEW.total <> OLD.total OR NEW.people <> OLD.people OR NEW.list_sha256 <> OLD.list_sha256))"
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
    ("law_revision", "DELETE", "1 = 1", MESSAGE_AUDIT),
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
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":  # the key is made for byte order; a locale's own order would undo it
        op.execute('ALTER TABLE person ALTER COLUMN sort_key TYPE varchar COLLATE "C"')
    for table, event, refused, message in GUARDS:
        name = _name(table, event)
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
    for table, event, _refused, _message in reversed(GUARDS):
        name = _name(table, event)
        if dialect == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
