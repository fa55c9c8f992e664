"""Money that went back to the treasury."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import Code, Moment, Record


class TreasuryReturn(Record, table=True):
    """Money nobody took, paid back to the treasury (Giấy nộp trả kinh phí, Mẫu 08), in đồng."""

    __tablename__ = "treasury_return"
    __table_args__ = (
        UniqueConstraint("commune_id", "voucher_no", "returned_on"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )

    commune_id: int = Field(foreign_key="commune.id", index=True)
    voucher_no: str = Field(sa_type=Code)
    returned_on: date
    amount: int
    note: str = ""
    recorded_by: int = Field(foreign_key="account.id")
    recorded_at: datetime = Field(sa_type=Moment)


class TreasuryReturnLine(Record, table=True):
    """One transfer whose money went back with a voucher: never with two."""

    __tablename__ = "treasury_return_line"
    __table_args__ = (UniqueConstraint("transfer_id"),)

    return_id: int = Field(foreign_key="treasury_return.id", index=True)
    transfer_id: int = Field(foreign_key="transfer.id")
    amount: int
    """Đồng of it that went back: what the person received of it did not."""
