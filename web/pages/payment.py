"""Paying one month: its list with the exceptions first, two people, papers, results, closing."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from sqlalchemy import case
from sqlmodel import col, select

from models.payment import BankAnswer, PaymentList, Transfer
from models.people import PAY_METHOD_LABELS, PayMethodKind, Person
from models.places import Village
from rules.money import format_dong
from rules.months import Month
from rules.workflow import TRANSFER_STATE_LABELS, PaymentListState, Role, TransferState
from services import budget, payment, payment_doubts
from services.payment_figures import Recount, payees, recount
from services.payment_papers import cycle_id_of
from web.export import BIRTH, MOST_ROWS, NAME, VILLAGE, Column, Value, export
from web.pages.documents import papers_of
from web.paging import BY_NAME, BY_VILLAGE, Sort, by_name, cut, number_of, ordered, village_choices
from web.registry import Scope, get, post
from web.views import birth_text
from web.visit import Visit

PAYERS = (Role.economy, Role.chairman)
READERS = (*PAYERS, Role.village_head)
EXCEPTIONS_FIRST = case(
    (col(Transfer.state) == TransferState.RETURNED, 0), (col(Transfer.state) == TransferState.HELD, 1), else_=2
)
SORTS = {
    "open": Sort("Trả lại, tạm giữ trước", (EXCEPTIONS_FIRST, col(Person.sort_key), col(Transfer.id))),
    "name": BY_NAME,
    "village": BY_VILLAGE,
    "amount": Sort("Số tiền lớn trước", (col(Transfer.amount).desc(), col(Person.sort_key), col(Transfer.id))),
    "code": Sort("Mã giao dịch", (col(Transfer.end_to_end_id),)),
}
COLUMNS = (
    NAME, BIRTH, VILLAGE, Column("Cách nhận", 22), Column("Số tiền", 16, "money"), Column("Mã giao dịch", 20),
    Column("Lần", 6), Column("Tình trạng", 18), Column("Lý do trả lại, tạm giữ", 36),
)  # fmt: skip
ACTS = {
    "approve": (payment.approve, "Đã duyệt. Tệp chuyển khoản và danh sách tiền mặt đang được lập."),
    "sent": (payment.mark_sent, "Đã ghi: tiền đã chuyển đi."),
    "close": (payment.close_month, "Đã đối soát và đóng tháng."),
}


@get("/payment/{list_id:int}", roles=READERS, scope=Scope.VILLAGE)
def list_page(visit: Visit, list_id: int) -> Response:
    """One month: where the money stands, what needs a look first, and the next act."""
    row = visit.own(PaymentList, list_id)
    asked = dict(visit.request.query_params)
    limit = visit.villages(row.commune_id)
    found = cut(visit.db, _transfers(row, asked, limit), asked, SORTS)
    whole = limit is None
    answers = select(BankAnswer).where(BankAnswer.list_id == row.key).order_by(col(BankAnswer.id).desc())
    return visit.render(
        "payment/list.html",
        title=f"Chi trả tháng {Month.parse(row.month)}",
        row=row,
        found=found,
        asked=asked,
        labels=PAY_METHOD_LABELS,
        balance=payment.balance(visit.db, row.key) if whole else None,
        unpaid=_unpaid(visit, row) if whole else [],
        doubts=payment_doubts.doubts(visit.db, row) if whole else [],
        sent_back=payment.returns(visit.db, row.key) if whole else [],
        answers=visit.db.exec(answers).all() if whole else [],
        papers=_papers(visit, row) if whole else [],
        villages=village_choices(visit.db, visit.commune.key) if whole else [],
        is_economy=visit.has(Role.economy),
        budget=budget.warning(visit.db, row) if whole else "",
        may_approve=whole and row.state == PaymentListState.PREPARED and row.prepared_by != visit.actor.account_id,
    )


def _transfers(row: PaymentList, asked: dict[str, str], limit: tuple[int, ...] | None) -> Any:
    query = (
        select(Transfer, Person, Village)
        .join(Person, col(Person.id) == Transfer.person_id)
        .join(Village, col(Village.id) == Transfer.village_id)
        .where(Transfer.list_id == row.key)
    )
    if limit is not None:
        query = query.where(col(Transfer.village_id).in_(limit))
    if asked.get("state") in set(TransferState):
        query = query.where(Transfer.state == asked["state"])
    if asked.get("channel") in set(PayMethodKind):
        query = query.where(Transfer.channel == asked["channel"])
    if (village := number_of(asked.get("village", ""))) is not None:
        query = query.where(Transfer.village_id == village)
    return query.where(by_name(asked["q"])) if asked.get("q") else query


@get("/payment/{list_id:int}/export", roles=READERS, scope=Scope.VILLAGE, logs_read=True)
def list_export(visit: Visit, list_id: int) -> Response:
    """The month's transfers that the same question finds on the page; a village head's own thôn only, no account."""
    row = visit.own(PaymentList, list_id)
    limit = visit.villages(row.commune_id)
    asked = dict(visit.request.query_params)
    query = ordered(_transfers(row, asked, limit), asked, SORTS)
    found = visit.db.exec(query.limit(MOST_ROWS))
    return export(
        visit,
        title=f"Chi trả tháng {Month.parse(row.month)}",
        file_name=f"chi-tra-{row.month}.xlsx",
        subject=f"payment_list:{row.key}",
        columns=COLUMNS,
        rows=(_transfer_row(*one, sees_holds=limit is None) for one in found),
    )


def _transfer_row(transfer: Transfer, person: Person, village: Village, *, sees_holds: bool) -> tuple[Value, ...]:
    held = transfer.hold_reason if sees_holds and transfer.state == TransferState.HELD else ""
    return (
        person.full_name,
        birth_text(person),
        village.name,
        PAY_METHOD_LABELS[PayMethodKind(transfer.channel)],
        transfer.amount,
        transfer.end_to_end_id,
        str(transfer.attempt),
        TRANSFER_STATE_LABELS[TransferState(transfer.state)],
        transfer.return_reason or held,
    )


def _unpaid(visit: Visit, row: PaymentList) -> list[tuple[payment.Unpaid, str]]:
    found = payment.without_transfer(visit.db, row.key)
    names = select(Person.id, Person.full_name).where(col(Person.id).in_([one.person_id for one in found]))
    by_number = dict(visit.db.exec(names).all())
    return [(one, by_number.get(one.person_id, "")) for one in found]


def _papers(visit: Visit, row: PaymentList) -> list[Any]:
    codes = select(Village.code).where(Village.commune_id == row.commune_id)
    subjects = [f"payment_list:{row.key}:{code}" for code in visit.db.exec(codes)]
    return papers_of(visit, f"payment_list:{row.key}", *subjects)


def _act(visit: Visit, list_id: int, name: str) -> Response:
    row = visit.own(PaymentList, list_id)
    act, note = ACTS[name]
    act(visit.db, list_id=row.key, actor=visit.actor, now=visit.now)
    advance(visit, row.commune_id)
    return visit.redirect(f"/payment/{row.key}", note)


def _sum(row: PaymentList) -> str:
    return f"{row.people} người, {format_dong(row.total)}"


def _recounted(shown: str, frozen: str, found: Recount) -> str:
    """What the last computation made of the draft that was shown: numbers only, a note names nobody."""
    if not any(found):
        return ""
    who = ((found.added, "thêm"), (found.dropped, "bớt"), (found.changed, "đổi số tiền hoặc thông tin nhận tiền"))
    said = ", ".join(f"{number} người {what}" for number, what in who if number)
    sums = f"vẫn là {frozen}" if shown == frozen else f"dự thảo là {shown}; danh sách đã khóa là {frozen}"
    return f" Máy vừa tính lại: {said}; {sums}. Hãy xem lại trước khi duyệt."


def advance(visit: Visit, commune_id: int) -> None:
    """The commune's newest decided cycle goes on once this act is committed."""
    cycle_id = cycle_id_of(visit.db, commune_id)
    if cycle_id is not None:
        visit.advance(cycle_id)


