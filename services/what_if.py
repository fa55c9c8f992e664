"""What another law would do: people and money in and out, per thôn and month. Reads records, writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from sqlmodel import Session, col, func, select

from models.cycles import Case
from models.people import Person
from models.places import Commune, Village
from rules.eligibility import assess
from rules.faults import in_words
from rules.findings import Assessment
from rules.law_values import misfit
from rules.months import Month
from rules.parameters import LawBook, LawGap, Value, parse_scope
from rules.trial_law import TrialError, lay_over
from rules.workflow import CaseStatus, Outcome
from services import facts, law
from services.errors import invalid
from services.law import NewValue
from services.store import get

BATCH = 500
MOST_MONTHS = 60
CATEGORIES = "NQ04.categories"


class Scenario(BaseModel):
    """A law to try: which months to look at, values to lay over the law, groups to change or (null) to drop."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    name: str = Field(min_length=1)
    first: str = Field(alias="from")
    last: str = Field(alias="to")
    parameters: dict[str, Any] = {}
    categories: dict[str, dict[str, Any] | None] = {}

    @field_validator("first", "last")
    @classmethod
    def _a_month(cls, code: str) -> str:
        return Month.parse(code).code

    @model_validator(mode="after")
    def _in_order(self) -> Scenario:
        if not 1 <= len(self.months) <= MOST_MONTHS:
            raise ValueError(f"từ tháng đến tháng phải có 1 đến {MOST_MONTHS} tháng")
        return self

    @property
    def months(self) -> tuple[Month, ...]:
        """The months looked at, in order."""
        return tuple(Month.parse(self.first).through(Month.parse(self.last)))


@dataclass
class Tally:
    """What one law gives in one thôn and month: people supported, undecided ones, đồng of income support and BHYT."""

    people: int = 0
    undecided: int = 0
    income: int = 0
    bhyt: int = 0

    def add(self, answer: Assessment) -> None:
        """Count one person's answer."""
        self.people += answer.outcome is Outcome.ELIGIBLE
        self.undecided += answer.outcome is Outcome.CANNOT_DECIDE
        self.income += answer.monthly_amount
        self.bhyt += answer.bhyt_monthly


@dataclass(frozen=True)
class Move:
    """One person whom the other law treats otherwise in the month: đồng a month, income support and BHYT, by each."""

    person_id: int
    kind: str
    """"vào", "ra" or "đổi mức"."""
    before: int
    after: int


@dataclass
class Effect:
    """One thôn in one month: before, after, and how many people come in and go out."""

    month: Month
    village_id: int
    village: str
    before: Tally = field(default_factory=Tally)
    after: Tally = field(default_factory=Tally)
    entering: int = 0
    leaving: int = 0
    moves: list[Move] = field(default_factory=list)

    @property
    def money(self) -> int:
        """Đồng more (or, below zero, less) in the month, income support and BHYT together."""
        return self.after.income + self.after.bhyt - self.before.income - self.before.bhyt


def read_scenario(raw: Any) -> Scenario:
    """The scenario of a YAML file. Raises Problem INVALID naming what is wrong."""
    try:
        return Scenario.model_validate(raw)
    except ValidationError as error:
        raise invalid("scenario", f"Kịch bản không đọc được: {in_words(error)}") from error


def run(session: Session, *, commune_id: int, scenario: Scenario) -> list[Effect]:
    """Every thôn and month in which somebody has a case, by month and thôn. Persons as of the first day of each month.

    Counts the newest case of each person that was not withdrawn. Raises Problem NOT_FOUND for the commune, INVALID
    for a scenario that does not fit the law.
    """
    get(session, Commune, commune_id, "đơn vị")
    book = law.book_for(session, commune_id)
    return _effects(session, commune_id, book, _trial(book, scenario), scenario.months)


def of_proposal(session: Session, *, commune_id: int, new: NewValue, months: int) -> list[Effect]:
    """The same of one value as if it were confirmed, from its first month on, for that many months (1 to 60).

    What the office confirmed for a narrower scope still stands over it, as it will.
    """
    first = Month.of(new.valid_from)
    reach = read_scenario({"name": new.key, "from": first.code, "to": first.plus(months - 1).code})
    book = law.book_for(session, commune_id)
    scope = parse_scope(new.scope)
    value = Value(new.key, new.value, "", new.status, new.reference, new.valid_from, new.valid_to, scope)
    unit = law.parameter_of(new.key).unit
    if wrong := misfit(unit, new.value):
        raise invalid("scenario", f"Kịch bản không áp dụng được: {new.key}: giá trị {wrong}")
    return _effects(session, commune_id, book, book.with_confirmed([value]), reach.months)


