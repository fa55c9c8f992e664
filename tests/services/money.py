"""An invented commune that pays: two officers of Phòng Kinh tế, people with grants, months carried to their end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, func, select

from models.adjustments import Adjustment
from models.approval import Decision, Submission
from models.base import ZONE
from models.changes import LifeEvent
from models.eligibility import Assessment
from models.law import LawRevision
from models.payment import Benefit, EntitlementLine, Grant, PaymentList, Transfer
from models.people import PayMethodKind, Person
from rules.months import Month
from rules.workflow import CaseStatus, Outcome, Role, Step, StopReason, SubmissionState, TransferState
from services import change_decisions, documents, payer_accounts, payment
from services.payer_accounts import NewPayerAccount
from services.register_entry import Numbered
from services.staff import Actor
from tests import factories
from tests.factories import Office, save

HALF_A_MILLION = 500_000


def moment(month: str, day: int = 10) -> datetime:
    """Nine o'clock on a day of a month given as YYYY-MM; on the tenth its list may be built."""
    first = Month.parse(month).first_day
    return datetime(first.year, first.month, day, 9, tzinfo=ZONE)


@dataclass(frozen=True)
class Answer:
    """A row of an answer file as a test states it."""

    row_number: int
    end_to_end_id: str
    amount: int | None
    paid: bool | None = True
    reason: str = ""


