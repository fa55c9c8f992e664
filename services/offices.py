"""Who and what an installation serves: its communes, their thôn, and the people admitted to work there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.places import Commune, Village
from models.staff import Account, Mandate
from rules.authority import Capacity
from rules.workflow import Role
from services import ledger, places
from services.errors import conflict, invalid, not_allowed
from services.staff import Actor, create_account, grant_mandate
from services.store import get

DEPARTMENTS = (Role.economy, Role.culture)
"""Whose heads a chairman may let sign in his name."""


@dataclass(frozen=True)
class NewPerson:
    """A person to admit; ``password_hash`` is made at the edge."""

    username: str
    full_name: str
    email: str
    password_hash: str


@dataclass(frozen=True)
class NewMandate:
    """What that person is to be, on which written basis, until when; ``signs_as``: see `models.staff.Mandate`."""

    role: Role
    village_id: int | None = None
    post: str = ""
    is_head: bool = False
    reference: str = ""
    valid_to: date | None = None
    signs_as: str = ""


def is_empty(session: Session) -> bool:
    """Whether nobody was ever admitted: only then may an installation be founded."""
    return session.exec(select(func.count()).select_from(Account)).one() == 0


def found(
    session: Session, *, commune: Commune, villages: Sequence[tuple[str, str]], person: NewPerson, now: datetime
) -> Account:
    """The first commune, its thôn as (name, area class), and its admin. Raises Problem CONFLICT once anybody exists."""
    if not is_empty(session):
        raise conflict("founded", "Hệ thống đã được thiết lập. Hãy đăng nhập bằng tài khoản Quản trị.")
    account = new_account(session, person, now)
    open_commune(session, commune=commune, villages=villages, account=account, now=now)
    return account


def open_commune(
    session: Session, *, commune: Commune, villages: Sequence[tuple[str, str]], account: Account, now: datetime
) -> None:
    """One more commune on this installation, its thôn as (name, area class), and its admin.

    Raises Problem CONFLICT for a commune that is there, INVALID without a thôn.
    """
    if not villages:
        raise invalid("no_village", "Nhập ít nhất một thôn.")
    if session.exec(select(Commune).where(Commune.code == commune.code)).first():
        raise conflict("commune_known", f"Đơn vị mã {commune.code} đã có.")
    session.add(commune)
    session.flush()
    mandate = grant_mandate(
        session, account_id=account.key, commune_id=commune.key, role=Role.admin, valid_from=now.date()
    )
    admin = Actor(account.key, account.full_name, (mandate,))
    for name, area in villages:
        places.add_village(session, commune_id=commune.key, name=name, area=area, actor=admin, now=now)
    places.write_down(session, commune.key, admin, "found", f"commune:{commune.key}", {"villages": len(villages)}, now)


def admit(
    session: Session, *, commune_id: int, person: NewPerson, mandate: NewMandate, actor: Actor, now: datetime
) -> Account:
    """A new account with its first mandate. Raises Problem NOT_ALLOWED, CONFLICT (name taken) or INVALID."""
    actor.require(Role.admin, commune_id)
    account = new_account(session, person, now, password_is_given=True)
    entrust(session, commune_id=commune_id, account_id=account.key, mandate=mandate, actor=actor, now=now)
    return account


def entrust(
    session: Session, *, commune_id: int, account_id: int, mandate: NewMandate, actor: Actor, now: datetime
) -> Mandate:
    """One more role for somebody, from today on; a village head's names a thôn of the commune."""
    actor.require(Role.admin, commune_id)
    if (mandate.role is Role.village_head) != (mandate.village_id is not None):
        raise invalid("village_for_heads", "Trưởng thôn phải gắn với một thôn; vai trò khác thì không.")
    if mandate.village_id is not None and get(session, Village, mandate.village_id, "thôn").commune_id != commune_id:
        raise invalid("foreign_village", "Thôn này không thuộc đơn vị.")
    _check_period(mandate, now.date())
    row = grant_mandate(
        session,
        account_id=account_id,
        commune_id=commune_id,
        role=mandate.role,
        village_id=mandate.village_id,
        post=mandate.post,
        is_head=mandate.is_head,
        signs_as=mandate.signs_as,
        reference=mandate.reference,
        valid_from=now.date(),
        valid_to=mandate.valid_to,
    )
    data = {"account": account_id, "role": str(mandate.role), "signs_as": mandate.signs_as}
    places.write_down(session, commune_id, actor, "entrust", f"mandate:{row.key}", data, now)
    return row


