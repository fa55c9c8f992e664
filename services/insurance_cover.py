"""Whose BHYT somebody else pays: the card a person holds, and what other policies secure by status or age."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, or_, select

from models.cycles import Case
from models.people import FactKind, PersonFact
from rules.amounts import bhyt_support
from rules.bhyt_groups import other_shares
from rules.insurance import covered_reason, first_object, object_names
from rules.parameters import LawBook
from services import facts

FOUND = "other_card"
"""Source of a fact that a card of another payer was found."""


def held_object(session: Session, person_id: int, state_paid: Sequence[str], on: date) -> str:
    """The object code of the card that counts among those a person holds on the day; empty when none is known."""
    fact = PersonFact
    query = select(fact.value).where(fact.person_id == person_id, fact.kind == FactKind.BHYT_OBJECT)
    holds = query.where(fact.valid_from <= on, or_(col(fact.valid_to).is_(None), col(fact.valid_to) >= on))
    codes = session.exec(holds.order_by(col(fact.valid_from), col(fact.id))).all()
    return first_object([str(code or "") for code in codes], state_paid)[:40]


def _found_elsewhere(session: Session, person_id: int, on: date) -> str:
    """A card of another payer that BHXH or the office found and that still holds."""
    query = select(PersonFact.value).where(
        PersonFact.person_id == person_id,
        PersonFact.kind == FactKind.BHYT_OBJECT,
        PersonFact.source == FOUND,
        PersonFact.valid_from <= on,
        or_(col(PersonFact.valid_to).is_(None), col(PersonFact.valid_to) >= on),
    )
    code = session.exec(query.order_by(col(PersonFact.id).desc())).first()
    return other_card(str(code)) if code else ""


def other_card(code: str) -> str:
    """ "Đã có thẻ mã DN (Người lao động)"."""
    return f"Đã có thẻ mã {code} ({object_names().get(code, 'chưa có trong danh mục')})"


def reason(session: Session, person_id: int, code: str, state_paid: Sequence[str], book: LawBook, on: date) -> str:
    """Why the person needs no support on the day; empty when they do, or when the law cannot say.

    First the card already held, whoever found it, then what other policies secure: the near-poor and those of an age
    group whose whole contribution is paid need nothing of Điều 4, whatever was decided when things stood otherwise.
    """
    found = covered_reason(code, state_paid) or _found_elsewhere(session, person_id, on)
    return found or _secured(session, person_id, book, on)


def _secured(session: Session, person_id: int, book: LawBook, on: date) -> str:
    case = session.exec(select(Case).where(Case.person_id == person_id).order_by(col(Case.id).desc())).first()
    if case is None:
        return ""
    known = facts.gather(session, [case], on, book)[case.key]
    kinds = tuple(row.kind for row in known.statuses if _holds(row.since, row.until, on))
    share, _monthly, finding = bhyt_support(known, kinds, on, book, other_shares(known, on, book))
    return finding.text if share == 0 else ""


def _holds(since: date | None, until: date | None, on: date) -> bool:
    return (since is None or since <= on) and (until is None or on <= until)
