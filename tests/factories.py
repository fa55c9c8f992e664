"""Invented communes, villages, officers and people for tests: each builder saves one record and returns it.

Everything has a safe default; name only what the test is about. Nothing is committed here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from sqlmodel import Session, SQLModel

from models.base import ZONE
from models.cycles import Case, Cycle, CycleStep
from models.health import HealthCase
from models.people import (
    Household,
    HouseholdStatus,
    HouseholdStatusKind,
    PayMethod,
    PayMethodKind,
    Person,
    PersonFact,
)
from models.places import Commune, Department, Village
from models.staff import Account, Mandate
from rules.names import clean_name, fold_name, sort_key
from rules.workflow import ROLE_LABELS, CaseStatus, HealthResult, Role, Step, StepState

if TYPE_CHECKING:
    from services.staff import Actor

OPENED = date(2026, 7, 1)
TODAY = date(2026, 7, 6)
NOW = datetime(2026, 7, 6, 9, 0, tzinfo=ZONE)
FIRST_DAY = date(2026, 1, 1)

Row = TypeVar("Row", bound=SQLModel)
_SYLLABLES = ("An", "Bình", "Cúc", "Dung", "Đào", "Giang", "Hạnh", "Khánh", "Lan", "Mơ", "Ngọc", "Oanh", "Phúc", "Quý")
_numbers = count(1)


def invented_name(number: int, sex: str = "NU") -> str:
    """A name that no reader takes for a real person: "Thử Thị Bình Cúc"."""
    first, second = divmod(number, len(_SYLLABLES))
    middle = "Thị" if sex == "NU" else "Văn"
    return f"Thử {middle} {_SYLLABLES[first % len(_SYLLABLES)]} {_SYLLABLES[second]}"


def citizen_number(number: int, *, sex: str = "NU", birth_year: int = 1950, province: str = "031") -> str:
    """A citizen number whose form holds, with an invented serial."""
    century = 2 * (birth_year // 100 - 19) + (sex == "NU")
    return f"{province}{century}{birth_year % 100:02d}{number:06d}"


def save(session: Session, row: Row) -> Row:
    """Add the row and give it its number."""
    session.add(row)
    session.flush()
    return row


def create_commune(session: Session, *, name: str = "Cát Hải", departments: bool = True, **values: Any) -> Commune:
    """A special zone with a mailbox for each department (role@commune.test)."""
    number = next(_numbers)
    defaults: dict[str, Any] = {"code": f"119{number}", "kind": "Đặc khu", "province": "Hải Phòng", "plan_people": 73}
    commune = save(session, Commune(name=name, **(defaults | values)))
    for role in Role if departments else ():
        if role not in {Role.system, Role.village_head}:
            mailbox = f"{role.value}{commune.key}@commune.test"
            session.add(Department(commune_id=commune.key, role=role, name=ROLE_LABELS[role], email=mailbox))
    session.flush()
    return commune


def create_village(session: Session, commune: Commune, **values: Any) -> Village:
    """A rural thôn; its code and name are unique unless given."""
    number = next(_numbers)
    defaults: dict[str, Any] = {"code": f"T{number:03d}", "name": f"Thôn Thử {number}"}
    return save(session, Village(commune_id=commune.key, **(defaults | values)))


def create_account(session: Session, **values: Any) -> Account:
    """Somebody who signs in."""
    return save(session, _account(**values))


def _account(**values: Any) -> Account:
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "username": f"canbo{number}",
        "full_name": f"Cán bộ Thử {number}",
        "email": f"canbo{number}@commune.test",
        "created_at": NOW,
    }
    return Account(**(defaults | values))


def create_mandate(
    session: Session, account: Account, commune: Commune, role: Role, *, village: Village | None = None, **values: Any
) -> Mandate:
    """A role from the first day of the year on; a village head needs ``village``."""
    return save(session, _mandate(account, commune, role, village, **values))


def _mandate(account: Account, commune: Commune, role: Role, village: Village | None, **values: Any) -> Mandate:
    defaults: dict[str, Any] = {"valid_from": FIRST_DAY, "reference": "Quyết định thử nghiệm"}
    return Mandate(
        account_id=account.key,
        commune_id=commune.key,
        role=role,
        village_id=village.key if village else None,
        **(defaults | values),
    )


def create_officer(
    session: Session, commune: Commune, role: Role, *, village: Village | None = None, **values: Any
) -> Actor:
    """An account with one mandate, as the person who acts today."""
    from services.staff import load_actor

    account = create_account(session)
    create_mandate(session, account, commune, role, village=village, **values)
    return load_actor(session, account.key, on=TODAY)


@dataclass
class Office:
    """A commune at work: its villages, one officer per role, one head per thôn, and an open cycle."""

    commune: Commune
    cycle: Cycle
    villages: list[Village]
    heads: list[Actor]
    officers: dict[Role, Actor] = field(default_factory=dict)

    def __getitem__(self, role: Role) -> Actor:
        return self.officers[role]


def create_office(session: Session, *, villages: int = 2, reach: Step = Step.lists, **values: Any) -> Office:
    """An :class:`Office` whose cycle stands at ``reach``; ``values`` go to the commune."""
    commune = create_commune(session, **values)
    places = [create_village(session, commune) for _ in range(villages)]
    heads = _appoint(session, commune, [(Role.village_head, place) for place in places])
    at_desks = [role for role in Role if role not in {Role.system, Role.village_head}]
    officers: dict[Role, Actor] = dict(
        zip(at_desks, _appoint(session, commune, [(role, None) for role in at_desks]), strict=True)
    )
    return Office(commune, create_cycle(session, commune, reach=reach), places, heads, officers)


def _appoint(session: Session, commune: Commune, posts: list[tuple[Role, Village | None]]) -> list[Actor]:
    """An officer for each post, as :func:`create_officer` makes one, all written at once."""
    from services.staff import Actor

    accounts = [_account() for _ in posts]
    session.add_all(accounts)
    session.flush()
    held = [_mandate(one, commune, role, place) for one, (role, place) in zip(accounts, posts, strict=True)]
    session.add_all(held)
    session.flush()
    return [Actor(one.key, one.full_name, (mandate,)) for one, mandate in zip(accounts, held, strict=True)]


def create_cycle(session: Session, commune: Commune, *, reach: Step = Step.lists, **values: Any) -> Cycle:
    """The cycle of quarter III/2026 with its six steps: those before ``reach`` done, ``reach`` ready and wanted."""
    defaults: dict[str, Any] = {"year": 2026, "quarter": 3, "opened_on": OPENED, "opened_at": NOW}
    cycle = save(session, Cycle(commune_id=commune.key, **(defaults | values)))
    order = list(Step)
    for step in order:
        place = order.index(step) - order.index(reach)
        state = StepState.DONE if place < 0 else StepState.READY if place == 0 else StepState.BLOCKED
        session.add(CycleStep(cycle_id=cycle.key, step=step, state=state, since=NOW, wanted=place == 0))
    session.flush()
    return cycle


def create_household(session: Session, village: Village, **values: Any) -> Household:
    """A household of the thôn; give it statuses with :func:`create_status`."""
    number = next(_numbers)
    defaults: dict[str, Any] = {"code": f"H{number:04d}", "head_name": invented_name(number, "NAM")}
    return save(session, Household(commune_id=village.commune_id, village_id=village.key, **(defaults | values)))


def create_status(
    session: Session,
    household: Household,
    kind: HouseholdStatusKind = HouseholdStatusKind.CAN_NGHEO,
    **values: Any,
) -> HouseholdStatus:
    """One recognising decision, of the first day of the year unless said otherwise."""
    defaults: dict[str, Any] = {
        "valid_from": FIRST_DAY,
        "decision_no": "01/QĐ-UBND",
        "source": "test",
        "recorded_at": NOW,
    }
    return save(session, HouseholdStatus(household_id=household.key, kind=kind, **(defaults | values)))


def create_person(
    session: Session, village: Village, *, household: Household | None = None, sex: str = "NU", **values: Any
) -> Person:
    """A woman born 02/03/1950, in a household of her own unless given."""
    number = next(_numbers)
    home = household or create_household(session, village)
    birth: date = values.pop("birth_date", date(1950, 3, 2))
    name = clean_name(values.pop("full_name", invented_name(number, sex)))
    defaults: dict[str, Any] = {
        "citizen_id": citizen_number(number, sex=sex, birth_year=birth.year),
        "name_key": fold_name(name),
        "sort_key": sort_key(name),
        "relation": "Chủ hộ",
    }
    return save(
        session,
        Person(
            commune_id=village.commune_id,
            village_id=village.key,
            household_id=home.key,
            full_name=name,
            birth_date=birth,
            sex=sex,
            **(defaults | values),
        ),
    )


def create_fact(session: Session, person: Person, kind: str, value: Any, **values: Any) -> PersonFact:
    """One dated fact, in force since the first day of the year."""
    defaults: dict[str, Any] = {"valid_from": FIRST_DAY, "source": "test", "recorded_at": NOW}
    return save(session, PersonFact(person_id=person.key, kind=kind, value=value, **(defaults | values)))


def create_pay_method(
    session: Session, person: Person, kind: PayMethodKind = PayMethodKind.ACCOUNT, **values: Any
) -> PayMethod:
    """How the person is paid now; an account at Agribank unless another kind is given."""
    account = {"bank_bin": "970405", "account_no": f"2200205{next(_numbers):06d}", "account_holder": person.full_name}
    defaults: dict[str, Any] = {"started_at": NOW} | (account if kind is PayMethodKind.ACCOUNT else {})
    return save(session, PayMethod(person_id=person.key, kind=kind, **(defaults | values)))


def create_case(
    session: Session, cycle: Cycle, person: Person, *, status: CaseStatus = CaseStatus.LISTED, **values: Any
) -> Case:
    """The person's case in the cycle, in the thôn where the person lives."""
    return save(
        session,
        Case(
            cycle_id=cycle.key,
            commune_id=cycle.commune_id,
            village_id=person.village_id,
            person_id=person.key,
            status=status,
            **values,
        ),
    )


def create_health_case(session: Session, case: Case, **values: Any) -> HealthCase:
    """The case at the health station; ``case.status`` should be HEALTH while the result is PENDING."""
    defaults: dict[str, Any] = {"result": HealthResult.PENDING, "routed_at": NOW, "due_on": date(2026, 7, 20)}
    return save(
        session,
        HealthCase(
            case_id=case.key,
            cycle_id=case.cycle_id,
            commune_id=case.commune_id,
            person_id=case.person_id,
            **(defaults | values),
        ),
    )
