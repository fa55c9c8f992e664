"""What BHXH cơ sở sent back: each row of a D10a-TS settles one registration, or says why it settles none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from sqlmodel import Session, col, select

from models.cycles import Cycle
from models.insurance import CardAnswer, CardAnswerRow, Registration
from models.people import Person
from models.places import Commune
from rules.names import fold_name
from rules.workflow import REGISTRATION_STATE_LABELS, RegistrationState, Role
from services.errors import invalid
from services.insurance_notices import record, tell
from services.insurance_papers import printed_birth
from services.reconciliation import UnreadRow
from services.staff import Actor
from services.store import get, lock, save


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


def import_cards(
    session: Session,
    *,
    cycle_id: int,
    file_name: str,
    sha256: str,
    rows: Sequence[CardRow],
    actor: Actor,
    now: datetime,
    problems: Sequence[UnreadRow] = (),
) -> CardAnswer:
    """Take the cards and refusals that BHXH cơ sở sent back; the same bytes twice are one answer.

    A row that fits no waiting registration, or goes against what is recorded, becomes that row's problem and changes
    nothing; ``problems`` are rows the file's reader gave up on, kept beside them. Raises Problem INVALID for a file
    without rows.
    """
    commune_id = get(session, Cycle, cycle_id, "kỳ xét").commune_id
    role = actor.require(Role.insurance, commune_id)
    lock(session, Commune, commune_id, "đơn vị")
    cycle = lock(session, Cycle, cycle_id, "kỳ xét")
    same = select(CardAnswer).where(CardAnswer.cycle_id == cycle_id, CardAnswer.sha256 == sha256)
    if before := session.exec(same).first():
        return before
    if not rows and not problems:
        raise invalid("empty_answer", "Tệp kết quả không có dòng nào.")
    answer = CardAnswer(
        cycle_id=cycle_id,
        file_name=file_name,
        sha256=sha256,
        row_count=len(rows) + len(problems),
        card_count=0,
        refused_count=0,
        problem_count=len(problems),
        imported_by=actor.person_id,
        imported_at=now,
    )
    save(session, answer)
    for unread in problems:
        session.add(CardAnswerRow(answer_id=answer.key, row_number=unread.row_number, problem=unread.reason))
    _take_rows(session, answer, rows, now)
    save(session, answer)
    counts = {"issued": answer.card_count, "refused": answer.refused_count}
    data = counts | {"rows": answer.row_count, "problems": answer.problem_count}
    record(session, cycle, "import_cards", f"card_answer:{answer.key}", actor, role, data, now)
    tell(session, cycle, "cards_received", f"answer:{answer.key}", Role.economy, counts, now)
    return answer


@dataclass
class _Known:
    """The cycle's registrations by citizen number, and by name and printed birth date for files without numbers."""

    by_number: dict[str, Registration] = field(default_factory=dict)
    by_name: dict[tuple[str, str], list[Registration]] = field(default_factory=dict)

    def find(self, row: CardRow) -> tuple[Registration | None, str]:
        """The row's registration, or why there is none. A number that is given decides alone."""
        if row.citizen_no:
            found = self.by_number.get(row.citizen_no.zfill(12) if len(row.citizen_no) == 11 else row.citizen_no)
            return found, "" if found else "Số định danh không có trong danh sách đã gửi"
        same = self.by_name.get((fold_name(row.full_name), row.birth_date), [])
        if len(same) == 1:
            return same[0], ""
        return (
            None,
            "Nhiều người trùng họ tên, ngày sinh" if same else "Họ tên, ngày sinh không có trong danh sách đã gửi",
        )


def _known(session: Session, cycle_id: int) -> _Known:
    query = select(Registration, Person).join(Person, col(Person.id) == Registration.person_id)
    known = _Known()
    for row, person in session.exec(query.where(Registration.cycle_id == cycle_id).order_by(col(Registration.id))):
        if person.citizen_id:
            known.by_number[person.citizen_id] = row
        birth = printed_birth(person.birth_date, person.birth_precision)
        known.by_name.setdefault((person.name_key, birth), []).append(row)
    return known


def _take_rows(session: Session, answer: CardAnswer, rows: Sequence[CardRow], now: datetime) -> None:
    known = _known(session, answer.cycle_id)
    taken: dict[int, int] = {}
    for row in rows:
        registration, problem = known.find(row)
        if registration and registration.key in taken:
            problem = f"Người này đã có ở dòng {taken[registration.key]}"
        problem = problem or (_problem(row, registration) if registration else "")
        if registration and not problem:
            taken[registration.key] = row.row_number
            _settle(registration, row, now)
            session.add(registration)
        answer.problem_count += bool(problem)
        answer.card_count += not problem and row.result == RegistrationState.CARD
        answer.refused_count += not problem and row.result == RegistrationState.REFUSED
        session.add(
            CardAnswerRow(
                answer_id=answer.key,
                row_number=row.row_number,
                result=row.result,
                registration_id=registration.key if registration and not problem else None,
                problem=problem,
            )
        )


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


def _settle(registration: Registration, row: CardRow, now: datetime) -> None:
    registration.answered_at = now
    if row.result == RegistrationState.REFUSED:
        registration.state, registration.reason = RegistrationState.REFUSED, row.reason.strip()
        return
    registration.state, registration.reason = RegistrationState.CARD, ""
    registration.card_no, registration.facility = row.code, row.facility
    registration.valid_from, registration.valid_to = row.valid_from, row.valid_to


def answer_rows(session: Session, answer_id: int) -> list[CardAnswerRow]:
    """The rows of one answer in the file's order, each with what it settled or its problem."""
    query = select(CardAnswerRow).where(CardAnswerRow.answer_id == answer_id)
    return list(session.exec(query.order_by(col(CardAnswerRow.row_number))).all())
