"""Mã định danh of who receives a paper (NĐ 30/2020, Phụ lục VI, To.OrganId): the offices among its nơi nhận."""

from __future__ import annotations

from sqlmodel import Session, select

from models.documents import Document
from models.places import Commune, Department
from rules.names import fold_name
from rules.workflow import ROLE_LABELS, Role
from services import paper_heads

AS_ABOVE = "Như trên"
"""Nơi nhận of a paper that names its receiver after Kính gửi."""
ADDRESSED = {"health_referral": Role.health_station}
"""Kinds whose receiver stands in the template."""
LEADERS = "CT, các PCT UBND"


def codes_of(session: Session, commune: Commune, document: Document) -> list[str]:
    """One for each printed recipient, in order; empty for a person, for a thôn, and while an office has no code."""
    query = select(Department).where(Department.commune_id == commune.key, Department.organ_code != "")
    known = {
        fold_name(name): office.organ_code
        for office in session.exec(query)
        for name in _names(Role(office.role), office.name, commune)
    }
    addressee = ADDRESSED.get(document.kind)
    to = ROLE_LABELS[addressee] if addressee else str(document.data.get("to", ""))
    printed = document.data["head"]["recipients"]
    return [known.get(fold_name(to if one == AS_ABOVE else one), "") for one in printed]


def _names(role: Role, name: str, commune: Commune) -> list[str]:
    """How an office may stand on a paper."""
    body = paper_heads.body_of(commune)
    of_committee = [LEADERS, body, f"Chủ tịch {body}"] if role is Role.chairman else []
    return [ROLE_LABELS[role], name, *of_committee]
