"""The year's estimate: entered once with its decision, compared with what is paid, and warned of before it ends."""

from __future__ import annotations

import io
from dataclasses import asdict
from datetime import date
from typing import Any

import openpyxl
import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import col, select

from adapters.budget_sheet import write_budget_sheet
from models.budget import BudgetAllocation
from models.documents import Document
from models.payment import Benefit
from models.people import FactKind, Household, HouseholdStatusKind, PayMethodKind, Person
from rules.months import Month
from rules.workflow import Role, StopReason
from services import budget, budget_compare, budget_need, budget_papers, changes
from services.errors import Kind, Problem
from tests import factories
from tests.services.money import HALF_A_MILLION, Desk, moment


def give(desk: Desk, amount: int, reference: str = "12/QĐ-UBND", **given: Any) -> int:
    values: dict[str, Any] = {
        "commune_id": desk.commune_id,
        "year": 2026,
        "amount": amount,
        "reference": reference,
        "decided_on": date(2026, 1, 5),
        "note": "",
        "actor": desk.first,
        "now": moment("2026-07"),
    }
    return budget.allocate(desk.session, **(values | given))


def test_an_allocation_is_entered_once_raised_by_another_and_never_changed(desk: Desk) -> None:
    assert give(desk, 100_000_000) == 1
    assert give(desk, 100_000_000) == 0
    give(desk, 20_000_000, "30/QĐ-UBND")
    give(desk, -5_000_000, "31/QĐ-UBND")
    assert budget.position(desk.session, desk.commune_id, 2026).allocated == 115_000_000
    assert budget.position(desk.session, desk.commune_id, 2027).allocated == 0
    row = desk.session.exec(select(BudgetAllocation).order_by(col(BudgetAllocation.id))).all()[0]
    row.amount = 1
    desk.session.add(row)
    with pytest.raises(DatabaseError):
        desk.session.flush()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"reference": " "}, "reference"),
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"decided_on": date(2026, 7, 11)}, "decided_on"),
    ],
)
def test_what_cannot_be_an_allocation_is_refused(desk: Desk, given: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem, match=code):
        give(desk, **({"amount": 1_000} | given))
    assert desk.session.exec(select(BudgetAllocation)).all() == []


def test_only_phong_kinh_te_enters_the_estimate(desk: Desk) -> None:
    with pytest.raises(Problem) as refused:
        give(desk, 1_000, actor=desk.office[Role.chairman])
    assert refused.value.kind is Kind.NOT_ALLOWED


def test_paid_in_process_and_still_coming_add_up_and_the_month_it_ends_is_named(desk: Desk) -> None:
    people = [desk.person(), desk.person(PayMethodKind.CASH)]
    desk.decide({person.key: HALF_A_MILLION for person in people})
    desk.run_month("2026-07", f"HT2607-{people[0].key:04d}")
    give(desk, 4_000_000)
    found = budget.position(desk.session, desk.commune_id, 2026)
    assert (found.paid, found.in_process) == (HALF_A_MILLION, HALF_A_MILLION), "what came back is still owed"
    assert found.coming == {Month(2026, number): 1_000_000 for number in range(8, 13)}
    assert (found.committed, found.rest) == (5_500_000, -2_000_000)
    assert found.short_from == Month(2026, 11)
    assert "tháng 11/2026" in found.warning
    assert "2.000.000 đồng" in found.warning
    give(desk, 2_000_000, "13/QĐ-UBND")
    enough = budget.position(desk.session, desk.commune_id, 2026)
    assert (enough.rest, enough.short_from, enough.warning) == (0, None, "")


