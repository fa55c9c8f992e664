"""The quarter as people walk it through the pages; the machine's part is done by the steps' own functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import select

from models.base import ZONE
from models.cycles import Case
from models.payment import PaymentList, Transfer
from models.people import FactKind, Household, HouseholdStatusKind, PayMethodKind
from models.places import Village
from rules.workflow import CaseStatus, Role
from services import approval, eligibility, insurance, payment, submissions
from services.staff import Actor
from services.steps import StepWork
from tests import factories
from tests.web.conftest import PASSWORD, Browser, World
from tests.web.workbooks import sheet, upload

ASSISTANCE = ("STT", "Họ tên", "Ngày sinh", "Số định danh", "Loại trợ cấp", "Mức hưởng")
RESULTS = ("Mã giao dịch", "Số tiền", "Kết quả", "Lý do")


def july(day: int) -> datetime:
    """Nine o'clock on a day of July 2026."""
    return datetime(2026, 7, day, 9, tzinfo=ZONE)


@dataclass
class Quarter:
    """A commune with three elders under review, and browsers of who acts."""

    world: World
    cases: list[int]
    economy: Browser
    culture: Browser
    chairman: Browser
    second: Browser
    """A second person of Phòng Kinh tế, who touches nothing before the payment list is approved."""

    @property
    def cycle_id(self) -> int:
        return self.world.here.cycle.key

    def machine(self, *steps: StepWork) -> None:
        """The machine's part of the steps, as of the product's clock."""
        from adapters import clock

        with self.world.session() as session:
            for step in steps:
                cycle = session.merge(self.world.here.cycle)
                step.work(session, cycle, step.pending(session, cycle, clock.now()), clock.now())
            session.commit()

    def cross_check(self, *rows: list[object]) -> None:
        """Phòng VH-XH hands in its list; the machine matches and assesses."""
        others = ["9", "Người Khác Hẳn", "01/01/1940", "", "Trợ cấp xã hội", "700.000"]
        self.culture.get("/cross-checks")
        content = sheet(ASSISTANCE, [*rows, others])
        self.culture.post(f"/cross-checks/{self.cycle_id}/files", files=upload(content, "btxh.xlsx"))
        self.machine(eligibility.STEP)

    def review(self) -> None:
        """Propose, sign by two people, post, and let the window pass; the machine freezes the list."""
        self.economy.get("/eligibility")
        self.economy.post(f"/eligibility/{self.cycle_id}/propose-all")
        minutes = {"held_on": "14/07/2026", "place": "Hội trường UBND", "conclusion": "Thống nhất"}
        self.world.at(july(14))
        for browser in (self.economy, self.culture, self.chairman, self.second):
            browser.renew()
        self.economy.get("/eligibility")
        self.economy.post(f"/eligibility/{self.cycle_id}/minutes", **minutes)  # type: ignore[arg-type]
        self.economy.post(f"/eligibility/{self.cycle_id}/minutes/sign")
        self.culture.get("/eligibility")
        self.culture.post(f"/eligibility/{self.cycle_id}/minutes/sign")
        self.economy.post(
            f"/eligibility/{self.cycle_id}/posting", starts_on="14/07/2026", posting_place="Nhà văn hóa thôn"
        )
        self.go_to(july(20))
        self.machine(approval.STEP)

    def go_to(self, moment: datetime) -> None:
        """Let time pass; everybody signs in again."""
        self.world.at(moment)
        for browser in (self.economy, self.culture, self.chairman, self.second):
            browser.renew()

    def submission(self) -> int:
        """The number of the newest frozen list."""
        with self.world.session() as session:
            found = submissions.latest(session, self.cycle_id)
            assert found is not None
            return found.key

    def decide(self) -> int:
        """Submitted, decided as proposed, issued; the machine builds July's payment list. Returns its number."""
        number = self.submission()
        self.economy.get("/approval")
        self.economy.post(f"/approval/{number}/submit")
        self.chairman.get("/approval")
        self.chairman.post(f"/approval/{number}/decide", confirm_password=PASSWORD)
        self.economy.get("/approval")
        self.economy.post(f"/approval/{number}/issue", number=35, symbol="QĐ-UBND", issued_on="20/07/2026")
        self.machine(payment.STEP, insurance.STEP)
        with self.world.session() as session:
            return session.exec(select(PaymentList)).one().key

    def results(self, list_id: int, **returned: str) -> bytes:
        """The bank's file of a list: everybody paid, but for the codes in ``returned`` with their reason."""
        with self.world.session() as session:
            rows = session.exec(select(Transfer).where(Transfer.list_id == list_id)).all()
        return sheet(
            RESULTS,
            [
                [row.end_to_end_id, row.amount, "Trả lại" if row.end_to_end_id in returned else "Thành công",
                 returned.get(row.end_to_end_id, "")]
                for row in rows
            ],
        )  # fmt: skip


def begin(world: World) -> Quarter:
    """Three elders of a household that escaped poverty wait for their review under the demonstration law."""
    world.adopt_demo_law()
    with world.session() as session:
        village = session.get_one(Village, world.here.villages[0].key)
        cases = [_elder(world, session, village).key for _ in range(3)]
        second = factories.create_officer(session, world.here.commune, Role.economy)
        deputy = _chairman(world, session)
        session.commit()
    browsers = [world.role(Role.economy), world.role(Role.culture), world.browser(deputy), world.browser(second)]
    return Quarter(world, cases, *browsers)


def reviewed(world: World) -> Quarter:
    """The same once its list is reviewed, posted and frozen for the chairman."""
    quarter = begin(world)
    quarter.cross_check()
    quarter.review()
    return quarter


def _elder(world: World, session, village: Village) -> Case:  # type: ignore[no-untyped-def]
    person = factories.create_person(session, village, birth_date=date(1960, 3, 2))
    household = session.get_one(Household, person.household_id)
    factories.create_status(session, household, HouseholdStatusKind.THOAT_NGHEO, valid_from=date(2025, 1, 10))
    factories.create_fact(session, person, FactKind.RESIDENCE, "THUONG_TRU")
    factories.create_fact(session, person, FactKind.INCOME, {"kind": "KHONG", "monthly": 0})
    factories.create_pay_method(session, person, PayMethodKind.ACCOUNT)
    return factories.create_case(session, world.here.cycle, person, status=CaseStatus.REVIEW)


def _chairman(world: World, session) -> Actor:  # type: ignore[no-untyped-def]
    from models.staff import Account

    deputy = factories.create_officer(session, world.here.commune, Role.chairman, post="Phó Chủ tịch")
    known = session.get_one(Account, world.here[Role.chairman].person_id)
    session.get_one(Account, deputy.person_id).password_hash = known.password_hash
    return deputy
