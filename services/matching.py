"""Which transfer a row of an answer speaks of: by its code, by account and amount and day, by folded name and amount.

Pure comparison: nothing is read from or written to the database here. What fits nothing, or more than one, waits for
a person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models.payment import Transfer
from rules.money import format_dong
from rules.months import Month
from rules.names import fold_name
from rules.transfer_codes import is_own_code
from rules.workflow import TRANSFER_STATE_LABELS, TransferState

NEAR = timedelta(days=3)
"""How far a statement's day may lie from the day on which the list was sent."""
AMBIGUOUS = "Có nhiều khoản khớp với dòng này, cần người xác định"


@dataclass(frozen=True)
class Stated:
    """One row of an answer as it was read; amounts in đồng, ``paid`` None when the result could not be understood."""

    row_number: int
    end_to_end_id: str
    amount: int | None
    paid: bool | None
    reason: str
    account_no: str = ""
    holder: str = ""
    paid_on: date | None = None

    @property
    def result(self) -> str:
        """The state that the row asks for; empty when it asks for none."""
        return "" if self.paid is None else str(TransferState.PAID if self.paid else TransferState.RETURNED)


@dataclass(frozen=True)
class Match:
    """What became of one row: its transfer and how it was found, or the problem, and whether a person must decide."""

    row: Stated
    transfer: Transfer | None
    how: str = ""
    problem: str = ""
    waits: bool = False


@dataclass(frozen=True)
class Books:
    """What rows are held against: this list's transfers, codes of other lists by month, what is known by now.

    ``said`` gives, for a transfer of a closed month, the newest late result; ``parts`` the đồng that two people
    confirmed to have arrived of a transfer that counts as returned.
    """

    transfers: Sequence[Transfer]
    elsewhere: Mapping[str, str]
    sent_on: date | None
    said: Mapping[int, bool]
    parts: Mapping[int, int]
    late: bool = False
    """The month is closed: a result may still turn over what it recorded, for the next list."""


def state_of(transfer: Transfer, said: Mapping[int, bool]) -> TransferState:
    """Where the transfer stands when a late result counts too."""
    if transfer.id in said:
        return TransferState.PAID if said[transfer.key] else TransferState.RETURNED
    return TransferState(transfer.state)


def match(rows: Iterable[Stated], books: Books) -> list[Match]:
    """Every row with its transfer or its problem; of rows about one transfer that disagree, none counts."""
    finder = _Finder(books)
    found = [finder.find(row) for row in rows]
    results: dict[int, set[str]] = defaultdict(set)
    first: dict[int, Stated] = {}
    for one in found:
        if one.transfer and not one.problem:
            results[one.transfer.key].add(one.row.result)
            first.setdefault(one.transfer.key, one.row)
    return [_checked(one, results, first, books) for one in found]


def _checked(found: Match, results: Mapping[int, set[str]], first: Mapping[int, Stated], books: Books) -> Match:
    if found.transfer is None or found.problem:
        return found
    row, transfer = found.row, found.transfer
    problem = ""
    waits = False
    if row.paid is None:
        problem = "Không hiểu kết quả ghi trong tệp"
    elif len(results[transfer.key]) > 1:
        problem = "Tệp ghi hai kết quả khác nhau cho cùng một mã giao dịch"
        waits = True
    elif first[transfer.key] != row and first[transfer.key].amount == row.amount:
        # a person asks the bank whether the file or the money is there twice; what came back twice is one return
        problem = f"Mã giao dịch lặp lại dòng {first[transfer.key].row_number}"
        waits = row.paid
    else:
        problem = against(row, transfer, books.said, books.parts, late=books.late)
        waits = bool(problem)
    return Match(row, transfer, found.how, problem, waits)


def against(
    row: Stated, transfer: Transfer, said: Mapping[int, bool], parts: Mapping[int, int], *, late: bool = False
) -> str:
    """Why the row cannot settle its transfer; empty when it can, or when the same result is recorded already.

    Another amount, or another result than the one recorded, may be real money: such a row waits for a person, who asks
    the bank, and then lets it count or sets it aside with the reason. Less or more than planned is never taken as paid,
    nor the whole where a part was confirmed to have arrived already.
    """
    if row.amount is not None and row.amount != transfer.amount:
        rest = row.amount - transfer.amount
        word = "thừa" if rest > 0 else "thiếu"
        expected = f"phải là {format_dong(transfer.amount)} ({word} {format_dong(abs(rest))})"
        return f"Số tiền {format_dong(row.amount)}, {expected}"
    state = state_of(transfer, said)
    if state in (TransferState.SENT, row.result):
        return ""
    if part := parts.get(transfer.key):
        return f"Đã xác nhận nhận được {format_dong(part)} của khoản này, cần hỏi ngân hàng số tiền thực nhận"
    if late and state in (TransferState.PAID, TransferState.RETURNED):
        return ""
    return f"Khoản này đang ghi nhận là “{TRANSFER_STATE_LABELS[state]}”, không ghi đè"


