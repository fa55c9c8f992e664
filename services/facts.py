"""Gather what the records say of people on a day, as the law asks it: a few queries for a whole batch."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Text, type_coerce
from sqlmodel import Session, col, or_, select

from models.base import canonical_json
from models.eligibility import AssistanceRecord, CrossCheck
from models.health import HealthCase, HealthConclusion
from models.people import TRAIT_FACT, FactKind, HouseholdStatus, Person, PersonFact
from models.places import Village
from rules.categories import categories
from rules.facts import NO_INCOME, HealthFact, PersonFacts, StatusFact
from rules.parameters import LawBook, LawGap
from rules.workflow import CrossCheckOutcome, HealthResult

# the outcome that stands when several matches of one case have different ones: the most cautious first
_STRICTEST = ("OPEN", "VERIFY", "EXCLUDE", "HIGHER", "KEEP", "NOT_SAME_PERSON")


class _Known(NamedTuple):
    """What the law asks of the person's own record; a batch has too many to load as records."""

    key: int
    household_id: int
    village_id: int
    birth_date: date
    birth_precision: str
    died_on: date | None


class OneCase(Protocol):
    """What is asked of a case here: its number, and whose it is."""

    @property
    def key(self) -> int: ...
    @property
    def person_id(self) -> int: ...


def gather(session: Session, cases: Sequence[OneCase], on: date, book: LawBook) -> dict[int, PersonFacts]:
    """Facts of each case's person on ``on``, by case number."""
    people = _people(session, {case.person_id for case in cases})
    villages = select(Village.id, Village.area).where(col(Village.id).in_({one.village_id for one in people.values()}))
    areas: dict[int, str] = {key: area for key, area in session.exec(villages) if key}
    statuses = _statuses(session, {person.household_id for person in people.values()})
    facts = _facts(session, set(people), on)
    checks = _cross_checks(session, [case.key for case in cases])
    health = _health(session, [case.key for case in cases])
    claiming = _health_groups(book, on)
    return {
        case.key: _one(
            people[case.person_id],
            areas[people[case.person_id].village_id],
            statuses[people[case.person_id].household_id],
            facts[case.person_id],
            checks[case.key],
            health.get(case.key),
            claiming,
        )
        for case in cases
    }


def sha256(facts: PersonFacts) -> str:
    """One hash for one set of facts."""
    return hashlib.sha256(canonical_json(facts.as_data()).encode()).hexdigest()


def _one(
    person: _Known,
    area: str,
    statuses: list[StatusFact],
    facts: Mapping[str, list[Any]],
    checks: list[tuple[CrossCheck, AssistanceRecord]],
    health: HealthFact | None,
    claiming: frozenset[str],
) -> PersonFacts:
    outcome = _outcome(checks)
    claimed = bool(set(facts[FactKind.GROUP]) & claiming)
    return PersonFacts(
        birth_date=person.birth_date,
        birth_precision=person.birth_precision,
        area=area,
        residence=_newest(facts[FactKind.RESIDENCE]),
        statuses=tuple(statuses),
        disability=_newest(facts[FactKind.DISABILITY]),
        income_kinds=_income_kinds(facts[FactKind.INCOME]),
        allowance=_allowance(facts[FactKind.ALLOWANCE], checks),
        cross_check=outcome,
        health=health or HealthFact(claimed=claimed),
        bhyt_objects=tuple(sorted(facts[FactKind.BHYT_OBJECT])),
        died_on=person.died_on,
        traits=_traits(facts),
    )


def _traits(facts: Mapping[str, list[Any]]) -> tuple[tuple[str, bool], ...]:
    known = ((kind, values) for kind, values in facts.items() if kind.startswith(TRAIT_FACT))
    return tuple(sorted((kind.removeprefix(TRAIT_FACT), _newest(values)) for kind, values in known))


def _newest(values: list[Any]) -> Any:
    return values[-1] if values else None


