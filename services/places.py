"""A commune's thôn and offices, as its admin keeps them: area class, names and letters on papers, shared mailboxes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.places import Department, Village
from rules.workflow import Role
from services import ledger
from services.errors import conflict
from services.staff import Actor
from services.store import get


@dataclass(frozen=True)
class VillageForm:
    """What a thôn is to be from now on."""

    name: str
    area: str
    area_reference: str
    active: bool


@dataclass(frozen=True)
class OfficeForm:
    """How an office is to be called from now on; ``symbol`` where it issues papers of its own."""

    name: str
    symbol: str = ""
    email: str = ""
    organ_code: str = ""


def add_village(
    session: Session, *, commune_id: int, name: str, area: str, actor: Actor, now: datetime, area_reference: str = ""
) -> Village:
    """A thôn with its area class (NONG_THON or THANH_THI) and the document that class stands in."""
    actor.require(Role.admin, commune_id)
    count = _check_name(session, commune_id, name)
    village = Village(
        commune_id=commune_id, code=f"T{count + 1:02d}", name=name, area=area, area_reference=area_reference
    )
    session.add(village)
    session.flush()
    write_down(session, commune_id, actor, "add_village", f"village:{village.key}", {"area": area}, now)
    return village


def change_village(session: Session, *, village_id: int, changed: VillageForm, actor: Actor, now: datetime) -> Village:
    """Another name, area class or basis, or no more in use; written down with what it was: the area decides amounts."""
    village = get(session, Village, village_id, "thôn")
    actor.require(Role.admin, village.commune_id)
    _check_name(session, village.commune_id, changed.name, besides=village_id)
    before = {"area": village.area, "active": village.active}
    village.name, village.area, village.active = changed.name, changed.area, changed.active
    village.area_reference = changed.area_reference
    session.add(village)
    data = {"before": before, "area": village.area, "active": village.active}
    write_down(session, village.commune_id, actor, "change_village", f"village:{village.key}", data, now)
    return village


def _check_name(session: Session, commune_id: int, name: str, besides: int = 0) -> int:
    """How many other thôn there are. Raises Problem CONFLICT when one of them bears the name."""
    query = select(Village.name).where(Village.commune_id == commune_id, col(Village.id) != besides)
    names = session.exec(query).all()
    if name.casefold() in {known.casefold() for known in names}:
        raise conflict("village_known", "Đã có thôn mang tên này.", field="name")
    return len(names)


def departments(session: Session, commune_id: int) -> dict[Role, Department]:
    """How the commune names its offices, as far as it has said so."""
    rows = session.exec(select(Department).where(Department.commune_id == commune_id))
    return {Role(row.role): row for row in rows}


def name_department(
    session: Session, *, commune_id: int, role: Role, named: OfficeForm, actor: Actor, now: datetime
) -> None:
    """The office's name, its codes on papers, its shared mailbox; written down when something changes."""
    actor.require(Role.admin, commune_id)
    row = departments(session, commune_id).get(role) or Department(commune_id=commune_id, role=role, name="")
    if OfficeForm(row.name, row.symbol, row.email, row.organ_code) == named:
        return
    row.name, row.symbol, row.email, row.organ_code = named.name, named.symbol, named.email, named.organ_code
    session.add(row)
    write_down(session, commune_id, actor, "name_department", f"department:{commune_id}:{role}", {}, now)


def write_down(
    session: Session, commune_id: int, actor: Actor, action: str, subject: str, data: dict[str, object], now: datetime
) -> None:
    """An act of the admin, in the commune's record."""
    ledger.append(
        session,
        commune_id=commune_id,
        actor=actor,
        role=Role.admin,
        action=action,
        subject=subject,
        data=data,
        now=now,
    )
