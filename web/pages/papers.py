"""Photos and scans of one person's papers: taken with a phone, seen by whom the kind of paper is for."""

from __future__ import annotations

from fastapi import Response

from models.people import PAPER_KIND_LABELS, PaperKind, Person, PersonPaper
from models.places import Village
from services import papers_of_person
from web.registry import Scope, get, post
from web.uploads import open_photo, receive_photo
from web.visit import Visit

SENDERS = papers_of_person.SENDERS
EVERYBODY = tuple(dict.fromkeys((*papers_of_person.OFFICES, *SENDERS)))


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
        kinds=PAPER_KIND_LABELS.items(),
        may_send=visit.has(*SENDERS),
    )


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
    return visit.redirect(f"/papers/{person.key}", "Đã nhận giấy tờ.")


@get("/papers/files/{paper_id:int}", roles=EVERYBODY, scope=Scope.VILLAGE, logs_read=True)
def paper_file(visit: Visit, paper_id: int) -> Response:
    """The photo itself, for whom its kind is; who opened it is written down."""
    row = visit.own(PersonPaper, paper_id)
    paper = papers_of_person.opened(visit.db, paper_id=row.key, actor=visit.actor, now=visit.now)
    content = open_photo(visit, paper.file_sha256)
    ending = papers_of_person.MEDIA_TYPES[paper.media_type]
    return visit.download(content, f"giay-to-{paper.key}.{ending}", paper.media_type)