def _income_kinds(incomes: list[Any]) -> tuple[str, ...] | None:
    """The kinds stated; which of them count as stable is for the law to say."""
    if not incomes:
        return None
    return tuple(sorted({income["kind"] for income in incomes} - {NO_INCOME}))


def _allowance(stated: list[Any], checks: list[tuple[CrossCheck, AssistanceRecord]]) -> int | None:
    """The payment list of Phòng VH-XH outweighs what the thôn wrote; without a match the thôn's word stands."""
    matched = [
        record.monthly_amount
        for check, record in checks
        if check.outcome in {CrossCheckOutcome.KEEP, CrossCheckOutcome.HIGHER}
    ]
    if matched:
        return sum(matched)
    amounts = [allowance.get("monthly") for allowance in stated]
    return None if None in amounts else sum(amounts)


def _outcome(checks: list[tuple[CrossCheck, AssistanceRecord]]) -> str | None:
    found = {check.outcome or "OPEN" for check, _ in checks}
    return next((outcome for outcome in _STRICTEST if outcome in found), None)


def _statuses(session: Session, households: Iterable[int]) -> Mapping[int, list[StatusFact]]:
    found: dict[int, list[StatusFact]] = defaultdict(list)
    status = HouseholdStatus
    query = select(status.household_id, status.kind, col(status.valid_from), col(status.valid_to))
    query = query.where(col(status.household_id).in_(households)).order_by(col(status.id))
    for household_id, kind, since, until in session.exec(query):
        found[household_id].append(StatusFact(kind, since, until))
    return found


def _facts(session: Session, people: Iterable[int], on: date) -> Mapping[int, Mapping[str, list[Any]]]:
    found: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    read: dict[str, Any] = {}  # many people have the same few things said of them
    query = (
        select(PersonFact.person_id, PersonFact.kind, type_coerce(col(PersonFact.value), Text))
        .where(col(PersonFact.person_id).in_(people), PersonFact.valid_from <= on)
        .where(or_(col(PersonFact.valid_to).is_(None), col(PersonFact.valid_to) >= on))
        .order_by(col(PersonFact.valid_from), col(PersonFact.id))
    )
    for person_id, kind, text in session.exec(query):
        if text not in read:
            read[text] = json.loads(text)
        found[person_id][kind].append(read[text])
    return found


def _cross_checks(session: Session, cases: Iterable[int]) -> Mapping[int, list[tuple[CrossCheck, AssistanceRecord]]]:
    found: dict[int, list[tuple[CrossCheck, AssistanceRecord]]] = defaultdict(list)
    query = (
        select(CrossCheck, AssistanceRecord)
        .join(AssistanceRecord, col(AssistanceRecord.id) == CrossCheck.record_id)
        .where(col(CrossCheck.case_id).in_(cases))
        .order_by(col(CrossCheck.id))
    )
    for check, record in session.exec(query):
        found[check.case_id].append((check, record))
    return found


def _health(session: Session, cases: Iterable[int]) -> Mapping[int, HealthFact]:
    query = (
        select(HealthCase, HealthConclusion.route, HealthConclusion.round)
        .outerjoin(HealthConclusion, col(HealthConclusion.health_case_id) == HealthCase.id)
        .where(col(HealthCase.case_id).in_(cases))
        .order_by(col(HealthConclusion.round))
    )
    answers = {HealthResult.MET: True, HealthResult.NOT_MET: False}
    return {
        row.case_id: HealthFact(True, answers.get(HealthResult(row.result)), row.valid_until, route or "")
        for row, route, _round in session.exec(query)
    }


def _health_groups(book: LawBook, on: date) -> frozenset[str]:
    try:
        return frozenset(group.code for group in categories(book, on)[0] if group.health)
    except LawGap:
        return frozenset()


def _people(session: Session, numbers: Iterable[int]) -> dict[int, _Known]:
    columns: Any = [col(Person.id), *(getattr(Person, name) for name in _Known._fields[1:])]
    people = session.exec(select(*columns).where(col(Person.id).in_(numbers)))
    return {known.key: known for known in (_Known(*row) for row in people)}