@post("/payment/{list_id:int}/prepare", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=list_page)
def prepare(visit: Visit, list_id: int) -> Response:
    """Freeze the list; from now on another person has the word. Says what came out otherwise than the draft shown."""
    row = visit.own(PaymentList, list_id)
    shown, before = _sum(row), payees(visit.db, row.key)
    payment.prepare(visit.db, list_id=row.key, actor=visit.actor, now=visit.now)
    note = _recounted(shown, _sum(row), recount(before, payees(visit.db, row.key)))
    advance(visit, row.commune_id)
    return visit.redirect(f"/payment/{row.key}", "Đã lập và khóa danh sách. Cần người thứ hai duyệt." + note)


@post("/payment/{list_id:int}/approve", roles=PAYERS, scope=Scope.COMMUNE, redisplay=list_page)
def approve(visit: Visit, list_id: int) -> Response:
    """The second person's approval."""
    return _act(visit, list_id, "approve")


@post("/payment/{list_id:int}/send-back", roles=PAYERS, scope=Scope.COMMUNE, redisplay=list_page)
def send_back(visit: Visit, list_id: int) -> Response:
    """The second person does not approve and says why; Phòng Kinh tế prepares the list anew."""
    row = visit.own(PaymentList, list_id)
    reason = visit.form.text("send_back_reason", need="Ghi lý do trả lại.", most=500)
    visit.form.check()
    payment.send_back(visit.db, list_id=row.key, reason=reason, actor=visit.actor, now=visit.now)
    advance(visit, row.commune_id)
    return visit.redirect(f"/payment/{row.key}", "Đã trả lại để lập lại. Danh sách không bị sửa dòng nào.")


@post("/payment/{list_id:int}/sent", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=list_page)
def sent(visit: Visit, list_id: int) -> Response:
    """The money is on its way."""
    return _act(visit, list_id, "sent")


@post("/payment/{list_id:int}/close", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=list_page)
def close(visit: Visit, list_id: int) -> Response:
    """Close the month for ever."""
    return _act(visit, list_id, "close")
