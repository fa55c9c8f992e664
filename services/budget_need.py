"""What a year will need: the people of today, carried through its months by the law, with those expected to leave."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, func, select

from models.cycles import Case
from models.documents import Document
from models.payment import Benefit, Grant
from models.places import Commune, Village
from rules.arrears import why_ended
from rules.eligibility import assess
from rules.months import Month
from rules.parameters import LawBook, LawGap
from rules.workflow import STOP_REASON_LABELS, Outcome
from services import documents, facts, law, payment_papers, report_papers, reports
from services.store import get

DAY_KEY = "OFFICE.budget_need_day"


@dataclass
class Cell:
    """One thôn in one month: people of income support and of BHYT, and their đồng."""

    village: str
    month: str
    people: int = 0
    income: int = 0
    cards: int = 0
    bhyt: int = 0


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
    leaving: tuple[Leaving, ...]

    @property
    def total(self) -> int:
        """Đồng of the whole year."""
        return sum(cell.income + cell.bhyt for cell in self.cells)


def want(session: Session, *, commune_id: int, year: int, now: datetime) -> Document:
    """Ask for the dự toán of a year as things stand today: the báo cáo, and the workbook that goes up with it."""
    report_papers.want_budget(session, commune_id=commune_id, year=year, now=now)
    return documents.want(
        session,
        commune_id=commune_id,
        cycle_id=payment_papers.cycle_id_of(session, commune_id),
        kind="budget_sheet",
        subject=_subject(commune_id, year) + now.date().isoformat(),
        title=f"Bảng dự toán kinh phí năm {year} theo tháng, theo thôn, tính đến ngày {now.date():%d/%m/%Y}",
        file_name=f"bang-du-toan-{year}-{now.date().isoformat()}.xlsx",
        data=asdict(need(session, commune_id, year, on=now.date())),
        now=now,
    )


def is_due(session: Session, commune_id: int, *, on: date) -> int | None:
    """The year whose dự toán is to be made now: next year's, from the office's day on, once; else None."""
    try:
        day = str(law.book_for(session, commune_id).get(DAY_KEY, on=on).value)
    except LawGap:
        return None
    year = on.year + 1
    somebody = session.exec(select(Grant.id).where(Grant.commune_id == commune_id).limit(1)).first()
    if on.isoformat()[5:] < day or somebody is None or newest(session, commune_id, year) is not None:
        return None
    return year


def newest(session: Session, commune_id: int, year: int) -> Document | None:
    """The newest workbook of a year's dự toán."""
    query = select(Document).where(Document.kind == "budget_sheet", Document.commune_id == commune_id)
    query = query.where(col(Document.subject).startswith(_subject(commune_id, year)))
    return session.exec(query.order_by(col(Document.id).desc())).first()


def _subject(commune_id: int, year: int) -> str:
    return f"budget:{commune_id}:{year}:"


def need(session: Session, commune_id: int, year: int, *, on: date) -> Need:
    """Whom the law still supports on the first day of each month, and with how much; who leaves and why.

    Nobody comes in: the plan's figure stands beside it.
    """
    commune = get(session, Commune, commune_id, "đơn vị")
    book = law.book_for(session, commune_id)
    grants = _standing(session, commune_id, Month.of(on))
    cases = _cases(session, commune_id, list(grants))
    names = dict(session.exec(select(Village.id, Village.name).where(Village.commune_id == commune_id)).all())
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
            kept += is_kept
    return Need(
        year=year,
        commune=commune.full_name,
        counted_on=on,
        plan_people=commune.plan_people,
        people_now=len(cases),
        kept=kept,
        is_assumed=not report_papers.levels_confirmed(book, date(year, 1, 1)),
        is_demo=commune.is_demo,
        cells=tuple(cells[place] for place in sorted(cells)),
        leaving=tuple(Leaving(month, reason, count) for (month, reason), count in sorted(leaving.items())),
    )


def _standing(session: Session, commune_id: int, month: Month) -> dict[int, dict[Benefit, Grant]]:
    found: dict[int, dict[Benefit, Grant]] = defaultdict(dict)
    for benefit in Benefit:
        for grant in reports.standing(session, commune_id, month, benefit):
            if grant.to_month is None:
                found[grant.person_id][benefit] = grant
    return found


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
