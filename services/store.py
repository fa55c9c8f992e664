"""The ways of touching rows that every use case needs: once only, many at once, surely, and alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar, cast

from sqlalchemy import Column, Connection, Dialect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, SQLModel, select
from sqlmodel.sql.expression import SelectOfScalar

from models.places import Commune
from services.errors import Problem, conflict, not_found

Row = TypeVar("Row", bound=SQLModel)


def insert_once(session: Session, model: type[SQLModel], rows: Sequence[dict[str, Any]]) -> int:
    """Insert the rows that no unique key holds yet; the others change nothing. Returns how many were new."""
    if not rows:
        return 0
    table = model.__table__  # type: ignore[attr-defined]
    insert_into = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    usual = _defaults(model)
    filled = [usual | row for row in rows]
    # counted by what comes back: the PostgreSQL driver knows no row count of a statement run for many rows
    statement = insert_into(table).on_conflict_do_nothing().returning(table.c.id)
    return len(session.connection().execute(statement, filled).all())


def insert_new(session: Session, model: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
    """Insert many rows that must be new and that nobody needs as objects: several times as fast as adding each.

    Raises Problem CONFLICT when a rule of the database refuses one: none is left out in silence.
    """
    if not rows:
        return
    connection, table = session.connection(), model.__table__  # type: ignore[attr-defined]
    quote, usual = connection.dialect.identifier_preparer.quote, _defaults(model)
    names = list(usual | rows[0])
    place = f"{quote(table.name)} ({', '.join(map(quote, names))})"
    lines = zip(*(_column(connection.dialect, table.c[name], usual, rows) for name in names), strict=True)
    write = _copy if connection.dialect.name == "postgresql" else _insert
    try:
        write(connection, place, lines)
    except IntegrityError as refused:
        raise _refused() from refused


def _column(
    dialect: Dialect, column: Column[Any], usual: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> list[Any]:
    """One column's values as the driver takes them: the types are asked once for a table, not for each value."""
    write = column.type.dialect_impl(dialect).bind_processor(dialect)
    if column.name in usual:
        values = [row.get(column.name, usual[column.name]) for row in rows]
    else:
        values = [row[column.name] for row in rows]
    if write is None:
        return values
    if isinstance(values[0], date) and all(value is values[0] for value in values):
        return [write(values[0])] * len(values)  # the day or moment of the act itself
    return [write(value) for value in values]


def _insert(connection: Connection, place: str, lines: Iterable[tuple[Any, ...]]) -> None:
    found = list(lines)
    marks = ", ".join("?" * len(found[0]))
    statement = f"INSERT INTO {place} VALUES ({marks})"  # noqa: S608 -- names of our own tables and columns only
    connection.exec_driver_sql(statement, found)


def _copy(connection: Connection, place: str, lines: Iterable[tuple[Any, ...]]) -> None:
    """COPY: half the work of as many INSERTs on both sides; triggers, keys and checks are asked as ever."""
    driver, dialect = cast(Any, connection.connection), cast(Any, connection.dialect)
    statement = f"COPY {place} FROM STDIN"
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as stream:
            for line in lines:
                stream.write_row(line)
    except dialect.dbapi.Error as error:  # past SQLAlchemy, told as SQLAlchemy tells it
        raise DBAPIError.instance(statement, None, error, dialect.dbapi.Error, dialect=dialect) from error


def _defaults(model: type[SQLModel]) -> dict[str, Any]:
    """What the record has where nothing is given."""
    fields = {name: field for name, field in model.model_fields.items() if name != "id" and not field.is_required()}
    return {name: field.get_default(call_default_factory=True) for name, field in fields.items()}


def get(session: Session, model: type[Row], number: int, what: str = "mục này") -> Row:
    """The row of that number. Raises Problem NOT_FOUND with ``what`` in the sentence."""
    row = session.get(model, number)
    if row is None:
        raise not_found("no_row", f"Không tìm thấy {what}.")
    return row


def lock(session: Session, model: type[Row], number: int, what: str = "mục này") -> Row:
    """The row as it stands now, locked to the end of the transaction (SQLite's writing transaction is alone anyway).

    A record of a commune is locked after its commune: every act that changes something ends in the commune's audit
    chain, so whoever took a row first and the chain last would wait for whoever did the opposite, for ever.
    """
    found = session.get(model, number) if model is not Commune else None
    commune_id = getattr(found, "commune_id", None)
    if commune_id is not None:
        lock_commune(session, commune_id)
    row = session.exec(_locking(model, number)).first()
    if row is None:
        raise not_found("no_row", f"Không tìm thấy {what}.")
    return row


def lock_commune(session: Session, commune_id: int) -> None:
    """First statement of an act that locks rows without a commune of their own, or changes many without locking."""
    lock(session, Commune, commune_id, "đơn vị")


def _locking(model: type[Row], number: int) -> SelectOfScalar[Row]:
    """FOR NO KEY UPDATE: new rows that merely name this one (a foreign key) need not wait, nor stop each other."""
    key = model.__table__.c.id  # type: ignore[attr-defined]
    statement = select(model).where(key == number).with_for_update(key_share=True)
    return statement.execution_options(populate_existing=True)


def save(session: Session, *rows: SQLModel) -> None:
    """Write the rows now. Raises Problem CONFLICT when a rule of the database refuses them; the edge rolls back."""
    session.add_all(rows)
    try:
        session.flush()
    except IntegrityError as refused:
        raise _refused() from refused


def _refused() -> Problem:
    return conflict("refused", "Cơ sở dữ liệu từ chối: việc này trái một quy tắc hoặc đã có người làm trước.")
