"""Step 1: what a thôn returns becomes records once, precisely, and nothing is lost or overwritten."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, func, select

from models.cycles import Case, CycleStep
from models.documents import Document
from models.ledger import AuditEntry, Involvement
from models.lists import ListFile, ListRow, RowProblem, VillageList
from models.notices import Mail
from models.people import FactKind, Household, HouseholdStatus, PayMethod, PayMethodKind, Person, PersonFact
from rules.village_sheet import CellProblem, SheetReading, VillageRow
from rules.workflow import CaseStatus, ListState, Role, Step, StepState
from services import ledger, lists
from services.errors import Kind, Problem
from services.list_facts import stated_facts
from services.staff import Actor
from tests import factories, schema
from tests.factories import NOW, OPENED, Office

ACCOUNT = "2200205987654"
ILLNESS = "Giấy ra viện: u ác tính phổi"


def village_row(number: int = 1, **values: Any) -> VillageRow:
    """A row as the reader gives it: a near-poor woman of 1950 paid through Agribank."""
    name = factories.invented_name(number)
    row = VillageRow(
        sheet="Danh sách",
        row_number=5 + number,
        household_code=f"HN{number:03d}",
        head_name=name,
        full_name=name,
        birth_date=date(1950, 3, 2),
        birth_precision="day",
        sex="NU",
        citizen_id=factories.citizen_number(900000 + number),
        old_id=None,
        relation="Chủ hộ",
        village_name=None,
        residence="THUONG_TRU",
        household_status="CAN_NGHEO",
        status_decision_no="12/QĐ-UBND",
        status_decision_date=date(2026, 1, 5),
        group_code="CAO_TUOI",
        group_text="Người cao tuổi",
        medical_papers=None,
        disability=None,
        income="KHONG",
        other_allowance=False,
        other_allowance_text=None,
        bhyt_object=None,
        facility="Trạm Y tế",
        pay_method="ACCOUNT",
        account_no=f"{ACCOUNT}{number}",
        bank_name="Agribank",
        bank_bin="970405",
        account_holder=name,
        phone="0912345678",
        note=None,
        repaired=(),
    )
    return replace(row, **values)


def reading(*rows: VillageRow, problems: tuple[CellProblem, ...] = (), **meta: str) -> SheetReading:
    return SheetReading(rows=rows, problems=problems, warnings=(), meta=meta)


@pytest.fixture
def office(session: Session) -> Office:
    """A commune of two thôn whose lists have been asked for."""
    office = factories.create_office(session)
    lists.STEP.work(session, office.cycle, lists.STEP.pending(session, office.cycle, NOW), NOW)
    return office


def list_of(session: Session, office: Office, place: int) -> VillageList:
    query = select(VillageList).where(VillageList.village_id == office.villages[place].key)
    return session.exec(query).one()


def hand_in(
    session: Session, office: Office, said: SheetReading, *, place: int = 0, sha: str = "a", actor: Actor | None = None
) -> ListFile:
    return lists.receive_file(
        session,
        village_list_id=list_of(session, office, place).key,
        file_name="danh-sach.xlsx",
        sha256=sha * 64,
        size=1000,
        reading=said,
        actor=actor or office.heads[place],
        now=NOW,
    )


def count(session: Session, model: Any) -> int:
    return session.exec(select(func.count()).select_from(model)).one()


def facts_of(session: Session, person: Person) -> dict[str, list[PersonFact]]:
    found: dict[str, list[PersonFact]] = {}
    for fact in session.exec(select(PersonFact).where(PersonFact.person_id == person.key).order_by(col(PersonFact.id))):
        found.setdefault(fact.kind, []).append(fact)
    return found


# ---------------------------------------------------------------- asking


def test_each_active_village_is_asked_once_with_a_workbook_and_a_mail(session: Session, office: Office) -> None:
    factories.create_village(session, office.commune, active=False)
    lists.STEP.work(session, office.cycle, [village.key for village in office.villages], NOW)
    assert lists.STEP.pending(session, office.cycle, NOW) == []
    assert (count(session, VillageList), count(session, Document), count(session, Mail)) == (2, 2, 2)
    gate = lists.STEP.gate(session, office.cycle, NOW)
    assert (gate.done, gate.holder, gate.due_on) == (False, Role.village_head, list_of(session, office, 0).due_on)
    assert gate.message.startswith("Chờ 2 thôn nộp danh sách, hạn ")


def test_a_commune_without_villages_waits_and_says_why(session: Session) -> None:
    empty = factories.create_office(session, villages=0)
    gate = lists.STEP.gate(session, empty.cycle, NOW)
    assert not gate.done
    assert "Chưa có thôn" in gate.message


def test_the_gate_opens_when_every_village_has_answered_or_is_closed(session: Session, office: Office) -> None:
    hand_in(session, office, reading(village_row()))
    lists.close_list(
        session,
        village_list_id=list_of(session, office, 1).key,
        reason="Trưởng thôn đi vắng",
        actor=office[Role.economy],
        now=NOW,
    )
    gate = lists.STEP.gate(session, office.cycle, NOW)
    assert (gate.done, gate.counts["people"]) == (True, 1)


# ---------------------------------------------------------------- taking in


def test_a_good_row_becomes_household_person_facts_pay_method_and_case(session: Session, office: Office) -> None:
    file = hand_in(session, office, reading(village_row(residence="TAM_TRU", bhyt_object="CN")))
    person = session.exec(select(Person)).one()
    home = session.get_one(Household, person.household_id)
    status = session.exec(select(HouseholdStatus)).one()
    case = session.exec(select(Case)).one()
    assert (home.code, home.village_id, person.village_id) == ("HN001", office.villages[0].key, office.villages[0].key)
    assert (status.kind, status.valid_from, status.decision_no) == ("CAN_NGHEO", date(2026, 1, 5), "12/QĐ-UBND")
    assert (case.person_id, case.status, case.cycle_id) == (person.key, CaseStatus.LISTED, office.cycle.key)
    facts = {kind: (found[0].value, found[0].valid_from) for kind, found in facts_of(session, person).items()}
    assert facts == {
        FactKind.RESIDENCE: ("TAM_TRU", OPENED),
        FactKind.GROUP: ("CAO_TUOI", OPENED),
        FactKind.BHYT_OBJECT: ("CN", OPENED),
        FactKind.INCOME: ({"kind": "KHONG", "monthly": 0}, OPENED),
        FactKind.ALLOWANCE: ({"kind": "KHONG", "monthly": 0}, OPENED),
    }
    method = session.exec(select(PayMethod)).one()
    assert (method.kind, method.bank_bin, method.account_no) == ("ACCOUNT", "970405", f"{ACCOUNT}1")
    assert (file.row_count, file.error_count, list_of(session, office, 0).state) == (1, 0, ListState.RETURNED)


def test_the_act_is_recorded_involves_its_person_and_wants_the_step(session: Session, office: Office) -> None:
    step = session.exec(select(CycleStep).where(CycleStep.step == Step.lists)).one()
    step.wanted, step.state = False, StepState.WAITING
    hand_in(session, office, reading(village_row()))
    assert step.wanted
    entry = session.exec(select(AuditEntry)).one()
    assert (entry.action, entry.data["rows"], entry.data["new_people"]) == ("receive_list", 1, 1)
    assert ledger.verify(session, office.commune.key) is None
    assert session.exec(select(Involvement.account_id)).all() == [office.heads[0].account_id]
    receipts = session.exec(select(Mail).where(Mail.template == "list_received")).all()
    assert [mail.context["counts"] for mail in receipts] == [{"rows": 1, "errors": 0}]


def test_the_same_file_twice_changes_nothing(session: Session, office: Office) -> None:
    first = hand_in(session, office, reading(village_row(), village_row(2)))
    tables = (ListFile, ListRow, RowProblem, Person, PersonFact, PayMethod, Case, Mail, AuditEntry, Household)
    before = [count(session, table) for table in tables]
    again = hand_in(session, office, reading(village_row(residence="TAM_TRU")))
    assert again.key == first.key
    assert [count(session, table) for table in tables] == before


def test_a_file_with_errors_keeps_good_rows_and_lists_each_problem_by_cell(session: Session, office: Office) -> None:
    wrong = (
        CellProblem("Danh sách", "G8", "CITIZEN_ID_LENGTH", "Số định danh phải có đủ 12 chữ số.", "error", "text"),
        CellProblem("Danh sách", "E9", "BIRTH_MISSING", "Thiếu ngày sinh.", "error", "blank"),
    )
    file = hand_in(session, office, reading(village_row(), problems=wrong))
    found = lists.file_problems(session, file.key, office.heads[0])
    assert [(p.cell, p.code) for p in found] == [("G8", "CITIZEN_ID_LENGTH"), ("E9", "BIRTH_MISSING")]
    assert (file.row_count, file.error_count, count(session, Case)) == (1, 2, 1)
    mail = session.exec(select(Mail).where(Mail.template == "list_received")).one()
    assert mail.context["counts"] == {"rows": 3, "errors": 2}


def test_a_file_without_one_good_row_leaves_only_its_problems(session: Session, office: Office) -> None:
    wrong = CellProblem("Danh sách", "A5", "NO_HEADING", "Không tìm thấy dòng tiêu đề cột.", "error", "blank")
    file = hand_in(session, office, reading(problems=(wrong,)))
    assert (file.row_count, file.error_count, count(session, Person)) == (0, 1, 0)
    assert list_of(session, office, 0).state == ListState.REQUESTED
    empty = hand_in(session, office, reading(), sha="b")
    assert [p.code for p in lists.file_problems(session, empty.key, office.heads[0])] == ["NO_PERSON"]


def test_another_villages_workbook_is_not_taken(session: Session, office: Office) -> None:
    file = hand_in(session, office, reading(village_row(), village_code=office.villages[1].code))
    assert [p.code for p in lists.file_problems(session, file.key, office.heads[0])] == ["WRONG_VILLAGE"]
    assert count(session, Person) == 0
    named = hand_in(session, office, reading(village_row(village_name=office.villages[1].name)), sha="b")
    assert [p.code for p in lists.file_problems(session, named.key, office.heads[0])] == ["OTHER_VILLAGE"]
    assert count(session, Person) == 0


def test_a_blank_cell_deletes_nothing_and_a_person_left_out_stays(session: Session, office: Office) -> None:
    hand_in(session, office, reading(village_row(), village_row(2)))
    blank: dict[str, Any] = dict.fromkeys(
        ("residence", "group_code", "group_text", "other_allowance", "phone", "facility", "relation", "account_no")
    )
    blank |= dict.fromkeys(("bank_name", "bank_bin", "account_holder", "status_decision_no", "status_decision_date"))
    file = hand_in(session, office, reading(village_row(**blank)), sha="b")
    person = session.exec(select(Person).where(Person.citizen_id == village_row().citizen_id)).one()
    assert (person.phone, person.facility, person.relation) == ("0912345678", "Trạm Y tế", "Chủ hộ")
    assert all(len(found) == 1 and found[0].valid_to is None for found in facts_of(session, person).values())
    method = session.exec(select(PayMethod).where(PayMethod.person_id == person.key)).one()
    assert (method.account_no, method.ended_at) == (f"{ACCOUNT}1", None)
    status = session.exec(select(HouseholdStatus).where(HouseholdStatus.household_id == person.household_id)).one()
    assert (status.valid_from, status.valid_to) == (date(2026, 1, 5), None)
    assert count(session, Case) == 2
    assert [p.code for p in lists.file_problems(session, file.key, office.heads[0])] == ["PEOPLE_KEPT"]


@pytest.mark.parametrize(
    ("said", "income", "allowance"),
    [
        (None, "KHONG", None),
        ("", "KHONG", {"kind": "", "monthly": None}),
        ("trợ cấp tuổi già 500.000 đ", "KHONG", {"kind": "trợ cấp tuổi già", "monthly": 500_000}),
        ("trợ cấp: 750000 đồng/tháng", "KHONG", {"kind": "trợ cấp", "monthly": 750_000}),
        ("hưu trí xã hội", "KHONG", {"kind": "hưu trí xã hội", "monthly": None}),
        ("lương hưu 3.200.000", "LUONG_HUU", {"kind": "KHONG", "monthly": 0}),
        ("lương hưu và trợ cấp tuổi già", "LUONG_HUU", {"kind": "lương hưu và trợ cấp tuổi già", "monthly": None}),
    ],
)
def test_a_pension_is_income_and_an_unwritten_amount_is_unknown(said: str | None, income: str, allowance: Any) -> None:
    facts = stated_facts(village_row(other_allowance=None if said is None else True, other_allowance_text=said))
    assert facts[FactKind.INCOME]["kind"] == income
    assert facts.get(FactKind.ALLOWANCE) == allowance


# ---------------------------------------------------------------- corrections


def test_a_correction_opens_a_new_fact_and_closes_the_old(session: Session, office: Office) -> None:
    hand_in(session, office, reading(village_row()))
    case = session.exec(select(Case)).one()
    case.needs_assessment = False
    said = village_row(residence="TAM_TRU", other_allowance=True, other_allowance_text="trợ cấp tuổi già 500.000 đ")
    hand_in(session, office, reading(said), sha="b")
    person = session.exec(select(Person)).one()
    old, new = facts_of(session, person)[FactKind.RESIDENCE]
    assert (old.value, old.valid_to, old.replaced_by) == ("THUONG_TRU", OPENED - timedelta(days=1), new.key)
    assert (new.value, new.valid_from, new.valid_to) == ("TAM_TRU", OPENED, None)
    allowance = facts_of(session, person)[FactKind.ALLOWANCE]
    assert allowance[-1].value == {"kind": "trợ cấp tuổi già", "monthly": 500_000}
    assert case.needs_assessment
    assert (count(session, Person), count(session, Case)) == (1, 1)


def test_a_later_quarters_statement_ends_the_old_the_day_before(session: Session, office: Office) -> None:
    hand_in(session, office, reading(village_row()))
    later = factories.create_cycle(session, office.commune, quarter=4, opened_on=date(2026, 10, 1))
    lists.STEP.work(session, later, [office.villages[0].key], NOW)
    asked = session.exec(select(VillageList).where(VillageList.cycle_id == later.key)).one()
    lists.receive_file(
        session,
        village_list_id=asked.key,
        file_name="q4.xlsx",
        sha256="c" * 64,
        size=1,
        reading=reading(village_row(residence="TAM_TRU")),
        actor=office.heads[0],
        now=NOW + timedelta(days=90),
    )
    old, new = facts_of(session, session.exec(select(Person)).one())[FactKind.RESIDENCE]
    assert (old.valid_from, old.valid_to, new.valid_from) == (OPENED, date(2026, 9, 30), date(2026, 10, 1))
    assert old.replaced_by is None
    assert count(session, Case) == 2


def test_what_an_office_recorded_in_this_cycle_stands_against_the_villages_word(
    session: Session, office: Office
) -> None:
    hand_in(session, office, reading(village_row()))
    person = session.exec(select(Person)).one()
    stated = facts_of(session, person)[FactKind.RESIDENCE][0]
    stated.valid_to = OPENED
    factories.create_fact(session, person, FactKind.RESIDENCE, "TAM_TRU", valid_from=OPENED + timedelta(days=1))
    hand_in(session, office, reading(village_row(phone="0987654321")), sha="b")
    assert [fact.value for fact in facts_of(session, person)[FactKind.RESIDENCE]] == ["THUONG_TRU", "TAM_TRU"]
    assert person.phone == "0987654321"


def test_a_changed_account_is_a_new_pay_method_and_the_old_one_stays(session: Session, office: Office) -> None:
    hand_in(session, office, reading(village_row()))
    hand_in(session, office, reading(village_row(account_no="109876543210")), sha="b")
    hand_in(session, office, reading(village_row(pay_method="CASH", account_no=None)), sha="c")
    methods = session.exec(select(PayMethod).order_by(col(PayMethod.id))).all()
    assert [(m.kind, m.account_no) for m in methods] == [
        (PayMethodKind.ACCOUNT, f"{ACCOUNT}1"),
        (PayMethodKind.ACCOUNT, "109876543210"),
        (PayMethodKind.CASH, None),
    ]
    assert [m.ended_at is None for m in methods] == [False, False, True]


def test_a_new_account_at_an_unknown_bank_is_not_sent_to_the_old_bank(session: Session, office: Office) -> None:
    hand_in(session, office, reading(village_row()))
    file = hand_in(session, office, reading(village_row(account_no="109876543210", bank_bin=None)), sha="b")
    assert session.exec(select(PayMethod)).one().account_no == f"{ACCOUNT}1"
    assert [p.code for p in lists.file_problems(session, file.key, office.heads[0])] == ["ACCOUNT_INCOMPLETE"]


# ---------------------------------------------------------------- statuses


def statuses(session: Session) -> list[tuple[str, date | None, date | None]]:
    rows = session.exec(select(HouseholdStatus).order_by(col(HouseholdStatus.id)))
    return [(row.kind, row.valid_from, row.valid_to) for row in rows]


def test_a_decision_nobody_showed_has_no_day_until_it_is_shown(session: Session, office: Office) -> None:
    unknown = village_row(household_status="THOAT_NGHEO", status_decision_date=None)
    hand_in(session, office, reading(unknown))
    assert statuses(session) == [("THOAT_NGHEO", None, None)]
    hand_in(session, office, reading(replace(unknown, status_decision_date=date(2025, 6, 1))), sha="b")
    assert statuses(session) == [("THOAT_NGHEO", date(2025, 6, 1), None)]


def test_escaped_and_near_poor_hold_at_once_but_poor_and_near_poor_do_not(session: Session, office: Office) -> None:
    head = village_row(household_status="THOAT_NGHEO", status_decision_date=date(2025, 6, 1))
    member = village_row(2, household_code="HN001", household_status="CAN_NGHEO")
    hand_in(session, office, reading(head, member))
    assert [(kind, until) for kind, _, until in statuses(session)] == [("THOAT_NGHEO", None), ("CAN_NGHEO", None)]
    poor = replace(member, household_status="NGHEO", status_decision_date=date(2026, 6, 1))
    other = factories.create_office(session)
    lists.STEP.work(session, other.cycle, [v.key for v in other.villages], NOW)
    home = factories.create_household(session, other.villages[0], code="HN001")
    factories.create_status(session, home)
    hand_in(session, other, reading(poor), sha="b")
    found = session.exec(select(HouseholdStatus).where(HouseholdStatus.household_id == home.key)).all()
    assert [(s.kind, s.valid_to) for s in found] == [("CAN_NGHEO", date(2026, 5, 31)), ("NGHEO", None)]


def test_a_village_that_corrects_its_own_word_on_the_status_takes_it_back(session: Session, office: Office) -> None:
    hand_in(session, office, reading(village_row(household_status="THOAT_NGHEO")))
    hand_in(session, office, reading(village_row(household_status="THOAT_NGHEO", phone="0987654321")), sha="b")
    hand_in(session, office, reading(village_row()), sha="c")
    day = date(2026, 1, 5)
    assert statuses(session) == [("THOAT_NGHEO", day, day - timedelta(days=1)), ("CAN_NGHEO", day, None)]


def test_the_word_of_a_housemate_keeps_the_status(session: Session, office: Office) -> None:
    head, mate = village_row(household_status="THOAT_NGHEO"), village_row(2, household_code="HN001")
    mate = replace(mate, household_status="THOAT_NGHEO")
    hand_in(session, office, reading(head, mate))
    hand_in(session, office, reading(replace(head, household_status="CAN_NGHEO"), mate), sha="b")
    assert [(kind, until) for kind, _, until in statuses(session)] == [("THOAT_NGHEO", None), ("CAN_NGHEO", None)]


# ---------------------------------------------------------------- the same person twice


def test_a_person_in_two_villages_has_one_case_and_both_are_told(session: Session, office: Office) -> None:
    first = hand_in(session, office, reading(village_row()))
    second = hand_in(session, office, reading(village_row(), village_row(2)), place=1, sha="b")
    hand_in(session, office, reading(village_row(), village_row(3)), place=1, sha="c")
    case = session.exec(select(Case).join(Person).where(Person.citizen_id == village_row().citizen_id)).one()
    assert case.village_id == office.villages[0].key
    rows = session.exec(select(ListRow).where(ListRow.list_file_id == second.key).order_by(col(ListRow.id))).all()
    kept = session.exec(select(ListRow).where(ListRow.list_file_id == first.key)).one()
    assert {row.duplicate_of for row in rows} == {None, kept.key}
    assert (second.row_count, second.error_count) == (1, 1)
    told_second = lists.file_problems(session, second.key, office.heads[1])
    assert [(p.code, p.cell) for p in told_second] == [("IN_OTHER_LIST", "A6")]
    assert office.villages[0].name in told_second[0].message
    told_first = lists.file_problems(session, first.key, office.heads[0])
    assert [(p.code, p.cell, p.severity) for p in told_first] == [("IN_TWO_LISTS", "A6", "warning")]
    assert office.villages[1].name in told_first[0].message


def test_a_number_that_belongs_to_somebody_else_keeps_the_row_out(session: Session, office: Office) -> None:
    hand_in(session, office, reading(village_row()))
    stranger = village_row(2, citizen_id=village_row().citizen_id)
    new_number = village_row(citizen_id=factories.citizen_number(777777))
    file = hand_in(session, office, reading(stranger, new_number), sha="b")
    codes = [p.code for p in lists.file_problems(session, file.key, office.heads[0])]
    assert codes == ["CITIZEN_ID_TAKEN", "CITIZEN_ID_CHANGED"]
    assert count(session, Person) == 1


@pytest.mark.parametrize(("born", "codes"), [(date(1950, 3, 2), ["NAMESAKE"]), (date(1950, 3, 3), [])])
def test_only_the_same_name_and_birth_under_another_number_is_asked_about(
    session: Session, office: Office, born: date, codes: list[str]
) -> None:
    hand_in(session, office, reading(village_row()))
    alike = village_row(household_code="HN777", citizen_id=factories.citizen_number(777777), birth_date=born)
    file = hand_in(session, office, reading(alike), sha="b")
    problems = lists.file_problems(session, file.key, office.heads[0])
    assert [p.code for p in problems if p.code != "PEOPLE_KEPT"] == codes
    assert count(session, Person) == 2


def test_a_long_list_asks_no_more_questions_than_a_short_one(session: Session, office: Office) -> None:
    asked: list[str] = []

    def hear(_c: Any, _k: Any, statement: str, *_rest: Any) -> None:
        asked.extend([statement] if statement.startswith("SELECT") else [])

    event.listen(session.connection(), "before_cursor_execute", hear)
    numbers = []
    for said, sha in (([1, 2], "a"), ([3, 4], "b"), (range(5, 45), "c")):
        asked.clear()
        file = hand_in(session, office, reading(*map(village_row, said)), sha=sha)
        assert file.row_count == len(said)
        numbers.append(len(asked))
    assert numbers[2] == numbers[1]


def test_a_dead_person_cannot_be_listed(session: Session, office: Office) -> None:
    row = village_row()
    factories.create_person(
        session,
        office.villages[0],
        full_name=row.full_name,
        citizen_id=row.citizen_id,
        died_on=date(2026, 5, 1),
    )
    file = hand_in(session, office, reading(row))
    assert [p.code for p in lists.file_problems(session, file.key, office.heads[0])] == ["PERSON_DEAD"]
    assert count(session, Case) == 0


# ---------------------------------------------------------------- who may


def test_the_head_of_another_village_is_refused(session: Session, office: Office) -> None:
    with pytest.raises(Problem) as refused:
        hand_in(session, office, reading(village_row()), actor=office.heads[1])
    assert refused.value.kind is Kind.NOT_ALLOWED
    file = hand_in(session, office, reading(village_row()))
    for look in (
        lambda: lists.file_problems(session, file.key, office.heads[1]),
        lambda: lists.rows_of(session, list_of(session, office, 0).key, office.heads[1]),
        lambda: lists.declare_nothing(
            session, village_list_id=list_of(session, office, 0).key, actor=office.heads[1], now=NOW
        ),
    ):
        with pytest.raises(Problem) as refused:
            look()
        assert refused.value.kind is Kind.NOT_ALLOWED


def test_a_village_head_sees_the_own_list_and_the_office_all(session: Session, office: Office) -> None:
    hand_in(session, office, reading(village_row(2), village_row(1, medical_papers=ILLNESS)))
    own = lists.overview(session, cycle_id=office.cycle.key, actor=office.heads[0])
    assert [(row.village_id, row.row_count, row.file_count) for row in own] == [(office.villages[0].key, 2, 1)]
    assert len(lists.overview(session, cycle_id=office.cycle.key, actor=office[Role.economy])) == 2
    listed = lists.rows_of(session, list_of(session, office, 0).key, office[Role.economy])
    assert [person.full_name for person in listed] == [village_row(1).full_name, village_row(2).full_name]
    assert ILLNESS not in json.dumps([dict(person.stated) for person in listed], ensure_ascii=False)
    stranger = factories.create_office(session)
    with pytest.raises(Problem):
        lists.overview(session, cycle_id=office.cycle.key, actor=stranger[Role.economy])


def test_nothing_to_report_is_an_answer_and_a_returned_list_is_not_nothing(session: Session, office: Office) -> None:
    first, second = list_of(session, office, 0), list_of(session, office, 1)
    lists.declare_nothing(session, village_list_id=first.key, actor=office.heads[0], now=NOW)
    lists.declare_nothing(session, village_list_id=first.key, actor=office.heads[0], now=NOW)
    assert (first.state, first.answered_by, count(session, AuditEntry)) == (
        ListState.NOTHING,
        office.heads[0].account_id,
        1,
    )
    hand_in(session, office, reading(village_row()), place=1)
    with pytest.raises(Problem) as refused:
        lists.declare_nothing(session, village_list_id=second.key, actor=office.heads[1], now=NOW)
    assert refused.value.kind is Kind.CONFLICT
    hand_in(session, office, reading(village_row(2)))
    assert first.state == ListState.RETURNED


def test_only_the_economy_office_extends_or_closes(session: Session, office: Office) -> None:
    asked = list_of(session, office, 0)
    later = asked.due_on + timedelta(days=3)
    with pytest.raises(Problem) as refused:
        lists.extend(session, village_list_id=asked.key, due_on=later, actor=office.heads[0], now=NOW)
    assert refused.value.kind is Kind.NOT_ALLOWED
    with pytest.raises(Problem) as refused:
        lists.extend(session, village_list_id=asked.key, due_on=asked.due_on, actor=office[Role.economy], now=NOW)
    assert refused.value.kind is Kind.INVALID
    lists.extend(session, village_list_id=asked.key, due_on=later, actor=office[Role.economy], now=NOW)
    assert asked.due_on == later
    requests = session.exec(select(Mail).where(Mail.template == "list_request")).all()
    assert [m.context["due_on"] for m in requests if str(asked.key) in m.dedup_key.split(":")[1]][-1] == str(later)
    with pytest.raises(Problem) as refused:
        lists.close_list(session, village_list_id=asked.key, reason=" ", actor=office[Role.economy], now=NOW)
    assert refused.value.kind is Kind.INVALID
    lists.close_list(session, village_list_id=asked.key, reason="Quá hạn", actor=office[Role.economy], now=NOW)
    with pytest.raises(Problem) as refused:
        hand_in(session, office, reading(village_row()))
    assert refused.value.kind is Kind.CONFLICT


def test_no_list_is_taken_once_the_health_step_is_over(session: Session, office: Office) -> None:
    for step in session.exec(select(CycleStep).where(col(CycleStep.step).in_([Step.lists, Step.health]))):
        step.state = StepState.DONE
    with pytest.raises(Problem) as refused:
        hand_in(session, office, reading(village_row()))
    assert (refused.value.kind, count(session, ListFile)) == (Kind.CONFLICT, 0)


# ---------------------------------------------------------------- secrets


def test_account_and_illness_cannot_be_read_in_the_database_file(sqlite_session: Session, sqlite_url: str) -> None:
    office = factories.create_office(sqlite_session)
    lists.STEP.work(sqlite_session, office.cycle, [v.key for v in office.villages], NOW)
    repaired = (("account_no", "2200 205 987654 1", f"{ACCOUNT}1"), ("note", "x", ILLNESS))
    row = village_row(medical_papers=ILLNESS, note="Ghi chú: xơ gan mất bù", repaired=repaired)
    hand_in(sqlite_session, office, reading(row))
    hand_in(sqlite_session, office, reading(replace(row, account_no=f"{ACCOUNT}77")), sha="b")
    sqlite_session.commit()
    raw = schema.bytes_of(sqlite_url)
    assert row.full_name.encode() in raw
    for secret in (ACCOUNT, "2200 205 987654 1", "u ác tính", "xơ gan"):
        assert secret.encode() not in raw
    stored = sqlite_session.exec(select(ListRow).order_by(col(ListRow.id))).first()
    assert stored is not None
    assert json.loads(stored.stated_health or "{}")["medical_papers"] == ILLNESS
