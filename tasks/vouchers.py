"""The treasury's papers of a month and of money that goes back. The payer's account is read, never frozen in clear."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlmodel import Session

from adapters.letters import FORMS, write_letter
from adapters.papers import read_template
from adapters.sheets import NothingToHandOver
from models.documents import Document
from rules.papers import RefundVoucher, TreasuryVoucher
from services import voucher_data
from tasks.paper import Paper, Writer, subject_number


def by_transfer(session: Session, document: Document) -> Paper:
    """Giấy rút dự toán or ủy nhiệm chi for the month's transfers."""
    return _voucher(session, document, by_cash=False)


def in_cash(session: Session, document: Document) -> Paper:
    """The same for the cash that is paid out in the thôn."""
    return _voucher(session, document, by_cash=True)


def _voucher(session: Session, document: Document, *, by_cash: bool) -> Paper:
    said = voucher_data.voucher(session, subject_number(document), by_cash=by_cash, payer_account_id=_account(document))
    if said is None:
        raise NothingToHandOver("Danh sách không còn khoản nào chi theo cách này.")
    return _filled(document, said)


def refund(session: Session, document: Document) -> Paper:
    """Giấy nộp trả kinh phí of one recorded return."""
    said = voucher_data.refund(session, subject_number(document), payer_account_id=_account(document))
    return _filled(document, said)


def _account(document: Document) -> int | None:
    frozen: dict[str, Any] = document.data or {}
    return frozen.get("payer_account_id")


def _filled(document: Document, said: TreasuryVoucher | RefundVoucher) -> Paper:
    form, values = FORMS[document.kind], asdict(said)
    template = read_template(form.path)
    return Paper(write_letter(form, values, template), values, template)


WRITERS: dict[str, Writer] = {
    "treasury_voucher": by_transfer,
    "cash_voucher": in_cash,
    "refund_voucher": refund,
}
