"""What the database itself refuses, whoever asks: one trigger for a table and an event, on either database."""

from alembic import op


def is_postgres() -> bool:
    """Whether the revision is applied to PostgreSQL; otherwise it is SQLite."""
    return op.get_bind().dialect.name == "postgresql"


def hold(name: str, table: str, event: str, refused: str, message: str) -> None:
    """From now on an INSERT, UPDATE or DELETE for whose row ``refused`` is true ends with the message."""
    if not is_postgres():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {refused} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    result = "OLD" if event == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {refused} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"END IF; RETURN {result}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def let_go(name: str, table: str) -> None:
    """Take one guard back."""
    if is_postgres():
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {name}()")
    else:
        op.execute(f"DROP TRIGGER {name}")