def _effects(session: Session, commune_id: int, book: LawBook, trial: LawBook, months: Sequence[Month]) -> list[Effect]:
    names = dict(session.exec(select(Village.id, Village.name).where(Village.commune_id == commune_id)).all())
    effects: dict[tuple[Month, int], Effect] = {}
    for batch in _batches(_newest_cases(session, commune_id)):
        for month in months:
            known = _places(effects, month, batch, names)
            _count(session, batch, known, month.first_day, book, trial)
    return [effects[place] for place in sorted(effects)]


def total(effects: Iterable[Effect]) -> dict[str, int]:
    """The sums over all effects: most people in one month is not a sum, so only money and moves are added up."""
    sums: dict[str, int] = defaultdict(int)
    for effect in effects:
        sums["income"] += effect.after.income - effect.before.income
        sums["bhyt"] += effect.after.bhyt - effect.before.bhyt
        sums["entering"] += effect.entering
        sums["leaving"] += effect.leaving
    return dict(sums)


def names(session: Session, effects: Iterable[Effect]) -> dict[int, str]:
    """The name of everybody who moves, by the person's number, for readers who may see the commune's people."""
    numbers = {move.person_id for effect in effects for move in effect.moves}
    query = select(Person.id, Person.full_name).where(col(Person.id).in_(numbers))
    return {number: name for number, name in session.exec(query) if number is not None}


def _places(
    effects: dict[tuple[Month, int], Effect], month: Month, batch: Sequence[Case], names: Mapping[int | None, str]
) -> dict[int, Effect]:
    for case in batch:
        place = (month, case.village_id)
        if place not in effects:
            effects[place] = Effect(month, case.village_id, names[case.village_id])
    return {case.village_id: effects[(month, case.village_id)] for case in batch}


def _count(
    session: Session, batch: Sequence[Case], places: Mapping[int, Effect], day: date, book: LawBook, trial: LawBook
) -> None:
    known = facts.gather(session, batch, day, book)
    for case in batch:
        before, after = assess(known[case.key], day, book), assess(known[case.key], day, trial)
        effect = places[case.village_id]
        effect.before.add(before)
        effect.after.add(after)
        moves = _move(case.person_id, before, after)
        effect.entering += sum(move.kind == "vào" for move in moves)
        effect.leaving += sum(move.kind == "ra" for move in moves)
        effect.moves += moves


def _move(person_id: int, before: Assessment, after: Assessment) -> list[Move]:
    was, will = (answer.outcome is Outcome.ELIGIBLE for answer in (before, after))
    sums = [answer.monthly_amount + answer.bhyt_monthly for answer in (before, after)]
    if (was, sums[0]) == (will, sums[1]):
        return []
    kind = "đổi mức" if was is will else "vào" if will else "ra"
    return [Move(person_id, kind, *sums)]


def _newest_cases(session: Session, commune_id: int) -> list[Case]:
    newest = select(func.max(Case.id)).where(Case.commune_id == commune_id).group_by(col(Case.person_id))
    query = select(Case).where(col(Case.id).in_(newest), Case.status != CaseStatus.WITHDRAWN)
    return list(session.exec(query.order_by(col(Case.id))).all())


def _batches(cases: Sequence[Case]) -> Iterator[Sequence[Case]]:
    for start in range(0, len(cases), BATCH):
        yield cases[start : start + BATCH]


def _trial(book: LawBook, scenario: Scenario) -> LawBook:
    try:
        trial = lay_over(book, scenario.parameters)
        if scenario.categories:
            trial = lay_over(trial, {CATEGORIES: {"value": _changed_groups(trial, scenario)}})
        for month in (scenario.months[0], scenario.months[-1]):
            trial.get(CATEGORIES, on=month.first_day)
    except (LawGap, TrialError) as error:
        raise invalid("scenario", f"Kịch bản không áp dụng được: {error}") from error
    return trial


def _changed_groups(book: LawBook, scenario: Scenario) -> list[dict[str, Any]]:
    groups = {raw["code"]: raw for raw in book.get(CATEGORIES, on=scenario.months[0].first_day).value}
    for code, change in scenario.categories.items():
        if change is None:
            groups.pop(code, None)
        else:
            groups[code] = {"code": code, **groups.get(code, {}), **change}
    return list(groups.values())
