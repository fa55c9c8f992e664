"""Which papers a month's list needs (bank files, treasury list, cash sheets), and the rows that a bank is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.approval import Decision
from models.documents import DocumentState
from models.payer import PayerAccount, PayerKind
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


def bank_rows(session: Session, list_id: int) -> list[BankRow]:
    """What the bank is asked to pay, held transfers left out; an unchanged list always gives the same rows in order."""
    month = session.get_one(PaymentList, list_id).month
    query = select(Transfer).where(
        Transfer.list_id == list_id, Transfer.state != TransferState.HELD, col(Transfer.channel).in_(BANK_CHANNELS)
    )
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
        for row in session.exec(query.order_by(col(Transfer.end_to_end_id)))
    ]


def want(session: Session, payment_list: PaymentList, *, now: datetime) -> None:
    """Ask for the list, the bank's and the treasury's files and a cash sheet per thôn, as far as people are paid so.

    The payer's account and the bank's layout are those in use now and stay with the paper. Where the newest paper is
    already written, a new version is asked for: the earlier one stays as it is.
    """
    rows = session.exec(
        select(Transfer.channel, Transfer.village_id).where(Transfer.list_id == payment_list.key).distinct()
    ).all()
    if not rows:
        return
    wish = _Wish(session, payment_list, now)
    wish.paper("payment_sheet", "Danh sách chi trả", "danh-sach-chi-tra")
    if any(channel in BANK_CHANNELS for channel, _ in rows):
        _want_bank_files(wish)
    paid_in_cash = {village_id for channel, village_id in rows if channel in CASH_CHANNELS}
    if paid_in_cash:
        _want_voucher(wish, "cash_voucher", "Chứng từ rút tiền mặt tại Kho bạc", "chung-tu-tien-mat")
    villages = select(Village).where(col(Village.id).in_(paid_in_cash)).order_by(col(Village.code))
    for village in session.exec(villages):
        wish.paper(
            "cash_sheet",
            "Danh sách ký nhận tiền mặt",
            f"tien-mat-{village.code.lower()}",
            part=f":{village.code}",
            ending=f" – {village.name}",
        )


def renew_bank_files(session: Session, payment_list: PaymentList, *, now: datetime) -> None:
    """After another account was entered: what is handed to the bank or the treasury is written anew, no cash sheet."""
    by_bank = select(Transfer.id).where(Transfer.list_id == payment_list.key, col(Transfer.channel).in_(BANK_CHANNELS))
    if payment_list.state == PaymentListState.APPROVED and session.exec(by_bank.limit(1)).first():
        _want_bank_files(_Wish(session, payment_list, now))


def _want_bank_files(wish: _Wish) -> None:
    """The transfer file always; pain.001 for an account at a bank, the beneficiaries' list for one at the treasury.

    While the commune has entered no account both are asked for: the one that cannot do without it says so.
    """
    payer = _payer(wish.session, wish.payment_list.commune_id)
    frozen = {"payer_account_id": payer.key if payer else None, "layout": payer.bank_profile if payer else ""}
    wish.paper("bank_file", "Tệp chuyển khoản", "chuyen-khoan", data=frozen)
    if payer is None or payer.kind == PayerKind.BANK:
        wish.paper("pain001", "Lệnh chuyển tiền ISO 20022 (pain.001)", "pain001", data=frozen, suffix=".xml")
    if payer is None or payer.kind != PayerKind.BANK:
        wish.paper("treasury_list", "Danh sách thanh toán cho đối tượng thụ hưởng", "kho-bac", data=frozen)
    _want_voucher(wish, "treasury_voucher", "Chứng từ chuyển khoản qua Kho bạc", "chung-tu-chuyen-khoan")


def _want_voucher(wish: _Wish, kind: str, title: str, stem: str) -> None:
    """The treasury's voucher, where the commune pays from an account there."""
    payer = _payer(wish.session, wish.payment_list.commune_id)
    if payer is not None and payer.kind != PayerKind.BANK:
        wish.paper(kind, title, stem, data={"payer_account_id": payer.key}, suffix=".docx")


def _payer(session: Session, commune_id: int) -> PayerAccount | None:
    query = select(PayerAccount).where(PayerAccount.commune_id == commune_id, col(PayerAccount.ended_at).is_(None))
    return session.exec(query).first()


def renew(session: Session, payment_list: PaymentList, *, now: datetime) -> None:
    """After a hold or a release on an approved list: its papers are written anew."""
    if payment_list.state == PaymentListState.APPROVED:
        want(session, payment_list, now=now)


@dataclass(frozen=True)
class _Wish:
    """Papers of one list, asked for at one moment."""

    session: Session
    payment_list: PaymentList
    now: datetime

    def paper(
        self,
        kind: str,
        title: str,
        stem: str,
        *,
        part: str = "",
        ending: str = "",
        data: dict[str, Any] | None = None,
        suffix: str = ".xlsx",
    ) -> None:
        """Ask for one paper of the list; ``part`` and ``ending`` name the thôn it is for."""
        month = Month.parse(self.payment_list.month)
        subject = f"payment_list:{self.payment_list.key}{part}"
        newest = documents.find(self.session, kind=kind, subject=subject)
        version = newest.version + (newest.state != DocumentState.WANTED) if newest else 1
        documents.want(
            self.session,
            commune_id=self.payment_list.commune_id,
            cycle_id=cycle_id_of(self.session, self.payment_list.commune_id),
            kind=kind,
            subject=subject,
            title=f"{title} tháng {month}{ending}",
            file_name=f"{stem}-{month.code}" + (f"-lan-{version}" if version > 1 else "") + suffix,
            data=data,
            now=self.now,
            version=version,
        )


def cycle_id_of(session: Session, commune_id: int) -> int | None:
    """The commune's newest cycle with a decision: under it the papers of its months are filed."""
    query = select(Decision.cycle_id).where(Decision.commune_id == commune_id).order_by(col(Decision.id).desc())
    return session.exec(query).first()
