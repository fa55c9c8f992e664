"""What the commune was given to spend in a year, entry by entry: an estimate is raised or cut by a new entry."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import Moment, Record


class BudgetAllocation(Record, table=True):
    """Dự toán được giao: one decision that gives or takes đồng of one budget year. A trigger holds it unchanged."""

    __tablename__ = "budget_allocation"
    __table_args__ = (
        UniqueConstraint("commune_id", "year", "reference", "decided_on"),
        CheckConstraint("amount <> 0", name="amount_some"),
        CheckConstraint("reference <> ''", name="reference_given"),
    )

    commune_id: int = Field(foreign_key="commune.id", index=True)
    year: int
    amount: int
    """Đồng; a cut or a correction is negative."""
    reference: str
    """Số, ký hiệu of the decision that allocates."""
    decided_on: date
    note: str = ""
    recorded_by: int = Field(foreign_key="account.id")
    recorded_at: datetime = Field(sa_type=Moment)
