"""Before the money goes an officer sees whose payment deserves a look, and decides; nothing is held by itself."""

from __future__ import annotations

from datetime import date

from sqlmodel import select

from models.cycles import Case
from models.people import PayMethodKind, Person
from rules.workflow import Role
from services import feedback, payment_doubts, transfers
from services.feedback import FeedbackKind
from services.payment_doubts import NO_PAPER, OPINION
from tests.services.money import HALF_A_MILLION, Desk, moment


def complaint(desk: Desk, person: Person) -> int:
    case = desk.session.exec(select(Case).where(Case.person_id == person.key)).one()
    received = feedback.receive(
        desk.session,
        commune_id=desk.commune_id,
        case_id=case.key,
        kind=FeedbackKind.KHIEU_NAI,
        content="Nội dung thử",
        sender="Người thử",
        received_on=date(2026, 7, 6),
        actor=desk.office[Role.front],
        now=moment("2026-07", 6),
    )
    return received.key


def test_an_open_complaint_and_a_proxy_without_a_paper_are_shown_until_seen_to(desk: Desk) -> None:
    calm, spoken_of = desk.person(), desk.person()
    by_proxy = desk.person(PayMethodKind.PROXY)
    desk.decide({person.key: HALF_A_MILLION for person in (calm, spoken_of, by_proxy)})
    july = desk.build("2026-07")
    number = complaint(desk, spoken_of)
    found = payment_doubts.doubts(desk.session, july)
    assert [(one.full_name, one.reason) for one in found] == [
        (spoken_of.full_name, OPINION),
        (by_proxy.full_name, NO_PAPER),
    ]
    transfers.hold_transfer(
        desk.session, transfer_id=found[1].transfer_id, reason=NO_PAPER, actor=desk.first, now=moment("2026-07", 7)
    )
    feedback.answer(
        desk.session, feedback_id=number, text="Đã xác minh (thử)", actor=desk.first, now=moment("2026-07", 8)
    )
    assert payment_doubts.doubts(desk.session, july) == []


def test_a_list_that_was_sent_has_no_doubts_any_more_and_nobody_was_held_by_the_machine(desk: Desk) -> None:
    person = desk.person()
    desk.decide({person.key: HALF_A_MILLION})
    july = desk.build("2026-07")
    complaint(desk, person)
    assert len(payment_doubts.doubts(desk.session, july)) == 1
    desk.send(july)
    assert payment_doubts.doubts(desk.session, july) == []
    assert [row.state for row in desk.transfers(july)] == ["SENT"]
