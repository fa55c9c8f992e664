"""Cards that end, gaps, money without a card: what BHXH and Phòng Kinh tế look at between quarters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import Response
from sqlmodel import col, select

from models.insurance import Registration
from models.people import Person
from models.places import Village
from rules.workflow import Role
from services import insurance_other, insurance_watch
from services.insurance_watch import CardEnd
from web.export import BIRTH, NAME, VILLAGE, Column, Value, export
from web.registry import Scope, get, post
from web.views import birth_text
from web.visit import Visit

READERS = (Role.economy, Role.insurance, Role.chairman)
COLUMNS = (
    Column("Tình trạng", 30), NAME, BIRTH, VILLAGE, Column("Mã thẻ", 18), Column("Thẻ hết hạn, ngày gửi", 16),
    Column("Số ngày", 10, "int"), Column("Hạn gia hạn", 14), Column("Số tiền", 16, "money"),
)  # fmt: skip
KINDS = {
    "ending": "Sắp hết hạn, chưa lập hồ sơ gia hạn",
    "gaps": "Đang gián đoạn, còn gia hạn kịp",
    "late": "Gián đoạn lâu, thẻ mới phải chờ mới có giá trị",
}


@get("/insurance/watch", roles=READERS, scope=Scope.COMMUNE)
def watch_page(visit: Visit) -> Response:
    """The three lists of today, the soonest day first."""
    found = insurance_watch.watch(visit.db, visit.commune.key, on=visit.now.date())
    people = _people(visit, found)
    return visit.render(
        "insurance/watch.html",
        title="Theo dõi thẻ bảo hiểm y tế",
        found=found,
        groups=[(name, label, _with(people, getattr(found, name))) for name, label in KINDS.items()],
        unanswered=_with(people, found.unanswered),
    )


@get("/insurance/watch/export", roles=READERS, scope=Scope.COMMUNE, logs_read=True, hidden="tệp tải từ Theo dõi thẻ")
def watch_export(visit: Visit) -> Response:
    """The same lists as one workbook."""
    found = insurance_watch.watch(visit.db, visit.commune.key, on=visit.now.date())
    return export(
        visit,
        title=f"Theo dõi thẻ BHYT ngày {visit.now:%d/%m/%Y}",
        file_name=f"theo-doi-the-bhyt-{visit.now:%Y-%m-%d}.xlsx",
        subject=f"commune:{visit.commune.key}",
        columns=COLUMNS,
        rows=_rows(visit, found),
    )


Known = dict[int, tuple[Registration, Person, Village]]


def _people(visit: Visit, found: insurance_watch.Watch) -> Known:
    cards = [one.registration_id for one in (*found.ending, *found.gaps, *found.late)]
    numbers = [*cards, *(one.registration_id for one in found.unanswered)]
    query = (
        select(Registration, Person, Village)
        .join(Person, col(Person.id) == Registration.person_id)
        .join(Village, col(Village.id) == Person.village_id)
        .where(Registration.commune_id == visit.commune.key, col(Registration.id).in_(numbers))
    )
    return {row.key: (row, person, village) for row, person, village in visit.db.exec(query)}


def _with(people: Known, rows: Sequence[Any]) -> list[tuple[Any, Registration, Person, Village]]:
    return [(one, *people[one.registration_id]) for one in rows]


def _rows(visit: Visit, found: insurance_watch.Watch) -> Iterator[tuple[Value, ...]]:
    people, on = _people(visit, found), visit.now.date()
    for name, label in KINDS.items():
        ends: tuple[CardEnd, ...] = getattr(found, name)
        for one, row, person, village in _with(people, ends):
            days, until = one.gap(on), one.last_good_day
            who = (person.full_name, birth_text(person), village.name, row.card_no)
            yield label, *who, one.ends_on, days, until, row.amount
    for one, _row, person, village in _with(people, found.unanswered):
        who = (person.full_name, birth_text(person), village.name, "")
        yield "Đã gửi, chưa có thẻ", *who, one.sent_on, one.days, None, one.amount


@get("/insurance/registrations/{registration_id:int}", roles=READERS, scope=Scope.COMMUNE)
def registration_page(visit: Visit, registration_id: int) -> Response:
    """One registration: its months and đồng, its card, and the form for another card that was found."""
    row = visit.own(Registration, registration_id)
    person = visit.db.get_one(Person, row.person_id)
    return visit.render(
        "insurance/registration.html",
        title="Đăng ký thẻ của một người",
        row=row,
        person=person,
        village=visit.db.get_one(Village, person.village_id),
        months=insurance_other.months(row),
        decrease=insurance_other.decrease_of(visit.db, row.key),
        may_report=row.state in insurance_other.OPEN and visit.has(Role.economy, Role.insurance),
        objects=insurance_other.objects(),
    )


@post(
    "/insurance/registrations/{registration_id:int}/other",
    roles=(Role.economy, Role.insurance),
    scope=Scope.COMMUNE,
    redisplay=registration_page,
)
def report_other_card(visit: Visit, registration_id: int) -> Response:
    """The person has a card of another payer: no longer registered, or taken off with the next D03-TS."""
    row = visit.own(Registration, registration_id)
    code = visit.form.choice("code", [code for code, _ in insurance_other.objects()], need="Chọn mã đối tượng.")
    since = visit.form.need_day("since", "Nhập ngày thẻ kia bắt đầu có giá trị.")
    visit.form.check()
    insurance_other.found(visit.db, registration_id=row.key, code=code, since=since, actor=visit.actor, now=visit.now)
    visit.advance(row.cycle_id)
    return visit.redirect(f"/insurance/registrations/{row.key}", "Đã ghi thẻ khác của người này.")
