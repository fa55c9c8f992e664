"""Danh sách chi trả: sums that agree with the list, and part II explains every đồng of difference."""

from __future__ import annotations

import io
from dataclasses import asdict
from datetime import date

from openpyxl import load_workbook
from sqlmodel import Session

from adapters.payment_sheet import ListHead, PaymentDifference, PaymentRow, write_payment_list
from models.people import PayMethodKind
from rules.months import Month
from rules.workflow import StopReason
from services.changes import record_event
from services.payment_list_papers import differences, paid_rows
from tests.services.money import HALF_A_MILLION, moment, open_desk


def test_part_two_explains_the_difference_between_two_months(session: Session) -> None:
    desk = open_desk(session)
    stays, dies, joins = desk.person(), desk.person(PayMethodKind.CASH), desk.person()
    desk.decide({stays.key: HALF_A_MILLION, dies.key: HALF_A_MILLION})
    july = desk.run_month("2026-07")
    assert [(row.full_name, row.before, row.now) for row in differences(session, july.key)] == [
        (stays.full_name, 0, HALF_A_MILLION),
        (dies.full_name, 0, HALF_A_MILLION),
    ]
    record_event(
        session,
        person_id=dies.key,
        reason=StopReason.DEATH,
        happened_on=date(2026, 7, 20),
        note="",
        actor=desk.first,
        now=moment("2026-07", 21),
    )
    desk.decide({joins.key: 700_000}, "2026-07")
    august = desk.run_month("2026-08")
    changes = {row.full_name: row for row in differences(session, august.key)}
    assert set(changes) == {dies.full_name, joins.full_name}, "who gets the same is not explained"
    assert changes[dies.full_name].reason == "Thôi chi trả: chết"
    assert "Truy lĩnh tháng 07/2026" in changes[joins.full_name].reason
    assert changes[joins.full_name].now == 1_400_000
    moved = sum(row.now - row.before for row in changes.values())
    assert moved == august.total - july.total


def test_the_workbook_carries_accounts_as_text_and_totals_that_agree(session: Session) -> None:
    desk = open_desk(session)
    paid = [desk.person(), desk.person(PayMethodKind.CASH)]
    desk.decide({person.key: HALF_A_MILLION for person in paid})
    july = desk.run_month("2026-07")
    made = write_payment_list(
        [PaymentRow(**asdict(row)) for row in paid_rows(session, july.key)],
        [PaymentDifference(**asdict(row)) for row in differences(session, july.key)],
        head=ListHead("DANH SÁCH CHI TRẢ HỖ TRỢ HẰNG THÁNG"),
        month=Month(2026, 7),
        commune_name="đặc khu Cát Hải",
        list_ref="DS-1",
        mark="DỮ LIỆU TRÌNH DIỄN",
    )
    assert (made.count, made.total) == (2, july.total)
    part_one, part_two = load_workbook(io.BytesIO(made.data)).worksheets
    assert (part_one.print_title_rows, part_two.print_title_rows) == ("$11:$11", "$2:$2"), "each part has its own head"
    cells = [cell for sheet in (part_one, part_two) for row in sheet.iter_rows() for cell in row if cell.value]
    texts = [str(cell.value) for cell in cells]
    assert "Tổng số tiền bằng chữ: Một triệu đồng." in texts
    assert "II. THUYẾT MINH THAY ĐỔI SO VỚI THÁNG TRƯỚC" in texts
    assert "DỮ LIỆU TRÌNH DIỄN" in texts
    accounts = [cell for cell in cells if str(cell.value).startswith("2200205")]
    assert len(accounts) == 1
    assert accounts[0].data_type == "s"
    assert "Tiền mặt" in texts
