"""Progress towards no poor household: counted from dated decisions, told beside the aim that the plan names."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import Session

from models.people import HouseholdStatusKind
from models.places import Village
from rules.months import Month
from services import households, reports
from services.households import Count, NewlyPoor
from services.reports import Span
from tests import factories

POOR, NEAR = HouseholdStatusKind.NGHEO, HouseholdStatusKind.CAN_NGHEO
LEFT_POOR = HouseholdStatusKind.THOAT_NGHEO
JULY, AUGUST = date(2026, 7, 31), date(2026, 8, 31)


@pytest.fixture
def villages(session: Session) -> list[Village]:
    return factories.create_office(session).villages


def household(
    session: Session, village: Village, *decided: tuple[HouseholdStatusKind, date | None, date | None]
) -> None:
    home = factories.create_household(session, village)
    for kind, since, until in decided:
        factories.create_status(session, home, kind, valid_from=since, valid_to=until)


def told(session: Session, villages: list[Village]) -> list[households.Held]:
    return households.statuses(session, villages[0].commune_id)


def test_a_household_counts_from_its_decision_to_its_end(session: Session, villages: list[Village]) -> None:
    household(session, villages[0], (POOR, date(2026, 8, 10), None))
    household(session, villages[0], (NEAR, date(2026, 1, 1), AUGUST))
    held = told(session, villages)
    assert households.count(held, "", JULY) == Count("", 0, 1, 0)
    assert households.count(held, "", AUGUST) == Count("", 1, 1, 0)
    assert households.count(held, "", date(2026, 9, 1)) == Count("", 1, 0, 0)


def test_one_that_left_poverty_and_is_near_poor_now_counts_once(session: Session, villages: list[Village]) -> None:
    household(session, villages[0], (LEFT_POOR, date(2025, 5, 1), None), (NEAR, date(2025, 5, 1), None))
    household(session, villages[0], (LEFT_POOR, date(2025, 5, 1), None))
    assert households.count(told(session, villages), "", JULY) == Count("", 0, 1, 1)


def test_a_status_without_a_day_counts_from_when_it_was_told_and_a_withdrawn_one_never(
    session: Session, villages: list[Village]
) -> None:
    household(session, villages[0], (POOR, None, None))
    household(session, villages[0], (POOR, date(2026, 7, 1), date(2026, 6, 30)))
    held = told(session, villages)
    assert households.count(held, "", factories.TODAY) == Count("", 1, 0, 0)
    assert households.count(held, "", date(2026, 6, 30)) == Count("", 0, 0, 0)


def test_who_becomes_poor_again_is_told_apart(session: Session, villages: list[Village]) -> None:
    household(session, villages[0], (LEFT_POOR, date(2024, 3, 1), date(2026, 8, 9)), (POOR, date(2026, 8, 10), None))
    household(session, villages[1], (POOR, date(2026, 8, 20), None))
    household(session, villages[1], (POOR, date(2025, 8, 20), None))
    held = told(session, villages)
    assert households.newly_poor(held, date(2026, 8, 1), AUGUST) == NewlyPoor(2, 1)
    assert households.newly_poor(held, date(2026, 7, 1), JULY) == NewlyPoor(0, 0)


def test_every_thon_is_listed_and_the_running_month_stands_as_of_today(
    session: Session, villages: list[Village]
) -> None:
    household(session, villages[1], (POOR, date(2026, 7, 20), None))
    held, today = told(session, villages), date(2026, 7, 6)
    counted = households.by_village(session, villages[0].commune_id, held, JULY)
    assert [(one.label, one.poor) for one in counted] == [(villages[0].name, 0), (villages[1].name, 1)]
    months = households.by_month(held, Month.of(today), 3, today=today)
    assert [(one.label, one.poor) for one in months] == [("2026-05", 0), ("2026-06", 0), ("2026-07", 0)]


def test_the_report_of_a_period_says_how_many_are_poor_and_poor_again(
    session: Session, villages: list[Village]
) -> None:
    household(session, villages[0], (LEFT_POOR, date(2024, 3, 1), date(2026, 8, 9)), (POOR, date(2026, 8, 10), None))
    quarter = Span(Month(2026, 7), Month(2026, 9))
    found = {row.label: row.value for row in reports.figures(session, villages[0].commune_id, quarter)}
    assert found["Hộ nghèo trong danh sách của chương trình cuối kỳ"] == 1
    assert (found["Hộ thành hộ nghèo trong kỳ"], found["- Tái nghèo"]) == (1, 1)


@pytest.mark.parametrize(
    ("day", "most"),
    [(date(2026, 12, 31), 0), (date(2027, 1, 1), None), (date(2027, 12, 31), None), (date(2028, 1, 1), 0)],
)
def test_the_aim_is_what_the_plan_names_and_nothing_for_the_year_it_leaves_out(
    session: Session, villages: list[Village], day: date, most: int | None
) -> None:
    found = households.aim(session, villages[0].commune_id, day)
    assert (None if found is None else found.value) == most
