"""Cards that end, gaps, money without a card: what BHXH and Phòng Kinh tế look at between quarters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from fastapi import Response
from sqlmodel import col, select

from models.insurance import Registration
from models.people import Person
from models.places import Village
from rules.names import fold_name
from rules.workflow import Role
from services import insurance_other, insurance_watch
from web.export import BIRTH, NAME, VILLAGE, Column, Value, export
from web.paging import Sort, cut_list, in_order, number_of, village_choices
from web.registry import Scope, get, post
from web.views import birth_text
from web.visit import Visit

READERS = (Role.economy, Role.insurance, Role.chairman)
COLUMNS = (
    Column("Tình trạng", 30), NAME, BIRTH, VILLAGE, Column("Mã thẻ", 18), Column("Thẻ hết hạn, ngày gửi", 16),
    Column("Số ngày", 10, "int"), Column("Hạn gia hạn", 14), Column("Số tiền", 16, "money"),
)  # fmt: skip
KINDS = {
    "gaps": "Đang gián đoạn, còn gia hạn kịp",
    "ending": "Sắp hết hạn, chưa lập hồ sơ gia hạn",
    "late": "Gián đoạn lâu, thẻ mới phải chờ",
    "unanswered": "Đã gửi hồ sơ, chưa có thẻ",
}
"""What a line may be about, the most pressing first."""


@dataclass(frozen=True)
class Line:
    """One registration to look at. ``day``: the card's last one, or when the file was sent; ``days`` since, if past."""

    kind: str
    registration: Registration
    person: Person
    village: Village
    day: date
    days: int
    until: date | None
    """The last day to begin a new card without the waiting time."""
    amount: int


SORTS = {
    "pressing": Sort("Gấp trước", lambda one: (list(KINDS).index(one.kind), one.until or one.day)),
    "name": Sort("Họ tên", lambda one: one.person.sort_key),
    "village": Sort("Thôn", lambda one: (one.village.code, one.person.sort_key)),
    "days": Sort("Nhiều ngày trước", lambda one: -one.days),
}


@get("/insurance/watch", roles=READERS, scope=Scope.COMMUNE)
def watch_page(visit: Visit) -> Response:
    """Everybody to look at today in one list, the most pressing first; how many of each kind above it."""
    asked = dict(visit.request.query_params)
    found = insurance_watch.watch(visit.db, visit.commune.key, on=visit.now.date())
    lines = _lines(visit, found)
    return visit.render(
        "insurance/watch.html",
        title="Theo dõi thẻ bảo hiểm y tế",
        missing=found.missing,
        counts=[(label, sum(one.kind == kind for one in lines)) for kind, label in KINDS.items()],
        found=cut_list(_wanted(lines, asked), asked, SORTS),
        asked=asked,
        kinds=KINDS,
        villages=village_choices(visit.db, visit.commune.key),
    )


def _lines(visit: Visit, found: insurance_watch.Watch) -> list[Line]:
    on = visit.now.date()
    ends = [(kind, one) for kind in ("gaps", "ending", "late") for one in getattr(found, kind)]
    numbers = [one.registration_id for one in (*(one for _, one in ends), *found.unanswered)]
    query = (
        select(Registration, Person, Village)
        .join(Person, col(Person.id) == Registration.person_id)
        .join(Village, col(Village.id) == Person.village_id)
        .where(Registration.commune_id == visit.commune.key, col(Registration.id).in_(numbers))
    )
    known = {row.key: (row, person, village) for row, person, village in visit.db.exec(query)}
    lines = []
    for kind, one in ends:
        who = known[one.registration_id]
        lines.append(Line(kind, *who, one.ends_on, one.gap(on), one.last_good_day, who[0].amount))
    for sent in found.unanswered:
        who = known[sent.registration_id]
        lines.append(Line("unanswered", *who, sent.sent_on, sent.days, None, sent.amount))
    return lines


def _wanted(lines: list[Line], asked: dict[str, str]) -> list[Line]:
    words, kind, village = fold_name(asked.get("q", "")), asked.get("kind", ""), number_of(asked.get("village", ""))
    return [
        one
        for one in lines
        if words in one.person.name_key and kind in {"", one.kind} and village in {None, one.village.key}
    ]


@get("/insurance/watch/export", roles=READERS, scope=Scope.COMMUNE, logs_read=True, hidden="tệp tải từ Theo dõi thẻ")
def watch_export(visit: Visit) -> Response:
    """The people that the same question finds, as one workbook."""
    asked = dict(visit.request.query_params)
    lines = _lines(visit, insurance_watch.watch(visit.db, visit.commune.key, on=visit.now.date()))
    return export(
        visit,
        title=f"Theo dõi thẻ BHYT ngày {visit.now:%d/%m/%Y}",
        file_name=f"theo-doi-the-bhyt-{visit.now:%Y-%m-%d}.xlsx",
        subject=f"commune:{visit.commune.key}",
        columns=COLUMNS,
        rows=_rows(in_order(_wanted(lines, asked), asked, SORTS)),
    )


def _rows(lines: list[Line]) -> Iterator[tuple[Value, ...]]:
    for one in lines:
        who = (one.person.full_name, birth_text(one.person), one.village.name, one.registration.card_no)
        yield KINDS[one.kind], *who, one.day, one.days, one.until, one.amount


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
