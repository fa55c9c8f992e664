"""What was frozen, decided or granted is held by the database too, and emptying a field counts as changing it."""

from migrations import guards

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MESSAGE = "dong da khoa, khong duoc sua hoac xoa"

# table → columns that stay as they were written
FIXED = {
    "submission": (
        "cycle_id",
        "commune_id",
        "round",
        "frozen_at",
        "list_sha256",
        "law_sha256",
        "law_status",
        "is_demo",
    ),
    "submission_line": (
        *("submission_id", "case_id", "person_id", "assessment_id", "proposal", "category", "monthly_amount"),
        *("bhyt_share", "reason", "earlier", "snapshot"),
    ),
    "decision": (
        *("submission_id", "commune_id", "cycle_id", "number", "symbol", "issued_on", "issued_year", "signer_id"),
        *("signer_mandate_id", "authority_lines", "audit_head", "recorded_by", "recorded_at"),
    ),
    "assessment": (
        *("case_id", "cycle_id", "person_id", "on_day", "outcome", "category", "monthly_amount", "bhyt_share"),
        *("findings", "missing", "facts", "facts_sha256", "law_sha256", "law_status", "made_at"),
    ),
    "benefit_grant": (
        *("decision_id", "commune_id", "person_id", "assessment_id", "benefit", "category", "monthly_amount"),
        *("bhyt_share", "from_month", "law_sha256"),
    ),
    "involvement": ("cycle_id", "account_id", "action", "first_at"),
}

# table → what is fixed from a point on: until then it may still be filled in
LATER = {
    "submission": ("OLD.decided_by IS NOT NULL", ("submitted_by", "submitted_at", "decided_by", "decided_at")),
    "payment_list": ("OLD.approved_by IS NOT NULL", ("prepared_by", "prepared_at", "approved_by", "approved_at")),
    "document": (
        "OLD.state = 'WRITTEN'",
        ("kind", "subject", "version", "data", "data_sha256", "template_sha256", "file_sha256"),
    ),
    "transfer": (
        "EXISTS (SELECT 1 FROM payment_list p WHERE p.id = OLD.list_id AND p.state <> 'DRAFT')",
        (
            *("list_id", "commune_id", "person_id", "village_id", "attempt", "retry_of", "end_to_end_id", "amount"),
            *("channel", "payee", "bank_bin", "account_no", "account_holder"),
        ),
    ),
}


def _guards() -> list[tuple[str, str, str]]:
    """(table, event, condition under which the row is refused)."""
    updates = [(table, _changed(columns)) for table, columns in FIXED.items()]
    updates += [(table, f"({since}) AND ({_changed(columns)})") for table, (since, columns) in LATER.items()]
    tables = dict.fromkeys(table for table, _ in updates)
    merged = [
        (table, "UPDATE", " OR ".join(f"({said})" for name, said in updates if name == table)) for table in tables
    ]
    return merged + [(table, "DELETE", "1 = 1") for table in FIXED]


def _changed(columns: tuple[str, ...]) -> str:
    differs = "IS DISTINCT FROM" if guards.is_postgres() else "IS NOT"
    return " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in columns)


def _name(table: str, event: str) -> str:
    return f"hold_{table}_{event.lower()}"


def upgrade() -> None:
    for table, event, refused in _guards():
        guards.hold(_name(table, event), table, event, refused, MESSAGE)


def downgrade() -> None:
    for table, event, _refused in reversed(_guards()):
        guards.let_go(_name(table, event), table)
