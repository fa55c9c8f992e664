"""BHYT cards: the D03-TS file out to BHXH, and each person with a card or a reason."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from sqlmodel import col, select

from models.cycles import Cycle
from models.insurance import CardAnswer, CardDecrease, InsuranceBatch, Registration
from models.people import Person
from models.places import Village
from rules.workflow import REGISTRATION_STATE_LABELS, RegistrationState, Role
from services import cycles, insurance
from web.export import BIRTH, MOST_ROWS, NAME, VILLAGE, Column, Value, export
from web.pages.documents import papers_of
from web.paging import BY_AGE, BY_NAME, BY_VILLAGE, Sort, by_name, cut, number_of, ordered, village_choices
from web.registry import Scope, get, post
from web.views import birth_text
from web.visit import Visit

READERS = (Role.economy, Role.insurance, Role.chairman)
SHOWN_LEAVING = 100
WITHOUT_CARD_FIRST = Sort(
    "Chưa có thẻ trước",
    (col(Registration.state) == RegistrationState.CARD, col(Person.sort_key), col(Registration.id)),
)
ENDING_FIRST = Sort(
    "Thẻ sắp hết hạn trước",
    (col(Registration.valid_to).is_(None), col(Registration.valid_to), col(Person.sort_key), col(Registration.id)),
)
SORTS = {"open": WITHOUT_CARD_FIRST, "name": BY_NAME, "village": BY_VILLAGE, "age": BY_AGE, "ending": ENDING_FIRST}
COLUMNS = (
    NAME, BIRTH, VILLAGE, Column("Số định danh"), Column("Tình trạng", 20), Column("Lý do", 36), Column("Mã thẻ", 18),
    Column("Nơi KCB ban đầu", 26), Column("Từ ngày", 12), Column("Đến ngày", 12), Column("Số tháng", 10),
    Column("Số tiền", 16, "money"),
)  # fmt: skip


@get("/insurance", roles=READERS, scope=Scope.COMMUNE)
def registrations_page(visit: Visit) -> Response:
    """The cycle's registrations, those without a card first, its batches and the answers received."""
    cycle = visit.cycle()
    asked = dict(visit.request.query_params)
    return visit.render(
        "insurance/registrations.html",
        title="Đăng ký thẻ bảo hiểm y tế",
        cycle=cycle,
        cycle_label=cycles.label(cycle) if cycle else "",
        found=cut(visit.db, _registrations(cycle, asked), asked, SORTS) if cycle else None,
        asked=asked,
        villages=village_choices(visit.db, visit.commune.key),
        batches=_of_cycle(visit, InsuranceBatch, cycle),
        leaving=_leaving(visit, cycle),
        answers=_of_cycle(visit, CardAnswer, cycle),
        papers=_papers(visit, cycle),
        is_economy=visit.has(Role.economy),
        is_insurance=visit.has(Role.insurance),
    )


def _registrations(cycle: Cycle, asked: dict[str, str]) -> Any:
    query = (
        select(Registration, Person, Village)
        .join(Person, col(Person.id) == Registration.person_id)
        .join(Village, col(Village.id) == Person.village_id)
        .where(Registration.cycle_id == cycle.key)
    )
    if asked.get("state") in set(RegistrationState):
        query = query.where(Registration.state == asked["state"])
    if (village := number_of(asked.get("village", ""))) is not None:
        query = query.where(Person.village_id == village)
    return query.where(by_name(asked["q"])) if asked.get("q") else query


@get("/insurance/export", roles=READERS, scope=Scope.COMMUNE, logs_read=True, hidden="tệp tải từ trang Thẻ BHYT")
def registrations_export(visit: Visit) -> Response:
    """The registrations that the same question finds on the page, all of them."""
    cycle = visit.need_cycle()
    asked = dict(visit.request.query_params)
    query = ordered(_registrations(cycle, asked), asked, SORTS)
    return export(
        visit,
        title=f"Đăng ký thẻ bảo hiểm y tế, kỳ {cycles.label(cycle)}",
        file_name=f"the-bhyt-{cycle.year}-Q{cycle.quarter}.xlsx",
        subject=f"cycle:{cycle.key}",
        columns=COLUMNS,
        rows=(_registration_row(*found) for found in visit.db.exec(query.limit(MOST_ROWS))),
    )


def _registration_row(row: Registration, person: Person, village: Village) -> tuple[Value, ...]:
    return (
        person.full_name,
        birth_text(person),
        village.name,
        person.citizen_id,
        REGISTRATION_STATE_LABELS[RegistrationState(row.state)],
        row.reason,
        row.card_no,
        row.facility,
        row.valid_from,
        row.valid_to,
        str(row.months),
        row.amount,
    )


def _of_cycle(visit: Visit, model: Any, cycle: Cycle | None) -> list[Any]:
    if cycle is None:
        return []
    return list(visit.db.exec(select(model).where(model.cycle_id == cycle.key).order_by(col(model.id).desc())))


def _leaving(visit: Visit, cycle: Cycle | None) -> list[tuple[CardDecrease, Person]]:
    """Who is taken off with the cycle's files, in the order of recording; the files themselves name everyone."""
    if cycle is None:
        return []
    query = (
        select(CardDecrease, Person)
        .join(Person, col(Person.id) == CardDecrease.person_id)
        .join(InsuranceBatch, col(InsuranceBatch.id) == CardDecrease.batch_id)
        .where(InsuranceBatch.cycle_id == cycle.key)
    )
    return list(visit.db.exec(query.order_by(col(CardDecrease.id)).limit(SHOWN_LEAVING)))


def _papers(visit: Visit, cycle: Cycle | None) -> list[Any]:
    batches = _of_cycle(visit, InsuranceBatch, cycle)
    return papers_of(visit, *(f"insurance_batch:{batch.key}" for batch in batches))


@post(
    "/insurance/batches/{batch_id:int}/sent", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=registrations_page
)
def mark_sent(visit: Visit, batch_id: int) -> Response:
    """The D03-TS file went to BHXH."""
    batch = visit.own(InsuranceBatch, batch_id)
    insurance.mark_sent(visit.db, batch_id=batch.key, actor=visit.actor, now=visit.now)
    visit.advance(batch.cycle_id)
    return visit.redirect(f"/insurance?cycle={batch.cycle_id}", "Đã ghi: hồ sơ đã gửi BHXH.")
