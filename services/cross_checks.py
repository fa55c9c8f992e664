"""Find who may be on the social-assistance list: by citizen number, else by how CMND, name, birth and thôn agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import func
from sqlmodel import Session, col, select, update

from models.cycles import Case, Cycle
from models.eligibility import AssistanceFile, AssistanceRecord, CrossCheck
from models.people import Person
from models.places import Commune, Village
from rules.likeness import POSSIBLE, Entry, Likeness, likeness
from rules.names import fold_name
from rules.workflow import CaseStatus, CrossCheckOutcome, Role, Step
from services import ledger, notices
from services.cycles import label, step_row, want_step
from services.errors import conflict, invalid
from services.facts import OneCase
from services.staff import Actor
from services.store import get, insert_once, lock

NEED_A_REASON = (CrossCheckOutcome.EXCLUDE, CrossCheckOutcome.VERIFY)
STILL_OPEN = (CaseStatus.LISTED, CaseStatus.HEALTH, CaseStatus.REVIEW, CaseStatus.PROPOSED, CaseStatus.SET_ASIDE)


class AssistanceRow(Protocol):
    """A row of the payment list as ``rules.assistance_sheet`` reads it."""

    @property
    def row_number(self) -> int: ...
    @property
    def full_name(self) -> str: ...
    @property
    def birth_date(self) -> object: ...
    @property
    def birth_precision(self) -> str: ...
    @property
    def citizen_id(self) -> str | None: ...
    @property
    def old_id(self) -> str: ...
    @property
    def village_name(self) -> str | None: ...
    @property
    def kind(self) -> str: ...
    @property
    def monthly_amount(self) -> int: ...


def import_list(
    session: Session,
    *,
    cycle_id: int,
    file_name: str,
    sha256: str,
    rows: Sequence[AssistanceRow],
    actor: Actor,
    now: datetime,
) -> AssistanceFile:
    """Take in Phòng VH-XH's payment list for the cross-check. The same file twice is one file and changes nothing.

    Raises Problem INVALID for a list without rows, CONFLICT for the very file of an earlier cycle: that is an old list.
    """
    cycle = get(session, Cycle, cycle_id, "kỳ xét")
    role = actor.require(Role.culture, cycle.commune_id)
    if not rows:
        raise invalid("empty_list", "Danh sách không có dòng nào đọc được.")
    if earlier := _known_file(session, cycle, sha256):
        return earlier
    file = AssistanceFile(
        commune_id=cycle.commune_id,
        cycle_id=cycle_id,
        file_name=file_name,
        sha256=sha256,
        row_count=len(rows),
        uploaded_by=actor.person_id,
        uploaded_at=now,
    )
    session.add(file)
    session.flush()
    insert_once(session, AssistanceRecord, [_record(file, row) for row in rows])
    flag_for_assessment(session, cycle_id=cycle_id)
    ledger.append(
        session,
        commune_id=cycle.commune_id,
        actor=actor,
        role=role,
        action="import_assistance",
        subject=f"assistance_file:{file.key}",
        data={"rows": len(rows), "sha256": sha256},
        now=now,
    )
    ledger.involve(session, cycle_id=cycle_id, actor=actor, action="import_assistance", now=now)
    want_step(session, cycle_id, Step.eligibility, now=now)
    return file


def _known_file(session: Session, cycle: Cycle, sha256: str) -> AssistanceFile | None:
    known = select(AssistanceFile).where(AssistanceFile.commune_id == cycle.commune_id, AssistanceFile.sha256 == sha256)
    found = session.exec(known).first()
    if found and found.cycle_id != cycle.key:
        of = label(get(session, Cycle, found.cycle_id))
        message = f"Tệp này là danh sách đã đối chiếu ở kỳ {of}; xuất danh sách chi trả của tháng gần nhất rồi nộp."
        raise conflict("old_list", message)
    return found


def _record(file: AssistanceFile, row: AssistanceRow) -> dict[str, object]:
    return {
        "file_id": file.key,
        "commune_id": file.commune_id,
        "row_number": row.row_number,
        "full_name": row.full_name,
        "name_key": fold_name(row.full_name),
        "birth_date": row.birth_date,
        "birth_precision": row.birth_precision,
        "citizen_id": row.citizen_id,
        "old_id": row.old_id,
        "village_name": row.village_name or "",
        "kind": row.kind,
        "monthly_amount": row.monthly_amount,
    }


def flag_for_assessment(session: Session, *, cycle_id: int) -> None:
    """What the law was asked about changed: every case still open in the cycle is to be assessed anew."""
    session.connection().execute(
        update(Case)
        .where(col(Case.cycle_id) == cycle_id, col(Case.status).in_(STILL_OPEN))
        .values(needs_assessment=True)
    )


def find_matches(session: Session, cycle: Cycle, cases: Sequence[OneCase]) -> int:
    """Write down each possible match of these cases with the cycle's newest list. Returns how many were new."""
    newest = session.exec(
        select(AssistanceFile).where(AssistanceFile.cycle_id == cycle.key).order_by(col(AssistanceFile.id).desc())
    ).first()
    if newest is None:
        return 0
    chosen = select(Person, Village.name).join(Village, col(Village.id) == Person.village_id)
    chosen = chosen.where(col(Person.id).in_([case.person_id for case in cases]))
    people = {person.key: (person, village) for person, village in session.exec(chosen)}
    listed = _index(session.exec(select(AssistanceRecord).where(AssistanceRecord.file_id == newest.key)))
    rows = [
        {"case_id": case.key, "cycle_id": cycle.key, "record_id": number, "reason": str(like)}
        for case in cases
        for number, like in _possible(*people[case.person_id], listed)
    ]
    return insert_once(session, CrossCheck, rows)


