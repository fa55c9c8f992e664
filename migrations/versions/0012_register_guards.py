"""The register of outgoing papers is written once: an entry takes its signed file later, and nothing else."""

from migrations import guards

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MESSAGE = "so van ban di khong duoc sua hoac xoa"
KEPT = (
    "commune_id",
    "document_id",
    "organ_id",
    "file_catalog",
    "file_notation",
    "doc_ordinal",
    "type_name",
    "code_number",
    "code_notation",
    "issued_on",
    "organ_name",
    "subject",
    "position",
    "full_name",
    "recipients",
    "recipient_codes",
    "priority",
    "issued_amount",
    "description",
    "recorded_by",
    "recorded_at",
)
CHANGED = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in KEPT)
GUARDS = (
    ("guard_register_entry_kept", "UPDATE", f"{CHANGED} OR OLD.signed_file_sha256 IS NOT NULL"),
    ("guard_register_entry_never_deleted", "DELETE", "1 = 1"),
)


def upgrade() -> None:
    for name, event, refused in GUARDS:
        guards.hold(name, "register_entry", event, refused, MESSAGE)


def downgrade() -> None:
    for name, _event, _refused in reversed(GUARDS):
        guards.let_go(name, "register_entry")
