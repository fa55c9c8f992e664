"""Who issues a paper and who is to sign it, from the commune's records: the head that NĐ 30/2020 puts on it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import Session, col, or_, select

from models.approval import Decision
from models.places import Commune, Department
from models.staff import Account, Mandate
from rules.authority import AuthorityError, Issuer, Signer, authority_lines, capacity_of
from rules.papers import Head
from rules.parameters import LawBook, LawGap
from rules.workflow import ROLE_LABELS, Role
from services.store import get

OFFICE_CODES = {Role.economy: "KT", Role.culture: "VHXH"}
"""Letter code of a department that has none of its own in the records."""
ROOM_HEAD = "Trưởng phòng"
WRITER = Role.economy
"""The department that drafts the committee's letters: its code ends their symbol ("UBND-KT")."""


def committee(
    session: Session,
    commune: Commune,
    *,
    symbol: str,
    recipients: tuple[str, ...],
    on: date,
    like: Decision | None = None,
    is_demo: bool = False,
    is_assumed: bool = False,
) -> Head:
    """A paper of the People's Committee, not numbered yet.

    ``like``: the decision it follows, whose signer signs it too; else the chairman of the day where there is but one.
    """
    lines, name = _signer_of(session, like) if like else _committee_signer(session, commune, on)
    return Head(
        body=body_of(commune),
        issuer_lines=("ỦY BAN NHÂN DÂN", commune.full_name.upper()),
        place=commune.name,
        symbol=symbol,
        recipients=recipients,
        authority_lines=lines,
        signer_name=name,
        is_demo=is_demo or commune.is_demo,
        is_assumed=is_assumed,
    )


def department(
    session: Session,
    commune: Commune,
    role: Role,
    *,
    kind: str,
    recipients: tuple[str, ...],
    on: date,
    is_demo: bool = False,
    is_assumed: bool = False,
) -> Head:
    """A paper of a department; ``kind``: the letters before its code in the symbol ("TTr" gives "TTr-KT")."""
    signer, name = _holder(session, commune, role, on), office_name(session, commune, role)
    return Head(
        body=name,
        parent_line=f"UBND {commune.full_name}".upper(),
        issuer_lines=(name.upper(),),
        place=commune.name,
        symbol=f"{kind}-{code_of(session, commune, role)}",
        recipients=recipients,
        issuer=Issuer.HEAD,
        authority_lines=(ROOM_HEAD.upper(),),
        signer_name=signer,
        is_demo=is_demo or commune.is_demo,
        is_assumed=is_assumed,
    )


def office_name(session: Session, commune: Commune, role: Role) -> str:
    """How the commune calls the role's office."""
    row = _row(session, commune, role)
    return row.name if row else ROLE_LABELS[role]


def code_of(session: Session, commune: Commune, role: Role) -> str:
    """The office's letters in a symbol."""
    row = _row(session, commune, role)
    return (row.symbol if row else "") or OFFICE_CODES[role]


def body_of(commune: Commune) -> str:
    """ "Ủy ban nhân dân đặc khu Cát Hải"."""
    return f"Ủy ban nhân dân {commune.full_name}"


def legal_text(book: LawBook, key: str, on: date, default: Any) -> Any:
    """A text of the law files, or ``default`` while there is none: the paper itself then says what is missing."""
    try:
        return book.get(key, on=on).value
    except LawGap:
        return default


def _row(session: Session, commune: Commune, role: Role) -> Department | None:
    query = select(Department).where(Department.commune_id == commune.key, Department.role == role)
    return session.exec(query).first()


def _mandates(session: Session, commune: Commune, role: Role, on: date) -> list[tuple[Mandate, Account]]:
    query = (
        select(Mandate, Account)
        .join(Account, col(Account.id) == Mandate.account_id)
        .where(Mandate.commune_id == commune.key, Mandate.role == role, col(Account.active))
        .where(Mandate.valid_from <= on, or_(col(Mandate.valid_to).is_(None), col(Mandate.valid_to) >= on))
    )
    return list(session.exec(query.order_by(col(Mandate.id))).all())


def _holder(session: Session, commune: Commune, role: Role, on: date) -> str:
    """Name of the department's head that day; empty when nobody, or more than one, is."""
    heads = [account for mandate, account in _mandates(session, commune, role, on) if mandate.is_head]
    return heads[0].full_name if len(heads) == 1 else ""


def _signer_of(session: Session, decision: Decision) -> tuple[tuple[str, ...], str]:
    return tuple(decision.authority_lines), get(session, Account, decision.signer_id).full_name


def _committee_signer(session: Session, commune: Commune, on: date) -> tuple[tuple[str, ...], str]:
    found = _mandates(session, commune, Role.chairman, on)
    if len(found) == 1:
        mandate, account = found[0]
        try:
            capacity = capacity_of(mandate.post, is_head=mandate.is_head)
            signer = Signer(mandate.post, capacity, mandate.valid_from, mandate.valid_to)
            return authority_lines(Issuer.COLLECTIVE, signer, signed_on=on), account.full_name
        except AuthorityError:
            pass
    return ("TM. ỦY BAN NHÂN DÂN",), ""
