"""The treasury's papers: giấy rút dự toán and ủy nhiệm chi of a month, giấy nộp trả of what nobody took."""

from __future__ import annotations

from typing import Any

from adapters.letters.head import MARK_DEMO, figures, numbered
from adapters.papers import PaperError
from rules.money import amount_in_words, format_dong
from rules.months import Month
from rules.papers import Payer, RefundVoucher, TreasuryVoucher, VoucherForm, VoucherRow
from rules.papers.vouchers import DECREE, FORM_LABELS

TICKED, OPEN = "☒", "☐"


def voucher_context(paper: TreasuryVoucher) -> dict[str, Any]:
    """Return the values of the voucher; raise `PaperError` when its rows do not make up its total."""
    return _sums(paper.rows, paper.total) | {
        **_form(paper.form, is_demo=paper.is_demo),
        **_payer(paper.payer, paper.rows),
        "month": str(Month.parse(paper.month)),
        "people": figures(paper.people),
        "by_transfer": OPEN if paper.by_cash else TICKED,
        "by_cash": TICKED if paper.by_cash else OPEN,
        "receiver": paper.receiver,
        "list_ref": paper.list_ref,
    }


def refund_context(paper: RefundVoucher) -> dict[str, Any]:
    """Return the values of the giấy nộp trả; raise `PaperError` when its rows do not make up its total."""
    return _sums(paper.rows, paper.total) | {
        **_form(paper.form, is_demo=paper.is_demo),
        **_payer(paper.payer, paper.rows),
        "voucher_no": paper.voucher_no,
        "returned_on": f"{paper.returned_on:%d/%m/%Y}",
        "people": figures(paper.people),
        "note": paper.note,
    }


def _sums(rows: tuple[VoucherRow, ...], total: int) -> dict[str, Any]:
    if not rows or total <= 0 or sum(row.amount for row in rows) != total:
        raise PaperError("Tổng số tiền của chứng từ không bằng tổng các dòng.")
    return {
        "total": format_dong(total),
        "total_figures": figures(total),
        "total_in_words": amount_in_words(total),
    }


def _form(form: VoucherForm, *, is_demo: bool) -> dict[str, str]:
    label = FORM_LABELS[form]
    older = f" (tên cũ: {label.older_code})" if label.older_code else ""
    return {
        "form_name": label.name.upper(),
        "form_number": label.number,
        "form_code": f"{label.code}{older}",
        "decree": DECREE,
        "mark": MARK_DEMO if is_demo else "",
        "audit_head": "",
    }


def _payer(payer: Payer, rows: tuple[VoucherRow, ...]) -> dict[str, Any]:
    """The unit that pays, and the rows under its codes; room to write where a code is not known yet."""
    return {
        "unit_name": payer.unit_name,
        "unit_code": payer.unit_code or "…………",
        "account_no": payer.account_no,
        "place_name": payer.place_name,
        "programme_code": payer.programme_code or "…………",
        "rows": numbered(
            [
                {
                    "content": row.content,
                    "item": payer.item_code,
                    "chapter": payer.chapter_code,
                    "sector": payer.sector_code,
                    "source": payer.source_code,
                    "amount": figures(row.amount),
                }
                for row in rows
            ]
        ),
    }
