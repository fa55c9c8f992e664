"""BHYT: who already has a card of another payer is left out; each of the others ends with a card or a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import Session, col, select

from adapters.answers import AnswerProblem
from adapters.card_answer import CardAnswerRow as ReadRow
from models.documents import Document
from models.insurance import CardAnswer, CardDecrease, InsuranceBatch, Registration
from models.notices import Mail
from models.payment import Benefit
from models.people import FactKind, Household, HouseholdStatusKind, Person
from rules.insurance import covered_reason, first_object, object_names, unknown_object
from rules.workflow import RegistrationState, Role, Step, StopReason
from services import changes, documents, insurance
from services.errors import Kind, Problem
from services.insurance import STEP
from tests import factories
from tests.services.money import Desk, moment, open_desk

MONTHLY = 105_300
STATE_PAID = ["HN", "XD"]


@pytest.fixture
def desk(session: Session) -> Desk:
    return insurance_desk(session)


def insurance_desk(session: Session) -> Desk:
    """A commune at the insurance step, where the base salary is known and islanders have no card as such."""
    desk = open_desk(session, reach=Step.insurance)
    desk.know("BHYT.base_salary", 2_340_000)
    desk.know("BHYT.island_card_residents", "KHONG")
    return desk


def with_grants(desk: Desk, people: int) -> list[Person]:
    """So many people whose BHYT contribution the programme pays from July on."""
    found = [desk.person() for _ in range(people)]
    desk.decide({person.key: MONTHLY for person in found}, benefit=Benefit.BHYT)
    return found


def register(desk: Desk) -> None:
    """The machine's part of the step, in July."""
    now = moment("2026-07")
    STEP.work(desk.session, desk.office.cycle, STEP.pending(desk.session, desk.office.cycle, now), now)


def batch_of(desk: Desk) -> InsuranceBatch:
    query = select(InsuranceBatch).where(InsuranceBatch.cycle_id == desk.office.cycle.key)
    return desk.session.exec(query.order_by(col(InsuranceBatch.number).desc()).limit(1)).one()


def send(desk: Desk) -> InsuranceBatch:
    return insurance.mark_sent(desk.session, batch_id=batch_of(desk).key, actor=desk.first, now=moment("2026-07", 13))


def state_of(desk: Desk, person: Person) -> Registration:
    query = select(Registration).where(Registration.person_id == person.key)
    return desk.session.exec(query.order_by(col(Registration.id).desc()).limit(1)).one()


def card(person: Person, number: int = 2, code: str = "3100000001") -> ReadRow:
    span = (date(2026, 8, 1), date(2027, 1, 31))
    return ReadRow(number, "CARD", person.full_name, code, person.citizen_id or "", "", "31001", *span)


def refusal(person: Person, number: int = 3) -> ReadRow:
    return ReadRow(number, "REFUSED", person.full_name, citizen_no=person.citizen_id or "", reason="Đã có thẻ nơi khác")


def take(desk: Desk, *rows: ReadRow, sha256: str = "a") -> CardAnswer:
    return insurance.import_cards(
        desk.session,
        cycle_id=desk.office.cycle.key,
        file_name="D10a.xlsx",
        sha256=sha256,
        rows=rows,
        actor=desk.office[Role.insurance],
        now=moment("2026-07", 20),
    )


def problems(desk: Desk, answer: CardAnswer) -> list[str]:
    return [row.problem for row in insurance.answer_rows(desk.session, answer.key)]


def test_each_open_grant_is_registered_once_in_one_batch_with_its_paper(desk: Desk) -> None:
    first, second = with_grants(desk, 2)
    register(desk)
    register(desk)
    batch = batch_of(desk)
    assert (batch.people, batch.total) == (2, 2 * 6 * MONTHLY)
    rows = insurance.d03_rows(desk.session, batch.key)
    assert {row.citizen_no for row in rows} == {first.citizen_id, second.citizen_id}
    row = rows[0]
    assert (row.birth_date, row.sex, row.from_month, row.months, row.amount) == (
        "02/03/1950", "Nữ", "07/2026", 6, 631_800,
    )  # fmt: skip
    (paper,) = desk.session.exec(select(Document).where(Document.kind == "d03ts")).all()
    assert paper.subject == f"insurance_batch:{batch.key}"