def test_a_paid_retry_is_paid_once_and_nothing_is_left_in_process(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    desk.run_month("2026-07", f"HT2607-{person.key:04d}")
    desk.run_month("2026-08")
    found = budget.position(desk.session, desk.commune_id, 2026)
    assert (found.paid, found.in_process) == (2 * HALF_A_MILLION, 0)


def received(desk: Desk) -> tuple[int, int, int]:
    """(đồng paid, đồng under way) of the year, and what the comparison shows as paid in July."""
    found = budget.position(desk.session, desk.commune_id, 2026)
    july = budget_compare.compare(desk.session, desk.commune_id, 2026).by_month[6]
    return found.paid, found.in_process, july.paid


def test_money_that_came_back_after_its_month_was_closed_is_not_paid_until_it_arrives(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    july = desk.run_month("2026-07")
    assert received(desk) == (HALF_A_MILLION, 0, HALF_A_MILLION)
    desk.say_late(july, desk.transfers(july)[0], paid=False)
    assert received(desk) == (0, HALF_A_MILLION, 0)
    desk.run_month("2026-08")
    assert received(desk) == (2 * HALF_A_MILLION, 0, 0), "the new attempt stands in August's list"


def test_money_that_arrived_after_all_counts_as_paid_even_when_it_was_tried_again(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    july = desk.run_month("2026-07", f"HT2607-{person.key:04d}")
    assert received(desk) == (0, HALF_A_MILLION, 0)
    desk.run_month("2026-08")
    desk.say_late(july, desk.transfers(july)[0], paid=True)
    assert received(desk) == (3 * HALF_A_MILLION, 0, HALF_A_MILLION), "it left the account twice: September is less"


def test_what_a_decision_would_give_is_counted_from_its_first_month_with_bhyt_unless_a_card_pays_the_month(
    desk: Desk,
) -> None:
    staying, leaving, coming = (desk.person() for _ in range(3))
    desk.decide({staying.key: HALF_A_MILLION, leaving.key: HALF_A_MILLION})
    desk.run_month("2026-07")
    wanted = {
        (staying.key, Benefit.INCOME): 700_000,
        (leaving.key, Benefit.INCOME): 0,
        (coming.key, Benefit.INCOME): 300_000,
        (coming.key, Benefit.BHYT): 100_000,
    }
    found = budget.position(desk.session, desk.commune_id, 2026, wanted=wanted, first=Month(2026, 10))
    assert [found.coming[Month(2026, number)] for number in range(8, 13)] == [1_000_000] * 2 + [1_100_000] * 3


def test_without_an_estimate_the_payment_says_so_until_the_list_is_on_its_way(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    july = desk.build("2026-07")
    assert "Chưa nhập dự toán" in budget.warning(desk.session, july)
    desk.send(july)
    assert budget.warning(desk.session, july) == ""


def test_a_death_takes_its_months_out_of_what_is_coming(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    desk.run_month("2026-07")
    changes.record_event(
        desk.session,
        person_id=person.key,
        reason=StopReason.DEATH,
        happened_on=date(2026, 9, 2),
        note="",
        actor=desk.first,
        now=moment("2026-09", 3),
    )
    coming = budget.position(desk.session, desk.commune_id, 2026).coming
    assert [month.number for month, amount in coming.items() if amount] == [8, 9]


def known(desk: Desk, born: date, escaped: date) -> Person:
    """Somebody of an escaped household whom the demonstration groups support, seen by the law as by the grant."""
    person = factories.create_person(desk.session, desk.office.villages[0], birth_date=born)
    home = desk.session.get_one(Household, person.household_id)
    factories.create_status(desk.session, home, HouseholdStatusKind.THOAT_NGHEO, valid_from=escaped)
    for kind, value in (
        (FactKind.RESIDENCE, "THUONG_TRU"),
        (FactKind.INCOME, {"kind": "KHONG", "monthly": 0}),
        (FactKind.ALLOWANCE, {"kind": "KHONG", "monthly": 0}),
    ):
        factories.create_fact(desk.session, person, kind, value)
    return person


def test_next_years_need_follows_the_law_of_each_month_and_names_who_leaves_and_why(desk: Desk) -> None:
    for key, value in (
        ("NQ04.effective_from", "2026-05-01"),
        ("NQ04.residence.accepted", ["THUONG_TRU"]),
        ("NQ04.bhyt.target_share", 100),
        ("BHYT.age_groups", []),
        ("BHYT.base_salary", 2_340_000),
    ):
        desk.know(key, value)
    stays = known(desk, date(1950, 3, 2), date(2026, 5, 10))
    leaves = known(desk, date(1952, 3, 2), date(2024, 5, 10))
    desk.decide({stays.key: 1_500_000, leaves.key: 1_500_000}, category="CAO_TUOI")
    found = budget_need.need(desk.session, desk.commune_id, 2027, on=date(2026, 9, 30))
    sums = budget_need.months_of(asdict(found))
    assert [sums[f"2027-{number:02d}"]["people"] for number in range(1, 13)] == [2] * 4 + [1] * 8
    assert sums["2027-01"]["income"] == 2 * 2_200_000, "the target of 2027, not today's amount"
    assert [(one.month, one.reason, one.people) for one in found.leaving] == [("2027-05", "Hết thời hạn hỗ trợ", 1)]
    assert (found.people_now, found.kept, found.plan_people) == (2, 0, 73)
    assert found.total == 4 * 2 * 2_200_000 + 8 * 2_200_000
    letter = budget_papers.letter(desk.session, desk.commune_id, found)
    assert [(row.people, row.months, row.yearly) for row in letter.income] == [(2, 16, found.total)]
    assert [(row.people, row.months, row.yearly) for row in letter.expected] == [(71, 852, 852 * 2_200_000)]


def test_the_report_and_the_workbook_of_a_need_have_the_same_sums(desk: Desk) -> None:
    people = [desk.person(), desk.person(village=1)]
    desk.decide({people[0].key: HALF_A_MILLION, people[1].key: 700_000})
    desk.decide({people[1].key: 105_300}, benefit=Benefit.BHYT)
    sheet = budget_papers.want(desk.session, commune_id=desk.commune_id, year=2027, now=moment("2026-08", 1))
    report = desk.session.exec(select(Document).where(Document.kind == "budget_need")).one()
    stated = {part: sum(row["yearly"] for row in report.data[part]) for part in ("income", "bhyt", "expected")}
    assert stated["income"] + stated["bhyt"] == write_budget_sheet(sheet.data).total == 12 * (1_200_000 + 105_300)
    assert stated["expected"] == 71 * 12 * 600_000, "whom the plan expects beyond them, at the average"
    assert report.data["head"]["is_assumed"], "the levels of 2027 are not confirmed"


def test_whom_the_law_cannot_judge_keeps_todays_amount_and_is_counted_as_such(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    desk.decide({person.key: 105_300}, benefit=Benefit.BHYT)
    found = budget_need.need(desk.session, desk.commune_id, 2027, on=date(2026, 9, 30))
    assert found.kept == 12
    assert found.total == 12 * (HALF_A_MILLION + 105_300)


def test_the_need_is_due_once_a_year_from_the_offices_day_on_and_makes_report_and_workbook(desk: Desk) -> None:
    on = date(2026, 8, 1)
    assert budget_papers.is_due(desk.session, desk.commune_id, on=on) is None, "nobody is supported"
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    assert budget_papers.is_due(desk.session, desk.commune_id, on=date(2026, 6, 30)) is None
    assert budget_papers.is_due(desk.session, desk.commune_id, on=on) == 2027
    budget_papers.want(desk.session, commune_id=desk.commune_id, year=2027, now=moment("2026-08", 1))
    assert budget_papers.is_due(desk.session, desk.commune_id, on=date(2026, 12, 31)) is None
    kinds = desk.session.exec(select(Document.kind).where(col(Document.kind).startswith("budget"))).all()
    assert sorted(kinds) == ["budget_need", "budget_sheet"]


def test_the_workbook_says_each_month_and_the_sum_and_is_the_same_twice(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    paper = budget_papers.want(desk.session, commune_id=desk.commune_id, year=2027, now=moment("2026-08", 1))
    made, again = write_budget_sheet(paper.data), write_budget_sheet(paper.data)
    assert made.data == again.data
    assert (made.count, made.total) == (1, 12 * HALF_A_MILLION)
    book = openpyxl.load_workbook(io.BytesIO(made.data))
    assert book.sheetnames == ["Theo tháng", "Theo thôn", "Thôn và tháng", "Dự kiến thôi hưởng"]
    rows = [[cell.value for cell in row] for row in book["Theo tháng"].iter_rows()]
    assert ["01/2027", 1, HALF_A_MILLION, 0, 0, HALF_A_MILLION] in rows
    assert rows[-1] == ["Cộng cả năm", None, 12 * HALF_A_MILLION, None, 0, 12 * HALF_A_MILLION]
    assert person.full_name not in str(rows), "what goes up names nobody"


def test_paid_stands_against_the_estimate_by_month_and_thon(desk: Desk) -> None:
    people = [desk.person(), desk.person(village=1)]
    desk.decide({person.key: HALF_A_MILLION for person in people})
    budget_papers.want(desk.session, commune_id=desk.commune_id, year=2026, now=moment("2026-07", 2))
    desk.run_month("2026-07", f"HT2607-{people[1].key:04d}")
    found = budget_compare.compare(desk.session, desk.commune_id, 2026)
    assert found.has_plan
    july = found.by_month[6]
    assert (july.planned_people, july.planned, july.paid_people, july.paid) == (2, 1_000_000, 1, HALF_A_MILLION)
    assert [(line.label, line.planned, line.paid) for line in found.by_village] == [
        (desk.office.villages[0].name, 3_000_000, HALF_A_MILLION),
        (desk.office.villages[1].name, 3_000_000, 0),
    ]
    assert sum(line.planned for line in found.by_month) == sum(line.planned for _, _, line in found.cells)
