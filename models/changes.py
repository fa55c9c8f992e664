"""Changes between quarters (biến động): what happened to a person, what it ended, and its withdrawal when wrong."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from models.base import Code, Data, Moment, Record, one_of
from rules.workflow import ChangeState, StopReason


class LifeEvent(Record, table=True):
    """A change between quarters (biến động): who reported it, from when it counts, who decided what follows from it."""

    __tablename__ = "life_event"
    __table_args__ = (
        Index(
            "uq_life_event_standing",
            "person_id",
            "reason",
            "happened_on",
            unique=True,
            sqlite_where=text("state <> 'WITHDRAWN'"),
            postgresql_where=text("state <> 'WITHDRAWN'"),
        ),
        one_of("reason", StopReason),
        one_of("state", ChangeState),
        CheckConstraint("withdrawn_by IS NULL OR withdrawn_by <> reported_by", name="withdrawn_by_another"),
        CheckConstraint(
            "(state = 'WITHDRAWN') = (withdrawn_by IS NOT NULL AND withdrawn_at IS NOT NULL"
            " AND withdrawal_reason <> '')",
            name="withdrawn_whole",
        ),
        CheckConstraint("approved_by IS NULL OR approved_by <> reported_by", name="two_people"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_whole"),
    )

    commune_id: int = Field(foreign_key="commune.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    reason: str = Field(sa_type=Code)
    happened_on: date
    note: str = ""
    reported_by: int = Field(foreign_key="account.id")
    recorded_at: datetime = Field(sa_type=Moment)
    state: str = Field(sa_type=Code, default=ChangeState.NOTED)
    by_decision: bool = False
    """Nothing ends before the chairman's decision has its number; otherwise the record itself ended it."""
    approved_by: int | None = Field(default=None, foreign_key="account.id")
    approved_at: datetime | None = Field(default=None, sa_type=Moment)
    answer: str = ""
    """Why the chairman refused."""
    ended: Any = Field(default_factory=list, sa_type=Data)
    """The grants it ended, each as it stood before: what a withdrawal gives back."""
    withdrawn_by: int | None = Field(default=None, foreign_key="account.id")
    withdrawn_at: datetime | None = Field(default=None, sa_type=Moment)
    withdrawal_reason: str = ""
