"""The law as this commune applies it: shipped values, the office's revisions, and what a computation pinned."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select, update

from models.base import canonical_json
from models.cycles import Case
from models.law import LawRevision, LawSnapshot
from models.places import Commune
from rules.law_conflicts import hides, rivals
from rules.law_files import shipped_parameters
from rules.law_revisions import faults_of_revision
from rules.law_words import scope_words
from rules.parameters import LawBook, LawStatus, Parameter, Reference, Value, parse_scope, scope_text
from rules.workflow import CaseStatus, Role
from services import ledger
from services.errors import conflict, invalid, not_allowed
from services.staff import Actor
from services.store import insert_once, lock, save

CONFIRMERS = (Role.economy, Role.culture, Role.chairman)


@dataclass(frozen=True)
class NewValue:
    """A value that an officer brings in, with where it stands and from when it holds."""

    key: str
    value: Any
    valid_from: date
    reference: Reference
    status: LawStatus = LawStatus.CONFIRMED
    valid_to: date | None = None
    scope: str = ""
    is_demo: bool = False
    origin: str = ""
    """Where it came from when it was not typed, in words."""


def book_for(session: Session, commune_id: int) -> LawBook:
    """The law of this commune: its confirmed revisions over the shipped values."""
    return LawBook(shipped_parameters(), _confirmed(session, commune_id))


def _confirmed(session: Session, commune_id: int, key: str | None = None) -> list[Value]:
    """The office's own values in force, of one parameter or of all, in the order in which they were proposed."""
    query = select(LawRevision).where(LawRevision.commune_id == commune_id, col(LawRevision.confirmed_by).is_not(None))
    if key is not None:
        query = query.where(LawRevision.param_key == key)
    return [value_of(row) for row in session.exec(query.order_by(col(LawRevision.id)))]


@cache
def _units() -> dict[str, str]:
    return {parameter.key: parameter.unit for parameter in shipped_parameters()}


def value_of(row: LawRevision) -> Value:
    """A revision as the value it is, or would be once confirmed."""
    return Value(
        key=row.param_key,
        value=row.value,
        unit=_units()[row.param_key],
        status=LawStatus(row.status),
        reference=Reference(**row.reference),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        scope=parse_scope(row.scope),
        version=row.key,
        is_demo=row.is_demo,
    )


def parameter_of(key: str) -> Parameter:
    """The parameter of the law files by its key. Raises Problem INVALID when there is none."""
    found = next((parameter for parameter in shipped_parameters() if parameter.key == key), None)
    if found is None:
        raise invalid("law_key", f"Không có tham số {key}.")
    return found


def propose(session: Session, *, commune_id: int, new: NewValue, actor: Actor, now: datetime) -> LawRevision:
    """One officer proposes a value; it holds only when a second person confirms it.

    What an operator brings in (``actor`` is SYSTEM) has no proposer until an officer takes it over. Raises Problem
    INVALID for an unknown key, a missing reference or a demonstration value in a real commune.
    """
    commune = lock(session, Commune, commune_id, "đơn vị")
    role = actor.require((Role.economy, Role.culture, Role.system), commune_id)
    parameter = parameter_of(new.key)
    scope = parse_scope(new.scope)
    faults = faults_of_revision(parameter, new.value, new.valid_from, new.valid_to, scope, new.reference)
    for fault in faults:
        raise invalid("law_value", f"{parameter.description}: {fault}.")
    if new.is_demo and not commune.is_demo:
        raise invalid("law_demo", "Giá trị trình diễn chỉ dùng trong đơn vị trình diễn.")
    version = session.exec(
        select(func.count()).where(LawRevision.commune_id == commune_id, LawRevision.param_key == new.key)
    ).one()
    row = LawRevision(
        commune_id=commune_id,
        param_key=new.key,
        scope=scope_text(scope),
        value=new.value,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        reference=asdict(new.reference),
        status=new.status,
        is_demo=new.is_demo,
        version=version + 1,
        origin=new.origin,
        proposed_by=actor.account_id,
        proposed_at=now,
    )
    session.add(row)
    session.flush()
    _expect_no_rival(session, row)
    audit(session, row, "propose_law", actor, role, now)
    return row


