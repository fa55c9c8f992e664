"""The treasury's papers follow the money: asked for with the list and with a return, from the account then in use."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import Session

from adapters.papers import docx_text
from models.documents import Document
from models.payer import PayerKind
from models.payment import PaymentList
from models.people import PayMethodKind
from services import documents, reconciliation
from services.errors import Problem
from services.payer_accounts import NewPayerAccount
from tasks.papers import WRITERS
from tests.services.money import HALF_A_MILLION, Desk, moment, open_desk

BUDGET = NewPayerAccount(
    kind=PayerKind.BUDGET,
    holder="UBND đặc khu Cát Hải",
    account_no="9523100111222",
    place_name="Kho bạc Nhà nước (hư cấu)",
    unit_code="1099999",
    chapter_code="805",
)
AT_A_BANK = NewPayerAccount(
    kind=PayerKind.BANK, holder="UBND", account_no="0031000111222", place_name="Ngân hàng (hư cấu)", bank_bin="970405"
)


@pytest.fixture
def desk(session: Session) -> Desk:
    return open_desk(session)


def july_of(desk: Desk) -> PaymentList:
    """The list of July before anybody prepared it: two by transfer, one in cash."""
    people = [desk.person(kind) for kind in (PayMethodKind.ACCOUNT, PayMethodKind.ACCOUNT, PayMethodKind.CASH)]
    desk.decide({person.key: HALF_A_MILLION for person in people})
    return desk.build("2026-07")


def approved_july(desk: Desk) -> PaymentList:
    july = july_of(desk)
    desk.prepare(july)
    return desk.approve(july)


def wish(desk: Desk, kind: str, subject: str) -> Document | None:
    return documents.find(desk.session, kind=kind, subject=subject)


def text_of(desk: Desk, kind: str, subject: str) -> str:
    found = wish(desk, kind, subject)
    assert found is not None
    return docx_text(WRITERS[kind](desk.session, found).data)


def test_a_list_paid_from_the_budget_brings_a_voucher_for_each_way_of_paying(desk: Desk) -> None:
    desk.pays_from(BUDGET)
    july = approved_july(desk)
    subject = f"payment_list:{july.key}"
    by_transfer, in_cash = text_of(desk, "treasury_voucher", subject), text_of(desk, "cash_voucher", subject)
    assert "GIẤY RÚT DỰ TOÁN NGÂN SÁCH NHÀ NƯỚC" in by_transfer
    assert "Tài khoản: 9523100111222, tại Kho bạc Nhà nước (hư cấu)" in by_transfer
    assert "1.000.000" in by_transfer
    assert "Một triệu đồng" in by_transfer
    assert "2 người hưởng theo danh sách kèm theo" in by_transfer
    assert "Năm trăm nghìn đồng" in in_cash
    assert "Người nhận" not in by_transfer


def test_an_account_at_a_bank_needs_no_voucher_of_the_treasury(desk: Desk) -> None:
    desk.pays_from(AT_A_BANK)
    july = approved_july(desk)
    assert wish(desk, "treasury_voucher", f"payment_list:{july.key}") is None
    assert wish(desk, "cash_voucher", f"payment_list:{july.key}") is None


def test_a_reprint_names_the_account_of_then(desk: Desk) -> None:
    desk.pays_from(BUDGET)
    july = approved_july(desk)
    subject = f"payment_list:{july.key}"
    first = wish(desk, "cash_voucher", subject)
    assert first is not None
    before = WRITERS["cash_voucher"](desk.session, first).data
    desk.pays_from(AT_A_BANK, 25)
    assert WRITERS["cash_voucher"](desk.session, first).data == before
    assert b"9523100111222" not in str(first.data).encode(), "the number itself stays sealed in its own table"


@pytest.mark.parametrize("has_account", [True, False])
def test_money_that_goes_back_brings_its_paper(desk: Desk, has_account: bool) -> None:
    if has_account:
        desk.pays_from(BUDGET)
    july = july_of(desk)
    desk.send(july)
    (first, *_) = desk.transfers(july)
    desk.answer(july, first.end_to_end_id)
    desk.close(july)
    refund = reconciliation.record_refund(
        desk.session,
        commune_id=desk.commune_id,
        transfer_ids=[first.key],
        voucher_no="NT-01",
        returned_on=date(2026, 7, 30),
        note="",
        actor=desk.first,
        now=moment("2026-07", 30),
    )
    subject = f"treasury_return:{refund.key}"
    if has_account:
        text = text_of(desk, "refund_voucher", subject)
        assert "GIẤY NỘP TRẢ KINH PHÍ" in text
        assert "Số: NT-01" in text
        assert "Nộp trả tiền hỗ trợ tháng 07/2026 chưa chi được, 1 khoản" in text
        assert "Ngày nộp trả: 30/07/2026" in text
    else:
        with pytest.raises(Problem, match="no_payer_account"):
            text_of(desk, "refund_voucher", subject)