def _possible(
    person: Person, village: str, listed: Mapping[object, list[AssistanceRecord]]
) -> list[tuple[int, Likeness]]:
    """The records that may be of this person, by number, each with its likeness; the same citizen number decides."""
    same_number = listed.get(person.citizen_id, []) if person.citizen_id else []
    signs = (person.name_key, person.birth_date, person.old_id)
    near = same_number or [record for sign in signs for record in listed.get(sign, [])]
    one = Entry(person.full_name, person.birth_date, person.birth_precision, person.citizen_id, village, person.old_id)
    found = {record.key: likeness(one, _entry(record)) for record in near}
    return [(number, like) for number, like in found.items() if like.score >= POSSIBLE]


def _entry(record: AssistanceRecord) -> Entry:
    known = (record.full_name, record.birth_date, record.birth_precision, record.citizen_id, record.village_name)
    return Entry(*known, record.old_id)


def ask_for_list(session: Session, cycle: Cycle, *, due_on: date, now: datetime) -> int:
    """Phòng VH-XH is asked for its payment list as the review begins, unless it is there."""
    if session.exec(select(AssistanceFile.id).where(AssistanceFile.cycle_id == cycle.key)).first() is not None:
        return 0
    return _tell(session, cycle, "assistance_request", f"assistance_request:{cycle.key}", {}, due_on, now)


def ask_for_outcomes(session: Session, cycle: Cycle, *, now: datetime) -> int:
    """Phòng VH-XH is told how many matches wait for its conclusion; a later wave of matches is a mail of its own."""
    newest = session.exec(select(func.max(CrossCheck.id)).where(CrossCheck.cycle_id == cycle.key)).one()
    waiting = select(func.count()).where(CrossCheck.cycle_id == cycle.key, col(CrossCheck.outcome).is_(None))
    people = session.exec(waiting).one()
    if not people:
        return 0
    key, due_on = f"cross_check:{cycle.key}:{newest}", step_row(session, cycle.key, Step.eligibility).due_on
    return _tell(session, cycle, "cross_check_request", key, {"people": people}, due_on, now)


def _tell(
    session: Session,
    cycle: Cycle,
    template: str,
    key: str,
    counts: dict[str, int],
    due_on: date | None,
    now: datetime,
) -> int:
    return notices.queue(
        session,
        key=key,
        template=template,
        commune=get(session, Commune, cycle.commune_id, "đơn vị"),
        role=Role.culture,
        now=now,
        cycle=cycle,
        due_on=due_on,
        path=f"/cross-checks?cycle={cycle.key}",
        counts=counts,
    )


def _index(records: Iterable[AssistanceRecord]) -> Mapping[object, list[AssistanceRecord]]:
    """The records under each thing by which a person may be found: number, old CMND, folded name, day of birth."""
    found: dict[object, list[AssistanceRecord]] = defaultdict(list)
    for record in records:
        for sign in {record.citizen_id, record.old_id, record.name_key, record.birth_date} - {None, ""}:
            found[sign].append(record)
    return found


def record(
    session: Session, *, cross_check_id: int, outcome: CrossCheckOutcome, note: str, actor: Actor, now: datetime
) -> CrossCheck:
    """Phòng VH-XH's conclusion on one match; may be changed until the case goes to the chairman."""
    case = lock(session, Case, get(session, CrossCheck, cross_check_id, "kết quả đối chiếu").case_id, "hồ sơ")
    check = lock(session, CrossCheck, cross_check_id, "kết quả đối chiếu")
    role = actor.require(Role.culture, case.commune_id)
    if case.status not in STILL_OPEN:
        raise conflict("case_closed", "Hồ sơ đã trình Chủ tịch, không sửa kết quả đối chiếu được nữa.")
    if outcome in NEED_A_REASON and not note.strip():
        raise invalid("note_needed", "Phải ghi lý do.")
    check.outcome, check.note = outcome, note.strip()
    check.recorded_by, check.recorded_at = actor.person_id, now
    case.needs_assessment = True
    session.add_all([check, case])
    ledger.append(
        session,
        commune_id=case.commune_id,
        actor=actor,
        role=role,
        action="cross_check",
        subject=f"cross_check:{check.key}",
        data={"outcome": str(outcome), "case": case.key},
        now=now,
    )
    ledger.involve(session, cycle_id=case.cycle_id, actor=actor, action="cross_check", now=now)
    want_step(session, case.cycle_id, Step.eligibility, now=now)
    return check
