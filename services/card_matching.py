"""Which registration a row of a D10a-TS speaks of, and whether it may settle it. Reads the records, writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from sqlmodel import Session, col, select

from models.insurance import Registration
from models.people import Person
from rules.names import fold_name
from rules.workflow import REGISTRATION_STATE_LABELS, RegistrationState
from services.insurance_papers import printed_birth


class CardRow(Protocol):
    """One row of a D10a-TS as it was read: ``result`` CARD (with both dates) or REFUSED (with a reason)."""

    @property
    def row_number(self) -> int: ...
    @property
    def result(self) -> str: ...
    @property
    def full_name(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def citizen_no(self) -> str: ...
    @property
    def birth_date(self) -> str: ...
    @property
    def facility(self) -> str: ...
    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_to(self) -> date | None: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True)
class CardMatch:
    """What becomes of one row: the registration it settles, or the problem for which it settles none."""

    row: CardRow
    registration: Registration | None
    problem: str = ""


@dataclass
class _Known:
    """The cycle's registrations by citizen number, and by name and printed birth date for files without numbers."""

    by_number: dict[str, Registration] = field(default_factory=dict)
    by_name: dict[tuple[str, str], list[Registration]] = field(default_factory=dict)

    def find(self, row: CardRow) -> tuple[Registration | None, str]:
        """The row's registration, or why there is none. A number that is given decides alone."""
        if row.citizen_no:
            # as a number in Excel "001…" and "031…" lose their zeros; it counts only where the whole number was sent
            found = self.by_number.get(row.citizen_no.zfill(12))
            return found, "" if found else "Số định danh không có trong danh sách đã gửi"
        same = self.by_name.get((fold_name(row.full_name), row.birth_date), [])
        if len(same) == 1:
            return same[0], ""
        return (
            None,
            "Nhiều người trùng họ tên, ngày sinh" if same else "Họ tên, ngày sinh không có trong danh sách đã gửi",
        )


def match_cards(session: Session, *, cycle_id: int, rows: Iterable[CardRow]) -> list[CardMatch]:
    """Every row of the answer, in its order, held against the cycle's registrations as they stand now."""
    known = _known(session, cycle_id)
    taken: dict[int, int] = {}
    matches = []
    for row in rows:
        registration, problem = known.find(row)
        if registration is None:
            matches.append(CardMatch(row, None, problem))
            continue
        if registration.key in taken:
            problem = f"Người này đã có ở dòng {taken[registration.key]}"
        problem = problem or _problem(row, registration)
        if not problem:
            taken[registration.key] = row.row_number
        matches.append(CardMatch(row, None if problem else registration, problem))
    return matches


def _known(session: Session, cycle_id: int) -> _Known:
    query = select(Registration, Person).join(Person, col(Person.id) == Registration.person_id)
    known = _Known()
    for row, person in session.exec(query.where(Registration.cycle_id == cycle_id).order_by(col(Registration.id))):
        if person.citizen_id:
            known.by_number[person.citizen_id] = row
        birth = printed_birth(person.birth_date, person.birth_precision)
        same = known.by_name.setdefault((person.name_key, birth), [])
        # a renewal stands for its person: the newest registration is the one that waits for an answer
        same[:] = [*(one for one in same if one.person_id != person.key), row]
    return known


def _problem(row: CardRow, registration: Registration) -> str:
    """Why the row cannot settle its registration; empty when it can, or says again what is recorded."""
    if row.result == RegistrationState.CARD and not (row.code and row.valid_from and row.valid_to):
        return "Thiếu mã thẻ hoặc ngày của thẻ"
    if row.result == RegistrationState.REFUSED and not row.reason.strip():
        return "Từ chối mà không ghi lý do"
    state = RegistrationState(registration.state)
    if state in {RegistrationState.SENT, RegistrationState.REFUSED}:
        return ""
    if state is RegistrationState.CARD and row.result == state and row.code == registration.card_no:
        return ""
    return f"Người này đang ghi nhận là “{REGISTRATION_STATE_LABELS[state]}”, không ghi đè"
