"""The review: the list of cases, proposals for all that are clear, the minutes and the posting."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from sqlalchemy import func
from sqlmodel import col, select

from models.cycles import Case, Cycle
from models.eligibility import Assessment
from models.people import Person
from models.places import Village
from rules.parameters import LAW_STATUS_LABELS, LawStatus
from rules.workflow import (
    CASE_STATUS_LABELS,
    OUTCOME_LABELS,
    PROPOSAL_LABELS,
    CaseStatus,
    Outcome,
    ProposalResult,
    Role,
)
from services import cycles, review, review_gate
from web.export import BIRTH, MOST_ROWS, NAME, VILLAGE, Column, Value, export
from web.forms import Form
from web.paging import BY_AGE, BY_NAME, BY_VILLAGE, Sort, by_name, cut, number_of, ordered, village_choices
from web.registry import Scope, get, post
from web.views import birth_text
from web.visit import Visit

READERS = (Role.economy, Role.culture, Role.chairman)
POSTERS = (Role.village_head, Role.front, Role.media)
SORTS = {
    "name": BY_NAME,
    "village": BY_VILLAGE,
    "age": BY_AGE,
    "amount": Sort(
        "Mức cao trước", (func.coalesce(Assessment.monthly_amount, 0).desc(), col(Person.sort_key), col(Case.id))
    ),
    "new": Sort("Hồ sơ mới trước", (col(Case.id).desc(),)),
}


@get("/eligibility", roles=(*READERS, *POSTERS), scope=Scope.COMMUNE)
def cases_page(visit: Visit) -> Response:
    """Every case of the cycle with the law's answer and the proposal; who only posts the list is led there."""
    if not visit.has(*READERS):
        return visit.redirect("/posting")
    cycle = visit.need_cycle()
    asked = dict(visit.request.query_params)
    found = cut(visit.db, _cases(cycle, asked), asked, SORTS)
    return visit.render(
        "eligibility/cases.html",
        title="Xét duyệt đối tượng",
        cycle=cycle,
        cycle_label=cycles.label(cycle),
        found=found,
        asked=asked,
        counts=review_gate.counts(visit.db, cycle.key),
        villages=village_choices(visit.db, visit.commune.key),
        minutes=review_gate.newest_minutes(visit.db, cycle.key),
        minutes_fit=_minutes_fit(visit, cycle),
        posting=review_gate.newest_posting(visit.db, cycle.key),
        objected=_objected(visit, cycle),
        is_economy=visit.has(Role.economy),
        is_culture=visit.has(Role.culture),
    )


def _cases(cycle: Cycle, asked: dict[str, str]) -> Any:
    query = (
        select(Case, Person, Village, Assessment)
        .join(Person, col(Person.id) == Case.person_id)
        .join(Village, col(Village.id) == Case.village_id)
        .outerjoin(Assessment, (col(Assessment.case_id) == Case.id) & col(Assessment.current))
        .where(Case.cycle_id == cycle.key)
    )
    if asked.get("status") in set(CaseStatus):
        query = query.where(Case.status == asked["status"])
    if asked.get("outcome") in set(Outcome):
        query = query.where(Assessment.outcome == asked["outcome"])
    if (village := number_of(asked.get("village", ""))) is not None:
        query = query.where(Case.village_id == village)
    return query.where(by_name(asked["q"])) if asked.get("q") else query


CASE_COLUMNS = (
    NAME, BIRTH, VILLAGE, Column("Số định danh"), Column("Tình trạng", 22), Column("Kết quả đánh giá", 22),
    Column("Mức tháng", 14, "money"), Column("Tham số", 22), Column("Đề xuất", 18), Column("Lý do", 36),
)  # fmt: skip


@get("/eligibility/export", roles=READERS, scope=Scope.COMMUNE, logs_read=True, hidden="tệp tải từ trang Xét duyệt")
def cases_export(visit: Visit) -> Response:
    """The cases that the same question finds on the page, all of them; of health it says nothing."""
    cycle = visit.need_cycle()
    asked = dict(visit.request.query_params)
    query = ordered(_cases(cycle, asked), asked, SORTS)
    return export(
        visit,
        title=f"Danh sách xét duyệt, kỳ {cycles.label(cycle)}",
        file_name=f"xet-duyet-{cycle.year}-Q{cycle.quarter}.xlsx",
        subject=f"cycle:{cycle.key}",
        columns=CASE_COLUMNS,
        rows=(_case_row(*found) for found in visit.db.exec(query.limit(MOST_ROWS))),
    )


