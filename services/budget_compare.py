"""Paid against estimate: month by month and thôn by thôn, from a stored dự toán and the records of payment."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.people import Person
from models.places import Village
from rules.months import Month
from services import budget_papers, budget_records


@dataclass
class Line:
    """One month or thôn: what the dự toán says and what was paid, people (of income support) and đồng in all."""

    label: str
    planned_people: int = 0
    planned: int = 0
    paid_people: int = 0
    paid: int = 0

    @property
    def left(self) -> int:
        """Đồng of the estimate that was not paid; negative when more was paid."""
        return self.planned - self.paid


@dataclass(frozen=True)
class Comparison:
    """A year by month and by thôn; ``has_plan``: a dự toán of that year was made."""

    by_month: tuple[Line, ...]
    by_village: tuple[Line, ...]
    cells: tuple[tuple[str, str, Line], ...]
    """(thôn, month, line), for the export."""
    has_plan: bool


def compare(session: Session, commune_id: int, year: int) -> Comparison:
    """What the newest dự toán of the year says, beside what was received and what issued cards cost."""
    villages = select(Village).where(Village.commune_id == commune_id).order_by(col(Village.code))
    names = {row.key: row.name for row in session.exec(villages)}
    months = list(Month(year, 1).through(Month(year, 12)))
    cells = {(name, month.code): Line(name) for name in names.values() for month in months}
    plan = budget_papers.newest(session, commune_id, year)
    for cell in plan.data["cells"] if plan else []:
        line = cells.setdefault((cell["village"], cell["month"]), Line(cell["village"]))
        line.planned_people += cell["people"]
        line.planned += cell["income"] + cell["bhyt"]
    for (village_id, month), (people, amount) in budget_records.paid_income(session, commune_id, year).items():
        line = cells[names[village_id], month]
        line.paid_people, line.paid = line.paid_people + people, line.paid + amount
    homes = dict(session.exec(select(Person.id, Person.village_id).where(Person.commune_id == commune_id)).all())
    for (person_id, month), amount in budget_records.paid_bhyt(session, commune_id, year).items():
        cells[names[homes[person_id]], month].paid += amount
    return Comparison(
        by_month=tuple(_sum(f"Tháng {month}", cells, month=month.code) for month in months),
        by_village=tuple(_sum(name, cells, village=name) for name in names.values()),
        cells=tuple((name, str(Month.parse(code)), line) for (name, code), line in cells.items()),
        has_plan=plan is not None,
    )


def _sum(label: str, cells: dict[tuple[str, str], Line], *, month: str = "", village: str = "") -> Line:
    found = [line for (name, code), line in cells.items() if code == month or name == village]
    # over a year a person counts once a month: the thôn's figure is the most people of any month
    people = sum if month else max
    return Line(
        label,
        people([line.planned_people for line in found] or [0]),
        sum(line.planned for line in found),
        people([line.paid_people for line in found] or [0]),
        sum(line.paid for line in found),
    )
