"""How the commune's households stand against the plan's aim of no poor household (Kế hoạch, mục I.2).

Counted from the dated decisions on their status. Only households of people whom a thôn has ever listed are known here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from models.base import ZONE
from models.people import Household, HouseholdStatus, HouseholdStatusKind
from models.places import Village
from rules.months import Month
from rules.parameters import LawGap, Value
from services import law

AIM_KEY = "KEHOACH.poor_households_most"
POOR, NEAR = HouseholdStatusKind.NGHEO, HouseholdStatusKind.CAN_NGHEO
ESCAPED = (HouseholdStatusKind.THOAT_NGHEO, HouseholdStatusKind.THOAT_CAN_NGHEO)


class Held(NamedTuple):
    """One status of one household, from its decision on (or from when it was told, where nobody showed the day)."""

    village_id: int
    household_id: int
    kind: str
    since: date
    until: date | None

    def on(self, day: date) -> bool:
        """Whether it holds on that day; a status that was withdrawn ends before it begins and never does."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Count:
    """Households by status: poor, near-poor, and those that have left either and are neither now."""

    label: str
    poor: int
    near_poor: int
    escaped: int


@dataclass(frozen=True)
class NewlyPoor:
    """Households that became poor in a period, and how many of them had left poverty before."""

    all: int
    again: int


def statuses(session: Session, commune_id: int) -> list[Held]:
    """Every status that was ever decided in the commune, withdrawn ones left out."""
    columns: tuple[Any, ...] = (
        Household.village_id, HouseholdStatus.household_id, HouseholdStatus.kind, HouseholdStatus.valid_from,
        HouseholdStatus.recorded_at, HouseholdStatus.valid_to,
    )  # fmt: skip
    query = select(*columns).join(Household, col(Household.id) == HouseholdStatus.household_id)
    found = [
        Held(village_id, household_id, kind, since or told.astimezone(ZONE).date(), until)
        for village_id, household_id, kind, since, told, until in session.exec(
            query.where(Household.commune_id == commune_id).order_by(col(HouseholdStatus.id))
        )
    ]
    return [one for one in found if one.until is None or one.since <= one.until]


def count(held: Iterable[Held], label: str, day: date) -> Count:
    """How many households are what on a day; one that is poor or near-poor is not counted as escaped too."""
    kinds: dict[int, set[str]] = {}
    for one in held:
        if one.on(day):
            kinds.setdefault(one.household_id, set()).add(one.kind)
    poor = sum(POOR in mine for mine in kinds.values())
    near = sum(NEAR in mine and POOR not in mine for mine in kinds.values())
    return Count(label, poor, near, len(kinds) - poor - near)


def by_village(session: Session, commune_id: int, held: Iterable[Held], day: date) -> list[Count]:
    """Every thôn in the order of their codes, also one without such a household."""
    known = list(held)
    places = session.exec(select(Village).where(Village.commune_id == commune_id).order_by(col(Village.code))).all()
    return [count((one for one in known if one.village_id == place.key), place.name, day) for place in places]


def by_month(held: Iterable[Held], through: Month, months: int, *, today: date) -> list[Count]:
    """The newest months, oldest first, each as it ended; the running one as it stands today."""
    known = list(held)
    return [count(known, month.code, min(month.last_day, today)) for month in through.plus(1 - months).through(through)]


def newly_poor(held: Iterable[Held], first: date, last: date) -> NewlyPoor:
    """Households whose poverty was recognised between two days, both counted."""
    known = list(held)
    began = {one.household_id: one.since for one in known if one.kind == POOR and first <= one.since <= last}
    again = {one.household_id for one in known if one.kind in ESCAPED and _before(one, began)}
    return NewlyPoor(len(began), len(again))


def _before(one: Held, began: dict[int, date]) -> bool:
    return one.household_id in began and one.since < began[one.household_id]


def aim(session: Session, commune_id: int, day: date) -> Value | None:
    """How many poor households the plan allows at most on a day, with its source; None where it says nothing."""
    try:
        return law.book_for(session, commune_id).get(AIM_KEY, on=day)
    except LawGap:
        return None
