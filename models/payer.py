"""The account from which a commune pays, with its history: a change is a new row, the old one stays for its papers."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from models.base import Code, EncryptedText, Moment, Record, one_of


class PayerKind(StrEnum):
    """Which account the money leaves from; it decides the treasury's form."""

    BUDGET = "BUDGET"
    DEPOSIT = "DEPOSIT"
    BANK = "BANK"


PAYER_KIND_LABELS = {
    PayerKind.BUDGET: "Tài khoản dự toán tại Kho bạc Nhà nước",
    PayerKind.DEPOSIT: "Tài khoản tiền gửi tại Kho bạc Nhà nước",
    PayerKind.BANK: "Tài khoản tại ngân hàng thương mại",
}


class PayerAccount(Record, table=True):
    """A commune's account and the budget codes printed on its vouchers; at most one is in use. Never edited."""

    __tablename__ = "payer_account"
    __table_args__ = (
        one_of("kind", PayerKind),
        Index(
            "uq_payer_account_current",
            "commune_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("(kind = 'BANK') = (bank_bin <> '')", name="bank_named"),
    )

    commune_id: int = Field(foreign_key="commune.id", index=True)
    kind: str = Field(sa_type=Code)
    holder: str
    """The unit's name as the bank or the treasury has it."""
    account_no: str = Field(sa_type=EncryptedText)
    place_name: str
    """The treasury or the bank's branch that keeps it."""
    bank_bin: str = Field(default="", sa_type=Code)
    """NAPAS code of the bank; empty at the treasury."""
    bank_profile: str = Field(default="", sa_type=Code)
    """Which layout of the transfer file the bank takes; empty: the neutral one."""
    unit_code: str = Field(default="", sa_type=Code)
    """Mã đơn vị quan hệ ngân sách."""
    chapter_code: str = Field(default="", sa_type=Code)
    sector_code: str = Field(default="", sa_type=Code)
    item_code: str = Field(default="", sa_type=Code)
    """Mã nội dung kinh tế."""
    source_code: str = Field(default="", sa_type=Code)
    programme_code: str = Field(default="", sa_type=Code)
    """Mã chương trình mục tiêu."""
    recorded_by: int = Field(foreign_key="account.id")
    recorded_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