class _Finder:
    """The list's transfers by code, by account and amount, and by folded name and amount."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.by_code = {transfer.end_to_end_id: transfer for transfer in books.transfers}
        self.by_account: dict[tuple[str, int], list[Transfer]] = defaultdict(list)
        self.by_name: dict[tuple[str, int], list[Transfer]] = defaultdict(list)
        for transfer in books.transfers:
            if transfer.state in (TransferState.PLANNED, TransferState.HELD):
                continue
            if transfer.account_no:
                self.by_account[(_bare(transfer.account_no), transfer.amount)].append(transfer)
            names = {transfer.account_holder, transfer.payee["full_name"]} - {""}
            for name in {fold_name(one) for one in names}:
                self.by_name[(name, transfer.amount)].append(transfer)

    def find(self, row: Stated) -> Match:
        code = row.end_to_end_id
        if code in self.by_code:
            return Match(row, self.by_code[code], "CODE")
        if code in self.books.elsewhere:
            month = Month.parse(self.books.elsewhere[code])
            return Match(row, None, problem=f"Mã giao dịch thuộc danh sách tháng {month}")
        if is_own_code(code):
            return Match(row, None, problem="Mã giao dịch không có trong danh sách", waits=True)
        return self._without_code(row)

    def _without_code(self, row: Stated) -> Match:
        if row.amount is not None and not self._near(row):
            if self._same_account(row) or self._same_name(row):
                return Match(row, None, problem=self._far(row), waits=True)
        elif row.amount is not None:
            for how, near in (("ACCOUNT", self._same_account(row)), ("NAME", self._same_name(row))):
                if len(near) == 1:
                    return Match(row, near[0], how)
                if near:
                    return Match(row, None, problem=AMBIGUOUS, waits=True)
        named = bool(row.end_to_end_id)
        missing = "Mã giao dịch không có trong danh sách" if named else "Thiếu mã giao dịch"
        return Match(row, None, problem=missing, waits=True)

    def _same_account(self, row: Stated) -> list[Transfer]:
        """An account may be shared, for instance by a mother and her child: then the name decides between them."""
        near = self.by_account[(_bare(row.account_no), row.amount or 0)] if row.account_no else []
        return _open(near, self.books.said)

    def _same_name(self, row: Stated) -> list[Transfer]:
        if not row.holder:
            return []
        near = self.by_name[(fold_name(row.holder), row.amount or 0)]
        said = _bare(row.account_no)
        return _open([one for one in near if not said or _bare(one.account_no) in ("", said)], self.books.said)

    def _far(self, row: Stated) -> str:
        """Same person and amount, another month's money perhaps: nothing but the day tells two months apart."""
        sent = f"{self.books.sent_on:%d/%m/%Y}" if self.books.sent_on else ""
        return f"Ngày giao dịch {row.paid_on:%d/%m/%Y} xa ngày chuyển danh sách {sent}, cần người xác định"

    def _near(self, row: Stated) -> bool:
        return row.paid_on is None or self.books.sent_on is None or abs(row.paid_on - self.books.sent_on) <= NEAR


def _bare(account_no: str | None) -> str:
    """An account as a statement may state it: Excel takes the zeros in front away."""
    return (account_no or "").lstrip("0")


def _open(near: Sequence[Transfer], said: Mapping[int, bool]) -> list[Transfer]:
    """Those without a result, where there are any: they are what the row can be about."""
    waiting = [one for one in near if state_of(one, said) == TransferState.SENT]
    return waiting or list(near)


def count(matches: Iterable[Match]) -> Counter[str]:
    """How many rows are paid, returned, problems, and wait for a person."""
    counts: Counter[str] = Counter(paid=0, returned=0, problems=0, waits=0)
    for one in matches:
        counts["problems"] += bool(one.problem)
        counts["waits"] += one.waits
        counts["paid"] += not one.problem and one.row.paid is True
        counts["returned"] += not one.problem and one.row.paid is False
    return counts