def confirm(session: Session, *, revision_id: int, actor: Actor, now: datetime) -> LawRevision:
    """A second person confirms a proposed value; of what an operator brought in the first one only takes it over.

    Raises Problem NOT_ALLOWED for the proposer, CONFLICT when it was confirmed or refused before, when a later value
    hides it, or when nothing tells it apart from one that stands.
    """
    row = lock(session, LawRevision, revision_id, "đề xuất tham số")
    role = actor.require(CONFIRMERS, row.commune_id)
    expect_waiting(row)
    _expect_to_count(session, row)
    _expect_no_rival(session, row)
    if row.proposed_by == actor.person_id:
        raise not_allowed("two_people", "Người đề xuất không được tự xác nhận; cần người thứ hai.")
    if row.proposed_by is None:
        row.proposed_by = actor.person_id
        action = "adopt_law"
    else:
        row.confirmed_by, row.confirmed_at = actor.person_id, now
        action = "confirm_law"
    save(session, row)
    audit(session, row, action, actor, role, now)
    if row.confirmed_by:
        _flag_open_cases(session, row.commune_id)
    return row


def expect_waiting(row: LawRevision) -> None:
    """Raises Problem CONFLICT when the proposal has its answer already."""
    if row.confirmed_by is not None:
        raise conflict("law_confirmed", "Giá trị này đã được xác nhận.")
    if row.refused_by is not None:
        raise conflict("law_refused", "Đề xuất này đã bị từ chối hoặc rút lại.")


def _expect_no_rival(session: Session, row: LawRevision) -> None:
    """Raises Problem CONFLICT when a standing value is just as narrow: people in both scopes would have two answers."""
    new = value_of(row)
    for other in rivals(new, _confirmed(session, row.commune_id, row.param_key)):
        message = (
            f"Không rõ áp dụng giá trị nào cho người thuộc cả hai phạm vi: giá trị này ({scope_words(new.scope)}) và "
            f"giá trị số {other.version} đã xác nhận ({scope_words(other.scope)}). Hãy đề xuất giá trị ghi rõ cả hai "
            "phạm vi."
        )
        raise conflict("law_rival", message)


def _expect_to_count(session: Session, row: LawRevision) -> None:
    """Raises Problem CONFLICT when a value proposed later and confirmed already hides this one on all its days."""
    new = value_of(row)
    for other in _confirmed(session, row.commune_id, row.param_key):
        if other.version > new.version and hides(other, new):
            message = (
                f"Giá trị số {other.version} được đề xuất sau đã được xác nhận cho cùng phạm vi và thời gian, nên xác "
                "nhận đề xuất này sẽ không đổi gì. Rút lại, và đề xuất lại nếu vẫn cần."
            )
            raise conflict("law_hidden", message)


def _flag_open_cases(session: Session, commune_id: int) -> None:
    """The law changed: what has not gone to the chairman is assessed anew."""
    open_cases = col(Case.status).in_([CaseStatus.REVIEW, CaseStatus.PROPOSED, CaseStatus.SET_ASIDE])
    statement = update(Case).where(col(Case.commune_id) == commune_id, open_cases).values(needs_assessment=True)
    session.connection().execute(statement)


def audit(session: Session, row: LawRevision, action: str, actor: Actor, role: Role, now: datetime) -> None:
    """One entry of the ledger about a revision: its key and dates, never more."""
    ledger.append(
        session,
        commune_id=row.commune_id,
        actor=actor,
        role=role,
        action=action,
        subject=f"law_revision:{row.key}",
        data={"key": row.param_key, "scope": row.scope, "from": row.valid_from, "version": row.version},
        now=now,
    )


def pin_rows(session: Session, content: Sequence[dict[str, Any]], *, now: datetime) -> str:
    """Keep for ever exactly these values, plain data in canonical order; returns their hash."""
    sha256 = hashlib.sha256(canonical_json(content).encode()).hexdigest()
    insert_once(session, LawSnapshot, [{"sha256": sha256, "content": content, "taken_at": now}])
    return sha256


def canonical(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each value once, in the order of key and scope."""
    unique = {(row["key"], row["scope"], str(row["valid_from"]), row["version"]): row for row in rows}
    return [unique[place] for place in sorted(unique)]
