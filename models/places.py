"""Where the programme runs: communes (each record belongs to one), their thôn and their departments."""

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import Code, Record, one_of
from rules.workflow import Role


class Commune(Record, table=True):
    """A commune-level unit: xã, phường or đặc khu."""

    __tablename__ = "commune"

    code: str = Field(sa_type=Code, unique=True)
    name: str
    """Without its kind: "Cát Hải"."""
    kind: str
    """"xã", "phường" or "đặc khu"."""
    province: str
    plan_people: int = 0
    """Expected number of beneficiaries a year (Cát Hải's plan: 73)."""
    is_demo: bool = False
    """Holds invented data only; every page and paper of it says so."""

    @property
    def full_name(self) -> str:
        """ "đặc khu Cát Hải"."""
        return f"{self.kind} {self.name}"


class Village(Record, table=True):
    """A thôn (or tổ dân phố). Thresholds differ by area, so the area class and its basis sit here."""

    __tablename__ = "village"
    __table_args__ = (
        UniqueConstraint("commune_id", "code"),
        CheckConstraint("area IN ('NONG_THON', 'THANH_THI')", name="area_known"),
    )

    commune_id: int = Field(foreign_key="commune.id", index=True)
    code: str = Field(sa_type=Code)
    name: str
    area: str = Field(sa_type=Code, default="NONG_THON")
    area_reference: str = ""
    active: bool = True


class Department(Record, table=True):
    """How this commune names a role's office, its codes on papers and its shared mailbox."""

    __tablename__ = "department"
    __table_args__ = (UniqueConstraint("commune_id", "role"), one_of("role", Role))

    commune_id: int = Field(foreign_key="commune.id", index=True)
    role: str = Field(sa_type=Code)
    name: str
    symbol: str = ""
    email: str = ""
    organ_code: str = Field(sa_type=Code, default="")
    """Mã định danh cơ quan in the exchange of electronic papers; the chairman's row holds that of the committee."""
