"""The review: assessments with their trace, the social-assistance match, the minutes and the posting."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import Code, Data, Moment, Record, one_of
from rules.workflow import CrossCheckOutcome, Outcome


class Assessment(Record, table=True):
    """What the law gives for one person on one day, from these facts and this law, with every finding. Never edited."""

    __tablename__ = "assessment"
    __table_args__ = (
        one_of("outcome", Outcome),
        UniqueConstraint("case_id", "facts_sha256", "law_sha256", "on_day"),
        Index(
            "uq_assessment_current",
            "case_id",
            unique=True,
            sqlite_where=text("current"),
            postgresql_where=text("current"),
        ),
    )

    case_id: int = Field(foreign_key="case_file.id", index=True)
    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    on_day: date
    outcome: str = Field(sa_type=Code)
    category: str = Field(default="", sa_type=Code)
    monthly_amount: int = 0
    bhyt_share: int = 0
    """Percent of the BHYT contribution that this programme pays, 0–100."""
    findings: Any = Field(sa_type=Data)
    """Each rule's answer; ``parameters`` are places in the snapshot ``law_sha256``, see :mod:`services.traces`."""
    missing: Any = Field(sa_type=Data)
    facts: Any = Field(sa_type=Data)
    facts_sha256: str
    law_sha256: str
    law_status: str = Field(sa_type=Code)
    """Worst status of the parameters used: CONFIRMED, ASSUMED or UNKNOWN."""
    current: bool = True
    made_at: datetime = Field(sa_type=Moment)


class AssistanceFile(Record, table=True):
    """The social-assistance payment list of one month, as Phòng VH-XH handed it over."""

    __tablename__ = "assistance_file"
    __table_args__ = (UniqueConstraint("commune_id", "sha256"),)

    commune_id: int = Field(foreign_key="commune.id", index=True)
    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    file_name: str
    sha256: str
    row_count: int
    uploaded_by: int = Field(foreign_key="account.id")
    uploaded_at: datetime = Field(sa_type=Moment)


class AssistanceRecord(Record, table=True):
    """One person on that list."""

    __tablename__ = "assistance_record"
    __table_args__ = (UniqueConstraint("file_id", "row_number"),)

    file_id: int = Field(foreign_key="assistance_file.id", index=True)
    commune_id: int = Field(foreign_key="commune.id", index=True)
    row_number: int
    full_name: str
    name_key: str = Field(index=True)
    birth_date: date | None = None
    birth_precision: str = Field(default="day", sa_type=Code)
    citizen_id: str | None = Field(default=None, sa_type=Code, index=True)
    old_id: str = Field(default="", sa_type=Code)
    """A former CMND, for matching only."""
    village_name: str = ""
    kind: str
    monthly_amount: int


class CrossCheck(Record, table=True):
    """A possible match between a case and a social-assistance record, and what Phòng VH-XH concluded."""

    __tablename__ = "cross_check"
    __table_args__ = (
        UniqueConstraint("case_id", "record_id"),
        CheckConstraint("(outcome IS NULL) = (recorded_by IS NULL)", name="recorded_whole"),
        CheckConstraint(
            "outcome IS NULL OR outcome IN (" + ", ".join(f"'{o.value}'" for o in CrossCheckOutcome) + ")",
            name="outcome_known",
        ),
    )

    case_id: int = Field(foreign_key="case_file.id", index=True)
    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    record_id: int = Field(foreign_key="assistance_record.id")
    reason: str
    """Why the two may be one person, in Vietnamese."""
    outcome: str | None = Field(default=None, sa_type=Code)
    note: str = ""
    recorded_by: int | None = Field(default=None, foreign_key="account.id")
    recorded_at: datetime | None = Field(default=None, sa_type=Moment)


class ReviewMinutes(Record, table=True):
    """The review meeting's minutes (biên bản họp xét duyệt): both departments sign, by two people."""

    __tablename__ = "review_minutes"
    __table_args__ = (
        UniqueConstraint("cycle_id", "round"),
        CheckConstraint(
            "economy_signed_by IS NULL OR culture_signed_by IS NULL OR economy_signed_by <> culture_signed_by",
            name="two_people",
        ),
    )

    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    round: int = 1
    held_on: date
    place: str
    conclusion: str = ""
    list_sha256: str
    """Hash of the proposals the minutes stand for: a later change needs new minutes."""
    economy_signed_by: int | None = Field(default=None, foreign_key="account.id")
    economy_signed_at: datetime | None = Field(default=None, sa_type=Moment)
    culture_signed_by: int | None = Field(default=None, foreign_key="account.id")
    culture_signed_at: datetime | None = Field(default=None, sa_type=Moment)


class Posting(Record, table=True):
    """The public posting of the proposed list, from a day to a day."""

    __tablename__ = "posting"
    __table_args__ = (
        UniqueConstraint("cycle_id", "round"),
        CheckConstraint("ends_on >= starts_on", name="period"),
    )

    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    round: int = 1
    starts_on: date
    ends_on: date
    """The last day of the window; the list may go to the chairman on a later day."""
    place: str
    list_sha256: str
    posted_by: int = Field(foreign_key="account.id")
    posted_at: datetime = Field(sa_type=Moment)
    taken_down_on: date | None = None
    """The day the list came down. Before the window was over it must be posted anew."""
    taken_down_by: int | None = Field(default=None, foreign_key="account.id")
    taken_down_note: str = ""

    @property
    def cut_short(self) -> bool:
        """It came down before its last day was over: the window does not count."""
        return self.taken_down_on is not None and self.taken_down_on <= self.ends_on


class PostingPhoto(Record, table=True):
    """A photo of the list as it hung at a place: the proof that it was posted. Its bytes are sealed in the store."""

    __tablename__ = "posting_photo"
    __table_args__ = (UniqueConstraint("posting_id", "content_sha256"),)

    posting_id: int = Field(foreign_key="posting.id", index=True)
    commune_id: int = Field(foreign_key="commune.id", index=True)
    village_id: int | None = Field(default=None, foreign_key="village.id")
    """The thôn whose board it shows; none: the commune's own."""
    taken_on: date
    media_type: str
    size: int
    content_sha256: str
    file_sha256: str
    uploaded_by: int = Field(foreign_key="account.id")
    uploaded_at: datetime = Field(sa_type=Moment)
