"""Whether somebody is there for the work: roles without a holder, thôn without a head, thôn whose area has no basis."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from models.cycles import Cycle
from models.places import Village
from models.staff import Account, Mandate
from rules.workflow import Role

DESKS = tuple(role for role in Role if role not in {Role.system, Role.village_head, Role.admin})
"""Roles without which a step of the quarter waits for ever."""


def unheld(session: Session, commune_id: int, on: date) -> list[Role]:
    """Desks that nobody holds on that day."""
    held = set(session.exec(_held(commune_id, on, col(Mandate.role))))
    return [role for role in DESKS if role not in held]


def headless(session: Session, commune_id: int, on: date) -> int:
    """How many thôn have nobody to return their list."""
    heads = _held(commune_id, on, col(Mandate.village_id)).where(col(Mandate.role) == Role.village_head)
    return _villages(session, commune_id, col(Village.id).not_in(heads))


def may_begin(session: Session, commune_id: int, on: date) -> bool:
    """Whether the machine may open a quarter by itself: the very first waits until lists can be asked for and returned.

    Later ones open on their day, whoever has left meanwhile; Phòng Kinh tế may open any quarter by hand.
    """
    if session.exec(select(Cycle.id).where(Cycle.commune_id == commune_id).limit(1)).first():
        return True
    return Role.economy not in unheld(session, commune_id, on) and not headless(session, commune_id, on)


def without_basis(session: Session, commune_id: int) -> int:
    """How many thôn have an area class that no document is named for."""
    return _villages(session, commune_id, col(Village.area_reference) == "")


def _villages(session: Session, commune_id: int, condition: Any) -> int:
    query = select(func.count()).select_from(Village).where(Village.commune_id == commune_id, col(Village.active))
    return session.exec(query.where(condition)).one()


def _held(commune_id: int, on: date, column: Any) -> Any:
    """That column of the mandates that people of the commune act under on the day."""
    until = col(Mandate.valid_to)
    return (
        select(column)
        .join(Account, col(Account.id) == Mandate.account_id)
        .where(Mandate.commune_id == commune_id, col(Account.active))
        .where(Mandate.valid_from <= on, or_(until.is_(None), until >= on))
    )
