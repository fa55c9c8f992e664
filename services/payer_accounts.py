"""The account a commune pays from: entered by Phòng Kinh tế or the admin; the old one stays for the papers it paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.payer import PayerAccount, PayerKind
from models.payment import PaymentList
from rules.identity import check_bank_account
from rules.lookups import banks
from rules.papers.vouchers import CODES, BudgetCodes
from rules.workflow import PaymentListState, Role
from services import ledger, payment_papers
from services.errors import invalid
from services.staff import Actor
from services.store import lock_commune, save


@dataclass(frozen=True)
class NewPayerAccount(BudgetCodes):
    """The account as entered; a bank's own needs its NAPAS code. Codes that are not known yet stay empty."""

    kind: PayerKind
    holder: str
    account_no: str
    place_name: str
    bank_bin: str = ""
    bank_profile: str = ""


def current(session: Session, commune_id: int) -> PayerAccount | None:
    """The account in use; None while nobody has entered one."""
    query = select(PayerAccount).where(PayerAccount.commune_id == commune_id, col(PayerAccount.ended_at).is_(None))
    return session.exec(query).first()


def change(session: Session, *, commune_id: int, new: NewPayerAccount, actor: Actor, now: datetime) -> PayerAccount:
    """Record another account; an approved list that is not sent yet has its bank files written anew for it.

    Entering what stands already changes nothing. Raises Problem INVALID for an incomplete account, NOT_ALLOWED for
    anybody but Phòng Kinh tế and the admin.
    """
    lock_commune(session, commune_id)
    role = actor.require((Role.economy, Role.admin), commune_id)
    values = _checked(new)
    before = current(session, commune_id)
    if before is not None:
        if all(getattr(before, name) == value for name, value in values.items()):
            return before
        before.ended_at = now
        save(session, before)
    account = PayerAccount(commune_id=commune_id, recorded_by=actor.person_id, recorded_at=now, **values)
    save(session, account)
    ledger.append(
        session,
        commune_id=commune_id,
        actor=actor,
        role=role,
        action="change_payer_account",
        subject=f"payer_account:{account.key}",
        data={"kind": str(new.kind)},
        now=now,
    )
    approved = select(PaymentList).where(
        PaymentList.commune_id == commune_id, PaymentList.state == PaymentListState.APPROVED
    )
    for payment_list in session.exec(approved.order_by(col(PaymentList.month))).all():
        payment_papers.renew_bank_files(session, payment_list, now=now)
    return account


def _checked(new: NewPayerAccount) -> dict[str, Any]:
    number = check_bank_account(new.account_no)
    if not (new.holder.strip() and new.place_name.strip()):
        raise invalid("payer_incomplete", "Phải ghi tên đơn vị và nơi mở tài khoản.")
    if number is None:
        raise invalid("payer_account_wrong", "Số tài khoản của đơn vị không đúng dạng.")
    by_bank = new.kind is PayerKind.BANK
    if by_bank and new.bank_bin not in {bank.bin for bank in banks()}:
        raise invalid("payer_bank_needed", "Chọn ngân hàng nơi đơn vị mở tài khoản.")
    return {
        "kind": str(new.kind),
        "holder": new.holder.strip(),
        "account_no": number,
        "place_name": new.place_name.strip(),
        "bank_bin": new.bank_bin if by_bank else "",
        "bank_profile": new.bank_profile.strip(),
        **{code: getattr(new, code).strip() for code in CODES},
    }