def test_who_holds_a_state_paid_card_is_covered_with_the_reason_and_never_sent(desk: Desk) -> None:
    islander, other, expired = with_grants(desk, 3)
    factories.create_fact(desk.session, islander, FactKind.BHYT_OBJECT, "xd")
    factories.create_fact(desk.session, other, FactKind.BHYT_OBJECT, "GD")
    factories.create_fact(desk.session, expired, FactKind.BHYT_OBJECT, "XD", valid_to=date(2026, 6, 30))
    register(desk)
    covered = state_of(desk, islander)
    assert (covered.state, covered.amount, covered.batch_id) == (RegistrationState.COVERED, 0, None)
    assert covered.reason == "Đã có thẻ mã XD (Người đang sinh sống tại xã đảo, huyện đảo), ngân sách đã đóng đủ"
    numbers = {row.citizen_no for row in insurance.d03_rows(desk.session, batch_of(desk).key)}
    assert numbers == {other.citizen_id, expired.citizen_id}


@pytest.mark.parametrize(
    ("code", "covered", "unknown"),
    [
        ("XD", True, False),
        (" hn ", True, False),
        ("GD", False, False),
        ("ZZ", False, True),
        ("", False, False),
        (None, False, False),
    ],
)
def test_only_the_parameter_says_which_codes_are_paid_in_full(code: str | None, covered: bool, unknown: bool) -> None:
    assert bool(covered_reason(code, STATE_PAID)) is covered
    assert bool(unknown_object(code)) is unknown
    assert covered_reason(code, []) == ""


def test_every_shipped_code_is_two_capitals_with_a_name() -> None:
    assert all(len(code) == 2 and code.isupper() and name for code, name in object_names().items())


def test_the_step_waits_for_the_office_then_for_bhxh_then_ends_with_card_or_reason(desk: Desk) -> None:
    first, second = with_grants(desk, 2)
    cycle = desk.office.cycle
    register(desk)
    gate = STEP.gate(desk.session, cycle, moment("2026-07"))
    assert (gate.done, gate.holder) == (False, Role.economy)
    send(desk)
    gate = STEP.gate(desk.session, cycle, moment("2026-07", 14))
    assert (gate.done, gate.holder, gate.due_on) == (False, Role.insurance, date(2026, 7, 20))
    take(desk, card(first))
    assert not STEP.gate(desk.session, cycle, moment("2026-07", 20)).done
    take(desk, refusal(second), sha256="b")
    gate = STEP.gate(desk.session, cycle, moment("2026-07", 20))
    assert (gate.done, gate.message) == (True, "1 người có thẻ, 1 người có lý do")
    STEP.on_done(desk.session, cycle, moment("2026-07", 20))
    told = {(mail.template, mail.role) for mail in desk.session.exec(select(Mail))}
    assert {("insurance_handover", "insurance"), ("cards_received", "economy"), ("cards_received", "culture")} <= told


def test_a_cycle_without_bhyt_grants_does_not_wait(desk: Desk) -> None:
    assert STEP.gate(desk.session, desk.office.cycle, moment("2026-07")).done


def test_the_step_names_the_parameter_it_waits_for(desk: Desk) -> None:
    with_grants(desk, 1)
    now = moment("2031-01")
    assert STEP.pending(desk.session, desk.office.cycle, now) == []
    gate = STEP.gate(desk.session, desk.office.cycle, now)
    assert not gate.done
    assert "BHYT.state_paid_objects" in gate.message


def test_cards_and_refusals_are_taken_and_the_same_file_twice_is_one_answer(desk: Desk) -> None:
    first, second = with_grants(desk, 2)
    register(desk)
    send(desk)
    answer = take(desk, card(first), refusal(second))
    assert (answer.card_count, answer.refused_count, answer.problem_count) == (1, 1, 0)
    got = state_of(desk, first)
    assert (got.state, got.card_no, got.facility, got.valid_to) == ("CARD", "3100000001", "31001", date(2027, 1, 31))
    assert state_of(desk, second).reason == "Đã có thẻ nơi khác"
    assert take(desk, card(first), refusal(second)) is answer


