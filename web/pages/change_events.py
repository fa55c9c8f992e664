"""One change between quarters: the chairman's word, the number of its decision, and its withdrawal when wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Response
from sqlmodel import col, select

from models.changes import LifeEvent
from models.documents import Document
from models.people import Person
from models.places import Village
from rules.workflow import ChangeState, Role, StopReason
from services import change_decisions, change_withdrawals
from web.numbering import given_number
from web.pages.changes import READERS
from web.pages.document import accepted, number_choices, signed_check_page
from web.pages.payment import advance
from web.registry import Scope, get, post
from web.uploads import Received, receive_signed_again
from web.visit import Visit

if TYPE_CHECKING:
    from adapters.signed_pdf import SignedPdf


@get("/changes/events/{event_id:int}", roles=READERS, scope=Scope.VILLAGE)
def event_page(visit: Visit, event_id: int) -> Response:
    """One change: what happened, what it ends, where its decision stands, and the next act."""
    event = visit.own(LifeEvent, event_id)
    person = visit.own(Person, event.person_id)
    papers = select(Document).where(Document.subject == f"life_event:{event.key}", Document.kind == "stop_decision")
    sees_papers = visit.has(Role.economy, Role.chairman)
    numbers = visit.has(Role.economy) and event.state == ChangeState.APPROVED
    may_withdraw = visit.has(*change_withdrawals.who_withdraws(event))
    is_mine = visit.actor.account_id == event.reported_by
    draft = change_decisions.draft(visit.db, event) if numbers else None
    return visit.render(
        "payment/event.html",
        title="Một biến động",
        event=event,
        person=person,
        village=visit.db.get_one(Village, person.village_id),
        papers=visit.db.exec(papers.order_by(col(Document.version))).all() if sees_papers else [],
        may_decide=visit.has(Role.chairman) and not is_mine,
        may_withdraw=may_withdraw and not is_mine,
        may_be_withdrawn=event.state in change_withdrawals.WITHDRAWABLE,
        draft=draft,
        **(number_choices(visit, draft) if draft else {}),
    )


@post("/changes/events/{event_id:int}/approve", roles=(Role.chairman,), scope=Scope.COMMUNE, redisplay=event_page)
def approve(visit: Visit, event_id: int) -> Response:
    """The chairman signs the draft."""
    event = visit.own(LifeEvent, event_id)
    change_decisions.approve(visit.db, event_id=event.key, actor=visit.actor, now=visit.now)
    return visit.redirect("/changes", "Đã quyết định. Phòng Kinh tế vào số, ngày.")


@post("/changes/events/{event_id:int}/refuse", roles=(Role.chairman,), scope=Scope.COMMUNE, redisplay=event_page)
def refuse(visit: Visit, event_id: int) -> Response:
    """The chairman does not agree; support goes on."""
    event = visit.own(LifeEvent, event_id)
    reason = visit.form.text("reason", need="Ghi lý do không chấp thuận.", most=500)
    visit.form.check()
    change_decisions.refuse(visit.db, event_id=event.key, reason=reason, actor=visit.actor, now=visit.now)
    return visit.redirect("/changes", "Đã ghi: không chấp thuận, mọi việc giữ như trước.")


@post(
    "/changes/events/{event_id:int}/withdraw",
    roles=(Role.economy, Role.chairman),
    scope=Scope.COMMUNE,
    redisplay=event_page,
)
def withdraw(visit: Visit, event_id: int) -> Response:
    """A second person takes a wrong record back; what it ended goes on."""
    event, form = visit.own(LifeEvent, event_id), visit.form
    reason = form.text("withdrawal_reason", need="Ghi lý do rút lại.", most=500)
    revoked_by = form.text("revoked_by", most=200)
    form.check()
    change_withdrawals.withdraw(
        visit.db, event_id=event.key, reason=reason, revoked_by=revoked_by, actor=visit.actor, now=visit.now
    )
    advance(visit, event.commune_id)
    said = "Đã rút lại. Người này hưởng tiếp; tháng đã mất được truy lĩnh ở kỳ chi tới."
    return visit.redirect("/changes", "Đã rút lại." if event.reason == StopReason.RESUMED else said)


def _read_again(visit: Visit, event_id: int) -> Received[SignedPdf] | None:
    visit.own(LifeEvent, event_id)
    return receive_signed_again(visit)


def _again(visit: Visit, event_id: int) -> Response:
    """After a refusal: the check of the signed file again when one was checked, else the change."""
    received, event = receive_signed_again(visit), visit.own(LifeEvent, event_id)
    if received is None or event.state != ChangeState.APPROVED:
        return event_page(visit, event_id)
    return signed_check_page(visit, change_decisions.draft(visit.db, event), received)


@post(
    "/changes/events/{event_id:int}/issue",
    roles=(Role.economy,),
    scope=Scope.COMMUNE,
    redisplay=_again,
    prepare=_read_again,
)
def issue(visit: Visit, event_id: int) -> Response:
    """Number and day of the signed decision; from now on it ends what it ends."""
    event, form = visit.own(LifeEvent, event_id), visit.form
    received: Received[SignedPdf] | None = visit.prepared
    given = given_number(form)
    signed_file = accepted(visit, change_decisions.draft(visit.db, event), received) if received else None
    form.check()
    change_decisions.issue(
        visit.db,
        event_id=event.key,
        given=given,
        actor=visit.actor,
        now=visit.now,
        even_if_taken=form.ticked("even_if_taken"),
        signed_file=signed_file,
    )
    advance(visit, event.commune_id)
    return visit.redirect("/changes", "Quyết định đã có số và có hiệu lực.")
