"""The payment step as the engine sees it: build the next due month's list, and wait until people have closed it."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session, col, select

from models.approval import Decision
from models.cycles import Cycle
from models.payment import Benefit, EntitlementLine, Grant, PaymentList
from models.places import Commune
from rules.months import Month
from rules.parameters import LawGap
from rules.workflow import PaymentListState, Role, Step
from services import law, notices
from services.grant_ends import STOP_RULE_KEY
from services.payment_build import DAYS_KEY, UNSETTLED, build_list, due_months, lists_of, opens_on
from services.payment_notices import tell_economy
from services.reconciliation_hand import waiting_rows
from services.steps import Gate, StepWork
from services.store import get

_WAITS_FOR = {
    PaymentListState.DRAFT: "Chờ Phòng Kinh tế lập danh sách chi trả tháng {month}: {people} người",
    PaymentListState.PREPARED: "Chờ người thứ hai duyệt danh sách chi trả tháng {month}: {people} người",
    PaymentListState.APPROVED: "Chờ Phòng Kinh tế chuyển tiền tháng {month} cho {people} người",
    PaymentListState.SENT: "Chờ kết quả chi trả và đóng tháng {month}: {people} người",
}


def _pending(session: Session, cycle: Cycle, now: datetime) -> list[int]:
    """The next month to build, as 202607; one at a time, so that a list always knows what the one before it says."""
    if any(row.state in UNSETTLED for row in lists_of(session, cycle.commune_id)):
        return []
    try:
        _known(session, cycle.commune_id, now.date())
        return [month.year * 100 + month.number for month in due_months(session, cycle.commune_id, now=now)[:1]]
    except LawGap:
        return []


def _known(session: Session, commune_id: int, on: date) -> None:
    """Raises LawGap for the first parameter of a payment list that is not known."""
    book = law.book_for(session, commune_id)
    for key in (DAYS_KEY, STOP_RULE_KEY):
        book.get(key, on=on)


def _work(session: Session, cycle: Cycle, months: list[int], now: datetime) -> dict[str, int]:
    counts = {"lists": 0, "people": 0}
    for code in months:
        if code not in _pending(session, cycle, now):
            continue
        built = build_list(session, commune_id=cycle.commune_id, month=Month(code // 100, code % 100), now=now)
        tell_economy(session, built, now=now)
        counts["lists"] += 1
        counts["people"] += built.people
    return counts


def _gate(session: Session, cycle: Cycle, now: datetime) -> Gate:
    """Done when every month due by now is closed and what this cycle gave stands on at least one of those lists."""
    for row in lists_of(session, cycle.commune_id):
        if row.state != PaymentListState.CLOSED:
            return _waits_for(session, row)
    grants = [grant for grant in _cycle_grants(session, cycle) if _gives_something(grant)]
    try:
        _known(session, cycle.commune_id, now.date())
        if due_months(session, cycle.commune_id, now=now):
            return Gate(False, Role.system, "Chờ máy lập danh sách chi trả tháng kế tiếp")
        if not grants:
            return Gate(True, Role.economy, "Kỳ này không thêm người được chi trả; mọi tháng đến hạn đã đóng")
        if _is_listed(session, grants):
            return Gate(True, Role.economy, "Đã chi trả và đóng mọi tháng đến hạn")
        opens = _next_opening(session, cycle, grants)
    except LawGap as gap:
        return Gate(False, Role.economy, f"Chờ tham số {gap.key}: {gap.message}")
    return Gate(False, Role.system, f"Chờ đến ngày {opens:%d/%m/%Y} để lập danh sách chi trả", due_on=opens)


def _waits_for(session: Session, row: PaymentList) -> Gate:
    text = _WAITS_FOR[PaymentListState(row.state)].format(month=Month.parse(row.month), people=row.people)
    undecided = len(waiting_rows(session, row.key)) if row.state == PaymentListState.SENT else 0
    rows = f", {undecided} dòng kết quả chờ người xác định" if undecided else ""
    message = f"{text}{rows}, hạn {row.due_on:%d/%m/%Y}"
    return Gate(False, Role.economy, message, due_on=row.due_on, counts={"people": row.people})


def _cycle_grants(session: Session, cycle: Cycle) -> list[Grant]:
    query = select(Grant).join(Decision, col(Decision.id) == Grant.decision_id).where(Decision.cycle_id == cycle.key)
    return list(session.exec(query.where(Grant.benefit == Benefit.INCOME).order_by(col(Grant.id))).all())


def _gives_something(grant: Grant) -> bool:
    return grant.to_month is None or grant.to_month >= grant.from_month


def _is_listed(session: Session, grants: list[Grant]) -> bool:
    numbers = [grant.key for grant in grants]
    found = select(EntitlementLine.id).where(col(EntitlementLine.grant_id).in_(numbers)).limit(1)
    return session.exec(found).first() is not None


def _next_opening(session: Session, cycle: Cycle, grants: list[Grant]) -> date:
    month = Month.parse(min(grant.from_month for grant in grants))
    lists = lists_of(session, cycle.commune_id)
    if lists:
        month = max(month, Month.parse(lists[-1].month).plus(1))
    return opens_on(session, cycle.commune_id, month, on=month.first_day)


def _on_done(session: Session, cycle: Cycle, now: datetime) -> None:
    """Phòng Kinh tế goes on with the BHYT cards."""
    notices.queue(
        session,
        key=f"cycle:{cycle.key}:payment_done",
        template="step_reminder",
        commune=get(session, Commune, cycle.commune_id, "đơn vị"),
        cycle=cycle,
        role=Role.economy,
        now=now,
        path="/insurance",
        counts={"waiting": len(_cycle_grants(session, cycle))},
        extra={"step_label": "Đăng ký thẻ BHYT"},
    )


STEP = StepWork(step=Step.payment, pending=_pending, work=_work, gate=_gate, on_done=_on_done)
