"""The files by which a month's money leaves: made from what was frozen, the same bytes whenever they are made again."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from openpyxl import load_workbook
from sqlmodel import Session

from adapters.sheets import NothingToHandOver, OutputError
from models.documents import Document
from models.payer import PayerKind
from models.payment import PaymentList
from models.people import PayMethodKind
from rules.papers import FORM_LABELS, VoucherForm
from services import documents, ledger, pay_methods, payer_accounts, payment, reconciliation, transfers, voucher_data
from services.errors import Kind, Problem
from services.pay_methods import NewPayMethod
from services.payer_accounts import NewPayerAccount
from tasks.payment_files import WRITERS
from tests import factories
from tests.services.money import HALF_A_MILLION, Desk, moment, open_desk

BANK = NewPayerAccount(
    kind=PayerKind.BANK,
    holder="UBND đặc khu Cát Hải",
    account_no="0031 000 111222",
    place_name="Agribank chi nhánh Cát Hải",
    bank_bin="970405",
)
BUDGET = NewPayerAccount(
    kind=PayerKind.BUDGET,
    holder="UBND đặc khu Cát Hải",
    account_no="9523100111222",
    place_name="Kho bạc Nhà nước (hư cấu)",
    unit_code="1099999",
    chapter_code="805",
)


@pytest.fixture
def desk(session: Session) -> Desk:
    return open_desk(session)


def _july(desk: Desk, *kinds: PayMethodKind) -> PaymentList:
    people = [desk.person(kind) for kind in kinds or (PayMethodKind.ACCOUNT, PayMethodKind.CASH)]
    desk.decide({person.key: HALF_A_MILLION for person in people})
    july = desk.build("2026-07")
    desk.prepare(july)
    return desk.approve(july)


def _wish(desk: Desk, july: PaymentList, kind: str) -> Document:
    found = documents.find(desk.session, kind=kind, subject=f"payment_list:{july.key}")
    assert found is not None
    return found


def _bytes(desk: Desk, july: PaymentList, kind: str) -> bytes:
    wish = _wish(desk, july, kind)
    return WRITERS[kind](desk.session, wish).data


def test_without_an_account_pain001_says_what_is_missing_and_every_other_file_is_made(desk: Desk) -> None:
    july = _july(desk)
    with pytest.raises(Problem, match="no_payer_account") as missing:
        _bytes(desk, july, "pain001")
    assert missing.value.kind is Kind.WAITING
    assert "Tài khoản chi" in missing.value.message
    assert all(_bytes(desk, july, kind) for kind in ("bank_file", "payment_sheet", "treasury_list"))


def test_pain001_names_the_account_that_was_in_use_when_the_list_was_approved(desk: Desk) -> None:
    desk.pays_from(BANK)
    july = _july(desk)
    first = _bytes(desk, july, "pain001")
    root = ET.fromstring(first)
    numbers = [one.text for one in root.iter() if one.tag.endswith("}Id") and one.text and one.text.strip()]
    assert numbers[0] == "0031000111222"
    wish = _wish(desk, july, "pain001")
    payment.mark_sent(desk.session, list_id=july.key, actor=desk.first, now=moment("2026-07", 13))
    desk.pays_from(BUDGET, 14)
    again = WRITERS["pain001"](desk.session, wish).data
    assert hashlib.sha256(again).hexdigest() == hashlib.sha256(first).hexdigest()


def test_an_account_entered_after_the_approval_gives_new_bank_files_and_leaves_the_cash_sheets(desk: Desk) -> None:
    july = _july(desk)
    before = _wish(desk, july, "bank_file")
    documents.mark_failed(desk.session, _wish(desk, july, "pain001"), problem="x", now=moment("2026-07", 12))
    documents.mark_written(
        desk.session, before, file_sha256="a", data_sha256="b", template_sha256="", now=moment("2026-07", 12)
    )
    desk.pays_from(BANK, 12)
    assert (_wish(desk, july, "bank_file").version, _wish(desk, july, "pain001").version) == (2, 2)
    assert _wish(desk, july, "payment_sheet").version == 1
    assert b"0031000111222" in _bytes(desk, july, "pain001")


def test_the_treasury_s_list_holds_the_transfers_alone_with_the_account_ticked(desk: Desk) -> None:
    desk.pays_from(BUDGET)
    july = _july(desk)
    sheet = load_workbook(io.BytesIO(_bytes(desk, july, "treasury_list"))).worksheets[0]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "DANH SÁCH THANH TOÁN CHO ĐỐI TƯỢNG THỤ HƯỞNG" in texts
    assert any(text.startswith("☒ Tài khoản dự toán") and "☐ Tài khoản tiền gửi" in text for text in texts)
    assert any("1099999" in text for text in texts)
    assert "Tổng cộng: 1 khoản" in texts
    whole = load_workbook(io.BytesIO(_bytes(desk, july, "payment_sheet"))).worksheets[0]
    assert any(cell.value == "Tổng cộng: 2 khoản" for row in whole.iter_rows() for cell in row)
    assert documents.find(desk.session, kind="pain001", subject=f"payment_list:{july.key}") is None


def test_rows_list_and_voucher_are_one_sum_and_the_account_decides_the_form(desk: Desk) -> None:
    desk.pays_from(BUDGET)
    july = _july(desk, PayMethodKind.ACCOUNT, PayMethodKind.ACCOUNT, PayMethodKind.CASH)
    held = desk.transfers(july)[0]
    transfers.hold_transfer(
        desk.session, transfer_id=held.key, reason="Có đơn", actor=desk.first, now=moment("2026-07", 12)
    )
    by_bank = voucher_data.voucher(desk.session, july.key, by_cash=False)
    in_cash = voucher_data.voucher(desk.session, july.key, by_cash=True)
    assert by_bank
    assert in_cash
    live = [row.amount for row in desk.transfers(july) if row.state != "HELD"]
    assert by_bank.total + in_cash.total == sum(live)
    assert by_bank.total == sum(row.amount for row in by_bank.rows)
    assert (by_bank.form, FORM_LABELS[by_bank.form].code) == (VoucherForm.WITHDRAWAL, "C2-02a/NS")
    assert (by_bank.payer.unit_code, by_bank.payer.chapter_code) == ("1099999", "805")
    desk.pays_from(BANK, 13)
    paid = voucher_data.voucher(desk.session, july.key, by_cash=False)
    assert paid
    assert (paid.form, FORM_LABELS[paid.form].older_code) == (VoucherForm.PAYMENT_ORDER, "C4-02c/KB")
    assert voucher_data.voucher(desk.session, _nobody(desk), by_cash=True) is None


def _nobody(desk: Desk) -> int:
    row = PaymentList(
        commune_id=desk.commune_id, month="2025-01", built_at=moment("2025-01"), due_on=moment("2025-01").date()
    )
    desk.session.add(row)
    desk.session.flush()
    return row.key


def test_money_that_went_back_is_a_giay_nop_tra_by_month(desk: Desk) -> None:
    desk.pays_from(BUDGET)
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    july = desk.run_month("2026-07", f"HT2607-{person.key:04d}")
    refund = reconciliation.record_refund(
        desk.session,
        commune_id=desk.commune_id,
        transfer_ids=[row.key for row in desk.transfers(july)],
        voucher_no="08/2026",
        returned_on=moment("2026-08").date(),
        note="Người hưởng đã chuyển đi",
        actor=desk.first,
        now=moment("2026-08"),
    )
    paper = voucher_data.refund(desk.session, refund.key)
    assert (paper.voucher_no, paper.total, paper.people) == ("08/2026", HALF_A_MILLION, 1)
    assert [row.content for row in paper.rows] == ["Nộp trả tiền hỗ trợ tháng 07/2026 chưa chi được, 1 khoản"]
    assert FORM_LABELS[paper.form].number == "Mẫu số 08"


def test_the_bank_s_own_layout_from_the_data_folder_is_used_for_its_file(desk: Desk, data_dir: Path) -> None:
    folder = data_dir / "bank_profiles"
    folder.mkdir(parents=True)
    (folder / "chi-nhanh.yaml").write_text(
        "name: Mẫu chi nhánh\nformat: csv\ndelimiter: ';'\nheader_row: 0\nfirst_data_row: 1\n"
        "columns:\n  - {header: TK, field: account_no}\n  - {header: TIEN, field: amount}\n"
        "  - {header: LOAI, value: VND}\ntrailer: {label: CONG, total: TIEN}\n",
        encoding="utf-8",
    )
    desk.pays_from(NewPayerAccount(**{**BANK.__dict__, "bank_profile": "chi-nhanh"}))
    july = _july(desk)
    account = desk.transfers(july)[0].account_no
    rows = list(csv.reader(io.StringIO(_bytes(desk, july, "bank_file").decode("ascii")), delimiter=";"))
    assert rows == [[account, "500000", "VND"], ["CONG", "500000", ""]]
    (folder / "chi-nhanh.yaml").unlink()
    with pytest.raises(OutputError, match="mẫu khác"):
        _bytes(desk, july, "bank_file")


def test_a_vneid_account_is_paid_by_bank_and_without_its_number_in_cash(desk: Desk) -> None:
    linked, unlinked = (factories.create_person(desk.session, desk.office.villages[0]) for _ in range(2))
    account = {"bank_bin": "970436", "account_no": "0012300045", "account_holder": linked.full_name}
    factories.create_pay_method(desk.session, linked, PayMethodKind.VNEID, **account)
    factories.create_pay_method(desk.session, unlinked, PayMethodKind.VNEID)
    desk.decide({linked.key: HALF_A_MILLION, unlinked.key: HALF_A_MILLION})
    july = desk.build("2026-07")
    desk.prepare(july)
    desk.approve(july)
    assert {row.person_id: row.channel for row in desk.transfers(july)} == {
        linked.key: PayMethodKind.VNEID,
        unlinked.key: PayMethodKind.CASH,
    }
    sheet = load_workbook(io.BytesIO(_bytes(desk, july, "bank_file"))).worksheets[0]
    assert [row[3].value for row in sheet.iter_rows(min_row=2)] == ["0012300045"]


def test_a_proxy_signs_on_the_paper_that_the_office_recorded(desk: Desk) -> None:
    by_office = desk.person(PayMethodKind.CASH)
    by_list = factories.create_person(desk.session, desk.office.villages[0])
    factories.create_pay_method(desk.session, by_list, PayMethodKind.PROXY, proxy_name="Trần Hư Cấu", source="list:1")
    new = NewPayMethod(PayMethodKind.PROXY, evidence="Giấy ủy quyền số 05/2026", proxy_name="Lê Hư Cấu")
    pay_methods.change(desk.session, person_id=by_office.key, new=new, actor=desk.first, now=moment("2026-07", 1))
    desk.decide({by_list.key: HALF_A_MILLION, by_office.key: HALF_A_MILLION})
    july = desk.build("2026-07")
    desk.prepare(july)
    desk.approve(july)
    village = desk.office.villages[0].code
    wish = documents.find(desk.session, kind="cash_sheet", subject=f"payment_list:{july.key}:{village}")
    assert wish
    sheet = load_workbook(io.BytesIO(WRITERS["cash_sheet"](desk.session, wish).data)).worksheets[0]
    texts = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert "Lê Hư Cấu (Giấy ủy quyền số 05/2026)" in texts
    assert any(text.endswith("(chưa có giấy ủy quyền)") for text in texts)
    assert {"500000"} <= texts


def test_only_the_office_enters_the_account_and_the_number_is_sealed_and_written_down(desk: Desk) -> None:
    village_head = desk.office.heads[0]
    with pytest.raises(Problem, match="role"):
        payer_accounts.change(
            desk.session, commune_id=desk.commune_id, new=BANK, actor=village_head, now=moment("2026-07")
        )
    for wrong in ({"account_no": "12"}, {"holder": " "}, {"bank_bin": ""}):
        with pytest.raises(Problem, match="payer"):
            desk.pays_from(NewPayerAccount(**{**BANK.__dict__, **wrong}))
    desk.pays_from(BANK)
    desk.pays_from(BANK, 6)
    raw = desk.session.connection().exec_driver_sql("SELECT account_no FROM payer_account").all()
    assert len(raw) == 1, "what stands already is not written a second time"
    assert "0031000111222" not in raw[0][0]
    assert ledger.verify(desk.session, desk.commune_id) is None


@pytest.mark.parametrize("kind", ["bank_file", "pain001", "payment_sheet", "treasury_list", "cash_sheet:T1"])
def test_where_everybody_is_held_there_is_nothing_to_write_and_a_release_asks_anew(desk: Desk, kind: str) -> None:
    july = _july(desk)
    rows = desk.transfers(july)
    name, _, part = kind.partition(":")
    part = part and f":{desk.office.villages[0].code}"

    def newest() -> Document:
        found = documents.find(desk.session, kind=name, subject=f"payment_list:{july.key}{part}")
        assert found is not None
        return found

    desk.pays_from(BANK if name == "pain001" else BUDGET, 4)
    for row in rows:
        transfers.hold_transfer(
            desk.session, transfer_id=row.key, reason="Có đơn", actor=desk.first, now=moment("2026-07", 12)
        )
    with pytest.raises(NothingToHandOver):
        WRITERS[name](desk.session, newest())
    documents.mark_failed(desk.session, newest(), problem="x", now=moment("2026-07", 12), again=False)
    before = newest().version
    for row in rows:
        transfers.release_transfer(desk.session, transfer_id=row.key, actor=desk.second, now=moment("2026-07", 13))
    assert newest().version == before + 1
    assert WRITERS[name](desk.session, newest()).data
