"""The records as both databases keep them: laid out as the code says, each of one commune, and held once they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Boolean, CheckConstraint, Engine, Integer, Table, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, col, select

import models
from migrations.upgrade import downgrade, drift, upgrade
from models.approval import Submission, SubmissionLine
from models.documents import Document, DocumentState
from models.eligibility import Assessment
from models.people import FactKind, Person, PersonFact, trait_fact
from rules.workflow import ProposalResult, Role
from services import ledger
from tests import factories, postgres, schema
from tests.factories import NOW, save
from tests.services.money import HALF_A_MILLION, open_desk

TABLES = {table.name: table for table in models.metadata.sorted_tables}

OF_THE_INSTALLATION = {
    "account": "a person may work for several communes; the mandates say which",
    "sign_in": "of an account",
    "sign_in_attempt": "nobody is known yet",
    "sensitive_read": "of an account; the subject names the record",
    "audit_entry": "its chain is the commune's number, 0 for the installation",
    "law_snapshot": "values of the law, of nobody",
    "run": "one run may see to all communes; the page shows such to admins alone",
    "run_step": "of a run",
}


def test_a_table_belongs_to_one_commune_or_says_why_not() -> None:
    """Rows that no commune owns could not be kept from the others."""
    found = {name for name, table in TABLES.items() if not _owned(table)}
    assert found == set(OF_THE_INSTALLATION) | {"commune"}


def _owned(table: Table, seen: frozenset[str] = frozenset()) -> bool:
    """It names its commune, or must point at a row of a table that does."""
    if "commune_id" in table.c:
        return not table.c.commune_id.nullable
    needed = [key.column.table for key in table.foreign_keys if not key.parent.nullable]
    return any(_owned(other, seen | {table.name}) for other in needed if other.name not in seen | {table.name})


def test_the_schema_is_what_the_records_say(engine: Engine) -> None:
    assert drift(engine) == []


def test_every_rule_of_the_records_is_in_the_schema(engine: Engine) -> None:
    """A word added to a vocabulary, or a rule to a record, without a migration would be refused by the database."""
    looked = inspect(engine)
    for name, table in TABLES.items():
        kept = {str(rule["name"]): rule["sqltext"] for rule in looked.get_check_constraints(name)}
        said = {str(rule.name): str(rule.sqltext) for rule in table.constraints if isinstance(rule, CheckConstraint)}
        assert set(kept) == set(said), name
        assert {rule: _words(kept[rule]) for rule in kept} == {rule: _words(said[rule]) for rule in said}, name


def _words(rule: str) -> set[str]:
    """The quoted words of a rule: its vocabulary, however the database writes the rest."""
    return set(re.findall(r"'([^']*)'", rule))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def own_engine(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Engine]:
    """A database that no other test uses."""
    if request.param == "sqlite":
        url, server, name = f"sqlite:///{tmp_path / 'own.db'}", "", ""
    else:
        server, name = request.getfixturevalue("postgres_server"), postgres.fresh_name()
        url = postgres.create_database(server, name)
    opened = schema.open_engine(url)
    yield opened
    opened.dispose()
    if server:
        postgres.drop_database(server, name)


def test_every_migration_can_be_taken_back_and_made_again(own_engine: Engine) -> None:
    upgrade(own_engine)
    downgrade(own_engine, "base")
    assert set(inspect(own_engine).get_table_names()) <= {"alembic_version"}
    upgrade(own_engine)
    assert drift(own_engine) == []


def test_the_facts_of_people_outlive_the_writing_anew_of_their_table(own_engine: Engine) -> None:
    upgrade(own_engine)
    with Session(own_engine) as session:
        person = factories.create_person(session, factories.create_office(session).villages[0])
        new = factories.create_fact(session, person, FactKind.RESIDENCE, "TAM_TRU", source="b")
        old = factories.create_fact(session, person, FactKind.RESIDENCE, "THUONG_TRU", replaced_by=new.key)
        numbers = (old.key, new.key)
        session.commit()
    downgrade(own_engine, "0010")
    upgrade(own_engine)
    with Session(own_engine) as session:
        found = session.exec(select(PersonFact).order_by(col(PersonFact.id))).all()
        assert {(fact.key, fact.value, fact.replaced_by) for fact in found} == {
            (numbers[0], "THUONG_TRU", numbers[1]),
            (numbers[1], "TAM_TRU", None),
        }
        factories.create_fact(session, session.get_one(Person, found[0].person_id), trait_fact("CO_DON"), value=True)
        with pytest.raises(IntegrityError):
            factories.create_fact(session, session.get_one(Person, found[0].person_id), "CO_DON", value=True)


# ---------------------------------------------------------------- what stands, stands

HELD = {
    "submission": ("list_sha256", "law_sha256", "law_status", "frozen_at", "round", "is_demo"),
    "submission_line": ("proposal", "category", "monthly_amount", "bhyt_share", "reason", "snapshot", "person_id"),
    "decision": ("number", "symbol", "issued_on", "authority_lines", "audit_head", "signer_id"),
    "assessment": ("outcome", "category", "monthly_amount", "findings", "facts", "law_sha256"),
    "benefit_grant": ("category", "monthly_amount", "bhyt_share", "from_month", "person_id", "law_sha256"),
    "involvement": ("account_id", "action", "cycle_id"),
    "transfer": ("amount", "account_no", "account_holder", "bank_bin", "payee", "channel", "village_id", "attempt"),
    "payment_list": ("approved_by", "prepared_by", "approved_at", "total", "people", "month", "list_sha256"),
    "entitlement_line": ("amount", "month", "person_id", "benefit", "reason"),
    "document": ("data", "file_sha256", "data_sha256", "template_sha256", "kind"),
    "audit_entry": ("data", "action", "account_id", "sha256"),
}


@pytest.fixture
def stood(session: Session) -> Session:
    """One row of everything that must stand: a month paid under a decision, its paper written."""
    desk = open_desk(session)
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    desk.run_month("2026-07")
    submission, known = session.exec(select(Submission)).one(), session.exec(select(Assessment)).one()
    line: dict[str, Any] = {"submission_id": submission.key, "case_id": known.case_id, "person_id": person.key}
    line["assessment_id"] = known.key
    save(session, SubmissionLine(**line, proposal=ProposalResult.APPROVE, snapshot={"full_name": "Thử"}))
    ledger.involve(session, cycle_id=desk.office.cycle.key, actor=desk.office[Role.economy], action="submit", now=NOW)
    paper: dict[str, Any] = {"commune_id": desk.commune_id, "kind": "decision", "subject": "test:1", "title": "Thử"}
    paper |= {"file_name": "t", "data": {"a": 1}, "data_sha256": "1", "template_sha256": "2", "file_sha256": "3"}
    save(session, Document(**paper, state=DocumentState.WRITTEN, wanted_at=NOW))
    session.flush()
    return session


@pytest.mark.parametrize("table", HELD)
def test_what_stands_can_be_neither_changed_nor_emptied_nor_deleted(stood: Session, table: str) -> None:
    standing = f"SELECT * FROM {table}{_which(table)} ORDER BY id"
    before = stood.execute(text(standing)).all()
    for column in HELD[table]:
        for value in (_other(TABLES[table], column), "NULL"):
            _refused(stood, f"UPDATE {table} SET {column} = {value}{_which(table)}")
    if table not in {"payment_list", "transfer"}:
        _refused(stood, f"DELETE FROM {table}{_which(table)}")
    assert before
    assert stood.execute(text(standing)).all() == before


def _which(table: str) -> str:
    return " WHERE subject = 'test:1'" if table == "document" else ""


def _other(table: Table, column: str) -> str:
    kind = table.c[column].type
    if isinstance(kind, Boolean):
        return f"NOT {column}"
    return f"{column} + 1" if isinstance(kind, Integer) else "'2031-01-01 00:00:00'"


def _refused(session: Session, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"khong duoc|da khoa|NOT NULL|null value") as refused, session.begin_nested():
        session.execute(text(statement))
    assert refused.value.orig is not None
