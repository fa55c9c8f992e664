"""Our own run history: what ran, for which commune, each step's attempts, how it ended. Prefect forgets."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from models.base import Code, Data, Moment, Record, one_of
from rules.workflow import RunOutcome


class Run(Record, table=True):
    """One run of one flow."""

    __tablename__ = "run"
    __table_args__ = (one_of("outcome", RunOutcome),)

    flow: str = Field(sa_type=Code, index=True)
    commune_id: int | None = Field(default=None, foreign_key="commune.id", index=True)
    cycle_id: int | None = Field(default=None, foreign_key="cycle.id", index=True)
    started_by: str
    """A schedule, a role's act or an operator; never a person's name."""
    engine_run_id: str = Field(default="", sa_type=Code)
    """Prefect's run, for the link; empty when run by hand."""
    worker: str = ""
    started_at: datetime = Field(sa_type=Moment, index=True)
    beat_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    outcome: str = Field(sa_type=Code, default=RunOutcome.RUNNING)
    message: str = ""


class RunStep(Record, table=True):
    """One attempt of one step within a run."""

    __tablename__ = "run_step"
    __table_args__ = (one_of("outcome", RunOutcome),)

    run_id: int = Field(foreign_key="run.id", index=True)
    step: str = Field(sa_type=Code)
    attempt: int = 1
    started_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    outcome: str = Field(sa_type=Code, default=RunOutcome.RUNNING)
    counts: Any = Field(default=None, sa_type=Data)
    message: str = ""
    """An officer's words; for a failure its kind and cause, never a person's data."""
