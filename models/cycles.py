"""A quarter's cycle in one commune, where each of its steps stands, and each person's case in it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import Code, Moment, Record, one_of
from rules.workflow import CaseStatus, Role, Step, StepState


class Cycle(Record, table=True):
    """One quarter in one commune."""

    __tablename__ = "cycle"
    __table_args__ = (
        UniqueConstraint("commune_id", "year", "quarter"),
        CheckConstraint("quarter BETWEEN 1 AND 4", name="quarter_range"),
    )

    commune_id: int = Field(foreign_key="commune.id", index=True)
    year: int
    quarter: int
    opened_on: date
    opened_at: datetime = Field(sa_type=Moment)
    done_at: datetime | None = Field(default=None, sa_type=Moment)
    version: int = 0
    """Grows with each act on the cycle: part of the key that asks for the next run."""


class CycleStep(Record, table=True):
    """One step of one cycle: its state, who holds it since when, and the lease that lets only one worker work on it."""

    __tablename__ = "cycle_step"
    __table_args__ = (
        UniqueConstraint("cycle_id", "step"),
        one_of("step", Step),
        one_of("state", StepState),
        one_of("holder", Role),
        CheckConstraint("(lease_owner IS NULL) = (lease_until IS NULL)", name="lease_whole"),
    )

    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    step: str = Field(sa_type=Code)
    state: str = Field(sa_type=Code, default=StepState.BLOCKED)
    holder: str = Field(sa_type=Code, default=Role.system)
    message: str = ""
    since: datetime = Field(sa_type=Moment)
    started_at: datetime | None = Field(default=None, sa_type=Moment)
    done_at: datetime | None = Field(default=None, sa_type=Moment)
    due_on: date | None = None
    wanted: bool = False
    """Something happened since the last look: the next tick runs this step."""
    lease_owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
    version: int = 0


class Case(Record, table=True):
    """One person in one cycle: the spine that lists, health, review and decision hang on."""

    __tablename__ = "case_file"
    __table_args__ = (UniqueConstraint("cycle_id", "person_id"), one_of("status", CaseStatus))

    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    commune_id: int = Field(foreign_key="commune.id", index=True)
    village_id: int = Field(foreign_key="village.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    status: str = Field(sa_type=Code, default=CaseStatus.LISTED, index=True)
    needs_assessment: bool = True
    """A fact, a conclusion or the law changed since the last assessment."""
    proposal: str | None = Field(default=None, sa_type=Code)
    proposal_reason: str = ""
    reason: str = ""
    version: int = 0
