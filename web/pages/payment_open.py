"""What payments leave open over all months: unmatched rows, holds, money that came back, results that came late."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import Response
from sqlmodel import col, select

from models.payment import BankAnswer, BankAnswerRow, LateResult, PaymentList, Transfer
from models.people import Person
from models.places import Village
from models.staff import Account
from models.treasury import TreasuryReturn
from rules.months import Month
from rules.workflow import Role, TransferState
from services import reconciliation, reconciliation_refunds
from web.pages.documents import papers_of
from web.pages.payment import PAYERS, advance
from web.paging import Sort, cut_list
from web.registry import Scope, get, post
from web.visit import Visit

MOST = 200
"""Rows shown of each kind: more than that is not worked off by reading a page."""
SORTS = {"oldest": Sort("Cũ trước", lambda one: one.key), "amount": Sort("Số tiền lớn trước", lambda one: -one.amount)}


@get("/payment/open", roles=PAYERS, scope=Scope.COMMUNE, hidden="ở đầu trang Chi trả")
def open_page(visit: Visit) -> Response:
    """Everything of earlier months that waits for a person, and what was given back to the treasury."""
    commune_id = visit.commune.key
    asked = dict(visit.request.query_params)
    back = cut_list(reconciliation_refunds.unclaimed(visit.db, commune_id), asked, SORTS)
    return visit.render(
        "payment/open.html",
        title="Khoản còn vướng của các tháng",
        waiting=_waiting(visit, commune_id),
        held=_held(visit, commune_id),
        back=back,
        about=_about(visit, back.rows),
        late=_late(visit, commune_id),
        refunds=_refunds(visit, commune_id),
        month=Month.parse,
        me_id=visit.actor.account_id,
        may_refund=visit.has(Role.economy),
    )


def _waiting(visit: Visit, commune_id: int) -> Sequence[Any]:
    """Rows of result files that fit no transfer by themselves, oldest month first."""
    query = (
        select(BankAnswerRow, BankAnswer, PaymentList)
        .join(BankAnswer, col(BankAnswer.id) == BankAnswerRow.answer_id)
        .join(PaymentList, col(PaymentList.id) == BankAnswer.list_id)
        .where(PaymentList.commune_id == commune_id, col(BankAnswerRow.waits).is_(True))
    )
    return visit.db.exec(query.order_by(PaymentList.month, col(BankAnswerRow.id)).limit(MOST)).all()


def _held(visit: Visit, commune_id: int) -> Sequence[Any]:
    """Transfers held and not let go, with who holds them."""
    query = (
        select(Transfer, PaymentList, Person, Account)
        .join(PaymentList, col(PaymentList.id) == Transfer.list_id)
        .join(Person, col(Person.id) == Transfer.person_id)
        .join(Account, col(Account.id) == Transfer.held_by)
        .where(Transfer.commune_id == commune_id, Transfer.state == TransferState.HELD)
        .where(col(Transfer.released_by).is_(None))
    )
    return visit.db.exec(query.order_by(PaymentList.month, col(Transfer.id)).limit(MOST)).all()


def _about(visit: Visit, transfers: Sequence[Transfer]) -> dict[int, tuple[str, str, Month]]:
    """By transfer: whose it is, of which thôn and month."""
    query = (
        select(Transfer, Person.full_name, Village.name, PaymentList.month)
        .join(Person, col(Person.id) == Transfer.person_id)
        .join(Village, col(Village.id) == Transfer.village_id)
        .join(PaymentList, col(PaymentList.id) == Transfer.list_id)
        .where(col(Transfer.id).in_([one.key for one in transfers]))
    )
    return {
        transfer.key: (name, village, Month.parse(month)) for transfer, name, village, month in visit.db.exec(query)
    }


def _late(visit: Visit, commune_id: int) -> Sequence[Any]:
    """Results that came after their month was closed, newest first."""
    query = (
        select(LateResult, Transfer, PaymentList, Person)
        .join(Transfer, col(Transfer.id) == LateResult.transfer_id)
        .join(PaymentList, col(PaymentList.id) == Transfer.list_id)
        .join(Person, col(Person.id) == Transfer.person_id)
        .where(LateResult.commune_id == commune_id)
    )
    return visit.db.exec(query.order_by(col(LateResult.id).desc()).limit(MOST)).all()


def _refunds(visit: Visit, commune_id: int) -> list[tuple[TreasuryReturn, list[Any]]]:
    """What went back to the treasury, newest first, with its papers."""
    found = list(reversed(reconciliation.refunds(visit.db, commune_id)))[:MOST]
    papers = papers_of(visit, *(f"treasury_return:{one.key}" for one in found))
    return [(one, [paper for paper in papers if paper.subject == f"treasury_return:{one.key}"]) for one in found]


@post("/payment/open/refund", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=open_page)
def refund(visit: Visit) -> Response:
    """Record that chosen money went back to the treasury with one voucher (Giấy nộp trả kinh phí, Mẫu 08)."""
    form = visit.form
    numbers = (name.removeprefix("khoan-") for name in form.values if name.startswith("khoan-"))
    chosen = [int(number) for number in numbers if number.isdigit() and len(number) < 10]
    if not chosen:
        form.errors["chon"] = "Đánh dấu ít nhất một khoản đã nộp trả."
    voucher_no = form.text("voucher_no", need="Nhập số giấy nộp trả kinh phí.", most=40)
    returned_on = form.need_day("returned_on", "Nhập ngày nộp trả.")
    note = form.text("note", most=300)
    form.check()
    commune_id = visit.commune.key
    reconciliation.record_refund(
        visit.db,
        commune_id=commune_id,
        transfer_ids=chosen,
        voucher_no=voucher_no,
        returned_on=returned_on,
        note=note,
        actor=visit.actor,
        now=visit.now,
    )
    advance(visit, commune_id)
    return visit.redirect("/payment/open", f"Đã ghi nộp trả kho bạc {len(chosen)} khoản.")