def test_rows_that_fit_nobody_are_named_and_harm_nothing(desk: Desk) -> None:
    first, second, third = with_grants(desk, 3)
    register(desk)
    send(desk)
    take(desk, card(first))
    stranger = ReadRow(5, "REFUSED", "Thử Thị Lạ", citizen_no="031150999999", reason="Sai")
    answer = take(
        desk,
        card(first, 2, "3199999999"),
        ReadRow(3, "CARD", second.full_name, "31", second.citizen_id or ""),
        ReadRow(4, "REFUSED", third.full_name, citizen_no=third.citizen_id or "", reason=" "),
        stranger,
        sha256="b",
    )
    assert problems(desk, answer) == [
        "Người này đang ghi nhận là “Đã có thẻ”, không ghi đè",
        "Thiếu mã thẻ hoặc ngày của thẻ",
        "Từ chối mà không ghi lý do",
        "Số định danh không có trong danh sách đã gửi",
    ]
    assert [state_of(desk, one).state for one in (first, second, third)] == ["CARD", "SENT", "SENT"]
    assert state_of(desk, first).card_no == "3100000001"


@pytest.mark.parametrize("number", ["001150000077", "031150000077"])
def test_a_citizen_number_without_its_zeros_finds_its_person_and_nobody_else(desk: Desk, number: str) -> None:
    person = factories.create_person(desk.session, desk.office.villages[0], citizen_id=number)
    desk.decide({person.key: MONTHLY}, benefit=Benefit.BHYT)
    register(desk)
    send(desk)
    short = replace(card(person), citizen_no=number.lstrip("0"))
    answer = take(desk, short, replace(short, row_number=3, citizen_no=number.lstrip("0")[1:]))
    assert (answer.card_count, answer.problem_count) == (1, 1)


def test_a_file_without_citizen_numbers_is_matched_by_name_and_birth_and_namesakes_are_not_guessed(desk: Desk) -> None:
    alone = desk.person()
    twins = [factories.create_person(desk.session, desk.office.villages[0], full_name="Thử Thị Trùng") for _ in "ab"]
    desk.decide({person.key: MONTHLY for person in (alone, *twins)}, benefit=Benefit.BHYT)
    register(desk)
    send(desk)
    span = (date(2026, 8, 1), date(2027, 1, 31))
    rows = [
        ReadRow(n, "CARD", name.upper(), f"310000000{n}", "", "02/03/1950", "", *span)
        for n, name in enumerate((alone.full_name, "Thử Thị Trùng"), start=2)
    ]
    answer = take(desk, *rows)
    assert problems(desk, answer) == ["", "Nhiều người trùng họ tên, ngày sinh"]
    assert state_of(desk, alone).state == RegistrationState.CARD


def test_a_refused_person_may_get_the_card_later_and_an_unsent_one_never(desk: Desk) -> None:
    (person,) = with_grants(desk, 1)
    register(desk)
    assert problems(desk, take(desk, card(person))) == ["Người này đang ghi nhận là “Chờ gửi BHXH”, không ghi đè"]
    send(desk)
    take(desk, refusal(person), sha256="b")
    take(desk, card(person), sha256="c")
    assert (state_of(desk, person).state, state_of(desk, person).reason) == ("CARD", "")


def test_unreadable_rows_are_kept_and_an_empty_file_is_refused(desk: Desk) -> None:
    (person,) = with_grants(desk, 1)
    register(desk)
    send(desk)
    answer = insurance.import_cards(
        desk.session,
        cycle_id=desk.office.cycle.key,
        file_name="D10a.xlsx",
        sha256="a",
        rows=[card(person)],
        problems=[AnswerProblem("Sheet1!B9", 9, "Thiếu họ tên.")],
        actor=desk.office[Role.insurance],
        now=moment("2026-07", 20),
    )
    assert (answer.row_count, answer.card_count, answer.problem_count) == (2, 1, 1)
    with pytest.raises(Problem) as refused:
        take(desk, sha256="b")
    assert refused.value.kind is Kind.INVALID


def test_only_phong_kinh_te_sends_and_only_bhxh_answers(desk: Desk) -> None:
    (person,) = with_grants(desk, 1)
    register(desk)
    with pytest.raises(Problem) as refused:
        insurance.mark_sent(
            desk.session, batch_id=batch_of(desk).key, actor=desk.office[Role.insurance], now=moment("2026-07")
        )
    assert refused.value.kind is Kind.NOT_ALLOWED
    send(desk)
    with pytest.raises(Problem, match="batch_sent"):
        send(desk)
    with pytest.raises(Problem) as refused:
        insurance.import_cards(
            desk.session,
            cycle_id=desk.office.cycle.key,
            file_name="",
            sha256="a",
            rows=[card(person)],
            actor=desk.first,
            now=moment("2026-07"),
        )
    assert refused.value.kind is Kind.NOT_ALLOWED


