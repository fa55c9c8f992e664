"""Months that were decided before and come out otherwise by what is known now: values, facts or an end that came late.

Before a list is frozen, each person's months under earlier decisions are judged again with the facts and the law of
their own day. What differs goes to the chairman with the line and, once decided, into the payment lists as arrears and
recoveries. A month that cannot be judged stays as it was given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from models.changes import LifeEvent
from models.cycles import Case, Cycle
from models.eligibility import Assessment
from rules.arrears import STOP_RULE_KEY, Stretch, amount_of, changed, judging_day, stretches, why
from rules.eligibility import assess
from rules.facts import PersonFacts
from rules.money import format_dong
from rules.months import Month
from rules.parameters import LawBook, LawGap, Value
from rules.workflow import CaseStatus, StopReason
from services import facts, grant_ends, law
from services.entitlements import Due, Granted, income_adjustments, income_grants, owed
from services.errors import Problem

Row = dict[str, Any]
Place = tuple[int, Month]
"""A person's number and a month."""


@dataclass(frozen=True)
class _Said:
    """What a month comes to by what is known now, and the values that say so."""

    amount: int
    reason: str
    values: tuple[Value, ...]


def add(
    session: Session, cycle: Cycle, rows: Sequence[Row], answers: Sequence[Assessment]
) -> tuple[list[Row], list[Value]]:
    """The rows of a list to be frozen, each with ``earlier``: its person's months that come out otherwise now.

    Also returns the legal values that those months rest on, for the list's own law. Months up to the one in which the
    person was assessed (``answers``) are looked at.
    """
    on_days = {answer.person_id: answer.on_day for answer in answers}
    given = _given(session, cycle.commune_id, on_days)
    said = _judge(session, cycle.commune_id, given) if given else {}
    found: dict[int, dict[Month, tuple[int, str]]] = defaultdict(dict)
    for (person_id, month), one in said.items():
        found[person_id] |= changed({month: given[person_id, month].amount}, {month: (one.amount, one.reason)})
    values = [value for (who, month), one in said.items() if month in found[who] for value in one.values]
    return [row | {"earlier": [_plain(one) for one in stretches(found[row["person_id"]])]} for row in rows], values


def in_words(earlier: Sequence[Mapping[str, Any]]) -> str:
    """What a line says of earlier months, as an officer reads it; empty when it says nothing of them."""
    return "; ".join(
        f"{_span(Month.parse(one['from']), Month.parse(one['to']))}: {format_dong(one['monthly_amount'])}/tháng"
        f" ({one['reason']})"
        for one in earlier
    )


def _span(first: Month, last: Month) -> str:
    return f"tháng {first}" if first == last else f"từ tháng {first} đến tháng {last}"


def _plain(stretch: Stretch) -> Row:
    return {
        "from": stretch.first.code,
        "to": stretch.last.code,
        "monthly_amount": stretch.amount,
        "reason": stretch.reason,
    }


def _given(session: Session, commune_id: int, on_days: Mapping[int, date]) -> dict[Place, Due]:
    """What is due to these people for each month from their first grant to the one in which they were assessed.

    Months after a grant that ended by a decision count too, with nothing: facts that came since may give them back.
    """
    grants = [grant for grant in income_grants(session, commune_id) if grant.person_id in on_days]
    if not grants:
        return {}
    months = owed(grants, Month.of(max(on_days.values())), income_adjustments(session, commune_id))
    ends = _ends(session, commune_id, set(on_days))
    found: dict[Place, Due] = {}
    for grant in grants:
        who = grant.person_id
        for month in Month.parse(grant.from_month).through(Month.of(on_days[who])):
            due = months.get((who, month.code))
            if due is not None:
                found[who, month] = due
            elif not any(grant.from_month <= end.code < month.code for end in ends[who]) and _by_law(grant):
                found[who, month] = Due(grant, 0)
            else:
                found.pop((who, month), None)
    return found


