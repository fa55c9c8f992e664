"""Who issues a paper and who is to sign it, from the commune's records: the head that NĐ 30/2020 puts on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, or_, select

from models.approval import Decision
from models.places import Commune, Department
from models.staff import Account, Mandate
from rules.authority import AuthorityError, Capacity, Issuer, Signer, authority_lines, capacity_of
from rules.papers import Head
from rules.papers.citation import cited_resolution
from rules.papers.head import NO_RESOLUTION
from rules.parameters import LawBook, LawGap
from rules.workflow import ROLE_LABELS, Role
from services import law
from services.store import get

OFFICE_CODES = {Role.economy: "KT", Role.culture: "VHXH"}
"""Letter code of a department that has none of its own in the records."""
ROOM_HEAD = "Trưởng phòng"
CITED = ("NQ04.resolution", "NQ04.policy_name", "NQ04.decision_bases")
"""What the law gives for the căn cứ of a decision."""
WRITER = Role.economy
"""The department that issues papers of its own and drafts the committee's: its code ends their symbol ("UBND-KT")."""


@dataclass(frozen=True)
class Signed:
    """Who signs: the lines above the signature, the name below, and under which mandate where that is recorded."""

    lines: tuple[str, ...]
    name: str = ""
    mandate_id: int | None = None

    def says(self, other: Signed) -> bool:
        """Whether both are printed alike."""
        return (self.lines, self.name) == (other.lines, other.name)


def committee(
    session: Session,
    commune: Commune,
    *,
    symbol: str,
    recipients: tuple[str, ...],
    on: date,
    signed: Signed | None = None,
    is_demo: bool = False,
    is_assumed: bool = False,
) -> Head:
    """A paper of the People's Committee, not numbered yet.

    ``signed``: who signs it, where that is known; else the chairman of the day where there is but one.
    """
    known = signed or _committee_signer(session, commune, on)
    return Head(
        body=body_of(commune),
        issuer_lines=("ỦY BAN NHÂN DÂN", commune.full_name.upper()),
        place=commune.name,
        symbol=symbol,
        recipients=recipients,
        resolution=resolution(session, commune, on),
        authority_lines=known.lines,
        signer_name=known.name,
        is_demo=is_demo or commune.is_demo,
        is_assumed=is_assumed,
    )


