"""Photos and scans of one person's papers: taken with a phone, seen by whom the kind of paper is for."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Response

from models.people import PAPER_KIND_LABELS, PaperKind, Person, PersonPaper
from models.places import Village
from rules.names import fold_name
from services import papers_asked, papers_of_person
from services.papers_asked import AskedPaper
from web.export import BIRTH, NAME, VILLAGE, Column, export
from web.paging import Sort, cut_list, in_order, number_of, village_choices
from web.registry import Scope, get, post
from web.uploads import open_photo, receive_photo
from web.views import birth_text
from web.visit import Visit

SENDERS = papers_of_person.SENDERS
UNNAMED = "giấy tờ y tế, hỏi Trạm Y tế giấy nào"
EVERYBODY = tuple(dict.fromkeys((*papers_of_person.OFFICES, *SENDERS)))
SORTS = {
    "due": Sort("Hạn gần trước", lambda one: 0),
    "name": Sort("Họ tên", lambda one: one.person.sort_key),
    "village": Sort("Thôn", lambda one: (one.village.code, one.person.sort_key)),
    "unsent": Sort("Chưa gửi trước", lambda one: one.sent),
}
"""The first is the order in which the people come."""
STATES = (("unsent", "Chưa gửi"), ("sent", "Đã gửi, chờ Trạm xem"))
COLUMNS = (
    NAME, BIRTH, VILLAGE, Column("Giấy tờ cần", 36), Column("Yêu cầu lúc", 18), Column("Hạn kết luận", 14),
    Column("Đã gửi sau đó", 14),
)  # fmt: skip


@get("/papers", roles=papers_asked.READERS, scope=Scope.VILLAGE, hidden="mở từ Việc cần làm và từ thư")
def asked_page(visit: Visit) -> Response:
    """Of whom the health station asked for more papers, which, until when; each leads to where they are sent."""
    asked = dict(visit.request.query_params)
    return visit.render(
        "lists/papers_asked.html",
        title="Giấy tờ cần bổ sung",
        found=cut_list(_asked(visit, asked), asked, SORTS),
        asked=asked,
        states=STATES,
        villages=village_choices(visit.db, visit.commune.key) if visit.villages(visit.commune.key) is None else [],
    )


def _asked(visit: Visit, asked: dict[str, str]) -> Sequence[AskedPaper]:
    commune_id = visit.commune.key
    limit, village = visit.villages(commune_id), number_of(asked.get("village", ""))
    rows = papers_asked.asked_papers(visit.db, commune_id=commune_id, actor=visit.actor, villages=limit)
    words, state = fold_name(asked.get("q", "")), asked.get("state", "")
    return [
        one
        for one in rows
        if words in one.person.name_key
        and village in {None, one.village.key}
        and (state not in dict(STATES) or bool(one.sent) == (state == "sent"))
    ]


@get(
    "/papers/export",
    roles=papers_asked.READERS,
    scope=Scope.VILLAGE,
    logs_read=True,
    hidden="tệp tải từ Giấy tờ cần bổ sung",
)
def asked_export(visit: Visit) -> Response:
    """The same people as a workbook, to go and ask with; of an illness it says nothing."""
    asked = dict(visit.request.query_params)
    return export(
        visit,
        title="Giấy tờ cần bổ sung",
        file_name="giay-to-can-bo-sung.xlsx",
        subject=f"commune:{visit.commune.key}",
        columns=COLUMNS,
        rows=(
            (one.person.full_name, birth_text(one.person), one.village.name, one.kind or UNNAMED, one.asked_at,
             one.due_on, str(one.sent))
            for one in in_order(_asked(visit, asked), asked, SORTS)
        ),
    )  # fmt: skip


@get("/papers/{person_id:int}", roles=EVERYBODY, scope=Scope.VILLAGE)
def papers_page(visit: Visit, person_id: int) -> Response:
    """The person's papers; of medical ones others than the health station see only that there is one."""
    person = visit.own(Person, person_id)
    found = papers_of_person.papers(visit.db, person_id=person.key, actor=visit.actor)
    return visit.render(
        "lists/papers.html",
        title=f"Giấy tờ của {person.full_name}",
        person=person,
        village=visit.db.get_one(Village, person.village_id),
        papers=[(row, papers_of_person.may_open(row, visit.actor)) for row in found],
        asked=_asked_of(visit, person),
        kinds=PAPER_KIND_LABELS.items(),
        may_send=visit.has(*SENDERS),
    )


def _asked_of(visit: Visit, person: Person) -> AskedPaper | None:
    """What the station waits for of this person, for whoever helps to send it."""
    if not visit.has(*papers_asked.READERS):
        return None
    found = papers_asked.asked_papers(visit.db, commune_id=person.commune_id, actor=visit.actor, person_id=person.key)
    return found[0] if found else None


@post("/papers/{person_id:int}", roles=SENDERS, scope=Scope.VILLAGE, redisplay=papers_page)
def send(visit: Visit, person_id: int) -> Response:
    """Take in one photo or PDF."""
    person = visit.own(Person, person_id)
    kind = visit.form.word("kind", PaperKind, need="Chọn loại giấy tờ.")
    photo = receive_photo(visit)
    papers_of_person.add(
        visit.db,
        person_id=person.key,
        kind=kind,
        media_type=photo.media_type,
        size=photo.size,
        content_sha256=photo.content_sha256,
        file_sha256=photo.file_sha256,
        actor=visit.actor,
        now=visit.now,
    )
    return visit.redirect(f"/papers/{person.key}", "Đã nhận giấy tờ. Người được giao xem sẽ thấy ngay.")


@get("/papers/files/{paper_id:int}", roles=EVERYBODY, scope=Scope.VILLAGE, logs_read=True)
def paper_file(visit: Visit, paper_id: int) -> Response:
    """The photo itself, for whom its kind is; who opened it is written down."""
    row = visit.own(PersonPaper, paper_id)
    paper = papers_of_person.opened(visit.db, paper_id=row.key, actor=visit.actor, now=visit.now)
    content = open_photo(visit, paper.file_sha256)
    ending = papers_of_person.MEDIA_TYPES[paper.media_type]
    return visit.download(content, f"giay-to-{paper.key}.{ending}", paper.media_type)
