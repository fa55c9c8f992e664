"""Cards that end, gaps that grow, and money handed over without a card: what the office looks at between quarters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, func, select

from models.cycles import Cycle, CycleStep
from models.insurance import CardDecrease, InsuranceBatch, Registration
from models.payment import Benefit, Grant
from models.places import Commune
from rules.calendar import add_working_days
from rules.insurance import CARD_DAYS_KEY, RENEWAL_KEY
from rules.parameters import LawBook, LawGap
from rules.workflow import RegistrationState, Role, Step, StepState
from services import due, law, notices
from services.insurance_step import STEP
from services.store import get

GAP_KEY = "BHYT.gap_days_wait"


@dataclass(frozen=True)
class CardEnd:
    """A person's last card: ``ends_on``, and ``last_good_day`` to begin the next one without the waiting time."""

    person_id: int
    registration_id: int
    ends_on: date
    last_good_day: date

    def gap(self, on: date) -> int:
        """Days without a card so far; 0 while it runs."""
        return max(0, (on - self.ends_on).days)


@dataclass(frozen=True)
class Unanswered:
    """A contribution sent to BHXH cơ sở without a card yet; ``amount`` in đồng, ``days`` since it was sent.

    ``late``: the day by which the card was due (BHYT.card_days) is over, or nobody can say which day that is.
    """

    person_id: int
    registration_id: int
    batch_id: int
    amount: int
    sent_on: date
    days: int
    late: bool


@dataclass(frozen=True)
class Watch:
    """What the office looks at between quarters; ``missing`` names the parameter without which nothing is known."""

    ending: tuple[CardEnd, ...] = ()
    gaps: tuple[CardEnd, ...] = ()
    late: tuple[CardEnd, ...] = ()
    """Ended so long ago that a new card has to wait before it is valid."""
    unanswered: tuple[Unanswered, ...] = ()
    missing: str = ""

    @property
    def counts(self) -> dict[str, int]:
        """For the month's mail: what was sent yesterday is not missing yet."""
        unanswered = sum(one.late for one in self.unanswered)
        return {"ending": len(self.ending), "gaps": len(self.gaps), "unanswered": unanswered}


def watch(session: Session, commune_id: int, *, on: date) -> Watch:
    """Cards that end within the days of BHYT.renewal_days, gaps by how long they last, and money without a card."""
    book = law.book_for(session, commune_id)
    unanswered = tuple(_without_card(session, commune_id, book, on))
    try:
        days = int(book.get(RENEWAL_KEY, on=on).value)
        found = _ending(session, commune_id, book, on, timedelta(days=days))
    except LawGap as gap:
        return Watch(unanswered=unanswered, missing=gap.message)
    return Watch(
        ending=tuple(one for one in found if one.gap(on) == 0),
        gaps=tuple(one for one in found if one.gap(on) > 0 and on <= one.last_good_day),
        late=tuple(one for one in found if on > one.last_good_day),
        unanswered=unanswered,
    )


def tell(session: Session, *, commune_id: int, now: datetime) -> int:
    """One mail a month to Phòng Kinh tế while there is something to look at. Returns how many were queued."""
    found = watch(session, commune_id, on=now.date())
    if not any(found.counts.values()):
        return 0
    soonest = [one.last_good_day for one in (*found.gaps, *found.ending)]
    return notices.queue(
        session,
        key=f"cards_ending:{commune_id}:{now.date().isoformat()[:7]}",
        template="cards_ending",
        commune=get(session, Commune, commune_id, "đơn vị"),
        role=Role.economy,
        now=now,
        due_on=min(soonest, default=None),
        path="/insurance/watch",
        counts=found.counts,
    )


def cycles_to_renew(session: Session, *, now: datetime) -> list[int]:
    """Of each commune with cards to renew, its newest cycle whose insurance step has begun."""
    newest = (
        select(func.max(Cycle.id))
        .join(CycleStep, col(CycleStep.cycle_id) == Cycle.id)
        .where(CycleStep.step == Step.insurance, CycleStep.state != StepState.BLOCKED)
        .group_by(col(Cycle.commune_id))
    )
    begun = sorted(number for number in session.exec(newest) if number is not None)
    return [number for number in begun if due.has_units(session, cycle_id=number, work=STEP, now=now)]


def _ending(session: Session, commune_id: int, book: LawBook, on: date, within: timedelta) -> list[CardEnd]:
    """Cards of people with a running grant that end up to ``within`` from now, or ended, and that nothing follows.

    Soonest first. A registration that is planned or sent counts as following. Raises LawGap naming
    BHYT.gap_days_wait when it is not known.
    """
    days = int(book.get(GAP_KEY, on=on).value)
    last = _last_cards(session, commune_id)
    followed = _followed(session, commune_id)
    found = [
        # the break must stay under the parameter's days: on that day the waiting time begins to apply
        CardEnd(row.person_id, row.key, ends_on, ends_on + timedelta(days=days - 1))
        for row, ends_on in last.values()
        if row.person_id not in followed and ends_on <= on + within
    ]
    return sorted(found, key=lambda one: (one.ends_on, one.person_id))


def _without_card(session: Session, commune_id: int, book: LawBook, on: date) -> list[Unanswered]:
    """Đã chi nhưng chưa có thẻ: sent to BHXH cơ sở, neither a card nor a refusal yet; longest waiting first."""
    query = (
        select(Registration, InsuranceBatch)
        .join(InsuranceBatch, col(InsuranceBatch.id) == Registration.batch_id)
        .where(Registration.commune_id == commune_id, Registration.state == RegistrationState.SENT)
        .where(col(InsuranceBatch.sent_at).is_not(None))
        .order_by(col(InsuranceBatch.sent_at), col(Registration.id))
    )
    rows = [(row, batch, batch.sent_at.date()) for row, batch in session.exec(query) if batch.sent_at]
    late = {sent_on: _is_late(book, sent_on, on) for sent_on in {sent_on for _, _, sent_on in rows}}
    return [
        Unanswered(row.person_id, row.key, batch.key, row.amount, sent_on, (on - sent_on).days, late[sent_on])
        for row, batch, sent_on in rows
    ]


def _is_late(book: LawBook, sent_on: date, on: date) -> bool:
    try:
        return on > add_working_days(sent_on, int(book.get(CARD_DAYS_KEY, on=sent_on).value), book)
    except LawGap:
        return True


def _last_cards(session: Session, commune_id: int) -> dict[int, tuple[Registration, date]]:
    """By person with a running grant, the card that ends last."""
    running = select(Grant.person_id).where(
        Grant.commune_id == commune_id, Grant.benefit == Benefit.BHYT, col(Grant.to_month).is_(None)
    )
    query = select(Registration).where(
        Registration.commune_id == commune_id,
        Registration.state == RegistrationState.CARD,
        col(Registration.person_id).in_(running),
        col(Registration.id).not_in(select(CardDecrease.registration_id)),
    )
    rows = session.exec(query.order_by(col(Registration.valid_to), col(Registration.id)))
    return {row.person_id: (row, row.valid_to) for row in rows if row.valid_to}


def _followed(session: Session, commune_id: int) -> set[int]:
    waiting = (RegistrationState.PLANNED, RegistrationState.SENT)
    query = select(Registration.person_id).where(Registration.commune_id == commune_id)
    return set(session.exec(query.where(col(Registration.state).in_(waiting))).all())