def _by_law(grant: Granted) -> bool:
    return grant.stop_reason != StopReason.ERROR_FOUND


def _ends(session: Session, commune_id: int, people: set[int]) -> Mapping[int, list[Month]]:
    """The last month still due after each event of these people, where the law says it."""
    found: dict[int, list[Month]] = defaultdict(list)
    events = session.exec(select(LifeEvent).where(LifeEvent.commune_id == commune_id, grant_ends.in_force()))
    for event in events:
        if event.person_id in people:
            with suppress(Problem):
                found[event.person_id].append(grant_ends.last_due(session, commune_id, event.happened_on))
    return found


def _judge(session: Session, commune_id: int, given: Mapping[Place, Due]) -> dict[Place, _Said]:
    book = law.book_for(session, commune_id)
    rested = _assessments(session, {due.grant.assessment_id for due in given.values()})
    by_day: dict[date, list[Place]] = defaultdict(list)
    for place, due in given.items():
        day = _day_of(place[1], due, rested[due.grant.assessment_id], book)
        if day is not None:
            by_day[day].append(place)
    cases = _cases(session, {who for who, _ in given})
    found: dict[Place, _Said] = {}
    for day, places in by_day.items():
        known = _known(session, [who for who, _ in places], cases, day, book)
        for place in places:
            before = rested[given[place].grant.assessment_id]
            said = _say(known[place[0]], day, book, before) if place[0] in known else None
            if said is not None:
                found[place] = said
    return found


def _day_of(month: Month, due: Due, rested: Assessment, book: LawBook) -> date | None:
    """The day to judge the month by; None while the law does not say. The first month not before its assessment."""
    try:
        rule = str(book.get(STOP_RULE_KEY, on=month.first_day).value)
    except LawGap:
        return None
    return judging_day(month, rule, rested.on_day if month.code == due.grant.from_month else None)


def _say(known: PersonFacts, day: date, book: LawBook, before: Assessment) -> _Said | None:
    answer = assess(known, day, book)
    amount = amount_of(answer)
    if amount is None:
        return None
    allowance = before.facts.get("allowance")
    reason = why(answer, known, day, book, group=before.category, allowance=allowance)
    return _Said(amount, reason, answer.values)


def _assessments(session: Session, numbers: set[int]) -> dict[int, Assessment]:
    rows = session.exec(select(Assessment).where(col(Assessment.id).in_(numbers)))
    return {row.key: row for row in rows}


def _cases(session: Session, people: set[int]) -> dict[int, list[tuple[date, Case]]]:
    """Each person's cases with the day on which their quarter was opened, oldest first."""
    query = (
        select(Case, Cycle)
        .join(Cycle, col(Cycle.id) == Case.cycle_id)
        .where(col(Case.person_id).in_(people), Case.status != CaseStatus.WITHDRAWN)
        .order_by(col(Cycle.opened_on), col(Case.id))
    )
    found: dict[int, list[tuple[date, Case]]] = defaultdict(list)
    for case, cycle in session.exec(query):
        found[case.person_id].append((cycle.opened_on, case))
    return found


def _known(
    session: Session, people: Sequence[int], cases: Mapping[int, list[tuple[date, Case]]], day: date, book: LawBook
) -> dict[int, PersonFacts]:
    """Facts of the day; what the health station and Phòng VH-XH said is taken from the quarter then running."""
    chosen = dict(_running(people, cases, day))
    known = facts.gather(session, list(chosen.values()), day, book)
    return {who: known[case.key] for who, case in chosen.items()}


def _running(
    people: Sequence[int], cases: Mapping[int, list[tuple[date, Case]]], day: date
) -> Iterator[tuple[int, Case]]:
    for who in people:
        rows = cases.get(who, [])
        before = [case for opened_on, case in rows if opened_on <= day]
        if rows:
            yield who, before[-1] if before else rows[0][1]
