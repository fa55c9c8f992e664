"""One transfer of money with its history: holds and releases, cash paid out, another account for the lists to come."""

from __future__ import annotations

from fastapi import Response
from sqlmodel import col, select

from models.payment import BankAnswer, EntitlementLine, PaymentList, Transfer
from models.payment import BankAnswerRow as AnswerRecord
from models.people import PAY_METHOD_LABELS, PayMethodKind, Person
from models.places import Village
from models.receipts import CashCorrection
from rules.lookups import banks
from rules.months import Month
from rules.workflow import Role, TransferState
from services import pay_methods, payment, reconciliation_cash, reconciliation_late
from services.errors import not_found
from services.matching import state_of
from services.pay_methods import NewPayMethod
from services.payment_papers import CASH_CHANNELS
from web.pages.payment import PAYERS, advance
from web.registry import Scope, get, post
from web.visit import LARGEST, Visit


@get("/payment/transfers/{transfer_id:int}", roles=PAYERS, scope=Scope.COMMUNE)
def transfer_page(visit: Visit, transfer_id: int) -> Response:
    """One person's transfer: the lines it pays, the attempts before it, and what may be done."""
    transfer = visit.own(Transfer, transfer_id)
    row = visit.db.get_one(PaymentList, transfer.list_id)
    lines = select(EntitlementLine).where(EntitlementLine.person_id == transfer.person_id)
    history = select(Transfer, PaymentList).join(PaymentList, col(PaymentList.id) == Transfer.list_id)
    history = history.where(Transfer.person_id == transfer.person_id).order_by(col(Transfer.id).desc()).limit(24)
    return visit.render(
        "payment/transfer.html",
        title="Khoản chi",
        transfer=transfer,
        row=row,
        month=Month.parse,
        person=visit.db.get_one(Person, transfer.person_id),
        village=visit.db.get_one(Village, transfer.village_id),
        lines=visit.db.exec(lines.order_by(col(EntitlementLine.id).desc()).limit(36)).all(),
        history=visit.db.exec(history).all(),
        said=_said(visit, transfer),
        corrections=reconciliation_cash.corrections(visit.db, transfer.key),
        now_state=state_of(transfer, reconciliation_late.latest(visit.db, transfer.commune_id)),
        me_id=visit.actor.account_id,
        labels=PAY_METHOD_LABELS,
        kinds=list(PAY_METHOD_LABELS.items()),
        banks=[(bank.bin, bank.name) for bank in banks() if bank.transfer],
        may_hold=visit.has(Role.economy) and transfer.state == TransferState.PLANNED,
        may_release=transfer.state == TransferState.HELD
        and transfer.released_by is None
        and transfer.held_by != visit.actor.account_id,
        may_settle=visit.has(Role.economy)
        and transfer.state == TransferState.SENT
        and transfer.channel in CASH_CHANNELS,
        is_cash=transfer.channel in CASH_CHANNELS,
        may_change=visit.has(Role.economy),
    )


def _said(visit: Visit, transfer: Transfer) -> list[tuple[AnswerRecord, BankAnswer]]:
    """What each result file said of this transfer, newest first; late results after the month's closing included."""
    query = select(AnswerRecord, BankAnswer).join(BankAnswer, col(BankAnswer.id) == AnswerRecord.answer_id)
    query = query.where(AnswerRecord.transfer_id == transfer.key).order_by(col(AnswerRecord.id).desc())
    return list(visit.db.exec(query.limit(24)).all())


@post("/payment/transfers/{transfer_id:int}/hold", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=transfer_page)
def hold(visit: Visit, transfer_id: int) -> Response:
    """Stop one person's money before it leaves."""
    transfer = visit.own(Transfer, transfer_id)
    reason = visit.form.text("hold_reason", need="Ghi lý do tạm giữ.", most=500)
    visit.form.check()
    payment.hold_transfer(visit.db, transfer_id=transfer.key, reason=reason, actor=visit.actor, now=visit.now)
    return _done(visit, transfer, "Đã tạm giữ. Người khác mới giải tỏa được.")


@post("/payment/transfers/{transfer_id:int}/release", roles=PAYERS, scope=Scope.COMMUNE, redisplay=transfer_page)
def release(visit: Visit, transfer_id: int) -> Response:
    """Let a held transfer go; never by who held it."""
    transfer = visit.own(Transfer, transfer_id)
    payment.release_transfer(visit.db, transfer_id=transfer.key, actor=visit.actor, now=visit.now)
    return _done(visit, transfer, "Đã giải tỏa.")