def _check_period(mandate: NewMandate, today: date) -> None:
    """To sign for the chairman is for a department's head; a delegation has a last day (NĐ 30/2020, Điều 13)."""
    if mandate.valid_to is not None and mandate.valid_to < today:
        raise invalid("valid_to", "Ngày cuối của vai trò không được trước hôm nay.")
    if mandate.signs_as and mandate.role not in DEPARTMENTS:
        raise invalid("signs_as", "Chỉ người đứng đầu phòng được giao ký thừa lệnh hoặc thừa ủy quyền Chủ tịch.")
    if mandate.signs_as == Capacity.BY_DELEGATION and mandate.valid_to is None:
        raise invalid("valid_to", "Ủy quyền ký phải có thời hạn: nhập ngày cuối.")


def end_mandate(session: Session, *, mandate_id: int, actor: Actor, now: datetime) -> None:
    """Today is the mandate's last day; the record stays. Raises Problem NOT_ALLOWED for one's own admin mandate."""
    row = get(session, Mandate, mandate_id, "vai trò")
    actor.require(Role.admin, row.commune_id)
    if row.account_id == actor.person_id and row.role == Role.admin:
        raise not_allowed("own_admin", "Không tự bỏ vai trò Quản trị của mình; cần một Quản trị khác.")
    row.valid_to = now.date()
    session.add(row)
    places.write_down(session, row.commune_id, actor, "end_mandate", f"mandate:{row.key}", {"role": row.role}, now)


def give_password(
    session: Session, *, commune_id: int, account: Account, password_hash: str, actor: Actor, now: datetime
) -> None:
    """A first password in place of a forgotten one; its holder must change it, and the record says who gave it."""
    actor.require(Role.admin, commune_id)
    account.password_hash, account.password_is_given = password_hash, True
    session.add(account)
    places.write_down(session, commune_id, actor, "give_password", f"account:{account.key}", {}, now)


def choose_password(session: Session, *, account: Account, password_hash: str, actor: Actor, now: datetime) -> None:
    """The holder's own password; told in the record of every commune this person works for."""
    account.password_hash, account.password_is_given = password_hash, False
    session.add(account)
    for commune_id in actor.communes():
        ledger.append(
            session,
            commune_id=commune_id,
            actor=actor,
            role=actor.role_in(commune_id),
            action="choose_password",
            subject=f"account:{account.key}",
            data={},
            now=now,
        )


def people(session: Session, *, commune_id: int, actor: Actor) -> list[tuple[Account, list[Mandate]]]:
    """Accounts with a mandate in the commune, ever, and those mandates."""
    actor.require(Role.admin, commune_id)
    query = select(Account, Mandate).join(Mandate, col(Mandate.account_id) == Account.id)
    found_rows: dict[int, tuple[Account, list[Mandate]]] = {}
    for account, mandate in session.exec(query.where(Mandate.commune_id == commune_id).order_by(col(Account.username))):
        found_rows.setdefault(account.key, (account, []))[1].append(mandate)
    return list(found_rows.values())


def account_named(session: Session, username: str) -> Account | None:
    """The account of that sign-in name."""
    return session.exec(select(Account).where(Account.username == username)).first()


def new_account(session: Session, person: NewPerson, now: datetime, *, password_is_given: bool = False) -> Account:
    """A person who signs in, without any mandate yet."""
    return create_account(
        session,
        username=person.username,
        full_name=person.full_name,
        email=person.email,
        password_hash=person.password_hash,
        now=now,
        password_is_given=password_is_given,
    )
