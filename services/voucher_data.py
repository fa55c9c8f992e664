"""What the treasury's vouchers of a month say, and the giấy nộp trả of money that went back.

Everything is read from rows that never change once a list is approved: its transfers, and the payer's account by the
number that was in use when the paper was asked for. Written again a year later, a voucher says the same.
"""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.payer import PayerAccount, PayerKind
from models.payment import PaymentList, Transfer
from models.places import Commune
from models.treasury import TreasuryReturn, TreasuryReturnLine
from rules.months import Month
from rules.papers import Payer, RefundVoucher, TreasuryVoucher, VoucherForm, VoucherRow
from rules.papers.vouchers import CODES
from rules.workflow import TransferState
from services import payer_accounts
from services.errors import waiting
from services.payment_papers import BANK_CHANNELS, CASH_CHANNELS
from services.store import get

NO_ACCOUNT = "Chưa ghi tài khoản chi của đơn vị. Phòng Kinh tế hoặc Quản trị ghi ở trang Chi trả, mục Tài khoản chi."


def payer_account(
    session: Session, commune_id: int, account_id: int | None, *, needs_bank: bool = False
) -> PayerAccount:
    """The account of that number, or the one in use. Raises Problem WAITING while the commune has entered none.

    ``needs_bank``: a paper for a bank cannot name an account at the treasury.
    """
    found = session.get(PayerAccount, account_id) if account_id else payer_accounts.current(session, commune_id)
    if found is None or found.commune_id != commune_id:
        raise waiting("no_payer_account", NO_ACCOUNT)
    if needs_bank and found.kind != PayerKind.BANK:
        raise waiting("payer_not_bank", "Tài khoản chi mở tại Kho bạc nên không lập lệnh chuyển tiền cho ngân hàng.")
    return found


def voucher(
    session: Session, list_id: int, *, by_cash: bool, payer_account_id: int | None = None
) -> TreasuryVoucher | None:
    """The voucher by which a list's transfers (or its cash) are paid; None when nobody of the list is paid that way.

    Held ones are left out, as in the file and the list that go with it. From the budget account it is a giấy rút dự
    toán, from a deposit or bank account an ủy nhiệm chi. Raises Problem WAITING without the commune's account.
    """
    payment_list = get(session, PaymentList, list_id, "danh sách chi trả")
    people, total = _sums(session, list_id, by_cash=by_cash)
    if not people:
        return None
    account = payer_account(session, payment_list.commune_id, payer_account_id)
    month = Month.parse(payment_list.month)
    how = "tiền mặt chi tại thôn" if by_cash else "chuyển khoản"
    return TreasuryVoucher(
        form=VoucherForm.WITHDRAWAL if account.kind == PayerKind.BUDGET else VoucherForm.PAYMENT_ORDER,
        payer=_payer(account),
        month=payment_list.month,
        by_cash=by_cash,
        receiver="" if by_cash else f"{people} người hưởng theo danh sách kèm theo",
        rows=(VoucherRow(f"Hỗ trợ hằng tháng cho người dân, tháng {month}, {how}", total),),
        people=people,
        total=total,
        list_ref=f"DS-{payment_list.key}",
        list_sha256=payment_list.list_sha256,
        is_demo=payment_list.is_demo,
    )


def refund(session: Session, return_id: int, *, payer_account_id: int | None = None) -> RefundVoucher:
    """The giấy nộp trả kinh phí (Mẫu 08) of one recorded return, a row for each month the money was meant for.

    Raises Problem WAITING without the commune's account.
    """
    row = get(session, TreasuryReturn, return_id, "giấy nộp trả kinh phí")
    account = payer_account(session, row.commune_id, payer_account_id)
    months = (
        select(PaymentList.month, func.count(), func.sum(TreasuryReturnLine.amount))
        .select_from(TreasuryReturnLine)
        .join(Transfer, col(Transfer.id) == TreasuryReturnLine.transfer_id)
        .join(PaymentList, col(PaymentList.id) == Transfer.list_id)
        .where(TreasuryReturnLine.return_id == return_id)
        .group_by(col(PaymentList.month))
        .order_by(col(PaymentList.month))
    )
    found = session.exec(months).all()
    return RefundVoucher(
        form=VoucherForm.REFUND,
        payer=_payer(account),
        voucher_no=row.voucher_no,
        returned_on=row.returned_on,
        rows=tuple(
            VoucherRow(f"Nộp trả tiền hỗ trợ tháng {Month.parse(month)} chưa chi được, {count} khoản", int(amount))
            for month, count, amount in found
        ),
        people=sum(count for _, count, _ in found),
        total=row.amount,
        note=row.note,
        is_demo=get(session, Commune, row.commune_id, "đơn vị").is_demo,
    )


def _sums(session: Session, list_id: int, *, by_cash: bool) -> tuple[int, int]:
    channels = CASH_CHANNELS if by_cash else BANK_CHANNELS
    query = select(func.count(), func.coalesce(func.sum(Transfer.amount), 0)).where(
        Transfer.list_id == list_id, Transfer.state != TransferState.HELD, col(Transfer.channel).in_(channels)
    )
    count, total = session.exec(query).one()
    return count, int(total)


def _payer(account: PayerAccount) -> Payer:
    return Payer(
        unit_name=account.holder,
        account_no=account.account_no,
        place_name=account.place_name,
        **{code: getattr(account, code) for code in CODES},
    )
