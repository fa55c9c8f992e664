"""Who is reminded when, who hears of what stays undone, and what is gathered into one mail a day."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

import pytest
from sqlmodel import Session, col, select

from models.base import ZONE
from models.eligibility import AssistanceFile, Posting
from models.feedback import Feedback
from models.lists import VillageList
from models.notices import Mail
from models.payment import PaymentList
from rules.law_files import shipped_parameters
from rules.parameters import LawBook, LawGap
from rules.workflow import ESCALATION, ListState, MailState, PaymentListState, Role, Step, StepState
from services import cross_checks, cycles, digests, health_notices, notices, reminders, staff
from services.step_table import ALL
from tests import factories
from tests.factories import Office

FRIDAY = date(2026, 7, 10)
"""What is due then is one working day late on Monday the 13th."""


def at(day: date) -> datetime:
    """Seven in the morning of a day."""
    return datetime(day.year, day.month, day.day, 7, tzinfo=ZONE)


def july(day: int) -> date:
    """A day of July 2026; the 6th is a Monday."""
    return date(2026, 7, day)


@pytest.fixture
def office(session: Session) -> Office:
    """A commune at work with two thôn that have not answered by Friday the 10th."""
    made = factories.create_office(session, villages=2)
    for place in made.villages:
        session.add(
            VillageList(
                cycle_id=made.cycle.key,
                commune_id=made.commune.key,
                village_id=place.key,
                state=ListState.REQUESTED,
                requested_at=at(july(1)),
                due_on=FRIDAY,
            )
        )
    session.flush()
    return made


def held(session: Session, office: Office, step: Step, holder: Role, due_on: date = FRIDAY) -> None:
    """The cycle waits for people at ``step``."""
    for earlier in list(Step)[: list(Step).index(step)]:
        row = cycles.step_row(session, office.cycle.key, earlier)
        row.state = StepState.DONE
        session.add(row)
    row = cycles.step_row(session, office.cycle.key, step)
    row.state, row.holder, row.due_on = StepState.WAITING, holder, due_on
    session.add(row)
    session.flush()


def go(session: Session, office: Office, day: date) -> Counter[tuple[str, str]]:
    """The round of a day: how many new mails of each letter went to each role."""
    last = max([mail.key for mail in session.exec(select(Mail))], default=0)
    reminders.remind(session, commune_id=office.commune.key, table=ALL, now=at(day))
    return Counter((mail.template, mail.role) for mail in session.exec(select(Mail).where(col(Mail.id) > last)))


def letters(session: Session, template: str) -> list[Mail]:
    """What was queued of one letter, in order."""
    return list(session.exec(select(Mail).where(Mail.template == template).order_by(col(Mail.id))))


@pytest.mark.parametrize(
    ("day", "name", "days"),
    [
        (7, None, 0),
        (8, "before", 2),
        (9, "before", 1),
        (10, "on", 0),
        (13, "after:0", 1),
        (14, "after:0", 2),
        (15, "after:1", 3),
        (16, "after:1", 4),
    ],
)
def test_a_day_is_told_before_on_and_after_it(day: int, name: str | None, days: int) -> None:
    turn = reminders.turn_of(FRIDAY, LawBook(shipped_parameters(), []), july(day))
    assert (turn.name, turn.days) == (name, days) if turn else name is None


def test_the_last_working_day_stands_for_a_day_that_falls_on_a_sunday() -> None:
    book = LawBook(shipped_parameters(), [])
    sunday = july(12)
    told = [reminders.turn_of(sunday, book, july(day)) for day in (9, 10, 13)]
    assert [turn and turn.name for turn in told] == ["before", "on", "after:0"]


def test_a_silent_thon_is_reminded_at_each_turn_and_its_superiors_hear_once_each(
    session: Session, office: Office
) -> None:
    said = {day: go(session, office, july(day)) for day in range(6, 23)}
    heads = ("list_reminder", Role.village_head)
    assert {day: counts[heads] for day, counts in said.items() if counts[heads]} == dict.fromkeys(
        (8, 10, 13, 15, 17, 21), 2
    )
    to_economy, to_chairman = ("escalation", Role.economy), ("escalation", Role.chairman)
    assert {day: counts[to_economy] for day, counts in said.items() if counts[to_economy]} == {14: 2}
    assert {day: counts[to_chairman] for day, counts in said.items() if counts[to_chairman]} == {16: 2}
    assert not any(said[day] for day in (11, 12, 18, 19)), "nobody is reminded on a day off"
    assert letters(session, "list_reminder")[0].context["village_name"] == office.villages[0].name
    first = letters(session, "escalation")[0].context
    assert first["counts"] == {"waiting": 2, "days": 2}, "two thôn late from one day are one matter"
    assert (first["holder_label"], first["step_label"], first["path"]) == ("Trưởng thôn", "Thu danh sách thôn", "/runs")


def test_a_round_repeated_says_nothing_and_a_missed_one_is_made_up_for(session: Session, office: Office) -> None:
    assert go(session, office, july(16))[("list_reminder", Role.village_head)] == 2
    assert {mail.role for mail in letters(session, "escalation")} == {Role.economy, Role.chairman}
    assert not go(session, office, july(16))


def test_a_thon_that_answered_or_got_more_time_is_left_alone(session: Session, office: Office) -> None:
    answered, extended = session.exec(select(VillageList).order_by(col(VillageList.id))).all()
    answered.state, extended.due_on = ListState.RETURNED, july(31)
    session.add_all([answered, extended])
    assert not go(session, office, july(16))


def test_who_holds_a_step_is_reminded_and_then_the_levels_above(session: Session, office: Office) -> None:
    held(session, office, Step.health, Role.health_station)
    assert go(session, office, july(10)) == {("step_reminder", Role.health_station): 2}
    late = go(session, office, july(16))
    assert late == {
        ("step_reminder", Role.health_station): 2,
        ("escalation", Role.economy): 2,
        ("escalation", Role.chairman): 2,
    }
    assert letters(session, "step_reminder")[-1].context["moment"] == "after"


def test_a_step_that_the_machine_holds_or_without_a_day_reminds_nobody(session: Session, office: Office) -> None:
    held(session, office, Step.eligibility, Role.system)
    assert not go(session, office, july(16))


def test_a_month_without_results_and_an_opinion_without_answer_are_reminded_whatever_the_cycle_does(
    session: Session, office: Office
) -> None:
    office.cycle.done_at = at(july(1))
    session.add(office.cycle)
    session.add(
        PaymentList(
            commune_id=office.commune.key,
            month="2026-07",
            state=PaymentListState.DRAFT,
            built_at=at(july(1)),
            due_on=FRIDAY,
            people=5,
        )
    )
    session.add(
        Feedback(
            commune_id=office.commune.key,
            kind="KHIEU_NAI",
            content="Nội dung hư cấu",
            received_on=july(1),
            received_by=office[Role.front].person_id,
            due_on=july(13),
        )
    )
    session.flush()
    assert go(session, office, july(13)) == {
        ("step_reminder", Role.economy): 2,
        ("feedback_due", Role.economy): 2,
        ("feedback_due", Role.culture): 2,
    }
    months = letters(session, "step_reminder")[0].context
    assert (months["step_label"], months["month"]) == ("Chi trả tháng 07/2026", "2026-07")
    assert "hư cấu" not in str([mail.context for mail in session.exec(select(Mail))]).lower()
    assert go(session, office, july(15))[("escalation", Role.chairman)] == 4, "the payment and the opinion"


def test_the_last_working_day_of_a_posting_is_told_once_to_all_who_posted(session: Session, office: Office) -> None:
    held(session, office, Step.eligibility, Role.system)
    session.add(
        Posting(
            cycle_id=office.cycle.key,
            starts_on=july(8),
            ends_on=july(12),
            place="Nhà văn hóa",
            list_sha256="0",
            posted_by=office[Role.economy].person_id,
            posted_at=at(july(8)),
        )
    )
    session.flush()
    assert not go(session, office, july(9))
    told = go(session, office, july(10))
    assert told == {("posting_closing", role): 2 for role in (Role.village_head, Role.front, Role.media, Role.economy)}
    assert not go(session, office, july(13))


def test_more_papers_are_asked_for_once_a_day_without_saying_of_whom(session: Session, office: Office) -> None:
    people = [factories.create_person(session, office.villages[0]) for _ in range(2)]
    cases = [factories.create_case(session, office.cycle, person) for person in people]
    for case in cases:
        health_notices.ask_for_papers(session, case, due_on=FRIDAY, now=at(july(6)))
    asked = letters(session, "more_papers")
    assert Counter(mail.role for mail in asked) == {Role.village_head: 1, Role.economy: 2}
    assert not [mail for mail in asked for person in people if person.full_name in str(mail.context)]


def test_the_list_of_social_assistance_is_asked_for_as_the_review_begins_unless_it_is_there(
    session: Session, office: Office
) -> None:
    held(session, office, Step.health, Role.health_station)
    for _ in range(2):
        ALL[Step.health].on_done(session, office.cycle, at(july(6)))
    assert Counter(mail.role for mail in letters(session, "assistance_request")) == {Role.culture: 2}
    session.add(
        AssistanceFile(
            commune_id=office.commune.key,
            cycle_id=office.cycle.key,
            file_name="hu-cau.xlsx",
            sha256="0",
            row_count=1,
            uploaded_by=office[Role.culture].person_id,
            uploaded_at=at(july(6)),
        )
    )
    session.flush()
    assert cross_checks.ask_for_list(session, office.cycle, due_on=FRIDAY, now=at(july(7))) == 0


def test_a_year_without_a_calendar_is_said_and_not_guessed(session: Session, office: Office) -> None:
    with pytest.raises(LawGap, match=r"."):
        go(session, office, date(2040, 7, 2))


def test_every_role_that_can_be_late_has_somebody_above_and_the_way_up_ends_at_the_chairman() -> None:
    holders = {Role.village_head, Role.health_station, Role.culture, Role.insurance, Role.economy}
    assert set(ESCALATION) == holders
    assert all(chain[-1] is Role.chairman and role not in chain for role, chain in ESCALATION.items())


# ---------------------------------------------------------------- the digest


def choose(session: Session, office: Office, role: Role) -> int:
    """The officer of the role chooses one mail a day; returns the account."""
    account_id = office[role].person_id
    staff.choose_digest(session, account_id=account_id, wants_digest=True)
    session.flush()
    return account_id


def tell(session: Session, office: Office, key: str, template: str, day: date, **counts: int) -> None:
    notices.queue(
        session, key=key, template=template, commune=office.commune, role=Role.economy, now=at(day), counts=counts
    )


def gather(session: Session, office: Office, day: date) -> int:
    return digests.gather(session, commune_id=office.commune.key, now=at(day))


def test_mails_wait_for_the_digest_of_who_chose_it_and_for_nobody_else(session: Session, office: Office) -> None:
    account_id = choose(session, office, Role.economy)
    tell(session, office, "a", "eligibility_handover", july(6), people=3)
    tell(session, office, "b", "run_failed", july(6))
    assert Counter((mail.template, mail.state, mail.account_id) for mail in session.exec(select(Mail))) == {
        ("eligibility_handover", MailState.FOR_DIGEST, account_id): 1,
        ("eligibility_handover", MailState.QUEUED, None): 1,  # the department's shared mailbox
        ("run_failed", MailState.QUEUED, None): 2,  # urgent
    }


def test_a_day_has_one_digest_and_what_comes_later_waits_for_the_next(session: Session, office: Office) -> None:
    account_id = choose(session, office, Role.economy)
    tell(session, office, "a", "eligibility_handover", july(6), people=3)
    tell(session, office, "b", "sent_back", july(6), people=4)
    assert gather(session, office, july(9)) == 1, "two days without a round lost nothing"
    tell(session, office, "c", "number_wanted", july(9), people=5)
    assert gather(session, office, july(9)) == 0
    assert gather(session, office, july(10)) == 1
    first, second = letters(session, "daily_digest")
    assert [first.dedup_key, second.dedup_key] == [
        f"digest:{account_id}:{office.commune.key}:2026-07-{day}" for day in ("09", "10")
    ]
    assert [item["template"] for item in first.context["items"]] == ["eligibility_handover", "sent_back"]
    assert [item["template"] for item in second.context["items"]] == ["number_wanted"]
    gathered = session.exec(select(Mail).where(Mail.state == MailState.IN_DIGEST).order_by(col(Mail.id))).all()
    assert [mail.digest_id for mail in gathered] == [first.key, first.key, second.key]
    assert {mail.state for mail in (first, second)} == {MailState.QUEUED}


def test_who_goes_back_to_single_mails_still_gets_what_waited(session: Session, office: Office) -> None:
    account_id = choose(session, office, Role.economy)
    tell(session, office, "a", "eligibility_handover", july(6), people=3)
    staff.choose_digest(session, account_id=account_id, wants_digest=False)
    tell(session, office, "b", "sent_back", july(6), people=4)
    assert gather(session, office, july(7)) == 1
    states = Counter(mail.state for mail in session.exec(select(Mail).where(Mail.template == "sent_back")))
    assert states == {MailState.QUEUED: 2}


def test_an_address_that_two_share_is_gathered_only_when_both_chose_it(session: Session, office: Office) -> None:
    choose(session, office, Role.economy)
    other = factories.create_account(session, email=_email(session, office))
    factories.create_mandate(session, other, office.commune, Role.economy)
    boxes = staff.mailboxes(session, commune_id=office.commune.key, role=Role.economy, on=july(6))
    assert [box.digest_for for box in boxes if box.address == other.email] == [None]


def _email(session: Session, office: Office) -> str:
    (own, *_) = staff.mailboxes(session, commune_id=office.commune.key, role=Role.economy, on=july(6))
    return own.address
