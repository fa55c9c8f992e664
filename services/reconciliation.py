"""What came back: a bank's answer or the cash desk settles transfers; what fits none is named and harms nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlmodel import Session, col, select

from models.payment import BankAnswer, BankAnswerRow, PaymentList, Transfer
from rules.workflow import PaymentListState, Role, TransferState
from services import receipts, reconciliation_late
from services.errors import conflict, invalid
from services.matching import Books, Match, Stated, count, match, state_of
from services.payment_notices import record
from services.reconciliation_cash import record_cash
from services.reconciliation_hand import candidates, match_by_hand, set_aside, waiting_rows
from services.reconciliation_late import late_results
from services.reconciliation_refunds import record_refund, refunds, unclaimed
from services.reconciliation_settle import NO_REASON, apply, settle_all
from services.staff import Actor
from services.store import get, insert_new, lock, save
from services.transfers import FEW, list_transfers

__all__ = [
    "NO_REASON", "AnswerRow", "Preview", "UnreadRow", "answer_rows", "candidates", "import_answer", "late_results",
    "match_by_hand", "preview", "record_cash", "record_refund", "refunds", "set_aside", "unclaimed", "waiting_rows",
]  # fmt: skip

BACK = TransferState.RETURNED
ANSWERED_LISTS = frozenset({PaymentListState.SENT, PaymentListState.CLOSED})


class AnswerRow(Protocol):
    """One row of an answer as the file was read; ``amount`` (đồng) is None when the file states none.

    ``paid`` is None when the row's result could not be understood. Where the file has them, the row also carries
    ``account_no``, ``holder`` and ``paid_on``, by which a transfer is found without its code.
    """

    @property
    def row_number(self) -> int: ...
    @property
    def end_to_end_id(self) -> str: ...
    @property
    def amount(self) -> int | None: ...
    @property
    def paid(self) -> bool | None: ...
    @property
    def reason(self) -> str: ...


class UnreadRow(Protocol):
    """A row that the file's reader could not understand, with why."""

    @property
    def row_number(self) -> int: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True)
class Preview:
    """What a file would do: each row with its transfer or problem, and counts; ``unanswered`` transfers stay open."""

    matches: tuple[Match, ...]
    paid: int
    returned: int
    problems: int
    waits: int
    unanswered: int
    before: BankAnswer | None
    """The same bytes were taken in already: importing them again changes nothing."""


def preview(
    session: Session,
    *,
    list_id: int,
    rows: Sequence[AnswerRow],
    actor: Actor,
    sha256: str = "",
    problems: Sequence[UnreadRow] = (),
) -> Preview:
    """What `import_answer` would do with the same rows; writes nothing. Raises Problem as `import_answer` does."""
    payment_list = get(session, PaymentList, list_id, "danh sách chi trả")
    actor.require(Role.economy, payment_list.commune_id)
    before = _same_answer(session, list_id, sha256)
    if before is None:
        _check(payment_list, rows, problems)
    books = _books(session, payment_list, rows)
    matches = match(_stated(rows), books)
    counts = count(matches)
    settled = {one.transfer.key for one in matches if one.transfer and not one.problem}
    unanswered = [
        one for one in books.transfers if state_of(one, books.said) == TransferState.SENT and one.key not in settled
    ]
    return Preview(
        matches=tuple(matches),
        paid=counts["paid"],
        returned=counts["returned"],
        problems=counts["problems"] + len(problems),
        waits=counts["waits"],
        unanswered=len(unanswered),
        before=before,
    )


def import_answer(
    session: Session,
    *,
    list_id: int,
    file_name: str,
    sha256: str,
    rows: Sequence[AnswerRow],
    actor: Actor,
    now: datetime,
    problems: Sequence[UnreadRow] = (),
) -> BankAnswer:
    """Settle the list's transfers by an answer file: paid, or returned with its reason. Phòng Kinh tế does it.

    The same bytes twice are one answer. A row with another amount, of another month, repeated or against what is
    recorded becomes that row's problem and changes nothing; one that fits no transfer waits for a person
    (`match_by_hand`); ``problems`` are rows the file's reader gave up on, kept beside them. After the month is closed a
    result that turns it over is kept as a late one and counted by the next list. Raises Problem CONFLICT unless the
    list was sent, INVALID for a file without rows.
    """
    role = actor.require(Role.economy, get(session, PaymentList, list_id, "danh sách chi trả").commune_id)
    payment_list = lock(session, PaymentList, list_id, "danh sách chi trả")
    if before := _same_answer(session, list_id, sha256):
        return before
    _check(payment_list, rows, problems)
    matches = match(_stated(rows), _books(session, payment_list, rows))
    counts = count(matches)
    answer = BankAnswer(
        list_id=list_id,
        file_name=file_name,
        sha256=sha256,
        row_count=len(rows) + len(problems),
        paid_count=counts["paid"],
        returned_count=counts["returned"],
        problem_count=counts["problems"] + len(problems),
        imported_by=actor.person_id,
        imported_at=now,
    )
    save(session, answer)
    for unread in problems:
        session.add(BankAnswerRow(answer_id=answer.key, row_number=unread.row_number, result="", problem=unread.reason))
    _take(session, payment_list, answer, matches, account_id=actor.person_id, now=now)
    save(session, answer)
    record(session, payment_list, "import_answer", actor, role, _counts(answer, counts["waits"]), now)
    return answer


