"""Village lists: what each thôn was asked, every file it sent, every row of it, every problem found."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import Code, Data, EncryptedText, Moment, Record, one_of
from rules.workflow import ListState


class VillageList(Record, table=True):
    """One thôn's list in one cycle: what was asked, by when, and whether it was answered."""

    __tablename__ = "village_list"
    __table_args__ = (UniqueConstraint("cycle_id", "village_id"), one_of("state", ListState))

    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    commune_id: int = Field(foreign_key="commune.id", index=True)
    village_id: int = Field(foreign_key="village.id", index=True)
    state: str = Field(sa_type=Code, default=ListState.REQUESTED)
    requested_at: datetime = Field(sa_type=Moment)
    due_on: date
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    answered_by: int | None = Field(default=None, foreign_key="account.id")
    row_count: int = 0
    error_count: int = 0
    confirmed_sha256: str = ""
    """Which comparison with the quarter before the thôn confirmed; another comparison is to be confirmed anew."""
    confirmed_by: int | None = Field(default=None, foreign_key="account.id")
    confirmed_at: datetime | None = Field(default=None, sa_type=Moment)


class ListEntry(Record, table=True):
    """One person's answers in the thôn's form on the page, until the whole list is handed in."""

    __tablename__ = "list_entry"
    __table_args__ = (UniqueConstraint("village_list_id", "person_id"),)

    village_list_id: int = Field(foreign_key="village_list.id", index=True)
    commune_id: int = Field(foreign_key="commune.id")
    village_id: int = Field(foreign_key="village.id")
    person_id: int | None = Field(default=None, foreign_key="person.id")
    """The known person whose answers were filled in beforehand; None for somebody new."""
    said: str = Field(sa_type=EncryptedText)
    """Column of the village list → text, as JSON: it holds accounts and may name an illness."""
    seen_at: datetime | None = Field(default=None, sa_type=Moment)
    error_count: int = 0
    left_out: bool = False
    """The thôn does not name this person this quarter."""


class ListFile(Record, table=True):
    """A workbook as the thôn sent it. The same bytes for the same list are one file."""

    __tablename__ = "list_file"
    __table_args__ = (UniqueConstraint("village_list_id", "sha256"),)

    village_list_id: int = Field(foreign_key="village_list.id", index=True)
    file_name: str
    sha256: str
    size: int
    uploaded_by: int = Field(foreign_key="account.id")
    uploaded_at: datetime = Field(sa_type=Moment)
    row_count: int = 0
    error_count: int = 0


class ListRow(Record, table=True):
    """A row that was read well: what the thôn stated, kept as stated, and the person it became."""

    __tablename__ = "list_row"
    __table_args__ = (UniqueConstraint("list_file_id", "sheet", "row_number"),)

    list_file_id: int = Field(foreign_key="list_file.id", index=True)
    sheet: str
    row_number: int
    stated: Any = Field(sa_type=Data)
    """The row as read, without the account number (that goes to pay_method, encrypted)."""
    stated_health: str | None = Field(default=None, sa_type=EncryptedText)
    """Medical papers and remarks as stated: they may name an illness, so only the health station reads them."""
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    duplicate_of: int | None = Field(default=None, foreign_key="list_row.id")


class RowProblem(Record, table=True):
    """One thing wrong in one cell, in words a village head understands."""

    __tablename__ = "row_problem"

    list_file_id: int = Field(foreign_key="list_file.id", index=True)
    sheet: str
    cell: str
    code: str = Field(sa_type=Code)
    message: str
    severity: str = Field(sa_type=Code, default="error")
