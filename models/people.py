"""The people: households with their dated statuses, persons with dated facts, and how each is paid."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import Code, Data, EncryptedText, Moment, Record, one_of


class HouseholdStatusKind(StrEnum):
    """What the commune chairman recognised a household as."""

    NGHEO = "NGHEO"
    CAN_NGHEO = "CAN_NGHEO"
    THOAT_NGHEO = "THOAT_NGHEO"
    THOAT_CAN_NGHEO = "THOAT_CAN_NGHEO"


HOUSEHOLD_STATUS_LABELS = {
    HouseholdStatusKind.NGHEO: "Hộ nghèo",
    HouseholdStatusKind.CAN_NGHEO: "Hộ cận nghèo",
    HouseholdStatusKind.THOAT_NGHEO: "Hộ thoát nghèo",
    HouseholdStatusKind.THOAT_CAN_NGHEO: "Hộ thoát cận nghèo",
}


class FactKind(StrEnum):
    """Dated facts about a person that the law asks for. The value's shape is given at each name."""

    RESIDENCE = "RESIDENCE"
    """"THUONG_TRU" | "TAM_TRU"."""
    DISABILITY = "DISABILITY"
    """"KHONG" | "NHE" | "NANG" | "DAC_BIET_NANG"."""
    INCOME = "INCOME"
    """{"kind": "LUONG"|"LUONG_HUU"|"BHXH"|"KHAC"|"KHONG", "monthly": đồng or None when not said}."""
    ALLOWANCE = "ALLOWANCE"
    """{"kind": text or "KHONG", "monthly": đồng or None when not said}: social assistance or social pension."""
    BHYT_OBJECT = "BHYT_OBJECT"
    """Two-letter object code of the card held now."""
    GROUP = "GROUP"
    """The beneficiary group that the thôn stated."""


TRAIT_FACT = "TRAIT:"
"""Begins the kind of a fact that the law's list of further facts names; its code follows. The value: True | False."""


def trait_fact(code: str) -> str:
    """The kind under which a further fact is kept."""
    return f"{TRAIT_FACT}{code}"


class PayMethodKind(StrEnum):
    """How the money reaches the person."""

    ACCOUNT = "ACCOUNT"
    VNEID = "VNEID"
    CASH = "CASH"
    PROXY = "PROXY"


PAY_METHOD_LABELS = {
    PayMethodKind.ACCOUNT: "Tài khoản ngân hàng",
    PayMethodKind.VNEID: "Tài khoản an sinh VNeID",
    PayMethodKind.CASH: "Tiền mặt",
    PayMethodKind.PROXY: "Nhận thay",
}


class Household(Record, table=True):
    """A household of one thôn."""

    __tablename__ = "household"
    __table_args__ = (UniqueConstraint("commune_id", "village_id", "code"),)

    commune_id: int = Field(foreign_key="commune.id", index=True)
    village_id: int = Field(foreign_key="village.id", index=True)
    code: str = Field(sa_type=Code)
    """Mã hộ; no official structure is known, so free text, made from the head's name where the thôn gives none."""
    head_name: str
    address: str = ""


class HouseholdStatus(Record, table=True):
    """One decision on a household's status. Rows overlap: "thoát nghèo" and "cận nghèo" at once."""

    __tablename__ = "household_status"
    __table_args__ = (
        one_of("kind", HouseholdStatusKind),
        UniqueConstraint("household_id", "kind", "valid_from"),
    )

    household_id: int = Field(foreign_key="household.id", index=True)
    kind: str = Field(sa_type=Code)
    valid_from: date | None = None
    """The day of the recognising decision; None while nobody has shown it."""
    valid_to: date | None = None
    decision_no: str = ""
    source: str = ""
    recorded_at: datetime = Field(sa_type=Moment)


