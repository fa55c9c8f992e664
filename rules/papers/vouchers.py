"""What the treasury's papers say: giấy rút dự toán, ủy nhiệm chi, giấy nộp trả kinh phí (Nghị định 347/2025/NĐ-CP).

The account here is the commune's own, as the treasury or the bank knows it: no person's account stands in a voucher.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum


class VoucherForm(StrEnum):
    """Which form the treasury takes."""

    WITHDRAWAL = "WITHDRAWAL"
    PAYMENT_ORDER = "PAYMENT_ORDER"
    REFUND = "REFUND"


@dataclass(frozen=True)
class FormLabel:
    """A form's name, its number in the decree, its code, and the code under which older software may know it."""

    name: str
    number: str
    code: str
    older_code: str = ""


FORM_LABELS = {
    VoucherForm.WITHDRAWAL: FormLabel("Giấy rút dự toán ngân sách nhà nước", "Mẫu số 13", "C2-02a/NS", "C2-02a"),
    VoucherForm.PAYMENT_ORDER: FormLabel("Ủy nhiệm chi", "Mẫu số 17", "C4-02a", "C4-02c/KB"),
    VoucherForm.REFUND: FormLabel("Giấy nộp trả kinh phí", "Mẫu số 08", "C2-05a/NS"),
}
DECREE = "Nghị định 347/2025/NĐ-CP"


@dataclass(frozen=True, kw_only=True)
class BudgetCodes:
    """The codes of mục lục ngân sách that a voucher is booked under; one that is not known yet is empty."""

    unit_code: str = ""
    chapter_code: str = ""
    sector_code: str = ""
    item_code: str = ""
    source_code: str = ""
    programme_code: str = ""


CODES = tuple(field.name for field in fields(BudgetCodes))


@dataclass(frozen=True)
class Payer(BudgetCodes):
    """The unit that pays, its account and its budget codes; room to write where a code is empty."""

    unit_name: str
    account_no: str
    place_name: str


@dataclass(frozen=True)
class VoucherRow:
    """One line of a voucher, in đồng; it is booked under the payer's codes."""

    content: str
    amount: int


@dataclass(frozen=True)
class TreasuryVoucher:
    """Giấy rút dự toán or ủy nhiệm chi for one month's list: by transfer with its list, or in cash.

    ``people`` payments make up ``total``; the sum of the rows, of the list behind it and ``total`` are one figure.
    Number and day are given when it is signed and stay blank.
    """

    form: VoucherForm
    payer: Payer
    month: str
    """YYYY-MM."""
    by_cash: bool
    receiver: str
    """ "73 người hưởng theo danh sách kèm theo", or empty where the cash receiver's name is filled in by hand."""
    rows: tuple[VoucherRow, ...]
    people: int
    total: int
    list_ref: str
    """ "DS-12": what the list behind the voucher is called."""
    list_sha256: str
    is_demo: bool = False


@dataclass(frozen=True)
class RefundVoucher:
    """Giấy nộp trả kinh phí: money of a month that nobody took goes back."""

    form: VoucherForm
    payer: Payer
    voucher_no: str
    returned_on: date
    rows: tuple[VoucherRow, ...]
    """One per month of the lists the money comes from."""
    people: int
    total: int
    note: str
    is_demo: bool = False
