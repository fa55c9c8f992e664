"""What a year will need: the people of today, carried through its months by the law, with those expected to leave."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, func, select

from models.cycles import Case
from models.payment import Benefit, Grant
from models.places import Commune, Village
from rules.arrears import why_ended
from rules.categories import labels
from rules.eligibility import assess
from rules.months import Month
from rules.parameters import LawBook, LawGap, LawStatus, worst
from rules.workflow import STOP_REASON_LABELS, Outcome
from services import facts, law, reports
from services.store import get

LEVEL_KEYS = ("NQ04.income.target", "BHYT.rate", "BHYT.base_salary")


@dataclass
class Cell:
    """One thôn in one month: people of income support and of BHYT, and their đồng."""

    village: str
    month: str
    people: int = 0
    income: int = 0
    cards: int = 0
    bhyt: int = 0


@dataclass
class Group:
    """Everybody who has one kind of support on one ground today, over the year."""

    benefit: str
    label: str
    people: int = 0
    months: int = 0
    """Person-months: twelve people for a year are 144."""
    amount: int = 0


@dataclass(frozen=True)
class Leaving:
    """How many are expected to leave in a month for one reason."""

    month: str
    reason: str
    people: int


@dataclass(frozen=True)
class Need:
    """A year's need. ``kept``: months of people for whom the law cannot say yet, counted at their present amount."""

    year: int
    commune: str
    counted_on: date
    plan_people: int
    people_now: int
    kept: int
    is_assumed: bool
    is_demo: bool
    cells: tuple[Cell, ...]
    groups: tuple[Group, ...]
    leaving: tuple[Leaving, ...]

    @property
    def total(self) -> int:
        """Đồng of the whole year."""
        return sum(cell.income + cell.bhyt for cell in self.cells)


def need(session: Session, commune_id: int, year: int, *, on: date) -> Need:
    """Whom the law still supports on the first day of each month, and with how much; who leaves and why.

    Nobody comes in: the plan's figure stands beside it.
    """
    commune = get(session, Commune, commune_id, "đơn vị")
    book = law.book_for(session, commune_id)
    grants = _standing(session, commune_id, Month.of(on))
    cases = _cases(session, commune_id, list(grants))
    names = dict(session.exec(select(Village.id, Village.name).where(Village.commune_id == commune_id)).all())
    groups = _groups(grants, book, on)
    cells: dict[tuple[int, Month], Cell] = {}
    gone: dict[int, None] = {}
    leaving: Counter[tuple[str, str]] = Counter()
    kept = 0
    for month in Month(year, 1).through(Month(year, 12)):
        is_past = month <= Month.of(on)
        answers = _decided(cases, grants, month) if is_past else _answers(session, cases, grants, month, book)
        for case, (income, bhyt, reason, is_kept) in zip(cases, answers, strict=True):
            if reason and case.person_id not in gone:
                gone[case.person_id] = None
                leaving[month.code, reason] += 1
            if case.person_id in gone:
                continue
            place = (case.village_id, month)
            cell = cells.setdefault(place, Cell(names[case.village_id], month.code))
            cell.people, cell.income = cell.people + (income > 0), cell.income + income
            cell.cards, cell.bhyt = cell.cards + (bhyt > 0), cell.bhyt + bhyt
            _count(groups, case.person_id, Benefit.INCOME, income)
            _count(groups, case.person_id, Benefit.BHYT, bhyt)
            kept += is_kept
    return Need(
        year=year,
        commune=commune.full_name,
        counted_on=on,
        plan_people=commune.plan_people,
        people_now=len(cases),
        kept=kept,
        is_assumed=not levels_confirmed(book, date(year, 1, 1)),
        is_demo=commune.is_demo,
        cells=tuple(cells[place] for place in sorted(cells)),
        groups=tuple({id(one): one for one in groups.values()}.values()),
        leaving=tuple(Leaving(month, reason, count) for (month, reason), count in sorted(leaving.items())),
    )


def _standing(session: Session, commune_id: int, month: Month) -> dict[int, dict[Benefit, Grant]]:
    found: dict[int, dict[Benefit, Grant]] = defaultdict(dict)
    for benefit in Benefit:
        for grant in reports.standing(session, commune_id, month, benefit):
            if grant.to_month is None:
                found[grant.person_id][benefit] = grant
    return found