def department(
    session: Session,
    commune: Commune,
    *,
    kind: str,
    recipients: tuple[str, ...],
    on: date,
    is_demo: bool = False,
    is_assumed: bool = False,
) -> Head:
    """A paper of Phòng Kinh tế; ``kind``: the letters before its code in the symbol ("TTr" gives "TTr-KT")."""
    known, name = _room_signer(session, commune, on), office_name(session, commune, WRITER)
    return Head(
        body=name,
        parent_line=f"UBND {commune.full_name}".upper(),
        issuer_lines=(name.upper(),),
        place=commune.name,
        symbol=f"{kind}-{code_of(session, commune, WRITER)}",
        recipients=recipients,
        resolution=resolution(session, commune, on),
        issuer=Issuer.HEAD,
        authority_lines=known.lines,
        signer_name=known.name,
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


def organ_code(session: Session, commune: Commune, issuer: Issuer) -> str:
    """Mã định danh cơ quan of who issues a paper; empty while the office has entered none."""
    row = _row(session, commune, Role.chairman if issuer is Issuer.COLLECTIVE else WRITER)
    return row.organ_code if row else ""


def body_of(commune: Commune) -> str:
    """ "Ủy ban nhân dân đặc khu Cát Hải"."""
    return f"Ủy ban nhân dân {commune.full_name}"


def resolution(session: Session, commune: Commune, on: date) -> str:
    """The resolution as a paper cites it first; with room to write while the law gives none."""
    stated = legal_text(law.book_for(session, commune.key), "NQ04.resolution", on, None)
    return cited_resolution(stated) if stated else NO_RESOLUTION


def bases(head: Head, book: LawBook, on: date) -> tuple[str, ...]:
    """The căn cứ that the law gives: the resolution that the head cites, by its name, then the further ones."""
    policy = legal_text(book, "NQ04.policy_name", on, "")
    return (f"Căn cứ {head.resolution} {policy}".strip(), *legal_text(book, "NQ04.decision_bases", on, ()))


def legal_text(book: LawBook, key: str, on: date, default: Any) -> Any:
    """A text of the law files, or ``default`` while there is none: the paper itself then says what is missing."""
    try:
        return book.get(key, on=on).value
    except LawGap:
        return default


def _row(session: Session, commune: Commune, role: Role) -> Department | None:
    query = select(Department).where(Department.commune_id == commune.key, Department.role == role)
    return session.exec(query).first()


def signed_like(session: Session, decision: Decision) -> Signed:
    """Signed by whoever signed the decision."""
    name = get(session, Account, decision.signer_id).full_name
    return Signed(tuple(decision.authority_lines), name, decision.signer_mandate_id)


def lines_of(mandate: Mandate, on: date) -> tuple[str, ...]:
    """The lines above the signature of a paper of the committee, under this mandate, on a day.

    Raises `AuthorityError` when the mandate does not hold that day or gives no right to sign for the committee.
    """
    return authority_lines(Issuer.COLLECTIVE, _signer(mandate, mandate.post), signed_on=on)


def signers(session: Session, commune: Commune, issuer: Issuer, on: date, *, by_order: bool = True) -> list[Signed]:
    """Everyone who may sign that day: for the committee its chairman and deputies, for Phòng Kinh tế its own.

    ``by_order``: whether whoever has a written act of the chairman may sign the committee's paper too (TL., TUQ.).
    """
    if issuer is Issuer.HEAD:
        return _room_signers(session, commune, on)
    others = _acts_of_chairman(session, commune, on) if by_order else []
    return [*_committee_signers(session, commune, on), *others]


def _committee_signers(session: Session, commune: Commune, on: date) -> list[Signed]:
    own = _mandates(session, commune, on, Mandate.role == Role.chairman, Mandate.signs_as == "")
    return _able(own, lambda mandate: lines_of(mandate, on))


def _committee_signer(session: Session, commune: Commune, on: date) -> Signed:
    """The chairman of the day where there is but one; else room for whoever signs."""
    found = _committee_signers(session, commune, on)
    return found[0] if len(found) == 1 else Signed(("TM. ỦY BAN NHÂN DÂN",))


def _acts_of_chairman(session: Session, commune: Commune, on: date) -> list[Signed]:
    entrusted = _mandates(session, commune, on, Mandate.signs_as != "")
    return _able(entrusted, lambda mandate: lines_of(mandate, on))


def _room_signers(session: Session, commune: Commune, on: date) -> list[Signed]:
    own = _mandates(session, commune, on, Mandate.role == WRITER, Mandate.signs_as == "")
    return _able(own, lambda mandate: _room_lines(mandate, on))


def _room_signer(session: Session, commune: Commune, on: date) -> Signed:
    """The head of the department that day where there is but one; else room for whoever signs."""
    heads = [one for one in _room_signers(session, commune, on) if len(one.lines) == 1]
    return heads[0] if len(heads) == 1 else Signed((ROOM_HEAD.upper(),))


def _room_lines(mandate: Mandate, on: date) -> tuple[str, ...]:
    """On the department's own paper the post is printed without the department's name."""
    signer = _signer(mandate, f"Phó {ROOM_HEAD}")
    return authority_lines(Issuer.HEAD, signer, signed_on=on, head_post=ROOM_HEAD)


def _signer(mandate: Mandate, post: str) -> Signer:
    stated = Capacity(mandate.signs_as) if mandate.signs_as else None
    capacity = stated or capacity_of(mandate.post, is_head=mandate.is_head)
    return Signer(post, capacity, mandate.valid_from, mandate.valid_to)


def _able(found: Sequence[tuple[Mandate, Account]], lines: Callable[[Mandate], tuple[str, ...]]) -> list[Signed]:
    """Those whose mandate lets them sign, each person once in each capacity."""
    able: dict[tuple[str, ...], Signed] = {}
    for mandate, account in found:
        try:
            one = Signed(lines(mandate), account.full_name, mandate.key)
        except AuthorityError:
            continue
        able.setdefault((*one.lines, one.name), one)
    return list(able.values())


def _mandates(session: Session, commune: Commune, on: date, *which: Any) -> list[tuple[Mandate, Account]]:
    query = (
        select(Mandate, Account)
        .join(Account, col(Account.id) == Mandate.account_id)
        .where(Mandate.commune_id == commune.key, col(Account.active), *which)
        .where(Mandate.valid_from <= on, or_(col(Mandate.valid_to).is_(None), col(Mandate.valid_to) >= on))
    )
    return list(session.exec(query.order_by(col(Mandate.id))).all())