class Person(Record, table=True):
    """A person as the lists and papers name them."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("commune_id", "citizen_id"),
        CheckConstraint("sex IN ('NAM', 'NU')", name="sex_known"),
        CheckConstraint("birth_precision IN ('day', 'month', 'year')", name="birth_precision_known"),
        CheckConstraint("citizen_id IS NULL OR length(citizen_id) = 12", name="citizen_id_length"),
    )

    commune_id: int = Field(foreign_key="commune.id", index=True)
    village_id: int = Field(foreign_key="village.id", index=True)
    household_id: int = Field(foreign_key="household.id", index=True)
    full_name: str
    name_key: str = Field(index=True)
    """Folded name for search and matching."""
    sort_key: str = Field(index=True)
    """Vietnamese order: given name, family name, middle names."""
    birth_date: date
    birth_precision: str = Field(sa_type=Code, default="day")
    sex: str = Field(sa_type=Code)
    citizen_id: str | None = Field(default=None, sa_type=Code)
    old_id: str = Field(default="", sa_type=Code)
    relation: str = ""
    phone: str = ""
    facility: str = ""
    """Initial care facility as written on the list (nơi KCB ban đầu)."""
    died_on: date | None = None
    left_on: date | None = None
    is_demo: bool = False


class PersonFact(Record, table=True):
    """One dated fact with where it came from; a new value closes the old one, never overwrites it."""

    __tablename__ = "person_fact"
    __table_args__ = (
        CheckConstraint(f"{one_of('kind', FactKind).sqltext} OR kind LIKE '{TRAIT_FACT}%'", name="kind_known"),
        UniqueConstraint("person_id", "kind", "valid_from", "source"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from OR replaced_by IS NOT NULL", name="period"),
    )

    person_id: int = Field(foreign_key="person.id", index=True)
    kind: str = Field(sa_type=Code)
    value: Any = Field(sa_type=Data)
    valid_from: date
    valid_to: date | None = None
    replaced_by: int | None = Field(default=None, foreign_key="person_fact.id")
    """The fact that corrects this one from the same day on: this one then holds on no day."""
    source: str
    recorded_at: datetime = Field(sa_type=Moment)


class PayMethod(Record, table=True):
    """How a person is paid, with its history; the account number is encrypted."""

    __tablename__ = "pay_method"
    __table_args__ = (
        one_of("kind", PayMethodKind),
        Index(
            "uq_pay_method_current",
            "person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("(kind = 'ACCOUNT') <= (account_no IS NOT NULL AND bank_bin <> '')", name="account_complete"),
    )

    person_id: int = Field(foreign_key="person.id", index=True)
    kind: str = Field(sa_type=Code)
    bank_bin: str = Field(default="", sa_type=Code)
    account_no: str | None = Field(default=None, sa_type=EncryptedText)
    account_holder: str = ""
    proxy_name: str = ""
    source: str = ""
    started_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class PaperKind(StrEnum):
    """What a photographed paper is; it decides who may look."""

    IDENTITY = "IDENTITY"
    HOUSEHOLD = "HOUSEHOLD"
    DISABILITY = "DISABILITY"
    MEDICAL = "MEDICAL"
    OTHER = "OTHER"


PAPER_KIND_LABELS = {
    PaperKind.IDENTITY: "Căn cước, giấy khai sinh",
    PaperKind.HOUSEHOLD: "Quyết định, giấy chứng nhận diện hộ",
    PaperKind.DISABILITY: "Giấy xác nhận khuyết tật",
    PaperKind.MEDICAL: "Giấy tờ y tế (bệnh án, giấy ra viện…)",
    PaperKind.OTHER: "Giấy tờ khác",
}


class PersonPaper(Record, table=True):
    """A photo or PDF of a person's paper. The name it came with is not kept: it may name an illness."""

    __tablename__ = "person_paper"
    __table_args__ = (
        one_of("kind", PaperKind),
        UniqueConstraint("person_id", "kind", "content_sha256"),
        CheckConstraint("media_type IN ('application/pdf', 'image/jpeg', 'image/png')", name="media_type_known"),
    )

    commune_id: int = Field(foreign_key="commune.id", index=True)
    village_id: int = Field(foreign_key="village.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    kind: str = Field(sa_type=Code)
    media_type: str
    size: int
    content_sha256: str
    """Of the paper as sent."""
    file_sha256: str
    """Of the stored file, which is encrypted."""
    uploaded_by: int = Field(foreign_key="account.id")
    uploaded_at: datetime = Field(sa_type=Moment)