Groups = dict[tuple[int, Benefit], Group]
"""By person and benefit, the group that the person is counted in."""


def _groups(grants: dict[int, dict[Benefit, Grant]], book: LawBook, on: date) -> Groups:
    """Income support by category, BHYT by its share; the groups in the order of their names."""
    names = labels(book, on)
    found: Groups = {}
    made: dict[tuple[Benefit, str], Group] = {}
    for person_id, held in grants.items():
        for benefit, grant in held.items():
            is_income = benefit is Benefit.INCOME
            label = names.get(grant.category, grant.category) if is_income else f"Hỗ trợ {grant.bhyt_share}% mức đóng"
            group = made.setdefault((benefit, label), Group(benefit, label))
            group.people += 1
            found[person_id, benefit] = group
    return dict(sorted(found.items(), key=lambda one: (one[1].benefit != Benefit.INCOME, one[1].label)))


def _count(groups: Groups, person_id: int, benefit: Benefit, amount: int) -> None:
    if amount and (person_id, benefit) in groups:
        group = groups[person_id, benefit]
        group.months, group.amount = group.months + 1, group.amount + amount


def _cases(session: Session, commune_id: int, people: list[int]) -> list[Case]:
    newest_of = select(func.max(Case.id)).where(Case.commune_id == commune_id).group_by(col(Case.person_id))
    query = select(Case).where(col(Case.id).in_(newest_of), col(Case.person_id).in_(people))
    return list(session.exec(query.order_by(col(Case.id))).all())


Answer = tuple[int, int, str, bool]
"""Of one case and month: income and BHYT in đồng, why it leaves (empty: it stays), kept at today's amount."""


def _decided(cases: Sequence[Case], grants: dict[int, dict[Benefit, Grant]], month: Month) -> list[Answer]:
    """Months up to the present one stand as they were decided."""
    return [
        (
            _given(grants[case.person_id], Benefit.INCOME, month),
            _given(grants[case.person_id], Benefit.BHYT, month),
            "",
            False,
        )
        for case in cases
    ]


def _given(held: dict[Benefit, Grant], benefit: Benefit, month: Month) -> int:
    return held[benefit].monthly_amount if benefit in held and held[benefit].from_month <= month.code else 0


def _answers(
    session: Session,
    cases: Sequence[Case],
    grants: dict[int, dict[Benefit, Grant]],
    month: Month,
    book: LawBook,
) -> list[Answer]:
    """What the law says of each case on the first day of a month to come."""
    day = month.first_day
    known = facts.gather(session, cases, day, book)
    found = []
    for case in cases:
        held = grants[case.person_id]
        answer = assess(known[case.key], day, book)
        if answer.outcome is Outcome.NOT_ELIGIBLE:
            group = next(iter(held.values())).category
            found.append((0, 0, STOP_REASON_LABELS[why_ended(known[case.key], day, book, group=group)], False))
        elif answer.outcome is Outcome.CANNOT_DECIDE:
            found.append((_given(held, Benefit.INCOME, month), _given(held, Benefit.BHYT, month), "", True))
        else:
            income = answer.monthly_amount if Benefit.INCOME in held else 0
            bhyt = answer.bhyt_monthly if Benefit.BHYT in held else 0
            found.append((income, bhyt, "", False))
    return found


def levels_confirmed(book: LawBook, on: date) -> bool:
    """Every level in force on the day is confirmed law, whatever its scope."""
    try:
        values = [value for key in LEVEL_KEYS for value in book.values_of(key) if value.holds(on)]
    except LawGap:
        return False
    known = {value.key for value in values}
    return known == set(LEVEL_KEYS) and worst(value.status for value in values) is LawStatus.CONFIRMED


def months_of(data: dict[str, Any]) -> dict[str, dict[str, int]]:
    """The sums of a stored need by month, over all thôn."""
    return _sums(data, "month")


def villages_of(data: dict[str, Any]) -> dict[str, dict[str, int]]:
    """The sums of a stored need by thôn, over all months."""
    return _sums(data, "village")


def _sums(data: dict[str, Any], by: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for cell in data["cells"]:
        sums = found.setdefault(cell[by], dict.fromkeys(("people", "income", "cards", "bhyt"), 0))
        for name in sums:
            sums[name] += cell[name]
    return found
