"""Papers: what is to be written, what was written, from which frozen data, under which number."""

from datetime import date, datetime
from enum import StrEnum
from itertools import zip_longest
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import Code, Data, Moment, Record, one_of


class DocumentState(StrEnum):
    """Asked for, written, or why not."""

    WANTED = "WANTED"
    WRITTEN = "WRITTEN"
    FAILED = "FAILED"


class Document(Record, table=True):
    """One paper, export or sheet. ``subject`` names what it is of; one paper of a kind per subject and version."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("kind", "subject", "version"), one_of("state", DocumentState))

    commune_id: int = Field(foreign_key="commune.id", index=True)
    cycle_id: int | None = Field(default=None, foreign_key="cycle.id", index=True)
    kind: str = Field(sa_type=Code)
    subject: str = Field(sa_type=Code, index=True)
    """"submission:12", "payment_list:3", "insurance_batch:1", "village_list:7"."""
    version: int = 1
    title: str
    title_key: str = ""
    """Folded title for search."""
    file_name: str
    state: str = Field(sa_type=Code, default=DocumentState.WANTED)
    data: Any = Field(default=None, sa_type=Data, nullable=True)
    """Frozen data of the paper when it is not derived from ``subject`` itself."""
    data_sha256: str = ""
    template_sha256: str = ""
    file_sha256: str | None = None
    pdf_sha256: str | None = None
    """The same as PDF, where the installation makes them."""
    number: str = ""
    symbol: str = ""
    issued_on: date | None = None
    problem: str = ""
    attempts: int = 0
    """How often in a row it could not be written."""
    retry_at: datetime | None = Field(default=None, sa_type=Moment)
    """When a paper that could not be written is tried again."""
    wanted_at: datetime = Field(sa_type=Moment)
    written_at: datetime | None = Field(default=None, sa_type=Moment)


class RegisterEntry(Record, table=True):
    """One outgoing paper in the register: the fields of NĐ 30/2020, Phụ lục VI; its hashes stand with the document.

    Number, symbol and issuer may repeat, because the paper world repeats them: the office is warned, the entry stands.
    """

    __tablename__ = "register_entry"
    __table_args__ = (
        UniqueConstraint("document_id"),
        CheckConstraint("code_number > 0", name="number_positive"),
        CheckConstraint("priority BETWEEN 0 AND 9", name="priority_known"),
    )

    commune_id: int = Field(foreign_key="commune.id", index=True)
    document_id: int = Field(foreign_key="document.id")
    organ_id: str = Field(default="", sa_type=Code)
    """Mã định danh cơ quan."""
    file_catalog: int
    """Năm hồ sơ."""
    file_notation: str = Field(default="", sa_type=Code)
    """Số, ký hiệu hồ sơ."""
    doc_ordinal: int
    """Số thứ tự văn bản trong hồ sơ: in the register of the year."""
    type_name: str
    code_number: int
    code_notation: str = Field(sa_type=Code)
    issued_on: date
    organ_name: str
    subject: str
    language: str = "vi"
    page_amount: int | None = None
    description: str = ""
    position: str = ""
    full_name: str = ""
    recipients: Any = Field(sa_type=Data)
    """Nơi nhận, as printed."""
    recipient_codes: Any = Field(default_factory=list, sa_type=Data)
    """Mã định danh of each of them, in the same order; empty where it has none."""
    priority: int = 0
    issued_amount: int = 1
    """Số bản."""
    due_on: date | None = None
    """Hạn trả lời."""
    signed_file_sha256: str | None = None
    recorded_by: int = Field(foreign_key="account.id")
    recorded_at: datetime = Field(sa_type=Moment)

    @property
    def receivers(self) -> list[tuple[str, str]]:
        """Each nơi nhận with its code; entries of before the codes were kept have none."""
        return list(zip_longest(self.recipients, self.recipient_codes, fillvalue=""))