def _case_row(case: Case, person: Person, village: Village, answer: Assessment | None) -> tuple[Value, ...]:
    law_status = LAW_STATUS_LABELS[LawStatus(answer.law_status)] if answer else ""
    return (
        person.full_name,
        birth_text(person),
        village.name,
        person.citizen_id,
        CASE_STATUS_LABELS[CaseStatus(case.status)],
        OUTCOME_LABELS[Outcome(answer.outcome)] if answer else "",
        answer.monthly_amount if answer else None,
        law_status,
        PROPOSAL_LABELS[ProposalResult(case.proposal)] if case.proposal else "",
        case.proposal_reason or case.reason,
    )


def _objected(visit: Visit, cycle: Cycle) -> list[tuple[int, str]]:
    """Number and name of the proposed cases about which somebody's opinion is open."""
    found = [case.key for case in review_gate.objected(visit.db, cycle.key)]
    query = select(Case.id, Person.full_name).join(Person, col(Person.id) == Case.person_id)
    return [(number or 0, name) for number, name in visit.db.exec(query.where(col(Case.id).in_(found)))]


def _minutes_fit(visit: Visit, cycle: Cycle) -> bool:
    minutes = review_gate.newest_minutes(visit.db, cycle.key)
    return minutes is not None and minutes.list_sha256 == review_gate.proposals_sha256(visit.db, cycle.key)


@post("/eligibility/{cycle_id:int}/propose-all", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=cases_page)
def propose_all(visit: Visit, cycle_id: int) -> Response:
    """Propose what the law's answer says wherever it gives one."""
    cycle = visit.own(Cycle, cycle_id)
    count = review.propose_all_clear(visit.db, cycle_id=cycle.key, actor=visit.actor, now=visit.now)
    return _back(visit, cycle, f"Đã đề xuất {count} hồ sơ theo kết quả đánh giá.")


@post("/eligibility/{cycle_id:int}/objected-aside", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=cases_page)
def objected_aside(visit: Visit, cycle_id: int) -> Response:
    """Hold back everybody about whom an objection is open, and nobody else."""
    cycle = visit.own(Cycle, cycle_id)
    count = review.set_objected_aside(visit.db, cycle_id=cycle.key, actor=visit.actor, now=visit.now)
    return _back(visit, cycle, f"Đã để lại riêng {count} hồ sơ đang có ý kiến; các hồ sơ khác đi tiếp.")


@post("/eligibility/{cycle_id:int}/minutes", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=cases_page)
def open_minutes(visit: Visit, cycle_id: int) -> Response:
    """Minutes of the review meeting over the proposals as they stand."""
    cycle = visit.own(Cycle, cycle_id)
    form = visit.form
    held_on = form.need_day("held_on", "Nhập ngày họp.")
    place = form.text("place", need="Nhập nơi họp.", most=200)
    conclusion = form.text("conclusion", need="Ghi kết luận của cuộc họp.")
    form.check()
    review.open_minutes(
        visit.db,
        cycle_id=cycle.key,
        held_on=held_on,
        place=place,
        conclusion=conclusion,
        actor=visit.actor,
        now=visit.now,
    )
    return _back(visit, cycle, "Đã lập biên bản. Hai phòng cùng ký.")


@post(
    "/eligibility/{cycle_id:int}/minutes/sign",
    roles=(Role.economy, Role.culture),
    scope=Scope.COMMUNE,
    redisplay=cases_page,
)
def sign_minutes(visit: Visit, cycle_id: int) -> Response:
    """Sign for one's own department."""
    cycle = visit.own(Cycle, cycle_id)
    review.sign_minutes(visit.db, cycle_id=cycle.key, actor=visit.actor, now=visit.now)
    return _back(visit, cycle, "Đã ký biên bản.")


@post("/eligibility/{cycle_id:int}/posting", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=cases_page)
def post_list(visit: Visit, cycle_id: int) -> Response:
    """Open the public posting; its length comes from the law."""
    cycle = visit.own(Cycle, cycle_id)
    starts_on, place = _read_posting(visit.form)
    review.post_list(visit.db, cycle_id=cycle.key, starts_on=starts_on, place=place, actor=visit.actor, now=visit.now)
    return _back(visit, cycle, "Đã ghi niêm yết và báo cho các thôn.")


def _read_posting(form: Form) -> Any:
    starts_on = form.need_day("starts_on", "Nhập ngày bắt đầu niêm yết.")
    place = form.text("posting_place", need="Nhập nơi niêm yết.", most=200)
    form.check()
    return starts_on, place


def _back(visit: Visit, cycle: Cycle, note: str) -> Response:
    visit.advance(cycle.key)
    return visit.redirect(f"/eligibility?cycle={cycle.key}", note)
