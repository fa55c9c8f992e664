"""The month's money: listed once, computed from grants, prepared by one person and approved by another."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from models.documents import Document
from models.notices import Mail
from models.payment import EntitlementLine, LineKind, PaymentList, Transfer
from models.people import PayMethodKind
from rules.months import Month
from rules.workflow import PaymentListState, Role, Step, StepState, StopReason, TransferState
from services import cash_papers, changes, cycles, documents, ledger, pay_methods, payment, transfers
from services.errors import Kind, Problem
from services.pay_methods import NewPayMethod
from services.payment_figures import Recount, payees, recount
from services.payment_step import STEP
from services.store import save
from tests.services.money import HALF_A_MILLION, Desk, moment, open_desk


def test_each_month_of_a_grant_is_listed_and_paid_once(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    for month in ("2026-07", "2026-08"):
        desk.run_month(month)
    assert desk.lines(person) == [("2026-07", "ENTITLEMENT", 500_000), ("2026-08", "ENTITLEMENT", 500_000)]
    codes = [row.end_to_end_id for row in desk.session.exec(select(Transfer))]
    assert codes == [f"HT2607-{person.key:04d}", f"HT2608-{person.key:04d}"]


def test_a_grant_decided_late_is_paid_with_its_arrears_as_lines_of_their_months(desk: Desk) -> None:
    early, late = desk.person(), desk.person()
    desk.decide({early.key: HALF_A_MILLION})
    desk.run_month("2026-07")
    desk.decide({late.key: 400_000})
    august = desk.run_month("2026-08")
    assert desk.lines(late) == [("2026-07", "ENTITLEMENT", 400_000), ("2026-08", "ENTITLEMENT", 400_000)]
    assert {row.person_id: row.amount for row in desk.transfers(august)}[late.key] == 800_000


def test_a_smaller_amount_decided_backwards_is_a_correction_that_points_at_the_line(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    july = desk.run_month("2026-07")
    desk.decide({person.key: 300_000})
    august = desk.run_month("2026-08")
    assert desk.lines(person) == [
        ("2026-07", "ENTITLEMENT", 500_000),
        ("2026-07", "CORRECTION", -200_000),
        ("2026-08", "ENTITLEMENT", 300_000),
    ]
    query = select(EntitlementLine)
    first = desk.session.exec(query.where(EntitlementLine.list_id == july.key)).one()
    correction = desk.session.exec(query.where(EntitlementLine.kind == LineKind.CORRECTION)).one()
    assert correction.corrects_id == first.id
    assert [row.amount for row in desk.transfers(august)] == [100_000]


def test_who_owes_gets_no_transfer_and_the_debt_eats_the_months_to_come(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION}, "2026-06")
    desk.run_month("2026-06")
    desk.run_month("2026-07")
    desk.decide({person.key: 200_000}, "2026-06")
    august = desk.run_month("2026-08")
    assert desk.transfers(august) == []
    (owing,) = payment.without_transfer(desk.session, august.key)
    assert (owing.person_id, owing.lines, owing.rest) == (person.key, -400_000, -400_000)
    assert owing.reason == "Còn phải thu hồi 400.000 đồng, trừ dần vào các tháng sau"
    september, october, november = (desk.run_month(f"2026-{month}") for month in ("09", "10", "11"))
    assert [len(desk.transfers(month)) for month in (september, october, november)] == [0, 0, 1]


def test_the_law_s_month_opens_on_the_office_s_day_and_one_draft_stands_at_a_time(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    cycle = desk.office.cycle
    assert STEP.pending(desk.session, cycle, moment("2026-07", 4)) == []
    gate = STEP.gate(desk.session, cycle, moment("2026-07", 4))
    assert (gate.done, gate.holder, gate.due_on) == (False, Role.system, date(2026, 7, 5))
    assert STEP.pending(desk.session, cycle, moment("2026-09")) == [202607]
    assert STEP.work(desk.session, cycle, [202607], moment("2026-09")) == {"lists": 1, "people": 1}
    assert STEP.work(desk.session, cycle, [202607, 202608], moment("2026-09")) == {"lists": 0, "people": 0}
    assert STEP.pending(desk.session, cycle, moment("2026-09")) == []


def test_the_step_tells_who_holds_the_month_until_it_is_closed(desk: Desk) -> None:
    desk.decide({desk.person().key: HALF_A_MILLION})
    cycle, session = desk.office.cycle, desk.session
    july = desk.build("2026-07")

    def said() -> str:
        gate = STEP.gate(session, cycle, moment("2026-07", 26))
        return "xong" if gate.done else gate.message.split(" tháng")[0]

    words = [said()]
    desk.prepare(july)
    words.append(said())
    desk.approve(july)
    words.append(said())
    payment.mark_sent(session, list_id=july.key, actor=desk.first, now=moment("2026-07", 13))
    words.append(said())
    desk.answer(july)
    desk.close(july)
    words.append(said())
    assert words == [
        "Chờ Phòng Kinh tế lập danh sách chi trả",
        "Chờ người thứ hai duyệt danh sách chi trả",
        "Chờ Phòng Kinh tế chuyển tiền",
        "Chờ kết quả chi trả và đóng",
        "xong",
    ]


def test_a_cycle_that_gives_nobody_money_does_not_wait(desk: Desk) -> None:
    assert STEP.pending(desk.session, desk.office.cycle, moment("2026-07")) == []
    assert STEP.gate(desk.session, desk.office.cycle, moment("2026-07")).done


def test_the_step_names_the_parameter_it_waits_for(desk: Desk) -> None:
    desk.decide({desk.person().key: HALF_A_MILLION}, "2031-01")
    now = moment("2031-01")
    assert STEP.pending(desk.session, desk.office.cycle, now) == []
    gate = STEP.gate(desk.session, desk.office.cycle, now)
    assert not gate.done
    assert gate.message.startswith("Chờ tham số OFFICE.payment_days")


def test_the_preparer_and_whoever_touched_a_payment_cannot_approve_the_list(desk: Desk) -> None:
    session = desk.session
    desk.decide({desk.person().key: HALF_A_MILLION, desk.person().key: HALF_A_MILLION})
    july = desk.prepare(desk.build("2026-07"))
    transfers.hold_transfer(
        session, transfer_id=desk.transfers(july)[0].key, reason="Có đơn", actor=desk.second, now=moment("2026-07", 12)
    )
    for actor in (desk.first, desk.second):
        with pytest.raises(Problem) as refused:
            payment.approve(session, list_id=july.key, actor=actor, now=moment("2026-07", 12))
        assert (refused.value.kind, refused.value.code) == (Kind.NOT_ALLOWED, "two_people")
    assert july.state == PaymentListState.PREPARED
    approved = payment.approve(session, list_id=july.key, actor=desk.office[Role.chairman], now=moment("2026-07", 12))
    assert approved.state == PaymentListState.APPROVED


def test_who_gave_a_payee_another_account_cannot_approve_the_list_that_pays_into_it(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    desk.run_month("2026-07")
    new = NewPayMethod(PayMethodKind.ACCOUNT, "Sổ tài khoản", "970405", "7777000011", person.full_name)
    pay_methods.change(desk.session, person_id=person.key, new=new, actor=desk.second, now=moment("2026-07", 28))
    august = desk.prepare(desk.build("2026-08"))
    with pytest.raises(Problem, match="two_people"):
        desk.approve(august)


def test_a_draft_held_against_its_frozen_list_tells_who_came_went_and_is_paid_otherwise(desk: Desk) -> None:
    session, now = desk.session, moment("2026-07", 12)
    moves, dies, stays = desk.person(), desk.person(), desk.person()
    desk.decide({one.key: HALF_A_MILLION for one in (moves, dies, stays)})
    july = desk.build("2026-07")
    draft = payees(session, july.key)
    assert recount(draft, payees(session, july.key)) == Recount(added=0, dropped=0, changed=0)
    new = NewPayMethod(PayMethodKind.ACCOUNT, "Sổ tài khoản", "970405", "7777000011", moves.full_name)
    pay_methods.change(session, person_id=moves.key, new=new, actor=desk.first, now=now)
    died = {"reason": StopReason.DEATH, "happened_on": date(2026, 6, 28), "note": ""}
    changes.record_event(session, person_id=dies.key, actor=desk.first, now=now, **died)  # type: ignore[arg-type]
    desk.decide({desk.person().key: HALF_A_MILLION})
    frozen = desk.prepare(july)
    assert (frozen.people, frozen.total) == (3, 1_500_000)
    assert recount(draft, payees(session, july.key)) == Recount(added=1, dropped=1, changed=1)


def test_the_database_itself_refuses_one_person_twice_and_says_so_as_a_conflict(desk: Desk) -> None:
    desk.decide({desk.person().key: HALF_A_MILLION})
    july = desk.prepare(desk.build("2026-07"))
    july.approved_by, july.approved_at = july.prepared_by, moment("2026-07", 12)
    with pytest.raises(Problem) as refused:
        save(desk.session, july)
    assert refused.value.kind is Kind.CONFLICT


def test_others_than_the_office_cannot_prepare_and_another_commune_cannot_see_the_list(desk: Desk) -> None:
    desk.decide({desk.person().key: HALF_A_MILLION})
    july = desk.build("2026-07")
    stranger = open_desk(desk.session).first
    for actor in (desk.office[Role.culture], desk.office[Role.admin], stranger):
        with pytest.raises(Problem) as refused:
            payment.prepare(desk.session, list_id=july.key, actor=actor, now=moment("2026-07"))
        assert refused.value.kind is Kind.NOT_ALLOWED


def test_a_prepared_list_is_never_computed_again(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    july = desk.prepare(desk.build("2026-07"))
    frozen = (july.list_sha256, july.total, desk.lines(person))
    desk.decide({person.key: 900_000})
    with pytest.raises(Problem) as refused:
        desk.prepare(july)
    assert refused.value.kind is Kind.CONFLICT
    assert desk.build("2026-07") is july
    assert (july.list_sha256, july.total, desk.lines(person)) == frozen
    with pytest.raises(Problem, match="month_past"):
        desk.build("2026-06")


def test_a_draft_follows_what_happened_until_it_is_prepared(desk: Desk) -> None:
    stays, dies = desk.person(), desk.person()
    desk.decide({stays.key: HALF_A_MILLION, dies.key: HALF_A_MILLION})
    july = desk.build("2026-07")
    assert (july.people, july.total) == (2, 1_000_000)
    changes.record_event(
        desk.session,
        person_id=dies.key,
        reason=StopReason.DEATH,
        happened_on=date(2026, 6, 28),
        note="",
        actor=desk.first,
        now=moment("2026-07", 10),
    )
    desk.prepare(july)
    assert (july.people, july.total, desk.lines(dies)) == (1, 500_000, [])


_COPIED = (
    "list_id, commune_id, person_id, village_id, attempt, channel, payee, bank_bin, account_holder, state,"
    " return_reason, hold_reason"
)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entitlement_line SET amount = 1",
        "DELETE FROM entitlement_line",
        "UPDATE transfer SET amount = 1",
        "UPDATE transfer SET account_holder = 'KHAC'",
        "UPDATE transfer SET attempt = 2, retry_of = id",
        "DELETE FROM transfer",
        f"INSERT INTO transfer ({_COPIED}, end_to_end_id, amount) SELECT {_COPIED}, 'HT-X', 1 FROM transfer",
        "UPDATE payment_list SET total = 1",
        "UPDATE payment_list SET prepared_by = prepared_by + 1",
        "UPDATE payment_list SET state = 'DRAFT'",
        "DELETE FROM payment_list",
    ],
)
def test_the_database_holds_a_frozen_list_against_everybody(desk: Desk, statement: str) -> None:
    desk.decide({desk.person().key: HALF_A_MILLION})
    desk.prepare(desk.build("2026-07"))
    with pytest.raises(IntegrityError):
        desk.session.connection().exec_driver_sql(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE benefit_grant SET monthly_amount = 1",
        "UPDATE benefit_grant SET from_month = '2026-01'",
        "UPDATE benefit_grant SET to_month = NULL, stop_reason = NULL",
        "UPDATE benefit_grant SET to_month = '2026-12'",
        "DELETE FROM benefit_grant",
    ],
)
def test_what_was_decided_changes_only_by_another_decision_and_its_end_only_moves_earlier(
    desk: Desk, statement: str
) -> None:
    (grant,) = desk.decide({desk.person().key: HALF_A_MILLION})
    grant.to_month, grant.stop_reason = "2026-09", StopReason.AGE_LIMIT
    save(desk.session, grant)
    grant.to_month = "2026-08"
    save(desk.session, grant)
    with pytest.raises(IntegrityError, match="khong duoc sua"):
        desk.session.connection().exec_driver_sql(statement)


def test_a_held_payment_stays_held_through_recomputation_and_another_person_lets_it_go(desk: Desk) -> None:
    session = desk.session
    desk.decide({desk.person().key: HALF_A_MILLION, desk.person().key: HALF_A_MILLION})
    july = desk.build("2026-07")
    held = desk.transfers(july)[0]
    transfers.hold_transfer(
        session, transfer_id=held.key, reason="Thiếu giấy tờ", actor=desk.first, now=moment("2026-07")
    )
    desk.prepare(july)
    assert desk.transfers(july)[0].state == TransferState.HELD
    with pytest.raises(Problem, match="two_people"):
        transfers.release_transfer(session, transfer_id=held.key, actor=desk.first, now=moment("2026-07"))
    payment.approve(session, list_id=july.key, actor=desk.second, now=moment("2026-07", 12))
    assert [row.end_to_end_id for row in payment.bank_rows(session, july.key)] == [
        desk.transfers(july)[1].end_to_end_id
    ]
    transfers.release_transfer(session, transfer_id=held.key, actor=desk.second, now=moment("2026-07", 12))
    assert held.state == TransferState.PLANNED
    assert len(payment.bank_rows(session, july.key)) == 2


def test_a_payment_let_go_after_its_month_was_sent_is_tried_again_on_the_next_list(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    july = desk.build("2026-07")
    (held,) = desk.transfers(july)
    transfers.hold_transfer(
        desk.session, transfer_id=held.key, reason="Có đơn", actor=desk.second, now=moment("2026-07")
    )
    desk.prepare(july)
    payment.approve(desk.session, list_id=july.key, actor=desk.office[Role.chairman], now=moment("2026-07", 12))
    payment.mark_sent(desk.session, list_id=july.key, actor=desk.first, now=moment("2026-07", 13))
    desk.close(july)
    held_balance = payment.balance(desk.session, july.key)
    transfers.release_transfer(desk.session, transfer_id=held.key, actor=desk.first, now=moment("2026-07", 28))
    august = desk.run_month("2026-08")
    assert [(row.end_to_end_id, row.amount) for row in desk.transfers(august)] == [
        (f"HT2607-{person.key:04d}-2", 500_000),
        (f"HT2608-{person.key:04d}", 500_000),
    ]
    assert payment.balance(desk.session, july.key) == held_balance


def test_approval_asks_for_bank_file_and_cash_sheets_and_a_later_hold_for_new_ones(desk: Desk) -> None:
    session = desk.session
    by_bank, by_cash = desk.person(), desk.person(PayMethodKind.CASH, village=1)
    desk.decide({by_bank.key: HALF_A_MILLION, by_cash.key: HALF_A_MILLION})
    july = desk.build("2026-07")
    desk.prepare(july)
    assert session.exec(select(Document)).all() == []
    desk.approve(july)
    village = desk.office.villages[1]
    subjects = {(row.kind, row.subject) for row in session.exec(select(Document))}
    assert subjects == {
        ("bank_file", f"payment_list:{july.key}"),
        ("pain001", f"payment_list:{july.key}"),
        ("payment_sheet", f"payment_list:{july.key}"),
        ("treasury_list", f"payment_list:{july.key}"),
        ("cash_sheet", f"payment_list:{july.key}:{village.code}"),
    }
    (row,) = cash_papers.cash_rows(session, july.key, village.key)
    assert (row.full_name, row.birth_year, row.amount) == (by_cash.full_name, "1950", 500_000)
    bank_file = documents.find(session, kind="bank_file", subject=f"payment_list:{july.key}")
    assert bank_file
    documents.mark_written(
        session, bank_file, file_sha256="a", data_sha256="b", template_sha256="", now=moment("2026-07", 12)
    )
    transfers.hold_transfer(
        session, transfer_id=desk.transfers(july)[0].key, reason="Có đơn", actor=desk.first, now=moment("2026-07", 12)
    )
    newest = documents.find(session, kind="bank_file", subject=f"payment_list:{july.key}")
    assert newest
    assert newest.version == 2
    with pytest.raises(Problem, match="list_state"):
        desk.approve(july)


def test_each_act_wakes_the_step_is_written_down_and_told_to_the_next(desk: Desk) -> None:
    session = desk.session
    desk.decide({desk.person().key: HALF_A_MILLION})
    cycles.step_row(session, desk.office.cycle.key, Step.payment).state = StepState.WAITING
    STEP.work(session, desk.office.cycle, [202607], moment("2026-07"))
    july = session.exec(select(PaymentList)).one()
    desk.send(july)
    assert cycles.step_row(session, desk.office.cycle.key, Step.payment).wanted
    assert ledger.verify(session, desk.commune_id) is None
    told = {(mail.template, mail.role) for mail in session.exec(select(Mail))}
    assert {
        ("payment_to_prepare", "economy"),
        ("payment_for_approval", "economy"),
        ("payment_for_approval", "chairman"),
        ("payment_sent", "village_head"),
    } <= told


def test_money_of_two_communes_is_computed_apart(desk: Desk) -> None:
    other = open_desk(desk.session)
    desk.decide({desk.person().key: HALF_A_MILLION})
    other.decide({other.person().key: 700_000})
    ours, theirs = desk.build("2026-07"), other.build("2026-07")
    assert (ours.total, theirs.total) == (500_000, 700_000)
    assert payment.due_months(desk.session, desk.commune_id, now=moment("2026-08")) == [Month(2026, 8)]
