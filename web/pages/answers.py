"""A result file of the bank: shown before it is written, taken in row by row; what fits nothing a person decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import Response
from sqlmodel import col, select

from adapters.answers import AnswerProblem
from adapters.bank_answer import BankAnswerRow, read_bank_answer
from models.payment import BankAnswer, PaymentList, Transfer
from models.payment import BankAnswerRow as AnswerRecord
from models.people import Person
from rules.money import format_dong
from rules.months import Month
from rules.workflow import Role
from services import payment, reconciliation, reconciliation_amounts, reconciliation_hand
from services.errors import not_found
from web.pages.answer_rows import RESULTS, found_in, listed, own_answer
from web.pages.payment import PAYERS, advance, list_page
from web.registry import Scope, get, post
from web.uploads import Received, receive, receive_again
from web.visit import LARGEST, Visit

Reading = tuple[list[BankAnswerRow], list[AnswerProblem]]


@dataclass(frozen=True)
class Answered:
    """A row of the file as reconciliation takes it."""

    row_number: int
    end_to_end_id: str
    amount: int | None
    paid: bool
    reason: str
    account_no: str = ""
    holder: str = ""
    paid_on: date | None = None


def _answered(rows: Sequence[BankAnswerRow]) -> list[Answered]:
    return [
        Answered(
            one.row_number,
            one.end_to_end_id,
            one.amount,
            one.result == "PAID",
            one.reason,
            one.account_no,
            one.holder,
            one.paid_on,
        )
        for one in rows
    ]


def _read(visit: Visit, list_id: int) -> Received[Reading]:
    visit.own(PaymentList, list_id)
    return receive(visit, read_bank_answer)


def _read_again(visit: Visit, list_id: int) -> Received[Reading]:
    visit.own(PaymentList, list_id)
    return receive_again(visit, read_bank_answer)


@post(
    "/payment/{list_id:int}/answers/preview",
    roles=(Role.economy,),
    scope=Scope.COMMUNE,
    redisplay=list_page,
    prepare=_read,
)
def preview_answer(visit: Visit, list_id: int) -> Response:
    """Read and match a result file and show what it would do; nothing is written into the records."""
    row = visit.own(PaymentList, list_id)
    received: Received[Reading] = visit.prepared
    read, problems = received.reading
    shown = reconciliation.preview(
        visit.db,
        list_id=row.key,
        rows=_answered(read),
        actor=visit.actor,
        sha256=received.sha256,
        problems=problems,
    )
    return visit.render(
        "payment/preview.html",
        title="Xem trước kết quả chuyển tiền",
        row=row,
        month=Month.parse(row.month),
        shown=shown,
        problems=problems,
        wrong=[one for one in shown.matches if one.problem],
        good=[one for one in shown.matches if not one.problem],
        names=_names(visit, row),
        received=received,
    )


def _names(visit: Visit, row: PaymentList) -> dict[int, str]:
    query = select(Transfer.id, Person.full_name).join(Person, col(Person.id) == Transfer.person_id)
    return {number or 0: name for number, name in visit.db.exec(query.where(Transfer.list_id == row.key))}


@post(
    "/payment/{list_id:int}/answers/confirm",
    roles=(Role.economy,),
    scope=Scope.COMMUNE,
    redisplay=list_page,
    prepare=_read_again,
)
def confirm_answer(visit: Visit, list_id: int) -> Response:
    """Write what was shown; pressed twice it is one answer. Rows that settle nothing are kept with their reason."""
    row = visit.own(PaymentList, list_id)
    received: Received[Reading] = visit.prepared
    read, problems = received.reading
    answer = payment.import_answer(
        visit.db,
        list_id=row.key,
        file_name=received.upload.name,
        sha256=received.sha256,
        rows=_answered(read),
        problems=problems,
        actor=visit.actor,
        now=visit.now,
    )
    advance(visit, row.commune_id)
    return visit.redirect(f"/payment/{row.key}/answers/{answer.key}")


@get("/payment/{list_id:int}/answers/{answer_id:int}", roles=PAYERS, scope=Scope.COMMUNE)
def answer_page(visit: Visit, list_id: int, answer_id: int) -> Response:
    """One result file: counts, and each row that settled nothing first."""
    row = visit.own(PaymentList, list_id)
    answer = own_answer(visit, row, answer_id)
    rows = reconciliation.answer_rows(visit.db, answer.key)
    asked = dict(visit.request.query_params)
    return visit.render(
        "payment/answer.html",
        title="Kết quả chuyển tiền",
        row=row,
        month=Month.parse(row.month),
        answer=answer,
        wrong=[one for one in rows if one.problem and not one.waits],
        found=found_in(listed(visit, [one for one in rows if not one.problem], row), asked),
        asked=asked,
        results=RESULTS.items(),
        waiting=[(one, _candidates(visit, one.key), _other_amount(visit, one)) for one in rows if one.waits],
        amounts=reconciliation_amounts.of_rows(visit.db, answer.key),
        may_match=visit.has(Role.economy),
        me_id=visit.actor.account_id,
    )


def _other_amount(visit: Visit, row: AnswerRecord) -> list[tuple[int, str]]:
    """The transfer that the row names although it states another amount, as a person chooses it."""
    found = reconciliation_amounts.named(visit.db, row)
    if found is None:
        return []
    return [(found.key, f"{found.payee['full_name']} – {found.end_to_end_id}, phải chi {format_dong(found.amount)}")]


def _candidates(visit: Visit, row_id: int) -> list[tuple[int, str]]:
    """The transfers that a waiting row could mean, as a person chooses among them."""
    found = reconciliation_hand.candidates(visit.db, row_id)[:100]
    names = select(Person.id, Person.full_name).where(col(Person.id).in_([one.person_id for one in found]))
    by_number = dict(visit.db.exec(names).all())
    return [(one.key, f"{by_number.get(one.person_id, '')} – {one.end_to_end_id}") for one in found]


@post(
    "/payment/{list_id:int}/answers/{answer_id:int}/rows",
    roles=(Role.economy,),
    scope=Scope.COMMUNE,
    redisplay=answer_page,
)
def decide_row(visit: Visit, list_id: int, answer_id: int) -> Response:
    """A person says which transfer a waiting row means, or that it means none of this list's money."""
    row = visit.own(PaymentList, list_id)
    form = visit.form
    row_id = form.whole("row_id", need="Chọn dòng.", most=LARGEST) or 0
    transfer_id = form.whole(f"transfer-{row_id}", most=LARGEST)
    note = form.text(f"note-{row_id}", need="Ghi căn cứ.", most=300)
    form.check()
    answer, found = visit.db.get(BankAnswer, answer_id), visit.db.get(AnswerRecord, row_id)
    if answer is None or found is None or answer.list_id != row.key or found.answer_id != answer.key:
        raise not_found("no_row", "Không tìm thấy dòng kết quả này trong phạm vi của anh/chị.")
    if transfer_id:
        reconciliation_hand.match_by_hand(
            visit.db, row_id=row_id, transfer_id=transfer_id, note=note, actor=visit.actor, now=visit.now
        )
    else:
        reconciliation_hand.set_aside(visit.db, row_id=row_id, note=note, actor=visit.actor, now=visit.now)
    advance(visit, row.commune_id)
    return visit.redirect(f"/payment/{row.key}/answers/{answer_id}", "Đã xử lý dòng kết quả.")
