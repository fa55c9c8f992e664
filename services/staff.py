"""Who acts, under which mandate, within which scope; and where a role's mail goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session, col, or_, select

from models.places import Commune, Department
from models.staff import Account, Mandate
from rules.workflow import ROLE_LABELS, Role
from services.errors import conflict, not_allowed, not_found
from services.store import get


@dataclass(frozen=True)
class Actor:
    """An account with the mandates that hold on the day it was loaded."""

    account_id: int | None
    full_name: str
    mandates: tuple[Mandate, ...] = ()

    def has(self, role: Role, commune_id: int, village_id: int | None = None) -> bool:
        """Holds ``role`` for the commune (a village head: for that thôn)."""
        return any(
            m.role == role
            and m.commune_id == commune_id
            and (m.village_id is None or village_id is None or m.village_id == village_id)
            for m in self.mandates
        )

    def require(self, roles: Role | Iterable[Role], commune_id: int, village_id: int | None = None) -> Role:
        """The first of ``roles`` that this person holds there. Raises Problem NOT_ALLOWED when none."""
        wanted = (roles,) if isinstance(roles, Role) else tuple(roles)
        if self.account_id is None and Role.system in wanted:
            return Role.system
        for role in wanted:
            if role is not Role.system and self.has(role, commune_id, village_id):
                return role
        named = ", ".join(ROLE_LABELS[role] for role in wanted if role is not Role.system)
        raise not_allowed("role", f"Việc này dành cho {named} của đơn vị.")

    def role_in(self, commune_id: int) -> Role:
        """The role this person is seen under in the commune. Raises Problem NOT_ALLOWED when none."""
        if self.account_id is None:
            return Role.system
        for mandate in self.mandates:
            if mandate.commune_id == commune_id:
                return Role(mandate.role)
        raise not_allowed("scope", "Tài khoản này không thuộc đơn vị đó.")

    def communes(self, role: Role | None = None) -> tuple[int, ...]:
        """Communes where this person holds ``role`` (any role when None)."""
        return tuple(dict.fromkeys(m.commune_id for m in self.mandates if role is None or m.role == role))

    def villages(self, commune_id: int) -> tuple[int, ...]:
        """The thôn this person heads in the commune."""
        return tuple(m.village_id for m in self.mandates if m.commune_id == commune_id and m.village_id is not None)

    def mandate(self, role: Role, commune_id: int) -> Mandate:
        """The mandate under which a paper is signed. Raises Problem NOT_ALLOWED when there is none today."""
        for mandate in self.mandates:
            if mandate.role == role and mandate.commune_id == commune_id:
                return mandate
        raise not_allowed("mandate", f"Không còn thẩm quyền {ROLE_LABELS[role]} vào ngày này.")

    @property
    def person_id(self) -> int:
        """The account's number; the machine has none and may not do what only people do."""
        if self.account_id is None:
            raise not_allowed("person_needed", "Việc này phải do người làm, máy không làm thay.")
        return self.account_id


SYSTEM = Actor(account_id=None, full_name="Hệ thống")


def load_actor(session: Session, account_id: int, *, on: date) -> Actor:
    """The account with its mandates of that day. Raises Problem NOT_FOUND when it is closed or unknown."""
    account = session.get(Account, account_id)
    if account is None or not account.active:
        raise not_found("account", "Tài khoản không còn hoạt động.")
    return Actor(account_id, account.full_name, tuple(_mandates_of(session, account_id, on)))


def _mandates_of(session: Session, account_id: int, on: date) -> Iterable[Mandate]:
    return session.exec(
        select(Mandate)
        .where(Mandate.account_id == account_id, Mandate.valid_from <= on)
        .where(or_(col(Mandate.valid_to).is_(None), col(Mandate.valid_to) >= on))
        .order_by(col(Mandate.id))
    ).all()