@post("/payment/transfers/{transfer_id:int}/cash", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=transfer_page)
def record_cash(visit: Visit, transfer_id: int) -> Response:
    """What became of one cash payment."""
    transfer = visit.own(Transfer, transfer_id)
    word = visit.form.choice("cash", ("paid", "returned"), need="Chọn đã ký nhận hay không chi được.")
    reason = visit.form.text("cash_reason", most=500)
    visit.form.check()
    payment.record_cash(
        visit.db, transfer_id=transfer.key, paid=word == "paid", reason=reason, actor=visit.actor, now=visit.now
    )
    return _done(visit, transfer, "Đã ghi kết quả chi tiền mặt.")


CORRECTION = "/payment/transfers/{transfer_id:int}/correction"


@post(CORRECTION, roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=transfer_page)
def propose_correction(visit: Visit, transfer_id: int) -> Response:
    """Say that the recorded result of a cash payment is wrong, and why."""
    transfer = visit.own(Transfer, transfer_id)
    word = visit.form.choice("really", ("paid", "returned"), need="Chọn kết quả đúng.")
    reason = visit.form.text("really_reason", need="Ghi vì sao ghi nhầm và căn cứ.", most=500)
    visit.form.check()
    reconciliation_cash.propose_correction(
        visit.db, transfer_id=transfer.key, paid=word == "paid", reason=reason, actor=visit.actor, now=visit.now
    )
    return visit.redirect(f"/payment/transfers/{transfer.key}", "Đã ghi đính chính; chờ người thứ hai xác nhận.")


@post(f"{CORRECTION}/confirm", roles=PAYERS, scope=Scope.COMMUNE, redisplay=transfer_page)
def confirm_correction(visit: Visit, transfer_id: int) -> Response:
    """The second person lets the correction count."""
    transfer, number = _correction(visit, transfer_id)
    reconciliation_cash.confirm_correction(visit.db, correction_id=number, actor=visit.actor, now=visit.now)
    return _done(visit, transfer, "Đã xác nhận đính chính.")


@post(f"{CORRECTION}/withdraw", roles=PAYERS, scope=Scope.COMMUNE, redisplay=transfer_page)
def withdraw_correction(visit: Visit, transfer_id: int) -> Response:
    """A correction that nobody confirmed is taken back."""
    transfer, number = _correction(visit, transfer_id)
    reconciliation_cash.withdraw_correction(visit.db, correction_id=number, actor=visit.actor, now=visit.now)
    return _done(visit, transfer, "Đã bỏ đính chính vừa ghi.")


def _correction(visit: Visit, transfer_id: int) -> tuple[Transfer, int]:
    """The payment, and the number of a correction of this payment and no other."""
    transfer = visit.own(Transfer, transfer_id)
    number = visit.form.whole("correction_id", need="Chọn đính chính.", most=LARGEST) or 0
    visit.form.check()
    found = visit.db.get(CashCorrection, number)
    if found is None or found.transfer_id != transfer.key:
        raise not_found("no_row", "Không tìm thấy đính chính này trong phạm vi của anh/chị.")
    return transfer, number


@post(
    "/payment/transfers/{transfer_id:int}/method", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=transfer_page
)
def change_method(visit: Visit, transfer_id: int) -> Response:
    """Another account, cash or proxy for the lists to come."""
    transfer, form = visit.own(Transfer, transfer_id), visit.form
    new = NewPayMethod(
        kind=form.word("kind", PayMethodKind, need="Chọn cách nhận tiền."),
        evidence=form.text("evidence", need="Ghi căn cứ thay đổi.", most=300),
        bank_bin=form.choice("bank_bin", [bank.bin for bank in banks()]),
        account_no=form.text("account_no", most=40),
        account_holder=form.text("account_holder", most=120),
        proxy_name=form.text("proxy_name", most=120),
    )
    form.check()
    pay_methods.change(visit.db, person_id=transfer.person_id, new=new, actor=visit.actor, now=visit.now)
    return _done(visit, transfer, "Đã đổi cách nhận tiền cho các danh sách lập từ nay.")


def _done(visit: Visit, transfer: Transfer, note: str) -> Response:
    advance(visit, transfer.commune_id)
    return visit.redirect(f"/payment/transfers/{transfer.key}", note)