def _same_answer(session: Session, list_id: int, sha256: str) -> BankAnswer | None:
    same = select(BankAnswer).where(BankAnswer.list_id == list_id, BankAnswer.sha256 == sha256)
    return session.exec(same).first()


def _check(payment_list: PaymentList, rows: Sequence[AnswerRow], problems: Sequence[UnreadRow]) -> None:
    if payment_list.state not in ANSWERED_LISTS:
        raise conflict("list_state", "Danh sách chưa chuyển đi nên không nhập kết quả được.")
    if not rows and not problems:
        raise invalid("empty_answer", "Tệp kết quả không có dòng nào.")


def _stated(rows: Sequence[AnswerRow]) -> list[Stated]:
    return [
        Stated(
            row.row_number,
            row.end_to_end_id,
            row.amount,
            row.paid,
            row.reason,
            account_no=getattr(row, "account_no", ""),
            holder=getattr(row, "holder", ""),
            paid_on=getattr(row, "paid_on", None),
        )
        for row in rows
    ]


def _books(session: Session, payment_list: PaymentList, rows: Sequence[AnswerRow]) -> Books:
    transfers = list_transfers(session, payment_list.key)
    ours = {transfer.end_to_end_id for transfer in transfers}
    return Books(
        transfers=transfers,
        elsewhere=_elsewhere(session, payment_list, {row.end_to_end_id for row in rows} - ours - {""}),
        sent_on=payment_list.sent_at.date() if payment_list.sent_at else None,
        said=reconciliation_late.latest(session, payment_list.commune_id),
        parts=receipts.beside(session, [one.key for one in transfers if one.state == BACK], parts_only=True),
        late=payment_list.state == PaymentListState.CLOSED,
    )


def _elsewhere(session: Session, payment_list: PaymentList, codes: set[str]) -> dict[str, str]:
    """Of codes that are not this list's: the month of the commune's list they belong to."""
    found: dict[str, str] = {}
    every = sorted(codes)
    for start in range(0, len(every), FEW):
        some = every[start : start + FEW]
        query = (
            select(Transfer.end_to_end_id, PaymentList.month)
            .join(PaymentList, col(PaymentList.id) == Transfer.list_id)
            .where(Transfer.commune_id == payment_list.commune_id, col(Transfer.end_to_end_id).in_(some))
        )
        found |= dict(session.exec(query).all())
    return found


def _take(
    session: Session,
    payment_list: PaymentList,
    answer: BankAnswer,
    matches: Sequence[Match],
    *,
    account_id: int,
    now: datetime,
) -> None:
    """Write every row down, and let those count that settle a transfer: all at once while the month is open."""
    insert_new(session, BankAnswerRow, [_row(answer, one) for one in matches])
    settled = [one for one in matches if one.transfer and not one.problem]
    if payment_list.state != PaymentListState.CLOSED:
        settle_all(session, settled, now=now)
        return
    said = reconciliation_late.latest(session, payment_list.commune_id)
    new = [one for one in settled if one.transfer and state_of(one.transfer, said) != one.row.result]
    kept = {row.row_number: row for row in answer_rows(session, answer.key)} if new else {}
    for one in new:
        if one.transfer:
            row = kept[one.row.row_number]
            apply(session, payment_list, one.transfer, row, said, account_id=account_id, now=now)


def _row(answer: BankAnswer, one: Match) -> dict[str, Any]:
    settles = one.transfer is not None and not one.problem
    return {
        "answer_id": answer.key,
        "row_number": one.row.row_number,
        "end_to_end_id": one.row.end_to_end_id[:40],
        "amount": one.row.amount,
        "result": one.row.result,
        "reason": one.row.reason,
        "transfer_id": one.transfer.key if one.transfer and settles else None,
        "problem": one.problem,
        "matched_by": one.how if settles else "",
        "waits": one.waits,
        "account_no": one.row.account_no or None,
        "holder": one.row.holder,
        "paid_on": one.row.paid_on,
    }


def answer_rows(session: Session, answer_id: int) -> list[BankAnswerRow]:
    """The rows of one answer in the file's order, each with what it settled or its problem."""
    query = select(BankAnswerRow).where(BankAnswerRow.answer_id == answer_id)
    return list(session.exec(query.order_by(col(BankAnswerRow.row_number))).all())


def _counts(answer: BankAnswer, waits: int) -> dict[str, int]:
    return {
        "answer": answer.key,
        "rows": answer.row_count,
        "paid": answer.paid_count,
        "returned": answer.returned_count,
        "problems": answer.problem_count,
        "waits": waits,
    }