def create_account(
    session: Session,
    *,
    username: str,
    full_name: str,
    email: str,
    password_hash: str,
    now: datetime,
    phone: str = "",
    password_is_given: bool = False,
) -> Account:
    """A new account without any mandate. Raises Problem CONFLICT when the sign-in name is taken."""
    if session.exec(select(Account).where(Account.username == username)).first():
        raise conflict("username_taken", "Tên đăng nhập này đã có người dùng.", field="username")
    account = Account(
        username=username,
        full_name=full_name,
        email=email,
        phone=phone,
        password_hash=password_hash,
        password_is_given=password_is_given,
        created_at=now,
    )
    session.add(account)
    session.flush()
    return account


def grant_mandate(
    session: Session,
    *,
    account_id: int,
    commune_id: int,
    role: Role,
    valid_from: date,
    village_id: int | None = None,
    post: str = "",
    is_head: bool = False,
    reference: str = "",
    valid_to: date | None = None,
    signs_as: str = "",
) -> Mandate:
    """One role for one commune from a day on; a village head's names the thôn."""
    get(session, Account, account_id, "tài khoản")
    get(session, Commune, commune_id, "đơn vị")
    mandate = Mandate(
        account_id=account_id,
        commune_id=commune_id,
        village_id=village_id,
        role=role,
        post=post or ROLE_LABELS[role],
        is_head=is_head,
        signs_as=signs_as,
        reference=reference,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    session.add(mandate)
    session.flush()
    return mandate


def mandate_on(session: Session, account_id: int, commune_id: int, role: Role, on: date) -> Mandate:
    """The mandate an account held on a day. Raises Problem NOT_ALLOWED when there was none."""
    query = (
        select(Mandate)
        .where(Mandate.account_id == account_id, Mandate.commune_id == commune_id, Mandate.role == role)
        .where(Mandate.valid_from <= on, or_(col(Mandate.valid_to).is_(None), col(Mandate.valid_to) >= on))
    )
    mandate = session.exec(query).first()
    if mandate is None:
        raise not_allowed("mandate", f"Người quyết định không có thẩm quyền {ROLE_LABELS[role]} vào ngày đó.")
    return mandate


@dataclass(frozen=True)
class Mailbox:
    """Where a role's mail goes. ``digest_for``: the account whose mails that can wait are gathered into one a day."""

    address: str
    name: str
    digest_for: int | None = None


def mailboxes(
    session: Session, *, commune_id: int, role: Role, on: date, village_id: int | None = None
) -> list[Mailbox]:
    """The mailbox of everyone who holds the role that day, and the department's shared one; each address once.

    An address that several share is gathered only when each of them chose so; a shared mailbox never is.
    """
    holders = session.exec(
        select(Account, Mandate)
        .join(Mandate, col(Mandate.account_id) == Account.id)
        .where(Mandate.commune_id == commune_id, Mandate.role == role, col(Account.active))
        .where(Mandate.valid_from <= on, or_(col(Mandate.valid_to).is_(None), col(Mandate.valid_to) >= on))
        .order_by(col(Account.id))
    ).all()
    found: dict[str, Mailbox] = {}
    for account, mandate in holders:
        if account.email and (village_id is None or mandate.village_id in (None, village_id)):
            chosen = account.key if account.wants_digest else None
            known = found.setdefault(account.email, Mailbox(account.email, account.full_name, chosen))
            if chosen is None:
                found[account.email] = replace(known, digest_for=None)
    shared = session.exec(
        select(Department).where(Department.commune_id == commune_id, Department.role == role)
    ).first()
    if shared and shared.email:
        known = found.get(shared.email) or Mailbox(shared.email, shared.name)
        found[shared.email] = replace(known, digest_for=None)
    return list(found.values())


def choose_digest(session: Session, *, account_id: int, wants_digest: bool) -> None:
    """One's own choice: the mails that can wait gathered into one a day, or each by itself."""
    account = get(session, Account, account_id, "tài khoản")
    account.wants_digest = wants_digest
    session.add(account)
