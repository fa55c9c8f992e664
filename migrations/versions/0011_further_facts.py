"""Further facts of a person are kept under the code that the law's list gives them; no list of kinds ends with the code."""

import re

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KINDS = "'RESIDENCE', 'DISABILITY', 'INCOME', 'ALLOWANCE', 'BHYT_OBJECT', 'GROUP'"
BEFORE = f"kind IN ({KINDS}, 'LONELY_ELDERLY')"
AFTER = f"kind IN ({KINDS}) OR kind LIKE 'TRAIT:%'"
NAME = "ck_person_fact_kind_known"


def upgrade() -> None:
    _change(BEFORE, AFTER)


def downgrade() -> None:
    op.execute("DELETE FROM person_fact WHERE kind LIKE 'TRAIT:%'")
    _change(AFTER, BEFORE)


def _change(old: str, new: str) -> None:
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        op.drop_constraint(op.f(NAME), "person_fact")
        op.create_check_constraint(op.f(NAME), "person_fact", new)
        return
    # SQLite changes no check of a table that is there: the table is written anew, its own foreign key with it
    found = bind.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'person_fact'")
    table = re.sub(r'(CREATE TABLE|REFERENCES) "?person_fact"?', r"\1 person_fact_new", found.scalar_one())
    op.execute(table.replace(old, new))
    op.execute("INSERT INTO person_fact_new SELECT * FROM person_fact")
    op.execute("DROP TABLE person_fact")
    op.execute("ALTER TABLE person_fact_new RENAME TO person_fact")
    op.create_index(op.f("ix_person_fact_person_id"), "person_fact", ["person_id"])
