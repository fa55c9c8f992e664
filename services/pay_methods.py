"""Change how one person is paid, on evidence: the old way stays in the history, the account number is sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.people import PayMethod, PayMethodKind, Person
from rules.identity import check_bank_account
from rules.workflow import Role
from services import ledger
from services.errors import invalid
from services.staff import Actor
from services.store import lock
from services.transfers import OFFICE_SOURCE


@dataclass(frozen=True)
class NewPayMethod:
    """The new way; an account needs its bank (NAPAS BIN), number and holder, a proxy needs a name."""

    kind: PayMethodKind
    evidence: str
    bank_bin: str = ""
    account_no: str = ""
    account_holder: str = ""
    proxy_name: str = ""


def current(session: Session, person_id: int) -> PayMethod | None:
    """How the person is paid now."""
    query = select(PayMethod).where(PayMethod.person_id == person_id, col(PayMethod.ended_at).is_(None))
    return session.exec(query).first()


def change(session: Session, *, person_id: int, new: NewPayMethod, actor: Actor, now: datetime) -> PayMethod:
    """Phòng Kinh tế records another account, cash or proxy; lists prepared from now on use it.

    Raises Problem INVALID without evidence or with an incomplete account or proxy.
    """
    person = lock(session, Person, person_id, "người này")
    role = actor.require(Role.economy, person.commune_id)
    _check(new)
    before = current(session, person_id)
    if before is not None:
        before.ended_at = now
        session.add(before)
        session.flush()
    method = PayMethod(
        person_id=person_id,
        kind=new.kind,
        bank_bin=new.bank_bin,
        account_no=check_bank_account(new.account_no) if new.account_no else None,
        account_holder=new.account_holder,
        proxy_name=new.proxy_name,
        source=f"{OFFICE_SOURCE}{new.evidence.strip()}",
        started_at=now,
    )
    session.add(method)
    session.flush()
    ledger.append(
        session,
        commune_id=person.commune_id,
        actor=actor,
        role=role,
        action="change_pay_method",
        subject=f"person:{person_id}",
        data={"kind": str(new.kind), "method": method.key},
        now=now,
    )
    return method


def _check(new: NewPayMethod) -> None:
    if not new.evidence.strip():
        raise invalid("evidence_needed", "Phải ghi giấy tờ làm căn cứ.")
    if new.kind is PayMethodKind.ACCOUNT:
        if not (new.bank_bin and new.account_holder.strip()):
            raise invalid("account_incomplete", "Tài khoản phải có ngân hàng và tên chủ tài khoản.")
        if check_bank_account(new.account_no) is None:
            raise invalid("account_wrong", "Số tài khoản không đúng dạng.")
    if new.kind is PayMethodKind.PROXY and not new.proxy_name.strip():
        raise invalid("proxy_incomplete", "Phải ghi tên người nhận thay.")
