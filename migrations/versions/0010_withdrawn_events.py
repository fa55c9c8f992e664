"""A change between quarters that was recorded wrongly can be withdrawn by a second person; what it ended goes on."""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

GRANT = "guard_grant_end_moves_earlier"
MESSAGE_GRANT = "quyet dinh huong chi thoi bang quyet dinh hoac ly do, khong duoc sua"
MESSAGE_EVENT = "bien dong da ghi khong duoc sua hoac xoa, chi duoc rut lai"
LATER = "OLD.to_month IS NOT NULL AND (NEW.to_month IS NULL OR NEW.to_month > OLD.to_month)"
# an end moves later only where an event that came before the withdrawal, and says the same reason, was withdrawn
WRONGLY = (
    "EXISTS (SELECT 1 FROM life_event e WHERE e.person_id = OLD.person_id AND e.reason = OLD.stop_reason"
    " AND e.state = 'WITHDRAWN' AND e.withdrawn_at >= OLD.ended_at)"
)
EVENT_GUARDS = (
    (
        "guard_life_event_kept",
        "UPDATE",
        "NEW.person_id <> OLD.person_id OR NEW.commune_id <> OLD.commune_id OR NEW.reason <> OLD.reason"
        " OR NEW.happened_on <> OLD.happened_on OR NEW.reported_by <> OLD.reported_by"
        " OR NEW.recorded_at <> OLD.recorded_at OR OLD.state = 'WITHDRAWN'",
    ),
    ("guard_life_event_never_deleted", "DELETE", "1 = 1"),
)
STATES = "state IN ('NOTED', 'WAITING', 'APPROVED', 'DECIDED', 'REFUSED'{})"
WHOLE = "(state = 'WITHDRAWN') = (withdrawn_by IS NOT NULL AND withdrawn_at IS NOT NULL AND withdrawal_reason <> '')"
STATE = "ck_life_event_state_known"
NEW = (
    ("ck_life_event_withdrawn_by_another", "withdrawn_by IS NULL OR withdrawn_by <> reported_by"),
    ("ck_life_event_withdrawn_whole", WHOLE),
)
ONCE = "uq_life_event_person_id_reason_happened_on"
STANDING = "uq_life_event_standing"
COLUMNS = ["person_id", "reason", "happened_on"]
FOREIGN = "fk_life_event_withdrawn_by"


def upgrade() -> None:
    with op.batch_alter_table("life_event") as table:
        # JSON null: what a record of before ended was not kept, and it is not guessed
        table.add_column(sa.Column("ended", sa.Text(), nullable=False, server_default="null"))
        table.add_column(sa.Column("withdrawn_by", sa.Integer(), nullable=True))
        table.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("withdrawal_reason", sa.String(), nullable=False, server_default=""))
        table.create_foreign_key(op.f(FOREIGN), "account", ["withdrawn_by"], ["id"])
        table.drop_constraint(op.f(ONCE), type_="unique")
        table.drop_constraint(op.f(STATE), type_="check")
        for name, said in ((STATE, STATES.format(", 'WITHDRAWN'")), *NEW):
            table.create_check_constraint(op.f(name), sa.text(said))
    standing = sa.text("state <> 'WITHDRAWN'")
    op.create_index(STANDING, "life_event", COLUMNS, unique=True, sqlite_where=standing, postgresql_where=standing)
    _guard_grants(f"{LATER} AND NOT {WRONGLY}")
    for name, event, refused in EVENT_GUARDS:
        guards.hold(name, "life_event", event, refused, MESSAGE_EVENT)


def downgrade() -> None:
    for name, _event, _refused in EVENT_GUARDS:
        guards.let_go(name, "life_event")
    _guard_grants(LATER)
    op.drop_index(STANDING, "life_event")
    with op.batch_alter_table("life_event") as table:
        for name in (STATE, *(name for name, _ in NEW)):
            table.drop_constraint(op.f(name), type_="check")
        table.drop_constraint(op.f(FOREIGN), type_="foreignkey")
        for column in ("withdrawal_reason", "withdrawn_at", "withdrawn_by", "ended"):
            table.drop_column(column)
        table.create_check_constraint(op.f(STATE), sa.text(STATES.format("")))
        table.create_unique_constraint(op.f(ONCE), COLUMNS)


def _guard_grants(refused: str) -> None:
    guards.let_go(GRANT, "benefit_grant")
    guards.hold(GRANT, "benefit_grant", "UPDATE", refused, MESSAGE_GRANT)
