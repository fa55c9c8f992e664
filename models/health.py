"""Health conclusions. What Trạm Y tế knows is encrypted; others read only the result."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import Code, EncryptedText, Moment, Record, one_of
from rules.workflow import HealthResult


class HealthCase(Record, table=True):
    """A person routed to the health station in one cycle."""

    __tablename__ = "health_case"
    __table_args__ = (UniqueConstraint("case_id"), one_of("result", HealthResult))

    case_id: int = Field(foreign_key="case_file.id")
    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    commune_id: int = Field(foreign_key="commune.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    result: str = Field(sa_type=Code, default=HealthResult.PENDING)
    routed_at: datetime = Field(sa_type=Moment)
    due_on: date
    valid_until: date | None = None
    concluded_at: datetime | None = Field(default=None, sa_type=Moment)


class HealthConclusion(Record, table=True):
    """One round of the health station's conclusion; a later round replaces an earlier one and both stay."""

    __tablename__ = "health_conclusion"
    __table_args__ = (
        UniqueConstraint("health_case_id", "round"),
        one_of("result", HealthResult),
        CheckConstraint("route IN ('TT50', 'INJURY_PCT', 'TT25', 'NONE')", name="route_known"),
        CheckConstraint("injury_pct IS NULL OR injury_pct BETWEEN 0 AND 100", name="injury_pct_range"),
    )

    health_case_id: int = Field(foreign_key="health_case.id", index=True)
    round: int
    result: str = Field(sa_type=Code)
    route: str = Field(sa_type=Code, default="NONE")
    disease_code: str | None = Field(default=None, sa_type=EncryptedText)
    """Item of the list and ICD-10 code as the station writes it."""
    severity_met: bool | None = None
    injury_pct: int | None = None
    evidence_kind: str = Field(default="", sa_type=Code)
    evidence_note: str | None = Field(default=None, sa_type=EncryptedText)
    valid_until: date | None = None
    note: str | None = Field(default=None, sa_type=EncryptedText)
    concluded_by: int = Field(foreign_key="account.id")
    concluded_at: datetime = Field(sa_type=Moment)
