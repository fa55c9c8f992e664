"""Registered BHYT months that cost otherwise by what became known later, and their settlement with BHXH cơ sở."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fastapi import Response
from sqlmodel import col, select

from models.insurance import ContributionDifference
from models.people import Person
from models.places import Village
from rules.months import Month
from rules.names import fold_name
from rules.parameters import LawGap
from rules.workflow import Role
from services import insurance_differences
from services.insurance_differences import Difference
from web.export import NAME, VILLAGE, Column, Value, export
from web.paging import Sort, cut_list, in_order, number_of, village_choices
from web.registry import Scope, get, post
from web.visit import Visit

READERS = (Role.economy, Role.insurance, Role.chairman)
PATH = "/insurance/differences"
COLUMNS = (
    NAME, VILLAGE, Column("Tháng", 10), Column("Đã tính", 16, "money"), Column("Theo quy định", 16, "money"),
    Column("Chênh lệch", 16, "money"),
)  # fmt: skip
Line = tuple[Difference, Person, Village]
SORTS = {
    "name": Sort("Họ tên", lambda one: (one[1].sort_key, one[0].month)),
    "month": Sort("Tháng", lambda one: (one[0].month, one[1].sort_key)),
    "village": Sort("Thôn", lambda one: (one[2].code, one[1].sort_key, one[0].month)),
    "amount": Sort("Chênh lệch lớn trước", lambda one: -abs(one[0].amount)),
}
MOST = 50


@get(PATH, roles=READERS, scope=Scope.COMMUNE, hidden="ở trang Theo dõi thẻ")
def differences_page(visit: Visit) -> Response:
    """Each month of each person, what it comes to in all, and what was settled before."""
    asked = dict(visit.request.query_params)
    lines, missing = _lines(visit)
    return visit.render(
        "insurance/differences.html",
        title="Chênh lệch mức đóng bảo hiểm y tế",
        missing=missing,
        total=sum(one.amount for one, _, _ in lines),
        months=len(lines),
        found=cut_list(_wanted(lines, asked), asked, SORTS),
        asked=asked,
        villages=village_choices(visit.db, visit.commune.key),
        settled=_settled(visit),
        month=Month.parse,
        may_settle=visit.has(Role.economy),
    )


def _lines(visit: Visit) -> tuple[list[Line], str]:
    """The differences with whose they are; or why they cannot be told."""
    try:
        found = insurance_differences.differences(visit.db, visit.commune.key)
    except LawGap as gap:
        return [], gap.message
    query = select(Person, Village).join(Village, col(Village.id) == Person.village_id)
    numbers = {one.person_id for one in found}
    rows = visit.db.exec(query.where(Person.commune_id == visit.commune.key, col(Person.id).in_(numbers)))
    people = {person.key: (person, village) for person, village in rows}
    return [(one, *people[one.person_id]) for one in found], ""


def _wanted(lines: list[Line], asked: dict[str, str]) -> list[Line]:
    words, thon = fold_name(asked.get("q", "")), number_of(asked.get("village", ""))
    return [
        (one, person, village)
        for one, person, village in lines
        if words in person.name_key and thon in {None, village.key}
    ]


def _settled(visit: Visit) -> Sequence[ContributionDifference]:
    line = ContributionDifference
    query = select(line).where(line.commune_id == visit.commune.key).order_by(col(line.id).desc())
    return visit.db.exec(query.limit(MOST)).all()


@post(f"{PATH}/settle", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=differences_page)
def settle_differences(visit: Visit) -> Response:
    """Record that everything shown was settled with BHXH by one paper."""
    form = visit.form
    document = form.text("document", need="Nhập số văn bản quyết toán.", most=100)
    settled_on = form.need_day("settled_on", "Nhập ngày quyết toán.")
    form.check()
    insurance_differences.settle(
        visit.db,
        commune_id=visit.commune.key,
        document=document,
        settled_on=settled_on,
        actor=visit.actor,
        now=visit.now,
    )
    return visit.redirect(PATH, "Đã ghi quyết toán chênh lệch với BHXH cơ sở.")


@get(f"{PATH}/export", roles=READERS, scope=Scope.COMMUNE, logs_read=True, hidden="tệp tải từ Chênh lệch mức đóng")
def differences_export(visit: Visit) -> Response:
    """The differences that the same question finds, to go with the letter to BHXH cơ sở."""
    asked = dict(visit.request.query_params)
    return export(
        visit,
        title=f"Chênh lệch mức đóng BHYT đến ngày {visit.now:%d/%m/%Y}",
        file_name=f"chenh-lech-bhyt-{visit.now:%Y-%m-%d}.xlsx",
        subject=f"commune:{visit.commune.key}",
        columns=COLUMNS,
        rows=_rows(in_order(_wanted(_lines(visit)[0], asked), asked, SORTS)),
    )


def _rows(lines: list[Line]) -> Iterator[tuple[Value, ...]]:
    for one, person, village in lines:
        yield person.full_name, village.name, str(one.month), one.given, one.due, one.amount
