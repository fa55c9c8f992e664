"""What BHXH cơ sở sent back: each row of a D10a-TS settles one registration, or says why it settles none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.cycles import Cycle
from models.insurance import CardAnswer, CardAnswerRow, Registration
from models.places import Commune
from rules.workflow import RegistrationState, Role
from services.card_matching import CardMatch, CardRow, match_cards
from services.errors import invalid
from services.insurance_notices import record, tell
from services.reconciliation import UnreadRow
from services.staff import Actor
from services.store import get, lock, save


@dataclass(frozen=True)
class CardPreview:
    """What a file would do: each row with its registration or problem; ``unanswered`` registrations stay open."""

    matches: tuple[CardMatch, ...]
    cards: int
    refused: int
    problems: int
    unanswered: int
    before: CardAnswer | None
    """The same bytes were taken in already: importing them again changes nothing."""


def preview_cards(
    session: Session,
    *,
    cycle_id: int,
    rows: Sequence[CardRow],
    actor: Actor,
    sha256: str = "",
    problems: Sequence[UnreadRow] = (),
) -> CardPreview:
    """What `import_cards` would do with the same rows; writes nothing. Raises Problem as `import_cards` does."""
    actor.require(Role.insurance, get(session, Cycle, cycle_id, "kỳ xét").commune_id)
    _check(rows, problems)
    matches = match_cards(session, cycle_id=cycle_id, rows=rows)
    settled = {one.registration.key for one in matches if one.registration}
    sent = select(Registration.id).where(
        Registration.cycle_id == cycle_id, Registration.state == RegistrationState.SENT
    )
    return CardPreview(
        matches=tuple(matches),
        cards=_count(matches, RegistrationState.CARD),
        refused=_count(matches, RegistrationState.REFUSED),
        problems=sum(bool(one.problem) for one in matches) + len(problems),
        unanswered=sum(number not in settled for number in session.exec(sent)),
        before=_same_answer(session, cycle_id, sha256),
    )


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
    if before := _same_answer(session, cycle_id, sha256):
        return before
    _check(rows, problems)
    matches = match_cards(session, cycle_id=cycle_id, rows=rows)
    answer = CardAnswer(
        cycle_id=cycle_id,
        file_name=file_name,
        sha256=sha256,
        row_count=len(rows) + len(problems),
        card_count=_count(matches, RegistrationState.CARD),
        refused_count=_count(matches, RegistrationState.REFUSED),
        problem_count=sum(bool(one.problem) for one in matches) + len(problems),
        imported_by=actor.person_id,
        imported_at=now,
    )
    save(session, answer)
    for unread in problems:
        session.add(CardAnswerRow(answer_id=answer.key, row_number=unread.row_number, problem=unread.reason))
    for one in matches:
        _take(session, answer, one, now)
    session.flush()
    counts = {"issued": answer.card_count, "refused": answer.refused_count}
    data = counts | {"rows": answer.row_count, "problems": answer.problem_count}
    record(session, cycle, "import_cards", f"card_answer:{answer.key}", actor, role, data, now)
    tell(session, cycle, "cards_received", f"answer:{answer.key}", Role.economy, counts, now)
    return answer


def _same_answer(session: Session, cycle_id: int, sha256: str) -> CardAnswer | None:
    same = select(CardAnswer).where(CardAnswer.cycle_id == cycle_id, CardAnswer.sha256 == sha256)
    return session.exec(same).first()


def _check(rows: Sequence[CardRow], problems: Sequence[UnreadRow]) -> None:
    if not rows and not problems:
        raise invalid("empty_answer", "Tệp kết quả không có dòng nào.")


def _count(matches: Sequence[CardMatch], state: RegistrationState) -> int:
    return sum(not one.problem and one.row.result == state for one in matches)


def _take(session: Session, answer: CardAnswer, match: CardMatch, now: datetime) -> None:
    """Write one row down with what it settles."""
    if match.registration:
        _settle(match.registration, match.row, now)
        session.add(match.registration)
    session.add(
        CardAnswerRow(
            answer_id=answer.key,
            row_number=match.row.row_number,
            result=match.row.result,
            registration_id=match.registration.key if match.registration else None,
            problem=match.problem,
        )
    )


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
