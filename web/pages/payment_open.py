"""What payments leave open over all months: unmatched rows, holds, money that came back, results that came late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import Response
from sqlmodel import col, select

from models.payment import BankAnswer, BankAnswerRow, LateResult, PaymentList, Transfer
from models.people import Person
from models.places import Village
from models.receipts import CashCorrection
from models.staff import Account
from models.treasury import TreasuryReturn
from rules.months import Month
from rules.names import fold_name, sort_key
from rules.workflow import TRANSFER_STATE_LABELS, Role, TransferState
from services import reconciliation, reconciliation_refunds
from web.export import MOST_ROWS, Column, Value, export
from web.pages.documents import papers_of
from web.pages.payment import PAYERS, advance
from web.paging import Sort, by_name, cut_list
from web.registry import Scope, get, post
from web.visit import Visit

MOST = 200
"""Rows shown of each kind: more than that is not worked off by reading a page; the counts and the file hold all."""
SORTS = {
    "oldest": Sort("Cũ trước", lambda one: one.key),
    "name": Sort("Họ tên", lambda one: sort_key(one.payee.get("full_name", ""))),
    "amount": Sort("Số tiền lớn trước", lambda one: -one.amount),
}
"""Of the money that came back."""
COLUMNS = (
    Column("Vướng gì", 30), Column("Người nhận", 28), Column("Tháng", 10), Column("Số tiền", 16, "money"),
    Column("Vì sao", 44), Column("Mã giao dịch", 20),
)  # fmt: skip


class _First:
    """The first rows of a part, and how many it has in all."""

    def __init__(self, found: Sequence[Any]) -> None:
        self.rows, self.total = found[:MOST], len(found)


@get("/payment/open", roles=PAYERS, scope=Scope.COMMUNE, hidden="ở đầu trang Chi trả")
def open_page(visit: Visit) -> Response:
    """Everything of earlier months that waits for a person, and what was given back to the treasury."""
    commune_id = visit.commune.key
    asked = dict(visit.request.query_params)
    words = asked.get("q", "")
    back = cut_list(_back(visit, words), asked, SORTS)
    return visit.render(
        "payment/open.html",
        title="Khoản còn vướng của các tháng",
        asked=asked,
        waiting=_First(_waiting(visit, words)),
        held=_First(_held(visit, words)),
        corrections=_First(_corrections(visit, words)),
        back=back,
        parts=reconciliation_refunds.received_in_part(visit.db, back.rows),
        about=_about(visit, back.rows),
        late=_First(_late(visit, words)),
        refunds=_refunds(visit, commune_id),
        month=Month.parse,
        me_id=visit.actor.account_id,
        may_refund=visit.has(Role.economy),
    )


def _waiting(visit: Visit, words: str) -> Sequence[Any]:
    """Rows of result files that fit no transfer by themselves, oldest month first; by the name the file gives."""
    query = (
        select(BankAnswerRow, BankAnswer, PaymentList)
        .join(BankAnswer, col(BankAnswer.id) == BankAnswerRow.answer_id)
        .join(PaymentList, col(PaymentList.id) == BankAnswer.list_id)
        .where(PaymentList.commune_id == visit.commune.key, col(BankAnswerRow.waits).is_(True))
    )
    found = visit.db.exec(query.order_by(PaymentList.month, col(BankAnswerRow.id)).limit(MOST_ROWS))
    return [one for one in found if fold_name(words) in fold_name(one[0].holder or "")]


def _back(visit: Visit, words: str) -> list[Transfer]:
    """Money of closed months that is still with the office, by the name it was sent to."""
    found = reconciliation_refunds.unclaimed(visit.db, visit.commune.key)
    return [one for one in found if fold_name(words) in fold_name(one.payee.get("full_name", ""))]


def _held(visit: Visit, words: str) -> Sequence[Any]:
    """Transfers held and not let go, with who holds them."""
    query = (
        select(Transfer, PaymentList, Person, Account)
        .join(PaymentList, col(PaymentList.id) == Transfer.list_id)
        .join(Person, col(Person.id) == Transfer.person_id)
        .join(Account, col(Account.id) == Transfer.held_by)
        .where(Transfer.commune_id == visit.commune.key, Transfer.state == TransferState.HELD)
        .where(col(Transfer.released_by).is_(None), by_name(words))
    )
    return visit.db.exec(query.order_by(PaymentList.month, col(Transfer.id)).limit(MOST_ROWS)).all()


def _corrections(visit: Visit, words: str) -> Sequence[Any]:
    """Wrong results of cash that one person put right and a second one has still to confirm."""
    query = (
        select(CashCorrection, Transfer, PaymentList, Person)
        .join(Transfer, col(Transfer.id) == CashCorrection.transfer_id)
        .join(PaymentList, col(PaymentList.id) == Transfer.list_id)
        .join(Person, col(Person.id) == Transfer.person_id)
        .where(CashCorrection.commune_id == visit.commune.key, col(CashCorrection.confirmed_by).is_(None))
        .where(by_name(words))
    )
    return visit.db.exec(query.order_by(col(CashCorrection.id)).limit(MOST_ROWS)).all()


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


def _late(visit: Visit, words: str) -> Sequence[Any]:
    """Results that came after their month was closed, newest first."""
    query = (
        select(LateResult, Transfer, PaymentList, Person)
        .join(Transfer, col(Transfer.id) == LateResult.transfer_id)
        .join(PaymentList, col(PaymentList.id) == Transfer.list_id)
        .join(Person, col(Person.id) == Transfer.person_id)
        .where(LateResult.commune_id == visit.commune.key, by_name(words))
    )
    return visit.db.exec(query.order_by(col(LateResult.id).desc()).limit(MOST_ROWS)).all()


def _refunds(visit: Visit, commune_id: int) -> list[tuple[TreasuryReturn, list[Any]]]:
    """What went back to the treasury, newest first, with its papers."""
    found = list(reversed(reconciliation.refunds(visit.db, commune_id)))[:MOST]
    papers = papers_of(visit, *(f"treasury_return:{one.key}" for one in found))
    return [(one, [paper for paper in papers if paper.subject == f"treasury_return:{one.key}"]) for one in found]


@get("/payment/open/export", roles=PAYERS, scope=Scope.COMMUNE, logs_read=True, hidden="tệp tải từ Khoản còn vướng")
def open_export(visit: Visit) -> Response:
    """Everything that the same question finds on the page, each line with what it waits for; no account numbers."""
    return export(
        visit,
        title="Khoản còn vướng của các tháng",
        file_name="khoan-con-vuong.xlsx",
        subject=f"commune:{visit.commune.key}",
        columns=COLUMNS,
        rows=_lines(visit, visit.request.query_params.get("q", "")),
    )


def _lines(visit: Visit, words: str) -> Iterator[tuple[Value, ...]]:
    for row, _answer, month in _waiting(visit, words):
        yield "Dòng kết quả chưa khớp", row.holder, _month(month.month), row.amount, row.problem, row.end_to_end_id
    for held, month, person, _holder in _held(visit, words):
        name, code = person.full_name, held.end_to_end_id
        yield "Đang tạm giữ", name, _month(month.month), held.amount, held.hold_reason, code
    for one, transfer, month, person in _corrections(visit, words):
        name, code = person.full_name, transfer.end_to_end_id
        yield "Đính chính chờ người thứ hai", name, _month(month.month), transfer.amount, one.reason, code
    back = _back(visit, words)
    about, parts = _about(visit, back), reconciliation_refunds.received_in_part(visit.db, back)
    for one in back:
        state = TRANSFER_STATE_LABELS[TransferState(one.state)]
        why = f"{state}: {one.return_reason or one.hold_reason}"
        yield (
            "Tiền quay về",
            about[one.key][0],
            str(about[one.key][2]),
            one.amount - parts.get(one.key, 0),
            why,
            one.end_to_end_id,
        )
    for late, transfer, month, person in _late(visit, words):
        why = "thực ra đã nhận" if late.paid else f"thực ra bị trả lại: {late.reason}"
        code = transfer.end_to_end_id
        yield "Kết quả đến muộn", person.full_name, _month(month.month), transfer.amount, why, code


def _month(code: str) -> str:
    return str(Month.parse(code))


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
