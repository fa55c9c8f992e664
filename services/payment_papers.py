"""What the papers of a payment list say (bank file, cash sheets) as plain rows, and the wish to have them written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.approval import Decision
from models.documents import DocumentState
from models.payment import PaymentList, Transfer
from models.people import PayMethodKind
from models.places import Village
from rules.months import Month
from rules.workflow import PaymentListState, TransferState
from services import documents

BANK_CHANNELS = (PayMethodKind.ACCOUNT, PayMethodKind.VNEID)
CASH_CHANNELS = (PayMethodKind.CASH, PayMethodKind.PROXY)


@dataclass(frozen=True)
class BankRow:
    """One transfer by bank as frozen when the list was prepared; ``amount`` in đồng, the list's ``month`` YYYY-MM."""

    end_to_end_id: str
    full_name: str
    account_holder: str
    account_no: str
    bank_bin: str
    amount: int
    month: str
    village_name: str


@dataclass(frozen=True)
class CashRow:
    """One person paid in cash in the thôn, against a signature; ``proxy_name`` signs for the person when given."""

    end_to_end_id: str
    full_name: str
    birth_year: int
    amount: int
    month: str
    village_name: str
    proxy_name: str


def bank_rows(session: Session, list_id: int) -> list[BankRow]:
    """What the bank is asked to pay, held transfers left out; an unchanged list always gives the same rows in order."""
    month = session.get_one(PaymentList, list_id).month
    return [
        BankRow(
            end_to_end_id=row.end_to_end_id,
            full_name=row.payee["full_name"],
            account_holder=row.account_holder,
            account_no=row.account_no or "",
            bank_bin=row.bank_bin,
            amount=row.amount,
            month=month,
            village_name=row.payee["village_name"],
        )
        for row in _to_pay(session, list_id)
        if row.channel in BANK_CHANNELS
    ]


def cash_rows(session: Session, list_id: int, village_id: int) -> list[CashRow]:
    """Who signs for cash in one thôn, held ones left out."""
    month = session.get_one(PaymentList, list_id).month
    return [
        CashRow(
            end_to_end_id=row.end_to_end_id,
            full_name=row.payee["full_name"],
            birth_year=row.payee["birth_year"],
            amount=row.amount,
            month=month,
            village_name=row.payee["village_name"],
            proxy_name=row.payee["proxy_name"],
        )
        for row in _to_pay(session, list_id)
        if row.channel in CASH_CHANNELS and row.village_id == village_id
    ]


def _to_pay(session: Session, list_id: int) -> list[Transfer]:
    query = select(Transfer).where(Transfer.list_id == list_id, Transfer.state != TransferState.HELD)
    return list(session.exec(query.order_by(col(Transfer.end_to_end_id))).all())


def want(session: Session, payment_list: PaymentList, *, now: datetime) -> None:
    """Ask for the bank file and for a cash sheet per thôn, as far as there is somebody to pay that way.

    Where the newest paper is already written, a new version is asked for: the earlier one stays as it is.
    """
    month = Month.parse(payment_list.month)
    rows = session.exec(select(Transfer.channel, Transfer.village_id).where(Transfer.list_id == payment_list.key)).all()
    if any(channel in BANK_CHANNELS for channel, _ in rows):
        subject = f"payment_list:{payment_list.key}"
        _want(session, payment_list, "bank_file", subject, f"Tệp chuyển khoản tháng {month}", "chuyen-khoan", now)
    if rows:
        subject = f"payment_list:{payment_list.key}"
        _want(
            session,
            payment_list,
            "payment_sheet",
            subject,
            f"Danh sách chi trả tháng {month}",
            "danh-sach-chi-tra",
            now,
        )
    paid_in_cash = {village_id for channel, village_id in rows if channel in CASH_CHANNELS}
    villages = select(Village).where(col(Village.id).in_(paid_in_cash)).order_by(col(Village.code))
    for village in session.exec(villages):
        subject = f"payment_list:{payment_list.key}:{village.code}"
        title = f"Danh sách ký nhận tiền mặt tháng {month} – {village.name}"
        _want(session, payment_list, "cash_sheet", subject, title, f"tien-mat-{village.code.lower()}", now)


def renew(session: Session, payment_list: PaymentList, *, now: datetime) -> None:
    """After a hold or a release on an approved list: its papers are written anew."""
    if payment_list.state == PaymentListState.APPROVED:
        want(session, payment_list, now=now)


def _want(
    session: Session, payment_list: PaymentList, kind: str, subject: str, title: str, stem: str, now: datetime
) -> None:
    newest = documents.find(session, kind=kind, subject=subject)
    version = 1
    if newest is not None:
        version = newest.version + (newest.state != DocumentState.WANTED)
    documents.want(
        session,
        commune_id=payment_list.commune_id,
        cycle_id=cycle_id_of(session, payment_list.commune_id),
        kind=kind,
        subject=subject,
        title=title,
        file_name=f"{stem}-{payment_list.month}" + (f"-lan-{version}" if version > 1 else "") + ".xlsx",
        now=now,
        version=version,
    )


def cycle_id_of(session: Session, commune_id: int) -> int | None:
    """The commune's newest cycle with a decision: under it the papers of its months are filed."""
    query = select(Decision.cycle_id).where(Decision.commune_id == commune_id).order_by(col(Decision.id).desc())
    return session.exec(query).first()