@dataclass
class Desk:
    """The commune and the two people who handle its money."""

    session: Session
    office: Office
    first: Actor
    second: Actor

    @property
    def commune_id(self) -> int:
        return self.office.commune.key

    def person(self, kind: PayMethodKind = PayMethodKind.ACCOUNT, village: int = 0) -> Person:
        """Somebody of the commune, paid that way."""
        person = factories.create_person(self.session, self.office.villages[village])
        factories.create_pay_method(self.session, person, kind)
        return person

    def pays_from(self, account: NewPayerAccount, day: int = 5) -> None:
        """The office enters the account that money leaves from, on a day of July 2026."""
        payer_accounts.change(
            self.session, commune_id=self.commune_id, new=account, actor=self.first, now=moment("2026-07", day)
        )

    def decide(
        self,
        amounts: Mapping[int, int],
        from_month: str = "2026-07",
        benefit: Benefit = Benefit.INCOME,
        frozen_at: datetime | None = None,
        **granted: Any,
    ) -> list[Grant]:
        """A decision that gives people (by number) đồng a month; a running grant of theirs ends the month before.

        ``granted``: what else all these grants say, such as their category.
        """
        decision = self._decision(moment(from_month, 1) if frozen_at is None else frozen_at)
        return [self._grant(decision, who, amount, from_month, benefit, **granted) for who, amount in amounts.items()]

    def change_law(self, amount: int, since: Mapping[int, Month], month: Month, frozen_at: datetime) -> None:
        """A decision by which a new value of the law counts: from ``month`` on as new grants, before it as adjustments.

        ``since``: by person, the first month that comes out otherwise.
        """
        decision = self._decision(frozen_at)
        for who, first in since.items():
            if first < month:
                adjusted = Adjustment(
                    decision_id=decision.key,
                    commune_id=self.commune_id,
                    person_id=who,
                    benefit=Benefit.INCOME,
                    from_month=first.code,
                    to_month=month.plus(-1).code,
                    monthly_amount=amount,
                    reason="mức mới",
                )
                save(self.session, adjusted)
            self._grant(decision, who, amount, month.code, Benefit.INCOME)

    def _decision(self, frozen_at: datetime) -> Decision:
        cycle, chairman = self.office.cycle, self.office[Role.chairman]
        number = self.session.exec(select(func.count()).select_from(Submission)).one() + 1
        submission = Submission(
            cycle_id=cycle.key,
            commune_id=self.commune_id,
            round=number,
            state=SubmissionState.ISSUED,
            frozen_at=frozen_at,
            list_sha256="0",
            law_sha256="0",
            law_status="CONFIRMED",
        )
        decision = Decision(
            submission_id=save(self.session, submission).key,
            commune_id=self.commune_id,
            cycle_id=cycle.key,
            number=number,
            symbol="QĐ-UBND",
            issued_on=frozen_at.date(),
            issued_year=2026,
            signer_id=chairman.person_id,
            signer_mandate_id=chairman.mandates[0].key,
            authority_lines=[],
            audit_head="0",
            recorded_by=chairman.person_id,
            recorded_at=frozen_at,
        )
        return save(self.session, decision)

    def _grant(
        self, decision: Decision, who: int, amount: int, from_month: str, benefit: Benefit, **granted: Any
    ) -> Grant:
        running = select(Grant).where(Grant.person_id == who, Grant.benefit == benefit, col(Grant.to_month).is_(None))
        if before := self.session.exec(running).first():
            end = max(Month.parse(from_month), Month.parse(before.from_month)).plus(-1)
            before.to_month, before.stop_reason = end.code, StopReason.STATUS_CHANGED
            save(self.session, before)
        usual: dict[str, Any] = {"category": "THOAT_NGHEO", "bhyt_share": 100 if benefit is Benefit.BHYT else 0}
        grant = Grant(
            decision_id=decision.key,
            commune_id=self.commune_id,
            person_id=who,
            assessment_id=self._assessment(who),
            benefit=benefit,
            monthly_amount=amount,
            from_month=from_month,
            law_sha256="0",
            **(usual | granted),
        )
        return save(self.session, grant)

    def _assessment(self, who: int) -> int:
        known = self.session.exec(select(Assessment.id).where(Assessment.person_id == who)).first()
        if known is not None:
            return known
        person = self.session.get_one(Person, who)
        case = factories.create_case(self.session, self.office.cycle, person, status=CaseStatus.APPROVED)
        assessment = Assessment(
            case_id=case.key,
            cycle_id=self.office.cycle.key,
            person_id=who,
            on_day=date(2026, 7, 1),
            outcome=Outcome.ELIGIBLE,
            findings=[],
            missing=[],
            facts={},
            facts_sha256="0",
            law_sha256="0",
            law_status="CONFIRMED",
            made_at=factories.NOW,
        )
        return save(self.session, assessment).key

    def build(self, month: str) -> PaymentList:
        """The month's list as the machine builds it."""
        return payment.build_list(self.session, commune_id=self.commune_id, month=Month.parse(month), now=moment(month))

    def prepare(self, payment_list: PaymentList) -> PaymentList:
        return payment.prepare(
            self.session, list_id=payment_list.key, actor=self.first, now=moment(payment_list.month, 11)
        )

    def approve(self, payment_list: PaymentList) -> PaymentList:
        return payment.approve(
            self.session, list_id=payment_list.key, actor=self.second, now=moment(payment_list.month, 12)
        )

    def send(self, payment_list: PaymentList) -> PaymentList:
        """From draft to the bank."""
        self.prepare(payment_list)
        self.approve(payment_list)
        return payment.mark_sent(
            self.session, list_id=payment_list.key, actor=self.first, now=moment(payment_list.month, 13)
        )

    def answer(self, payment_list: PaymentList, *returned: str) -> None:
        """Bank and cash desk answer for everything that was sent; the named attempts came back."""
        sent = [row for row in self.transfers(payment_list) if row.state == TransferState.SENT]
        rows = [
            Answer(n, row.end_to_end_id, row.amount, row.end_to_end_id not in returned, "Tài khoản đã đóng")
            for n, row in enumerate(sent, start=2)
        ]
        if rows:
            payment.import_answer(
                self.session,
                list_id=payment_list.key,
                file_name="kq.xlsx",
                sha256=f"{payment_list.key}-{len(rows)}-{returned}",
                rows=rows,
                actor=self.first,
                now=moment(payment_list.month, 20),
            )

    def say_late(self, row: PaymentList, transfer: Transfer, *, paid: bool) -> None:
        """A file of the bank that comes after the month was closed."""
        payment.import_answer(
            self.session,
            list_id=row.key,
            file_name="sau.xlsx",
            sha256=f"{transfer.key}-{paid}",
            rows=[Answer(2, transfer.end_to_end_id, transfer.amount, paid, "" if paid else "Tài khoản đã đóng")],
            actor=self.first,
            now=moment(row.month, 27),
        )

    def close(self, payment_list: PaymentList) -> PaymentList:
        return payment.close_month(
            self.session, list_id=payment_list.key, actor=self.first, now=moment(payment_list.month, 25)
        )

    def run_month(self, month: str, *returned: str) -> PaymentList:
        """A whole month: built, prepared, approved, sent, answered, closed."""
        payment_list = self.build(month)
        self.send(payment_list)
        self.answer(payment_list, *returned)
        return self.close(payment_list)

    def transfers(self, payment_list: PaymentList) -> list[Transfer]:
        query = select(Transfer).where(Transfer.list_id == payment_list.key).order_by(col(Transfer.id))
        return list(self.session.exec(query).all())

    def know(self, key: str, value: object, valid_from: date = date(2026, 1, 1)) -> None:
        """The office confirmed a value of the law."""
        row = LawRevision(
            commune_id=self.commune_id,
            param_key=key,
            value=value,
            valid_from=valid_from,
            reference={"document": "Bộ giá trị thử", "issuer": "Đơn vị thử"},
            status="CONFIRMED",
            proposed_by=self.first.person_id,
            proposed_at=factories.NOW,
            confirmed_by=self.second.person_id,
            confirmed_at=factories.NOW,
        )
        save(self.session, row)

    def decide_change(self, event: LifeEvent, month: str, day: int = 18, number: int = 900) -> LifeEvent:
        """The chairman signs the draft of a change, and its number is entered the same day."""
        now, paper = moment(month, day), change_decisions.draft(self.session, event)
        documents.mark_written(
            self.session, paper, file_sha256="a", data_sha256="b", template_sha256="c", now=paper.wanted_at
        )
        change_decisions.approve(self.session, event_id=event.key, actor=self.office[Role.chairman], now=now)
        given = Numbered(number + event.key, "QĐ-UBND", now.date())
        return change_decisions.issue(self.session, event_id=event.key, given=given, actor=self.first, now=now)

    def lines(self, person: Person) -> list[tuple[str, str, int]]:
        """(month, kind, amount) of everything ever listed for the person, in the order in which it was."""
        query = select(EntitlementLine).where(EntitlementLine.person_id == person.key)
        found = self.session.exec(query.order_by(col(EntitlementLine.list_id), col(EntitlementLine.month)))
        return [(line.month, line.kind, line.amount) for line in found]


def open_desk(session: Session, reach: Step = Step.payment) -> Desk:
    """A commune whose cycle stands at the payments."""
    office = factories.create_office(session, reach=reach)
    second = factories.create_officer(session, office.commune, Role.economy)
    return Desk(session, office, office[Role.economy], second)