def test_who_dies_before_sending_leaves_the_batch_and_its_paper_is_written_anew(desk: Desk) -> None:
    dying, staying = with_grants(desk, 2)
    register(desk)
    paper = documents.find(desk.session, kind="d03ts", subject=f"insurance_batch:{batch_of(desk).key}")
    assert paper
    documents.mark_written(
        desk.session, paper, file_sha256="a", data_sha256="b", template_sha256="", now=moment("2026-07")
    )
    changes.record_event(
        desk.session,
        person_id=dying.key,
        reason=StopReason.DEATH,
        happened_on=date(2026, 7, 9),
        note="",
        actor=desk.first,
        now=moment("2026-07", 11),
    )
    removed = state_of(desk, dying)
    assert (removed.state, removed.reason, removed.batch_id) == ("REMOVED", "Chết", None)
    assert batch_of(desk).people == 1
    (row,) = insurance.d03_rows(desk.session, batch_of(desk).key)
    assert row.citizen_no == staying.citizen_id
    newest = documents.find(desk.session, kind="d03ts", subject=f"insurance_batch:{batch_of(desk).key}")
    assert newest
    assert newest.version == 2
    assert STEP.pending(desk.session, desk.office.cycle, moment("2026-07", 12)) == []


def test_a_person_without_citizen_number_whatever_the_old_one_is_named_and_does_not_spoil_the_others_file(
    desk: Desk,
) -> None:
    without, other = (
        factories.create_person(desk.session, desk.office.villages[0], citizen_id=None, old_id="031123456"),
        desk.person(),
    )
    desk.decide({without.key: MONTHLY, other.key: MONTHLY}, benefit=Benefit.BHYT)
    register(desk)
    assert (state_of(desk, without).batch_id, state_of(desk, without).reason) == (
        None,
        "Thiếu số định danh cá nhân nên chưa lập được D03-TS",
    )
    assert [row.citizen_no for row in insurance.d03_rows(desk.session, batch_of(desk).key)] == [other.citizen_id]


def test_next_quarter_registers_only_whose_card_ends_from_the_month_after_it_ends(desk: Desk) -> None:
    ending, lasting = with_grants(desk, 2)
    register(desk)
    send(desk)
    short = ReadRow(
        2, "CARD", "", "31", ending.citizen_id or "", valid_from=date(2026, 8, 1), valid_to=date(2026, 11, 30)
    )
    take(desk, short, card(lasting, 3))
    desk.office.cycle = factories.create_cycle(desk.session, desk.office.commune, reach=Step.insurance, quarter=4)
    now = moment("2026-10")
    STEP.work(desk.session, desk.office.cycle, STEP.pending(desk.session, desk.office.cycle, now), now)
    (row,) = insurance.d03_rows(desk.session, batch_of(desk).key)
    assert (row.citizen_no, row.from_month) == (ending.citizen_id, "12/2026")


def changed(desk: Desk, person: Person, reason: StopReason, on: date, month: str) -> None:
    """The office records on the seventeenth of a month what happened."""
    changes.record_event(
        desk.session,
        person_id=person.key,
        reason=reason,
        happened_on=on,
        note="",
        actor=desk.first,
        now=moment(month, 17),
    )


def leaving(desk: Desk) -> list[tuple[str, str, int, int, str]]:
    """(citizen number, from, months, đồng, note) of those the newest batch takes off."""
    rows = insurance.d03_decreases(desk.session, batch_of(desk).key)
    return [(row.citizen_no, row.from_month, row.months, row.amount, row.note) for row in rows]


def test_who_dies_with_a_card_is_taken_off_with_the_next_file_from_the_month_after(desk: Desk) -> None:
    dying, staying = with_grants(desk, 2)
    register(desk)
    send(desk)
    span = (date(2026, 7, 1), date(2026, 12, 31))
    take(
        desk,
        *(
            ReadRow(n, "CARD", one.full_name, f"31{n}", one.citizen_id or "", "", "31001", *span)
            for n, one in enumerate((dying, staying), start=2)
        ),
    )
    changed(desk, dying, StopReason.DEATH, date(2026, 9, 5), "2026-09")
    batch = batch_of(desk)
    assert (batch.number, batch.people, batch.decreases, batch.sent_at) == (2, 0, 1, None)
    assert leaving(desk) == [(dying.citizen_id, "10/2026", 3, 3 * MONTHLY, "Chết, thôi từ 10/2026")]
    assert state_of(desk, dying).state == RegistrationState.CARD
    gate = STEP.gate(desk.session, desk.office.cycle, moment("2026-09", 18))
    assert (gate.done, gate.holder, gate.counts) == (False, Role.economy, {"waiting": 1})
    insurance.mark_sent(desk.session, batch_id=batch.key, actor=desk.first, now=moment("2026-09", 18))
    assert STEP.gate(desk.session, desk.office.cycle, moment("2026-09", 18)).done


