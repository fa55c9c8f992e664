"""The files of a month's payments: the office says who is paid what, a door makes the file."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlmodel import Session, select

from adapters.bank_file import TransferRow, transfer_purpose, write_bank_file
from adapters.bank_profiles import NEUTRAL, profile
from adapters.cash_sheet import CashRow, CashSheet, write_cash_sheets
from adapters.letters.head import MARK_DEMO
from adapters.pain001 import Payer, write_pain001
from adapters.papers import Template
from adapters.payment_sheet import ListHead, PaymentDifference, PaymentRow, write_payment_list
from adapters.settings import get_settings
from adapters.sheets import WrittenFile
from models.base import ZONE, canonical_json
from models.documents import Document
from models.payer import PayerAccount, PayerKind
from models.payment import PaymentList
from models.places import Commune, Village
from rules.lookups import banks
from rules.months import Month
from services import cash_papers, payment_list_papers, payment_papers, voucher_data
from services.store import get
from tasks.paper import Paper, Writer, subject_number


def bank_file(session: Session, document: Document) -> Paper:
    """The month's transfers in the layout that the commune's bank takes."""
    payment_list = _list(session, document)
    layout = profile(_frozen(document).get("layout", NEUTRAL), get_settings().data_dir)
    made = write_bank_file(
        _transfer_rows(session, payment_list),
        month=Month.parse(payment_list.month),
        list_ref=_ref(payment_list),
        layout=layout,
        payer_bin=_payer_bin(session, document),
    )
    return _paper(payment_list, made, Template("mau-tep-ngan-hang.json", canonical_json(layout.model_dump()).encode()))


def pain001(session: Session, document: Document) -> Paper:
    """The same transfers as ISO 20022; dated by the list's preparation and its due day, so that it never changes."""
    payment_list = _list(session, document)
    account = voucher_data.payer_account(
        session, payment_list.commune_id, _frozen(document).get("payer_account_id"), needs_bank=True
    )
    made = write_pain001(
        _transfer_rows(session, payment_list),
        payer=Payer(account.holder, account.account_no, account.bank_bin),
        list_ref=_ref(payment_list),
        frozen_at=(payment_list.prepared_at or payment_list.built_at).astimezone(ZONE),
        pay_on=payment_list.due_on,
    )
    return _paper(payment_list, made)


def payment_sheet(session: Session, document: Document) -> Paper:
    """The month's list, every way of paying, with its changes since the month before, to be signed."""
    payment_list = _list(session, document)
    head = ListHead("DANH SÁCH CHI TRẢ HỖ TRỢ HẰNG THÁNG")
    return _sheet(session, payment_list, head, by_bank_only=False)


def treasury_list(session: Session, document: Document) -> Paper:
    """Danh sách thanh toán cho đối tượng thụ hưởng: the transfers behind the treasury's voucher and nothing else."""
    payment_list = _list(session, document)
    number = _frozen(document).get("payer_account_id")
    account = session.get(PayerAccount, number) if number else None
    head = ListHead(
        "DANH SÁCH THANH TOÁN CHO ĐỐI TƯỢNG THỤ HƯỞNG",
        voucher=True,
        from_budget=account.kind == PayerKind.BUDGET if account else None,
        unit_code=account.unit_code if account else "",
        account_no=account.account_no if account else "",
        place_name=account.place_name if account else "",
    )
    return _sheet(session, payment_list, head, by_bank_only=True)


def _sheet(session: Session, payment_list: PaymentList, head: ListHead, *, by_bank_only: bool) -> Paper:
    commune = get(session, Commune, payment_list.commune_id, "đơn vị")
    rows = payment_list_papers.paid_rows(session, payment_list.key, by_bank_only=by_bank_only)
    changes = payment_list_papers.differences(session, payment_list.key, by_bank_only=by_bank_only)
    made = write_payment_list(
        [PaymentRow(**asdict(row)) for row in rows],
        [PaymentDifference(**asdict(row)) for row in changes],
        head=head,
        month=Month.parse(payment_list.month),
        commune_name=commune.full_name,
        list_ref=_ref(payment_list),
        mark=MARK_DEMO if payment_list.is_demo else "",
    )
    return _paper(payment_list, made)


def cash_sheet(session: Session, document: Document) -> Paper:
    """The month's cash of one thôn, to be signed for."""
    payment_list = _list(session, document)
    commune = get(session, Commune, payment_list.commune_id, "đơn vị")
    village = _village(session, commune.key, code=document.subject.rsplit(":", 1)[1])
    rows = []
    for row in cash_papers.cash_rows(session, payment_list.key, village.key):
        said = asdict(row)
        del said["end_to_end_id"]
        rows.append(CashRow(**said))
    made = write_cash_sheets(
        (CashSheet(village.name, tuple(rows)),),
        month=Month.parse(payment_list.month),
        commune_name=commune.full_name,
        list_ref=_ref(payment_list),
        mark=MARK_DEMO if payment_list.is_demo else "",
    )
    return _paper(payment_list, made)


def _list(session: Session, document: Document) -> PaymentList:
    return get(session, PaymentList, subject_number(document), "danh sách chi trả")


def _ref(payment_list: PaymentList) -> str:
    return f"DS-{payment_list.key}"


def _frozen(document: Document) -> dict[str, Any]:
    """What was settled with the wish for the paper: which account pays, which layout the bank takes."""
    return document.data or {}


def _payer_bin(session: Session, document: Document) -> str:
    number = _frozen(document).get("payer_account_id")
    account = session.get(PayerAccount, number) if number else None
    return account.bank_bin if account else ""


def _transfer_rows(session: Session, payment_list: PaymentList) -> list[TransferRow]:
    purpose = transfer_purpose(Month.parse(payment_list.month))
    names = {bank.bin: bank.name for bank in banks()}
    return [
        TransferRow(
            row.end_to_end_id,
            row.account_holder,
            row.account_no,
            row.bank_bin,
            row.amount,
            purpose,
            names.get(row.bank_bin, ""),
        )
        for row in payment_papers.bank_rows(session, payment_list.key)
    ]


def _paper(payment_list: PaymentList, made: WrittenFile, template: Template | None = None) -> Paper:
    """The list's own hash, the count and the sum are what the file was made from."""
    return Paper(made.data, {"list": payment_list.list_sha256, "count": made.count, "total": made.total}, template)


def _village(session: Session, commune_id: int, *, code: str) -> Village:
    return session.exec(select(Village).where(Village.commune_id == commune_id, Village.code == code)).one()


WRITERS: dict[str, Writer] = {
    "bank_file": bank_file,
    "pain001": pain001,
    "payment_sheet": payment_sheet,
    "treasury_list": treasury_list,
    "cash_sheet": cash_sheet,
}
