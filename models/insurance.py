"""BHYT: who is registered, in which batch, and the card or the reason that came back."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import Code, Data, Moment, Record, one_of
from rules.workflow import RegistrationState


class InsuranceBatch(Record, table=True):
    """One D03-TS file of one cycle: who comes in ("I. Tăng") and who leaves ("II. Giảm")."""

    __tablename__ = "insurance_batch"
    __table_args__ = (UniqueConstraint("cycle_id", "number"),)

    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    commune_id: int = Field(foreign_key="commune.id", index=True)
    number: int
    people: int
    """Who comes in."""
    total: int
    """Đồng of those who come in."""
    decreases: int = 0
    """Who leaves."""
    made_at: datetime = Field(sa_type=Moment)
    sent_by: int | None = Field(default=None, foreign_key="account.id")
    sent_at: datetime | None = Field(default=None, sa_type=Moment)


class Registration(Record, table=True):
    """One person's registration in one cycle from one month on: ends with a card, or with a reason."""

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("cycle_id", "person_id", "from_month"),
        one_of("state", RegistrationState),
        CheckConstraint(
            "state <> 'CARD' OR (card_no <> '' AND valid_from IS NOT NULL AND valid_to IS NOT NULL)",
            name="card_whole",
        ),
        CheckConstraint("state NOT IN ('REFUSED', 'COVERED') OR reason <> ''", name="reason_given"),
        CheckConstraint("months BETWEEN 0 AND 12", name="months_range"),
    )

    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    commune_id: int = Field(foreign_key="commune.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    grant_id: int = Field(foreign_key="benefit_grant.id")
    batch_id: int | None = Field(default=None, foreign_key="insurance_batch.id", index=True)
    state: str = Field(sa_type=Code, default=RegistrationState.PLANNED)
    object_code: str = Field(default="", sa_type=Code)
    from_month: str = Field(sa_type=Code)
    months: int
    amount: int
    """Đồng paid by the programme for the whole period."""
    monthly: Any = Field(default_factory=list, sa_type=Data)
    """Đồng of each month from ``from_month`` on: they differ where the base salary changes in between."""
    card_no: str = Field(default="", sa_type=Code)
    facility: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    reason: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=Moment)


class CardDecrease(Record, table=True):
    """Somebody whom BHXH is told to take off: the registration that ends, from which month, and why."""

    __tablename__ = "card_decrease"
    __table_args__ = (
        UniqueConstraint("registration_id"),
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint("months BETWEEN 1 AND 12", name="months_range"),
        CheckConstraint("amount >= 0", name="amount_sign"),
    )

    commune_id: int = Field(foreign_key="commune.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    registration_id: int = Field(foreign_key="registration.id")
    batch_id: int = Field(foreign_key="insurance_batch.id", index=True)
    from_month: str = Field(sa_type=Code)
    """First month without a card of the programme, YYYY-MM."""
    months: int
    """How many registered months are given back."""
    amount: int
    """Đồng that the programme does not owe for those months."""
    reason: str
    recorded_at: datetime = Field(sa_type=Moment)


class ContributionDifference(Record, table=True):
    """What one month of a registration costs more (or, below zero, less) by what became known after it was sent.

    A line beside ``Registration.monthly``, as the payment lists have corrections: never edited (a trigger holds it).
    """

    __tablename__ = "contribution_difference"
    __table_args__ = (
        UniqueConstraint("registration_id", "month", "document"),
        CheckConstraint("amount <> 0", name="amount_some"),
        CheckConstraint("document <> ''", name="document_given"),
    )

    commune_id: int = Field(foreign_key="commune.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    registration_id: int = Field(foreign_key="registration.id", index=True)
    month: str = Field(sa_type=Code)
    amount: int
    """Đồng; below zero what BHXH gives back or offsets."""
    document: str
    """The paper by which it was settled with BHXH cơ sở."""
    settled_on: date
    recorded_by: int = Field(foreign_key="account.id")
    recorded_at: datetime = Field(sa_type=Moment)


class CardAnswer(Record, table=True):
    """A D10a-TS file that BHXH sent back. The same bytes twice are one answer."""

    __tablename__ = "card_answer"
    __table_args__ = (UniqueConstraint("cycle_id", "sha256"),)

    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    file_name: str
    sha256: str
    row_count: int
    card_count: int
    refused_count: int
    problem_count: int
    imported_by: int = Field(foreign_key="account.id")
    imported_at: datetime = Field(sa_type=Moment)


class CardAnswerRow(Record, table=True):
    """One row of an answer: the registration it settled, or why it settled none."""

    __tablename__ = "card_answer_row"
    __table_args__ = (UniqueConstraint("answer_id", "row_number"),)

    answer_id: int = Field(foreign_key="card_answer.id", index=True)
    row_number: int
    result: str = Field(default="", sa_type=Code)
    """"CARD" or "REFUSED"; empty when the row settled nothing."""
    registration_id: int | None = Field(default=None, foreign_key="registration.id")
    problem: str = ""
