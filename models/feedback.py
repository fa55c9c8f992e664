"""What people say of the list: opinions and complaints, each with its legal deadline."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from models.base import Code, EncryptedText, Moment, Record


class Feedback(Record, table=True):
    """An objection to one person's case freezes only that person; it is closed with an answer, never deleted."""

    __tablename__ = "feedback"
    __table_args__ = (
        CheckConstraint("kind IN ('PHAN_ANH', 'KHIEU_NAI')", name="kind_known"),
        CheckConstraint("(closed_at IS NULL) = (answer = '')", name="closed_with_answer"),
    )

    commune_id: int = Field(foreign_key="commune.id", index=True)
    cycle_id: int | None = Field(default=None, foreign_key="cycle.id", index=True)
    case_id: int | None = Field(default=None, foreign_key="case_file.id", index=True)
    kind: str = Field(sa_type=Code)
    content: str = Field(sa_type=EncryptedText)
    sender: str = Field(default="", sa_type=EncryptedText)
    received_on: date
    received_by: int = Field(foreign_key="account.id")
    due_on: date
    answer: str = ""
    closed_by: int | None = Field(default=None, foreign_key="account.id")
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
