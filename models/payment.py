"""The money: grants from decisions, entitlement lines (what the law gives) and transfers (attempts to hand it over)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import Code, Data, EncryptedText, Moment, Record, one_of
from models.people import PayMethodKind
from rules.workflow import PaymentListState, TransferState


class Benefit(StrEnum):
    """Điều 3 and Điều 4 of the resolution."""

    INCOME = "INCOME"
    BHYT = "BHYT"


class LineKind(StrEnum):
    """A month's own line, or a later line that corrects it."""

    ENTITLEMENT = "ENTITLEMENT"
    """The month's own amount: at most one per person, benefit and month."""
    CORRECTION = "CORRECTION"
    """Arrears (+) or recovery (−) of an earlier month, pointing at the line it corrects."""


class Grant(Record, table=True):
    """What a decision gives one person: a benefit from a month on, until a decision or a reason ends it."""

    __tablename__ = "benefit_grant"
    __table_args__ = (
        UniqueConstraint("decision_id", "person_id", "benefit"),
        one_of("benefit", Benefit),
        Index(
            "uq_grant_open",
            "person_id",
            "benefit",
            unique=True,
            sqlite_where=text("to_month IS NULL"),
            postgresql_where=text("to_month IS NULL"),
        ),
        CheckConstraint("(to_month IS NULL) = (stop_reason IS NULL)", name="end_whole"),
    )

    decision_id: int = Field(foreign_key="decision.id", index=True)
    commune_id: int = Field(foreign_key="commune.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    assessment_id: int = Field(foreign_key="assessment.id")
    benefit: str = Field(sa_type=Code)
    category: str = Field(sa_type=Code)
    monthly_amount: int
    """Đồng a month; for BHYT the programme's share of one month's contribution."""
    bhyt_share: int = 0
    from_month: str = Field(sa_type=Code)
    to_month: str | None = Field(default=None, sa_type=Code)
    """Last month that is still due, YYYY-MM; before ``from_month`` when nothing is due at all."""
    stop_reason: str | None = Field(default=None, sa_type=Code)
    ended_by: int | None = Field(default=None, foreign_key="account.id")
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    law_sha256: str


class PaymentList(Record, table=True):
    """One month's payment list of one commune: prepared by one person, approved by another, closed when reconciled."""

    __tablename__ = "payment_list"
    __table_args__ = (
        UniqueConstraint("commune_id", "month"),
        one_of("state", PaymentListState),
        CheckConstraint("approved_by IS NULL OR approved_by <> prepared_by", name="two_people"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_whole"),
    )

    commune_id: int = Field(foreign_key="commune.id", index=True)
    month: str = Field(sa_type=Code)
    state: str = Field(sa_type=Code, default=PaymentListState.DRAFT)
    built_at: datetime = Field(sa_type=Moment)
    due_on: date
    people: int = 0
    total: int = 0
    list_sha256: str = ""
    is_demo: bool = False
    prepared_by: int | None = Field(default=None, foreign_key="account.id")
    prepared_at: datetime | None = Field(default=None, sa_type=Moment)
    approved_by: int | None = Field(default=None, foreign_key="account.id")
    approved_at: datetime | None = Field(default=None, sa_type=Moment)
    sent_by: int | None = Field(default=None, foreign_key="account.id")
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_by: int | None = Field(default=None, foreign_key="account.id")
    closed_at: datetime | None = Field(default=None, sa_type=Moment)


class PaymentListReturn(Record, table=True):
    """A prepared list that the second person sent back, and why: it is prepared anew, nobody edits a line of it."""

    __tablename__ = "payment_list_return"
    __table_args__ = (CheckConstraint("sent_back_by <> prepared_by", name="two_people"),)

    list_id: int = Field(foreign_key="payment_list.id", index=True)
    reason: str
    list_sha256: str
    prepared_by: int = Field(foreign_key="account.id")
    sent_back_by: int = Field(foreign_key="account.id")
    sent_back_at: datetime = Field(sa_type=Moment)


class EntitlementLine(Record, table=True):
    """What the law gives one person for one month. Fixed once its list is prepared (a trigger holds it)."""

    __tablename__ = "entitlement_line"
    __table_args__ = (
        one_of("kind", LineKind),
        one_of("benefit", Benefit),
        Index(
            "uq_entitlement_once",
            "person_id",
            "benefit",
            "month",
            unique=True,
            sqlite_where=text("kind = 'ENTITLEMENT'"),
            postgresql_where=text("kind = 'ENTITLEMENT'"),
        ),
        UniqueConstraint("list_id", "person_id", "benefit", "month", "kind"),
        CheckConstraint("(kind = 'CORRECTION') = (corrects_id IS NOT NULL)", name="correction_points"),
        CheckConstraint("kind = 'CORRECTION' OR amount >= 0", name="amount_sign"),
    )

    list_id: int = Field(foreign_key="payment_list.id", index=True)
    commune_id: int = Field(foreign_key="commune.id", index=True)
    grant_id: int = Field(foreign_key="benefit_grant.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    benefit: str = Field(sa_type=Code)
    month: str = Field(sa_type=Code)
    kind: str = Field(sa_type=Code)
    amount: int
    """Đồng; a recovery is negative."""
    corrects_id: int | None = Field(default=None, foreign_key="entitlement_line.id")
    reason: str = ""


class Transfer(Record, table=True):
    """One attempt to hand one person money. A returned one stays: the next attempt is a new row on a later list."""

    __tablename__ = "transfer"
    __table_args__ = (
        UniqueConstraint("end_to_end_id"),
        UniqueConstraint("retry_of"),
        Index("ix_transfer_commune_state", "commune_id", "state"),
        Index(
            "uq_transfer_first",
            "list_id",
            "person_id",
            unique=True,
            sqlite_where=text("attempt = 1"),
            postgresql_where=text("attempt = 1"),
        ),
        one_of("state", TransferState),
        one_of("channel", PayMethodKind),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("(attempt = 1) = (retry_of IS NULL)", name="retry_points"),
        CheckConstraint(
            "released_by IS NULL OR (held_by IS NOT NULL AND released_by <> held_by)", name="release_by_another"
        ),
        CheckConstraint("(released_by IS NULL) = (released_at IS NULL)", name="release_whole"),
    )

    list_id: int = Field(foreign_key="payment_list.id", index=True)
    commune_id: int = Field(foreign_key="commune.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    village_id: int = Field(foreign_key="village.id", index=True)
    attempt: int = 1
    retry_of: int | None = Field(default=None, foreign_key="transfer.id")
    end_to_end_id: str = Field(sa_type=Code)
    """Stable per person, month and attempt, e.g. "HT2607-0012" and "HT2607-0012-2"; fits every bank's field."""
    amount: int
    channel: str = Field(sa_type=Code)
    payee: Any = Field(sa_type=Data)
    """Name, birth year and thôn as they stood when the list was prepared."""
    bank_bin: str = Field(default="", sa_type=Code)
    account_no: str | None = Field(default=None, sa_type=EncryptedText)
    account_holder: str = ""
    state: str = Field(sa_type=Code, default=TransferState.PLANNED)
    return_reason: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    held_by: int | None = Field(default=None, foreign_key="account.id")
    hold_reason: str = ""
    released_by: int | None = Field(default=None, foreign_key="account.id")
    """Who let a held one go. Before sending it is planned again; afterwards a later list tries it."""
    released_at: datetime | None = Field(default=None, sa_type=Moment)


class BankAnswer(Record, table=True):
    """A result file of bank or cash desk. The same bytes twice are one answer."""

    __tablename__ = "bank_answer"
    __table_args__ = (UniqueConstraint("list_id", "sha256"),)

    list_id: int = Field(foreign_key="payment_list.id", index=True)
    file_name: str
    sha256: str
    row_count: int
    paid_count: int
    returned_count: int
    problem_count: int
    imported_by: int = Field(foreign_key="account.id")
    imported_at: datetime = Field(sa_type=Moment)


class BankAnswerRow(Record, table=True):
    """One row of an answer: the transfer it settled, or why it settled none."""

    __tablename__ = "bank_answer_row"
    __table_args__ = (UniqueConstraint("answer_id", "row_number"),)

    answer_id: int = Field(foreign_key="bank_answer.id", index=True)
    row_number: int
    end_to_end_id: str = Field(default="", sa_type=Code)
    amount: int | None = None
    result: str = Field(sa_type=Code)
    reason: str = ""
    transfer_id: int | None = Field(default=None, foreign_key="transfer.id")
    problem: str = ""
    matched_by: str = Field(default="", sa_type=Code)
    """CODE, ACCOUNT, NAME or HAND: how the transfer was found; empty: not found; DROPPED: set aside by a person."""
    waits: bool = False
    """Nothing fits the row by itself: a person decides."""
    account_no: str | None = Field(default=None, sa_type=EncryptedText)
    holder: str = ""
    paid_on: date | None = None
    decided_by: int | None = Field(default=None, foreign_key="account.id")
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    decision_note: str = ""


class LateResult(Record, table=True):
    """What became known of a transfer after its month was closed. The month stays; the next list counts with this.

    Said by a row of a bank's answer, or by two people who correct a result of cash.
    """

    __tablename__ = "late_result"
    __table_args__ = (
        UniqueConstraint("transfer_id", "answer_row_id"),
        UniqueConstraint("correction_id"),
        CheckConstraint("(answer_row_id IS NULL) <> (correction_id IS NULL)", name="one_source"),
    )

    transfer_id: int = Field(foreign_key="transfer.id", index=True)
    commune_id: int = Field(foreign_key="commune.id", index=True)
    answer_row_id: int | None = Field(default=None, foreign_key="bank_answer_row.id")
    correction_id: int | None = Field(default=None, foreign_key="cash_correction.id")
    paid: bool
    reason: str = ""
    recorded_by: int = Field(foreign_key="account.id")
    recorded_at: datetime = Field(sa_type=Moment)
