"""BHXH's D10a-TS: shown before it is written, then taken in row by row; what fits nobody changes nobody."""

from __future__ import annotations

from fastapi import Response
from sqlmodel import col, select

from adapters.answers import AnswerProblem
from adapters.card_answer import CardAnswerRow, read_card_answer
from models.cycles import Cycle
from models.insurance import CardAnswer, Registration
from models.people import Person
from rules.workflow import Role
from services import cycles, insurance
from services.errors import not_found
from web.pages.insurance import READERS, registrations_page
from web.registry import Scope, get, post
from web.uploads import Received, receive, receive_again
from web.visit import LARGEST, Visit

Reading = tuple[list[CardAnswerRow], list[AnswerProblem]]


def _read(visit: Visit, cycle_id: int) -> Received[Reading]:
    visit.own(Cycle, cycle_id)
    return receive(visit, read_card_answer)


def _read_again(visit: Visit, cycle_id: int) -> Received[Reading]:
    visit.own(Cycle, cycle_id)
    return receive_again(visit, read_card_answer)


@post(
    "/insurance/{cycle_id:int}/cards/preview",
    roles=(Role.insurance,),
    scope=Scope.COMMUNE,
    redisplay=registrations_page,
    prepare=_read,
)
def preview_cards(visit: Visit, cycle_id: int) -> Response:
    """Read and match BHXH's answer and show what it would do; nothing is written into the records."""
    cycle = visit.own(Cycle, cycle_id)
    received: Received[Reading] = visit.prepared
    rows, problems = received.reading
    shown = insurance.preview_cards(
        visit.db, cycle_id=cycle.key, rows=rows, actor=visit.actor, sha256=received.sha256, problems=problems
    )
    return visit.render(
        "insurance/preview.html",
        title="Xem trước kết quả cấp thẻ",
        cycle=cycle,
        cycle_label=cycles.label(cycle),
        shown=shown,
        problems=problems,
        wrong=[one for one in shown.matches if one.problem],
        good=[one for one in shown.matches if not one.problem],
        names=_names(visit, cycle),
        received=received,
    )


def _names(visit: Visit, cycle: Cycle) -> dict[int, str]:
    query = select(Registration.id, Person.full_name).join(Person, col(Person.id) == Registration.person_id)
    return {number or 0: name for number, name in visit.db.exec(query.where(Registration.cycle_id == cycle.key))}


@post(
    "/insurance/{cycle_id:int}/cards/confirm",
    roles=(Role.insurance,),
    scope=Scope.COMMUNE,
    redisplay=registrations_page,
    prepare=_read_again,
)
def confirm_cards(visit: Visit, cycle_id: int) -> Response:
    """Write what was shown: cards and refusals; pressed twice it is one answer."""
    cycle = visit.own(Cycle, cycle_id)
    received: Received[Reading] = visit.prepared
    rows, problems = received.reading
    answer = insurance.import_cards(
        visit.db,
        cycle_id=cycle.key,
        file_name=received.upload.name,
        sha256=received.sha256,
        rows=rows,
        problems=problems,
        actor=visit.actor,
        now=visit.now,
    )
    visit.advance(cycle.key)
    return visit.redirect(f"/insurance/answers/{answer.key}")


@get("/insurance/answers/{answer_id:int}", roles=READERS, scope=Scope.COMMUNE)
def answer_page(visit: Visit, answer_id: int) -> Response:
    """One answer of BHXH: counts, and each row that settled nobody with its reason."""
    answer = visit.db.get(CardAnswer, answer_id) if answer_id <= LARGEST else None
    if answer is None:
        raise not_found("no_row", "Không tìm thấy tệp kết quả này trong phạm vi của anh/chị.")
    visit.own(Cycle, answer.cycle_id)
    rows = insurance.answer_rows(visit.db, answer.key)
    return visit.render(
        "insurance/answer.html",
        title="Kết quả cấp thẻ",
        answer=answer,
        wrong=[row for row in rows if row.problem],
    )
