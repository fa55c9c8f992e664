"""What the request workbook of a thôn says: titles, pick lists, and the people already known, as plain printed values.

Account numbers and medical papers are never printed into it: a known account says "Giữ số đã có".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from models.cycles import Cycle
from models.lists import VillageList
from models.people import (
    HOUSEHOLD_STATUS_LABELS,
    FactKind,
    Household,
    HouseholdStatus,
    HouseholdStatusKind,
    PayMethod,
    PayMethodKind,
    Person,
    trait_fact,
)
from models.places import Commune, Village
from rules.categories import labels
from rules.lookups import banks
from rules.money import format_dong
from rules.papers.citation import cited_again
from rules.papers.village_request import VillageRequest
from rules.traits import trait_labels, write_traits
from rules.village_sheet.stated import KEEP_ACCOUNT
from rules.workflow import Role
from services import cycles, law, paper_heads
from services.list_facts import NONE, OpenFacts, load_open_facts
from services.list_ground import MADE_CODE
from services.staff import Actor
from services.store import get

# The words that the pick lists of the workbook offer.
_SEX = {"NAM": "Nam", "NU": "Nữ"}
_RESIDENCE = {"THUONG_TRU": "Thường trú", "TAM_TRU": "Tạm trú"}
_DISABILITY = {NONE: "Không", "NHE": "Nhẹ", "NANG": "Nặng", "DAC_BIET_NANG": "Đặc biệt nặng"}
_INCOME = {NONE: "Không", "LUONG": "Có – lương", "LUONG_HUU": "Có – lương hưu", "BHXH": "Có – trợ cấp BHXH"}
_PAY = {
    PayMethodKind.ACCOUNT: "Tài khoản",
    PayMethodKind.CASH: "Tiền mặt",
    PayMethodKind.VNEID: "VNeID",
    PayMethodKind.PROXY: "Nhận thay",
}


def village_request(session: Session, *, village_list_id: int, actor: Actor, now: datetime) -> VillageRequest:
    """The request of one thôn as it stands ``now``; for the machine, the thôn's head and Phòng Kinh tế.

    Raises Problem NOT_FOUND, or NOT_ALLOWED for others.
    """
    asked = get(session, VillageList, village_list_id, "danh sách thôn")
    actor.require((Role.village_head, Role.economy, Role.system), asked.commune_id, asked.village_id)
    commune = get(session, Commune, asked.commune_id, "đơn vị")
    village = get(session, Village, asked.village_id, "thôn")
    cycle = get(session, Cycle, asked.cycle_id, "kỳ xét")
    book, today = law.book_for(session, commune.key), now.date()
    groups, traits = labels(book, today), trait_labels(book, today)
    return VillageRequest(
        commune_code=commune.code,
        commune_name=f"UBND {commune.kind} {commune.name}".upper(),
        village_code=village.code,
        village_name=village.name,
        period_code=f"{cycle.year}-Q{cycle.quarter}",
        period_name=cycles.label(cycle),
        resolution=cited_again(paper_heads.resolution(session, commune, now.date())),
        due_text=f"Gửi lại Phòng Kinh tế trước hết ngày {asked.due_on:%d/%m/%Y}.",
        made_on=asked.requested_at.replace(tzinfo=None),
        groups=tuple(groups.values()),
        banks=tuple(bank.name for bank in banks() if bank.transfer),
        circumstances=tuple(traits.values()),
        people=tuple(known_people(session, village, groups, traits).values()),
        mark="DỮ LIỆU TRÌNH DIỄN" if commune.is_demo else "",
    )


def known_people(
    session: Session, village: Village, groups: Mapping[str, str], traits: Mapping[str, str]
) -> dict[int, Mapping[str, str]]:
    """Everybody of the thôn who lives there, by Vietnamese name order: person → column of the list → printed text."""
    query = (
        select(Person, Household)
        .join(Household, col(Household.id) == Person.household_id)
        .where(Person.village_id == village.key, col(Person.died_on).is_(None), col(Person.left_on).is_(None))
        .order_by(Person.sort_key, col(Person.id))
    )
    found = list(session.exec(query))
    numbers = [person.key for person, _ in found]
    facts = load_open_facts(session, numbers)
    methods = select(PayMethod).where(col(PayMethod.person_id).in_(numbers), col(PayMethod.ended_at).is_(None))
    paid = {method.person_id: method for method in session.exec(methods)}
    statuses = _newest_statuses(session, [home.key for _, home in found])
    return {
        person.key: _identity(person, home)
        | _status(statuses.get(home.key))
        | _facts(facts, person.key, groups)
        | _circumstances(facts, person.key, traits)
        | _pay(paid.get(person.key))
        for person, home in found
    }


def _newest_statuses(session: Session, households: list[int]) -> dict[int, HouseholdStatus]:
    query = select(HouseholdStatus).where(
        col(HouseholdStatus.household_id).in_(households), col(HouseholdStatus.valid_to).is_(None)
    )
    rows = sorted(session.exec(query), key=lambda status: (status.valid_from or date.min, status.key))
    return {status.household_id: status for status in rows}


def _identity(person: Person, home: Household) -> dict[str, str]:
    return {
        "household_code": "" if home.code.startswith(MADE_CODE) else home.code,
        "head_name": home.head_name,
        "full_name": person.full_name,
        "birth_date": _birth(person),
        "sex": _SEX[person.sex],
        "citizen_id": person.citizen_id or "",
        "old_id": person.old_id,
        "relation": person.relation,
        "facility": person.facility,
        "phone": person.phone,
    }


def _birth(person: Person) -> str:
    form = {"day": "%d/%m/%Y", "month": "%m/%Y", "year": "%Y"}[person.birth_precision]
    return person.birth_date.strftime(form)


def _status(status: HouseholdStatus | None) -> dict[str, str]:
    if status is None:
        return {}
    return {
        "household_status": HOUSEHOLD_STATUS_LABELS[HouseholdStatusKind(status.kind)].removeprefix("Hộ ").capitalize(),
        "status_decision_no": status.decision_no,
        "status_decision_date": f"{status.valid_from:%d/%m/%Y}" if status.valid_from else "",
    }


def _facts(facts: OpenFacts, person_id: int, groups: Mapping[str, str]) -> dict[str, str]:
    known: dict[FactKind, Any] = {kind: facts[person_id, kind].value for kind in FactKind if (person_id, kind) in facts}
    group = known.get(FactKind.GROUP, "")
    income = known.get(FactKind.INCOME, {}).get("kind", "")
    return {
        "residence": _RESIDENCE.get(known.get(FactKind.RESIDENCE, ""), ""),
        "group_text": groups.get(group, group),
        "disability": _DISABILITY.get(known.get(FactKind.DISABILITY, ""), ""),
        "income": _INCOME.get(income, "Có" if income else ""),
        "other_allowance": _allowance(known.get(FactKind.ALLOWANCE)),
        "bhyt_object": known.get(FactKind.BHYT_OBJECT, ""),
    }


def _circumstances(facts: OpenFacts, person_id: int, traits: Mapping[str, str]) -> dict[str, str]:
    kinds = {code: (person_id, trait_fact(code)) for code in traits}
    return {"circumstances": write_traits({code: facts[at].value for code, at in kinds.items() if at in facts}, traits)}


def _allowance(known: dict[str, Any] | None) -> str:
    if known is None:
        return ""
    if known["kind"] == NONE:
        return "Không"
    kind, monthly = str(known["kind"]), known.get("monthly")
    written = kind if monthly is None or any(char.isdigit() for char in kind) else f"{kind} {format_dong(monthly)}"
    return f"Có – {written}".removesuffix(" – ")


def _pay(method: PayMethod | None) -> dict[str, str]:
    if method is None:
        return {}
    names = {bank.bin: bank.name for bank in banks()}
    return {
        "pay_method": _PAY[PayMethodKind(method.kind)],
        "account_no": KEEP_ACCOUNT if method.account_no else "",
        "bank_name": names.get(method.bank_bin, ""),
        "account_holder": method.account_holder or method.proxy_name,
    }
