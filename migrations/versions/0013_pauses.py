"""Support may rest by a decision and go on again by another: two more kinds of change between quarters."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

REASONS = (
    "reason IN ('DEATH', 'MOVED_AWAY', 'STATUS_CHANGED', 'MONTHS_ENDED', 'HEALTH_CHANGED', 'INCOME_BEGAN',"
    " 'OTHER_SUPPORT', 'AGE_LIMIT', 'OWN_REQUEST', 'ERROR_FOUND'{})"
)
NAME = "ck_life_event_reason_known"
# the guards of the table, and the one that asks it, as revision 0010 made them
MESSAGE_EVENT = "bien dong da ghi khong duoc sua hoac xoa, chi duoc rut lai"
MESSAGE_GRANT = "quyet dinh huong chi thoi bang quyet dinh hoac ly do, khong duoc sua"
GUARDS = (
    (
        "guard_life_event_kept",
        "life_event",
        "UPDATE",
        "NEW.person_id <> OLD.person_id OR NEW.commune_id <> OLD.commune_id OR NEW.reason <> OLD.reason"
        " OR NEW.happened_on <> OLD.happened_on OR NEW.reported_by <> OLD.reported_by"
        " OR NEW.recorded_at <> OLD.recorded_at OR OLD.state = 'WITHDRAWN'",
        MESSAGE_EVENT,
    ),
    ("guard_life_event_never_deleted", "life_event", "DELETE", "1 = 1", MESSAGE_EVENT),
    (
        "guard_grant_end_moves_earlier",
        "benefit_grant",
        "UPDATE",
        "OLD.to_month IS NOT NULL AND (NEW.to_month IS NULL OR NEW.to_month > OLD.to_month)"
        " AND NOT EXISTS (SELECT 1 FROM life_event e WHERE e.person_id = OLD.person_id AND e.reason = OLD.stop_reason"
        " AND e.state = 'WITHDRAWN' AND e.withdrawn_at >= OLD.ended_at)",
        MESSAGE_GRANT,
    ),
)


def upgrade() -> None:
    _reasons(REASONS.format(", 'SUSPENDED', 'RESUMED'"))


def downgrade() -> None:
    _reasons(REASONS.format(""))


def _reasons(known: str) -> None:
    """SQLite makes the table anew, and its guards would go with the old one."""
    for name, table, _event, _refused, _message in GUARDS:
        guards.let_go(name, table)
    with op.batch_alter_table("life_event") as batch:
        batch.drop_constraint(op.f(NAME), type_="check")
        batch.create_check_constraint(op.f(NAME), sa.text(known))
    for name, table, event, refused, message in GUARDS:
        guards.hold(name, table, event, refused, message)