def test_a_file_with_decreases_only_has_its_letter_and_its_mail_too(desk: Desk) -> None:
    (moving,) = with_grants(desk, 1)
    register(desk)
    send(desk)
    changed(desk, moving, StopReason.MOVED_AWAY, date(2026, 8, 3), "2026-08")
    batch = batch_of(desk)
    letter = documents.find(desk.session, kind="insurance_letter", subject=f"insurance_batch:{batch.key}")
    assert letter is not None
    assert letter.title.startswith("Công văn đề nghị báo giảm BHYT, hồ sơ số 2")
    assert letter.data["by_period"] == []
    assert letter.data["leaving"] == [{"label": "Chuyển đi nơi khác", "people": 1, "amount": 4 * MONTHLY}]
    insurance.mark_sent(desk.session, batch_id=batch.key, actor=desk.first, now=moment("2026-08", 21))
    mails = desk.session.exec(select(Mail).where(Mail.template == "insurance_handover")).all()
    first, last = mails[0].context, mails[-1].context
    assert (first["counts"], last["counts"]) == ({"people": 1, "leaving": 0}, {"people": 0, "leaving": 1})
    assert (first["due_on"] is None, last["due_on"]) == (False, None), "the law's days are for cards"


def test_who_moves_before_the_answer_is_not_waited_for_and_is_taken_off(desk: Desk) -> None:
    (moving,) = with_grants(desk, 1)
    register(desk)
    send(desk)
    changed(desk, moving, StopReason.MOVED_AWAY, date(2026, 7, 14), "2026-07")
    assert (state_of(desk, moving).state, state_of(desk, moving).reason) == ("REMOVED", "Chuyển đi nơi khác")
    assert leaving(desk) == [(moving.citizen_id, "08/2026", 5, 5 * MONTHLY, "Chuyển đi nơi khác, thôi từ 08/2026")]


def test_an_earlier_event_moves_a_decrease_that_was_not_sent_and_never_one_that_was(desk: Desk) -> None:
    (person,) = with_grants(desk, 1)
    register(desk)
    send(desk)
    take(desk, card(person))
    changed(desk, person, StopReason.MOVED_AWAY, date(2026, 10, 2), "2026-10")
    assert leaving(desk)[0][1:3] == ("11/2026", 3)
    changed(desk, person, StopReason.DEATH, date(2026, 9, 28), "2026-10")
    assert leaving(desk)[0][1:3] == ("10/2026", 4)
    insurance.mark_sent(desk.session, batch_id=batch_of(desk).key, actor=desk.first, now=moment("2026-10", 18))
    changed(desk, person, StopReason.AGE_LIMIT, date(2026, 8, 1), "2026-10")
    assert leaving(desk)[0][1:3] == ("10/2026", 4)


def test_a_card_that_ends_by_itself_in_time_needs_no_decrease(desk: Desk) -> None:
    (person,) = with_grants(desk, 1)
    register(desk)
    send(desk)
    take(desk, card(person))
    changed(desk, person, StopReason.DEATH, date(2027, 1, 3), "2027-01")
    assert desk.session.exec(select(CardDecrease)).all() == []


def test_each_month_is_paid_by_the_salary_of_its_own_when_the_law_says_so(desk: Desk) -> None:
    desk.know("BHYT.base_salary", 2_530_000, date(2026, 10, 1))
    (person,) = with_grants(desk, 1)
    assert STEP.pending(desk.session, desk.office.cycle, moment("2026-07")) == []
    assert "BHYT.salary_month_rule" in STEP.gate(desk.session, desk.office.cycle, moment("2026-07")).message
    desk.know("BHYT.salary_month_rule", "MONTH_BY_MONTH")
    register(desk)
    row = state_of(desk, person)
    assert row.monthly == [105_300, 105_300, 105_300, 113_850, 113_850, 113_850]
    assert row.amount == batch_of(desk).total == 657_450


