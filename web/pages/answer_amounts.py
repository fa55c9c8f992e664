"""A row of an answer whose amount is not the plan's and stays so: one person says it counts, a second one confirms."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Response

from models.payment import BankAnswer, BankAnswerRow, PaymentList
from models.receipts import AmountReceived
from rules.workflow import Role
from services import reconciliation_amounts
from services.errors import not_found
from web.pages.answers import answer_page
from web.pages.payment import advance
from web.registry import Scope, post
from web.visit import LARGEST, Visit

PATH = "/payment/{list_id:int}/answers/{answer_id:int}/amounts"


@post(PATH, roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=answer_page)
def propose_amount(visit: Visit, list_id: int, answer_id: int) -> Response:
    """Say that the amount of a waiting row is what the person really received."""
    row, form = visit.own(PaymentList, list_id), visit.form
    row_id = form.whole("row_id", need="Chọn dòng.", most=LARGEST) or 0
    transfer_id = form.whole(f"part-{row_id}", need="Chọn khoản chi.", most=LARGEST) or 0
    note = form.text(f"why-{row_id}", need="Ghi căn cứ.", most=300)
    form.check()
    _own_row(visit, row, answer_id, row_id)
    reconciliation_amounts.propose(
        visit.db, row_id=row_id, transfer_id=transfer_id, note=note, actor=visit.actor, now=visit.now
    )
    return visit.redirect(
        f"/payment/{row.key}/answers/{answer_id}", "Đã ghi số tiền thực nhận; chờ người thứ hai xác nhận."
    )


@post(f"{PATH}/confirm", roles=(Role.economy, Role.chairman), scope=Scope.COMMUNE, redisplay=answer_page)
def confirm_amount(visit: Visit, list_id: int, answer_id: int) -> Response:
    """The second person lets it count."""
    _act(visit, list_id, answer_id, reconciliation_amounts.confirm)
    advance(visit, visit.own(PaymentList, list_id).commune_id)
    return visit.redirect(f"/payment/{list_id}/answers/{answer_id}", "Đã xác nhận số tiền thực nhận.")


@post(f"{PATH}/withdraw", roles=(Role.economy, Role.chairman), scope=Scope.COMMUNE, redisplay=answer_page)
def withdraw_amount(visit: Visit, list_id: int, answer_id: int) -> Response:
    """What nobody confirmed is taken back; the row waits as before."""
    _act(visit, list_id, answer_id, reconciliation_amounts.withdraw)
    return visit.redirect(f"/payment/{list_id}/answers/{answer_id}", "Đã bỏ số tiền thực nhận vừa ghi.")


def _act(visit: Visit, list_id: int, answer_id: int, act: Callable[..., object]) -> None:
    row = visit.own(PaymentList, list_id)
    receipt_id = visit.form.whole("receipt_id", need="Chọn dòng.", most=LARGEST) or 0
    visit.form.check()
    found = visit.db.get(AmountReceived, receipt_id)
    _own_row(visit, row, answer_id, found.answer_row_id if found else 0)
    act(visit.db, receipt_id=receipt_id, actor=visit.actor, now=visit.now)


def _own_row(visit: Visit, row: PaymentList, answer_id: int, row_id: int) -> None:
    answer, found = visit.db.get(BankAnswer, answer_id), visit.db.get(BankAnswerRow, row_id)
    if answer is None or found is None or answer.list_id != row.key or found.answer_id != answer.key:
        raise not_found("no_row", "Không tìm thấy dòng kết quả này trong phạm vi của anh/chị.")
