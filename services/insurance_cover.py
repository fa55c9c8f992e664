"""Whose BHYT somebody else pays: the card a person holds, and what other policies secure by status or age."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, or_, select

from models.cycles import Case
from models.people import FactKind, PersonFact
from rules.amounts import bhyt_support
from rules.bhyt_groups import other_shares
from rules.facts import PersonFacts
from rules.insurance import covered_reason, first_object, object_names
from rules.parameters import LawBook
from services import facts

FOUND = "other_card"
"""Source of a fact that a card of another payer was found."""


def held_objects(session: Session, people: Sequence[int], state_paid: Sequence[str], on: date) -> dict[int, str]:
    """The object code of the card that counts among those each person holds on the day; empty when none is known."""
    fact, held = PersonFact, defaultdict[int, list[str]](list)
    query = _objects(people, on, fact.person_id, fact.value)
    for person_id, code in session.execute(query.order_by(col(fact.valid_from), col(fact.id))):
        held[person_id].append(str(code or ""))
    return {person_id: first_object(held[person_id], state_paid)[:40] for person_id in people}


def _found_elsewhere(session: Session, people: Sequence[int], on: date) -> dict[int, str]:
    """Cards of another payer that BHXH or the office found and that still hold; the newest of each person."""
    fact = PersonFact
    query = _objects(people, on, fact.person_id, fact.value).where(col(fact.source) == FOUND)
    return {person_id: str(code or "") for person_id, code in session.execute(query.order_by(col(fact.id)))}


def _objects(people: Sequence[int], on: date, *said: Any) -> Select[Any]:
    fact = PersonFact
    query = sa_select(*said).where(col(fact.person_id).in_(people), col(fact.kind) == FactKind.BHYT_OBJECT)
    return query.where(col(fact.valid_from) <= on, or_(col(fact.valid_to).is_(None), col(fact.valid_to) >= on))


def other_card(code: str) -> str:
    """ "Đã có thẻ mã DN (Người lao động)"."""
    return f"Đã có thẻ mã {code} ({object_names().get(code, 'chưa có trong danh mục')})"


def reasons(
    session: Session, codes: Mapping[int, str], state_paid: Sequence[str], book: LawBook, on: date
) -> dict[int, str]:
    """Why each person needs no support on the day; empty when they do, or when the law cannot say.

    First the card already held (``codes``, by person), whoever found it, then what other policies secure: the near-poor
    and those of an age group whose whole contribution is paid need nothing of Điều 4, whatever was decided when things
    stood otherwise.
    """
    elsewhere = _found_elsewhere(session, list(codes), on)
    found = {
        person_id: covered_reason(code, state_paid)
        or (other_card(elsewhere[person_id]) if elsewhere.get(person_id) else "")
        for person_id, code in codes.items()
    }
    return found | _secured(session, [person_id for person_id, said in found.items() if not said], book, on)


def _secured(session: Session, people: Sequence[int], book: LawBook, on: date) -> dict[int, str]:
    query = select(Case).where(col(Case.person_id).in_(people)).order_by(col(Case.id))
    newest = {case.person_id: case for case in session.exec(query)}
    known = facts.gather(session, list(newest.values()), on, book)
    return {person_id: _share_reason(known[newest[person_id].key], book, on) for person_id in newest}


def _share_reason(known: PersonFacts, book: LawBook, on: date) -> str:
    kinds = tuple(row.kind for row in known.statuses if _holds(row.since, row.until, on))
    share, _monthly, finding = bhyt_support(known, kinds, on, book, other_shares(known, on, book))
    return finding.text if share == 0 else ""


def _holds(since: date | None, until: date | None, on: date) -> bool:
    return (since is None or since <= on) and (until is None or on <= until)