def test_all_months_are_paid_by_the_salary_of_the_day_of_payment_when_the_law_says_so(desk: Desk) -> None:
    desk.know("BHYT.base_salary", 2_530_000, date(2026, 10, 1))
    desk.know("BHYT.salary_month_rule", "AT_PAYMENT")
    (person,) = with_grants(desk, 1)
    register(desk)
    assert state_of(desk, person).monthly == [105_300] * 6


def test_where_islanders_have_cards_nobody_is_registered_and_where_it_is_not_known_the_step_asks(desk: Desk) -> None:
    (person,) = with_grants(desk, 1)
    desk.know("BHYT.island_card_residents", "CO", date(2026, 7, 1))
    register(desk)
    row = state_of(desk, person)
    assert (row.state, row.batch_id, row.monthly) == (RegistrationState.COVERED, None, [])
    assert "mã XD" in row.reason


def test_the_step_asks_whether_islanders_have_cards_before_anybody_is_registered(session: Session) -> None:
    desk = open_desk(session, reach=Step.insurance)
    desk.know("BHYT.base_salary", 2_340_000)
    with_grants(desk, 1)
    assert STEP.pending(session, desk.office.cycle, moment("2026-07")) == []
    gate = STEP.gate(session, desk.office.cycle, moment("2026-07"))
    assert (gate.done, gate.holder) == (False, Role.economy)
    assert "BHYT.island_card_residents" in gate.message


def test_who_became_near_poor_since_the_decision_is_secured_elsewhere_and_not_sent(desk: Desk) -> None:
    desk.know("NQ04.bhyt.target_share", 100)
    desk.know("BHYT.age_groups", [])
    near_poor, escaped = with_grants(desk, 2)
    for person, kind in ((near_poor, HouseholdStatusKind.CAN_NGHEO), (escaped, HouseholdStatusKind.THOAT_NGHEO)):
        factories.create_status(desk.session, desk.session.get_one(Household, person.household_id), kind)
    register(desk)
    row = state_of(desk, near_poor)
    assert row.state == RegistrationState.COVERED
    assert "chính sách khác đã bảo đảm 100%" in row.reason
    assert [one.citizen_no for one in insurance.d03_rows(desk.session, batch_of(desk).key)] == [escaped.citizen_id]


def test_of_several_cards_the_state_paid_one_counts_in_the_order_of_the_law() -> None:
    assert first_object(["XD", "HN", "GD"], ["HN", "XD"]) == "HN"
    assert first_object(["xd", " gd "], ["HN", "XD"]) == "XD"
    assert first_object(["GD", "DN"], ["HN"]) == "DN"
    assert first_object([], ["HN"]) == ""


def test_a_card_is_renewed_within_the_days_ahead_also_when_the_quarters_step_is_over(desk: Desk) -> None:
    (person,) = with_grants(desk, 1)
    register(desk)
    send(desk)
    take(desk, card(person))
    cycle = desk.office.cycle
    assert STEP.pending(desk.session, cycle, moment("2027-01", 1)) == [state_of(desk, person).grant_id]
    assert STEP.pending(desk.session, cycle, moment("2026-12", 31)) == []
    now = moment("2027-01", 4)
    for _ in range(2):
        STEP.work(desk.session, cycle, STEP.pending(desk.session, cycle, now), now)
    rows = desk.session.exec(select(Registration).order_by(col(Registration.id))).all()
    assert [(row.from_month, row.state) for row in rows] == [("2026-07", "CARD"), ("2027-02", "PLANNED")]


def test_an_answer_of_a_renewal_settles_the_renewal_and_leaves_the_old_card(desk: Desk) -> None:
    (person,) = with_grants(desk, 1)
    register(desk)
    send(desk)
    take(desk, card(person))
    cycle, now = desk.office.cycle, moment("2027-01", 4)
    STEP.work(desk.session, cycle, STEP.pending(desk.session, cycle, now), now)
    insurance.mark_sent(desk.session, batch_id=batch_of(desk).key, actor=desk.first, now=now)
    span = (date(2027, 2, 1), date(2027, 7, 31))
    take(desk, ReadRow(2, "CARD", "", "3100000001", person.citizen_id or "", "", "", *span), sha256="r")
    rows = desk.session.exec(select(Registration).order_by(col(Registration.id))).all()
    assert [(row.state, row.valid_to) for row in rows] == [("CARD", date(2027, 1, 31)), ("CARD", date(2027, 7, 31))]
