"""The invented commune: its thôn, its officers with known sign-ins, its confirmed demonstration law."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from adapters.secrets import hash_password
from models.places import Commune, Department, Village
from models.staff import Account
from rules.strict_yaml import load_strict
from rules.workflow import ROLE_LABELS, Role
from services import demo_law
from services.staff import Actor, create_account, grant_mandate, load_actor

FOLDER = Path(__file__).parents[2] / "demo"
CODE = "DEMO-11914"
PASSWORD = "trinh-dien-2026"  # noqa: S105 - printed at the end of the demonstration, good for invented data only
APPOINTED = date(2026, 1, 1)


@dataclass(frozen=True)
class Officer:
    """A scripted person: sign-in name, role, name as printed, post."""

    username: str
    role: Role
    full_name: str
    post: str = ""
    is_head: bool = False


OFFICERS = (
    Officer("quantri", Role.admin, "Quản Trị Mẫu"),
    Officer("kinhte1", Role.economy, "Kinh Tế Mẫu Một", "Trưởng phòng Kinh tế", is_head=True),
    Officer("kinhte2", Role.economy, "Kinh Tế Mẫu Hai", "Chuyên viên Phòng Kinh tế"),
    Officer("vanhoa", Role.culture, "Văn Hóa Mẫu", "Trưởng phòng Văn hóa - Xã hội"),
    Officer("yte", Role.health_station, "Y Tế Mẫu", "Trưởng Trạm Y tế"),
    Officer("chutich", Role.chairman, "Chủ Tịch Mẫu", "Phó Chủ tịch"),
    Officer("bhxh", Role.insurance, "Bảo Hiểm Mẫu", "Chuyên viên BHXH cơ sở"),
    Officer("truyenthanh", Role.media, "Truyền Thanh Mẫu", "Giám đốc Trung tâm"),
    Officer("mattran", Role.front, "Mặt Trận Mẫu", "Chủ tịch Ủy ban MTTQ"),
)


@dataclass(frozen=True)
class World:
    """Where the demonstration happens and who acts in it."""

    commune_id: int
    accounts: Mapping[str, int]
    villages: Mapping[str, int]

    def actor(self, session: Session, username: str, on: date) -> Actor:
        """The scripted person with the mandates of that day."""
        return load_actor(session, self.accounts[username], on=on)

    @cached_property
    def people(self) -> Mapping[str, Mapping[str, Any]]:
        """What the script knows of each invented person, by citizen number."""
        return {person["citizen_id"]: person for person in _people()}


def script() -> Mapping[str, Any]:
    """The invented people as they are written down."""
    content: Mapping[str, Any] = load_strict((FOLDER / "people.yaml").read_text("utf-8"))
    return content


def _people() -> Iterator[Mapping[str, Any]]:
    for household in script()["households"]:
        for member in household["members"]:
            yield {**member, "village": household["village"]}


def build(session: Session, *, now: datetime) -> World:
    """The world, made at the first call and found at the others."""
    commune = session.exec(select(Commune).where(Commune.code == CODE)).first()
    if commune is None:
        commune = _found(session, now)
    villages = session.exec(select(Village).where(Village.commune_id == commune.key)).all()
    accounts = session.exec(select(Account).order_by(col(Account.id))).all()
    return World(
        commune.key,
        {account.username: account.key for account in accounts},
        {village.code: village.key for village in villages},
    )


def _found(session: Session, now: datetime) -> Commune:
    commune = Commune(
        code=CODE, name="Cát Hải (trình diễn)", kind="đặc khu", province="Hải Phòng", plan_people=73, is_demo=True
    )
    session.add(commune)
    session.flush()
    for role in Role:
        if role not in {Role.system, Role.village_head, Role.admin}:
            address = f"{role.value.replace('_', '-')}@trinhdien.invalid"
            session.add(Department(commune_id=commune.key, role=role, name=ROLE_LABELS[role], email=address))
    secret = hash_password(PASSWORD)
    for officer in OFFICERS:
        _admit(session, commune, officer, secret, now)
    for row in script()["villages"]:
        village = Village(commune_id=commune.key, code=row["code"], name=row["name"], area="NONG_THON")
        village.area_reference = "Phân loại trình diễn"
        session.add(village)
        session.flush()
        _admit(session, commune, _head(village), secret, now, village.key)
    _adopt_law(session, commune.key, now)
    return commune


def _head(village: Village) -> Officer:
    number = village.code.removeprefix("TM")
    return Officer(f"truongthon{number}", Role.village_head, f"Trưởng Thôn Mẫu {int(number)}", "Trưởng thôn")


def _admit(
    session: Session, commune: Commune, officer: Officer, secret: str, now: datetime, village_id: int | None = None
) -> None:
    account = create_account(
        session,
        username=officer.username,
        full_name=officer.full_name,
        email=f"{officer.username}@trinhdien.invalid",
        password_hash=secret,
        now=now,
    )
    grant_mandate(
        session,
        account_id=account.key,
        commune_id=commune.key,
        role=officer.role,
        village_id=village_id,
        post=officer.post,
        is_head=officer.is_head,
        reference="Phân công trình diễn",
        valid_from=APPOINTED,
    )


def _adopt_law(session: Session, commune_id: int, now: datetime) -> None:
    names = ("kinhte1", "vanhoa")
    accounts = {row.username: row for row in session.exec(select(Account).where(col(Account.username).in_(names)))}
    proposer, confirmer = (load_actor(session, accounts[name].key, on=now.date()) for name in names)
    content = load_strict((FOLDER / "law.yaml").read_text("utf-8"))
    demo_law.adopt(session, commune_id=commune_id, content=content, proposer=proposer, confirmer=confirmer, now=now)
