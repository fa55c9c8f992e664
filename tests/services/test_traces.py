"""What a batch writes of its answers is, to the byte, what each answer alone would be written as."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import date

from hypothesis import HealthCheck, given, settings
from sqlmodel import Session, select

from models.base import canonical_json
from models.law import LawSnapshot
from rules.eligibility import assess
from rules.facts import PersonFacts
from rules.findings import Finding
from services import law
from services.traces import Traces
from tests import factories
from tests.rules import laws
from tests.rules.test_eligibility_properties import DAYS, ELDER, PEOPLE


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(PEOPLE, DAYS)
def test_a_trace_is_the_canonical_text_of_its_findings(sqlite_session: Session, person: PersonFacts, on: date) -> None:
    answer = assess(person, on, laws.demonstration())
    text = Traces(sqlite_session, factories.NOW).text(answer.findings)
    assert text == canonical_json([finding.as_data() for finding in answer.findings])


def test_words_that_look_like_the_mark_of_the_values_stay_words(sqlite_session: Session) -> None:
    finding = Finding("thu", None, 'Ghi chú "parameters":[] của xã', facts={"a": '"parameters":[]'})
    text = Traces(sqlite_session, factories.NOW).text([finding, finding])
    assert text == canonical_json([finding.as_data(), finding.as_data()])


def test_a_pin_keeps_each_value_once_under_the_hash_of_its_content(session: Session) -> None:
    values = assess(ELDER, date(2026, 7, 31), laws.demonstration()).values
    traces = Traces(session, factories.NOW)
    sha256 = traces.pin([*values, *reversed(values)])
    assert traces.pin(values) == Traces(session, factories.NOW).pin(values) == sha256
    content = session.exec(select(LawSnapshot.content).where(LawSnapshot.sha256 == sha256)).one()
    alone = law.canonical([value.as_data() for value in values])
    assert canonical_json(content) == canonical_json(alone)
    assert hashlib.sha256(canonical_json(alone).encode()).hexdigest() == sha256


@given(PEOPLE)
def test_facts_are_plain_data_of_every_field(person: PersonFacts) -> None:
    assert canonical_json(person.as_data()) == canonical_json(asdict(person))
