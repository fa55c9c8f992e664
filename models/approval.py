"""The frozen list before the chairman, his verdict on each person, and the decision with its number."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import Code, Data, Moment, Record, one_of
from rules.workflow import ProposalResult, SubmissionState


class Submission(Record, table=True):
    """A list frozen for the chairman: its hash covers every line and the law it was computed with."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("cycle_id", "round"),
        one_of("state", SubmissionState),
        Index(
            "uq_submission_open",
            "cycle_id",
            unique=True,
            sqlite_where=text("state IN ('DRAFT', 'SUBMITTED', 'DECIDED')"),
            postgresql_where=text("state IN ('DRAFT', 'SUBMITTED', 'DECIDED')"),
        ),
        CheckConstraint("decided_by IS NULL OR submitted_by IS NULL OR decided_by <> submitted_by", name="two_people"),
    )

    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    commune_id: int = Field(foreign_key="commune.id", index=True)
    round: int = 1
    state: str = Field(sa_type=Code, default=SubmissionState.DRAFT)
    frozen_at: datetime = Field(sa_type=Moment)
    list_sha256: str
    law_sha256: str
    law_status: str = Field(sa_type=Code)
    is_demo: bool = False
    """Computed with demonstration law values."""
    submitted_by: int | None = Field(default=None, foreign_key="account.id")
    submitted_at: datetime | None = Field(default=None, sa_type=Moment)
    decided_by: int | None = Field(default=None, foreign_key="account.id")
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    note: str = ""


class SubmissionLine(Record, table=True):
    """One person of the frozen list with everything the decision says of them."""

    __tablename__ = "submission_line"
    __table_args__ = (UniqueConstraint("submission_id", "case_id"), one_of("proposal", ProposalResult))

    submission_id: int = Field(foreign_key="submission.id", index=True)
    case_id: int = Field(foreign_key="case_file.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    assessment_id: int = Field(foreign_key="assessment.id")
    proposal: str = Field(sa_type=Code)
    category: str = Field(default="", sa_type=Code)
    monthly_amount: int = 0
    bhyt_share: int = 0
    reason: str = ""
    earlier: Any = Field(default_factory=list, sa_type=Data)
    """Months decided before that come out otherwise by what is known now: [{from, to, monthly_amount, reason}]."""
    snapshot: Any = Field(sa_type=Data)
    """Name, birth year, thôn, household status and basis as printed on the annex."""


class Verdict(Record, table=True):
    """The chairman's word on one line: approve, refuse or hold. A row, not a flag."""

    __tablename__ = "verdict"
    __table_args__ = (
        UniqueConstraint("submission_line_id"),
        CheckConstraint("word IN ('approve', 'refuse', 'hold')", name="word_known"),
    )

    submission_line_id: int = Field(foreign_key="submission_line.id")
    word: str = Field(sa_type=Code)
    reason: str = ""
    given_by: int = Field(foreign_key="account.id")
    given_at: datetime = Field(sa_type=Moment)


class Decision(Record, table=True):
    """A quyết định that stands: number and date as the văn thư gave them, over exactly one frozen list."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("submission_id"),
        UniqueConstraint("commune_id", "number", "symbol", "issued_year"),
    )

    submission_id: int = Field(foreign_key="submission.id")
    commune_id: int = Field(foreign_key="commune.id", index=True)
    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    number: int
    symbol: str
    """E.g. "QĐ-UBND"."""
    issued_on: date
    issued_year: int
    signer_id: int = Field(foreign_key="account.id")
    signer_mandate_id: int = Field(foreign_key="mandate.id")
    authority_lines: Any = Field(sa_type=Data)
    """As printed above the signature, e.g. ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]."""
    audit_head: str
    signed_file_sha256: str | None = None
    recorded_by: int = Field(foreign_key="account.id")
    recorded_at: datetime = Field(sa_type=Moment)
