"""What a person really received where it is another sum than the transfer's, and cash whose result was wrong."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import Moment, Record


class AmountReceived(Record, table=True):
    """One row of an answer with another amount than planned, as one person read it and another confirmed it."""

    __tablename__ = "amount_received"
    __table_args__ = (
        UniqueConstraint("answer_row_id"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("counts > 0", name="counts_positive"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> recorded_by", name="two_people"),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_whole"),
    )

    transfer_id: int = Field(foreign_key="transfer.id", index=True)
    commune_id: int = Field(foreign_key="commune.id", index=True)
    answer_row_id: int = Field(foreign_key="bank_answer_row.id")
    amount: int
    """Đồng that reached the person by this row."""
    counts: int
    """Đồng out beside what the transfer's own state says: the part of a returned one, the excess of a paid one."""
    is_part: bool
    """Less than planned: the transfer counts as returned, and this part of it as received."""
    is_late: bool = False
    """Confirmed after the month was closed: the month stays as it was, the next list counts with it."""
    note: str
    recorded_by: int = Field(foreign_key="account.id")
    recorded_at: datetime = Field(sa_type=Moment)
    confirmed_by: int | None = Field(default=None, foreign_key="account.id")
    confirmed_at: datetime | None = Field(default=None, sa_type=Moment)


class CashCorrection(Record, table=True):
    """What really became of cash that was recorded otherwise, as one person found and another confirmed.

    For instance "đã ký nhận" that was ticked for somebody else of the same name.
    """

    __tablename__ = "cash_correction"
    __table_args__ = (
        Index(
            "uq_cash_correction_open",
            "transfer_id",
            unique=True,
            sqlite_where=text("confirmed_by IS NULL"),
            postgresql_where=text("confirmed_by IS NULL"),
        ),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> recorded_by", name="two_people"),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_whole"),
    )

    transfer_id: int = Field(foreign_key="transfer.id", index=True)
    commune_id: int = Field(foreign_key="commune.id", index=True)
    paid: bool
    """The person did get the money after all; otherwise did not."""
    reason: str
    is_late: bool = False
    """Confirmed after the month was closed: the month stays as it was, the next list counts with it."""
    recorded_by: int = Field(foreign_key="account.id")
    recorded_at: datetime = Field(sa_type=Moment)
    confirmed_by: int | None = Field(default=None, foreign_key="account.id")
    confirmed_at: datetime | None = Field(default=None, sa_type=Moment)
