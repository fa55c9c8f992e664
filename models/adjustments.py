"""What a later decision says of months that an earlier one gave: a value, a fact or an end that became known late."""

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import Code, Record, one_of
from models.payment import Benefit


class Adjustment(Record, table=True):
    """So much a month from a month to a month, in place of what was given before. Never edited (a trigger holds it)."""

    __tablename__ = "benefit_adjustment"
    __table_args__ = (
        one_of("benefit", Benefit),
        UniqueConstraint("decision_id", "person_id", "benefit", "from_month"),
        CheckConstraint("to_month >= from_month", name="months"),
        CheckConstraint("monthly_amount >= 0", name="amount_sign"),
    )

    decision_id: int = Field(foreign_key="decision.id", index=True)
    commune_id: int = Field(foreign_key="commune.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    benefit: str = Field(sa_type=Code)
    from_month: str = Field(sa_type=Code)
    to_month: str = Field(sa_type=Code)
    monthly_amount: int
    """Đồng a month; 0 where the law gives nothing."""
    reason: str
    """Why, in Vietnamese, as the lines of the payment list say it."""
