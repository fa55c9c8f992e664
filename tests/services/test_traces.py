"""What is kept of an answer explains it as it was given, and each legal value is written once for a whole batch."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from sqlmodel import Session, func, select

from models.base import canonical_json
from models.eligibility import Assessment
from models.law import LawSnapshot
from rules.eligibility import assess
from rules.facts import PersonFacts
from rules.findings import Assessment as Answer
from rules.trial_law import lay_over
from services import law
from services.traces import Traces, findings_of, trace_text
from tests import factories
from tests.rules import laws
from tests.rules.test_eligibility_properties import DAYS, ELDER, PEOPLE


def kept(session: Session, answer: Answer) -> Assessment:
    """The answer as the record holds it, read back from its text."""
    traces = Traces()
    pin = traces.pin(answer.values)
    traces.keep(session, factories.NOW)
    text: Any = Assessment.__table__.c.findings.type.process_result_value(  # type: ignore[attr-defined]
        trace_text(answer.findings, pin), session.get_bind().dialect
    )
    return Assessment(
        case_id=1,
        cycle_id=1,
        person_id=1,
        on_day=date(2026, 7, 31),
        outcome=answer.outcome,
        findings=text,
        missing=[],
        facts={},
        facts_sha256="0" * 64,
        law_sha256=pin.sha256,
        law_status=answer.law_status,
        made_at=factories.NOW,
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(PEOPLE, DAYS)
def test_a_kept_trace_says_every_rule_fact_and_value_of_the_answer(
    sqlite_session: Session, person: PersonFacts, on: date
) -> None:
    answer = assess(person, on, laws.demonstration())
    found = findings_of(sqlite_session, kept(sqlite_session, answer))
    assert canonical_json(found) == canonical_json([finding.as_data() for finding in answer.findings])


def test_a_kept_trace_is_read_with_the_values_of_its_own_snapshot(session: Session) -> None:
    on, law_then = date(2026, 7, 31), laws.demonstration()
    law_now = lay_over(law_then, {"NQ04.age.elderly_from": 61})
    first, later = (kept(session, assess(ELDER, on, book)) for book in (law_then, law_now))
    assert first.law_sha256 != later.law_sha256
    assert (_limit(session, first), _limit(session, later)) == (60, 61)


def _limit(session: Session, answer: Assessment) -> Any:
    values = (value for finding in findings_of(session, answer) for value in finding["parameters"])
    return next(value["value"] for value in values if value["key"] == "NQ04.age.elderly_from")


def test_a_pin_keeps_each_value_once_under_the_hash_of_its_content(session: Session) -> None:
    values = assess(ELDER, date(2026, 7, 31), laws.demonstration()).values
    traces, others = Traces(), Traces()
    sha256 = traces.pin([*values, *reversed(values)]).sha256
    assert traces.pin(values).sha256 == others.pin(values).sha256 == sha256
    for found in (traces, others):
        found.keep(session, factories.NOW)
    assert session.exec(select(func.count()).select_from(LawSnapshot)).one() == 1
    content = session.exec(select(LawSnapshot.content).where(LawSnapshot.sha256 == sha256)).one()
    alone = law.canonical([value.as_data() for value in values])
    assert canonical_json(content) == canonical_json(alone)
    assert hashlib.sha256(canonical_json(alone).encode()).hexdigest() == sha256


@given(PEOPLE)
def test_facts_are_plain_data_of_every_field(person: PersonFacts) -> None:
    assert canonical_json(person.as_data()) == canonical_json(asdict(person))
