"""A month's money and the cards through the pages: two people, results row by row, closing, BHXH's answer."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from sqlmodel import select

from adapters import clock
from models.cycles import Case
from models.insurance import CardAnswer, InsuranceBatch, Registration
from models.payment import BankAnswer, Grant, PaymentList, Transfer
from models.people import PayMethodKind, Person
from models.receipts import AmountReceived
from rules.parameters import LawStatus, Reference
from rules.workflow import PaymentListState, RegistrationState, Role, Step, TransferState
from services import law
from tests.web.conftest import Browser, World
from tests.web.quarter import RESULTS, Quarter, reviewed
from tests.web.workbooks import sheet, upload

CARDS = ("Họ và tên", "Số CCCD", "Mã số", "Ngày sinh", "Từ ngày", "Đến ngày", "Ghi chú")


@pytest.fixture
def reach() -> Step:
    return Step.eligibility


@pytest.fixture
def quarter(world: World) -> Quarter:
    return reviewed(world)


def _transfers(quarter: Quarter) -> list[Transfer]:
    with quarter.world.session() as session:
        return list(session.exec(select(Transfer).order_by(Transfer.id)))  # type: ignore[arg-type]


def _state(quarter: Quarter, list_id: int) -> str:
    with quarter.world.session() as session:
        return session.get_one(PaymentList, list_id).state


def test_a_month_is_prepared_by_one_approved_by_another_paid_and_closed(quarter: Quarter) -> None:
    number = quarter.decide()
    url = f"/payment/{number}"
    quarter.economy.get(url)
    page = quarter.economy.post(f"{url}/prepare")
    assert f"{url}/approve" not in page.actions()
    refused = quarter.economy.post(f"{url}/approve", status=403)
    assert "cần người thứ hai" in refused.words
    quarter.second.get(url)
    quarter.second.post(f"{url}/approve")
    page = quarter.economy.post(f"{url}/sent")
    assert "Còn 3 khoản chưa có kết quả" in page.words
    quarter.economy.post(f"{url}/close", status=409)
    returned = _transfers(quarter)[0].end_to_end_id
    answer = quarter.economy.hand_in(
        f"{url}/answers", upload(quarter.results(number, **{returned: "Sai số tài khoản"}))
    )
    assert "Trả lại 1" in answer.words
    page = quarter.economy.get(url)
    first = page.root.find(".//tbody/tr/td[@data-label='Tình trạng']")
    assert first is not None
    assert "Sai số tài khoản" in "".join(first.itertext())
    quarter.economy.post(f"{url}/close")
    assert _state(quarter, number) == PaymentListState.CLOSED


def test_whoever_freezes_a_draft_is_told_when_it_came_out_otherwise_than_shown(quarter: Quarter) -> None:
    number = quarter.decide()
    dead, *others = _transfers(quarter)
    quarter.economy.get(f"/changes/{dead.person_id}")
    quarter.economy.post(f"/changes/{dead.person_id}", reason="DEATH", happened_on="28/06/2026")
    shown = quarter.economy.get(f"/payment/{number}")
    assert "máy tính lại lần cuối" in shown.words
    frozen = quarter.economy.post(f"/payment/{number}/prepare").words
    assert f"dự thảo là {len(others) + 1} người" in frozen
    assert f"danh sách đã khóa là {len(others)} người" in frozen
    assert "1 người bớt" in frozen
    quarter.second.get(f"/payment/{number}")
    assert "Máy vừa tính lại" not in quarter.second.post(f"/payment/{number}/approve").words


def test_whoever_freezes_a_draft_is_told_of_other_ways_of_being_paid_though_the_sum_is_the_same(
    quarter: Quarter,
) -> None:
    number = quarter.decide()
    url = f"/payment/transfers/{_transfers(quarter)[0].key}"
    quarter.economy.get(url)
    quarter.economy.post(f"{url}/method", kind=PayMethodKind.CASH, evidence="Đơn đề nghị (thử)")
    quarter.economy.get(f"/payment/{number}")
    frozen = quarter.economy.post(f"/payment/{number}/prepare").words
    assert "Máy vừa tính lại: 1 người đổi số tiền hoặc thông tin nhận tiền; vẫn là 3 người" in frozen


def test_rows_of_a_result_file_that_fit_nothing_are_shown_and_change_nothing(quarter: Quarter) -> None:
    number = quarter.decide()
    url = f"/payment/{number}"
    quarter.economy.get(url)
    quarter.economy.post(f"{url}/prepare")
    quarter.second.get(url)
    quarter.second.post(f"{url}/approve")
    quarter.economy.post(f"{url}/sent")
    code = _transfers(quarter)[0].end_to_end_id
    rows: list[list[object]] = [
        ["HT9999-0001", 1000, "Thành công", ""],
        [code, 1, "Thành công", ""],
        ["", "", "Hả", ""],
    ]
    page = quarter.economy.hand_in(f"{url}/answers", upload(sheet(RESULTS, rows)))
    assert "Không khớp 3" in page.words
    assert {row.state for row in _transfers(quarter)} == {TransferState.SENT}


def _sent(quarter: Quarter) -> str:
    """July's list on its way; returns its address."""
    url = f"/payment/{quarter.decide()}"
    quarter.economy.get(url)
    quarter.economy.post(f"{url}/prepare")
    quarter.second.get(url)
    quarter.second.post(f"{url}/approve")
    quarter.economy.post(f"{url}/sent")
    return url


def test_who_should_be_looked_at_before_the_money_goes_leads_to_where_it_is_held(quarter: Quarter) -> None:
    number = quarter.decide()
    assert "Nên xem trước khi chi" not in quarter.economy.get(f"/payment/{number}").words
    first = _transfers(quarter)[0]
    with quarter.world.session() as session:
        case = session.exec(select(Case).where(Case.person_id == first.person_id)).one()
    quarter.economy.get("/feedback")
    said = {"kind": "KHIEU_NAI", "content": "Thử", "sender": "Người thử", "received_on": "06/07/2026"}
    quarter.economy.post("/feedback", case_id=case.key, **said)
    page = quarter.economy.get(f"/payment/{number}")
    assert "Có ý kiến, khiếu nại chưa trả lời" in page.words
    assert f"/payment/transfers/{first.key}" in page.links
    assert "hold_reason" in quarter.economy.get(f"/payment/transfers/{first.key}").text


def test_a_result_file_is_shown_before_anything_is_written(quarter: Quarter) -> None:
    url = _sent(quarter)
    number = int(url.rsplit("/", 1)[1])
    first = _transfers(quarter)[0].end_to_end_id
    content = quarter.results(number, **{first: "Sai số tài khoản"})
    page = quarter.economy.post(f"{url}/answers/preview", status=200, files=upload(content, "ket-qua.xlsx"))
    assert "Sẽ ghi đã nhận 2" in page.words
    assert "Sai số tài khoản" in page.words
    assert {row.state for row in _transfers(quarter)} == {TransferState.SENT}
    with quarter.world.session() as session:
        assert not session.exec(select(BankAnswer)).all()
    quarter.economy.post(f"{url}/answers/confirm", status=422, sha256="f" * 64, file_name="x")
    for _ in range(2):
        done = quarter.economy.post(f"{url}/answers/confirm", **page.hidden)
    assert "Trả lại 1" in done.words
    with quarter.world.session() as session:
        assert session.exec(select(BankAnswer.file_name)).all() == ["ket-qua.xlsx"]
    states = [row.state for row in _transfers(quarter)]
    assert sorted(states) == [TransferState.PAID, TransferState.PAID, TransferState.RETURNED]
    history = quarter.economy.get(f"/payment/transfers/{_transfers(quarter)[0].key}")
    assert "Ngân hàng, nơi chi đã trả lời" in history.words


def test_what_the_bank_says_after_the_closing_is_taken_in_on_the_closed_month_too(quarter: Quarter) -> None:
    url = _sent(quarter)
    number = int(url.rsplit("/", 1)[1])
    chooser = quarter.economy.get(url).root.find(".//input[@type='file']")
    assert chooser is not None
    assert ".xml" in chooser.attrib["accept"].split(",")
    quarter.economy.hand_in(f"{url}/answers", upload(quarter.results(number)))
    page = quarter.economy.post(f"{url}/close")
    assert f"{url}/answers/preview" in page.actions()
    assert f"{url}/answers/preview" not in quarter.chairman.get(url).actions()
    first = _transfers(quarter)[0].end_to_end_id
    late = quarter.results(number, **{first: "Tài khoản đã đóng"})
    quarter.economy.hand_in(f"{url}/answers", upload(late))
    assert {row.state for row in _transfers(quarter)} == {TransferState.PAID}
    assert "thực ra bị trả lại Tài khoản đã đóng" in quarter.economy.get("/payment/open").words


def test_the_rows_of_a_result_file_are_found_by_name_or_result_and_taken_out(quarter: Quarter) -> None:
    number = int(_sent(quarter).rsplit("/", 1)[1])
    unlucky, *_ = _transfers(quarter)
    name = unlucky.payee["full_name"]
    answer = quarter.economy.hand_in(
        f"/payment/{number}/answers", upload(quarter.results(number, **{unlucky.end_to_end_id: "Sai số tài khoản"}))
    )
    place = answer.url.removeprefix("http://testserver")
    assert "3 dòng đã ghi nhận" in answer.words
    returned = quarter.economy.get(f"{place}?result=RETURNED")
    assert ("1 dòng đã ghi nhận" in returned.words, name in returned.words) == (True, True)
    assert name in quarter.economy.get(f"{place}?q={unlucky.end_to_end_id.lower()}").words
    assert "Không có dòng nào như đang lọc" in quarter.economy.get(f"{place}?q=khong-ai-ca").words
    book = openpyxl.load_workbook(io.BytesIO(quarter.economy.get(f"{place}/export?result=RETURNED").content))
    told = " ".join(str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row if cell)
    assert name in told
    assert "Sai số tài khoản" in told
    assert quarter.economy.get(f"/payment/{number + 1}/answers/1/export", status=404).status == 404


def test_a_row_that_fits_nothing_is_decided_by_a_person(quarter: Quarter) -> None:
    url = _sent(quarter)
    meant = _transfers(quarter)[1]
    rows: list[list[object]] = [["GHI-SAI-MA", meant.amount, "Thành công", ""]]
    page = quarter.economy.hand_in(f"{url}/answers", upload(sheet(RESULTS, rows)))
    assert "chờ người xử lý" in page.words
    row_id = page.root.find(".//input[@name='row_id']").attrib["value"]  # type: ignore[union-attr]
    act = page.url.removeprefix("http://testserver") + "/rows"
    quarter.economy.post(act, status=422, row_id=row_id)
    decision = {f"transfer-{row_id}": str(meant.key), f"note-{row_id}": "Sao kê ngày 22/07"}
    quarter.economy.post(act, row_id=row_id, **decision)
    assert _transfers(quarter)[1].state == TransferState.PAID
    quarter.economy.post(act, status=409, row_id=row_id, **decision)


def test_a_part_that_the_bank_will_not_correct_counts_when_a_second_person_says_so(quarter: Quarter) -> None:
    url = _sent(quarter)
    meant = _transfers(quarter)[0]
    rows: list[list[object]] = [[meant.end_to_end_id, meant.amount - 100_000, "Thành công", ""]]
    page = quarter.economy.hand_in(f"{url}/answers", upload(sheet(RESULTS, rows)))
    row_id = page.root.find(".//input[@name='row_id']").attrib["value"]  # type: ignore[union-attr]
    act = page.url.removeprefix("http://testserver") + "/amounts"
    quarter.economy.post(act, status=422, row_id=row_id, **{f"part-{row_id}": str(meant.key)})
    said = quarter.economy.post(
        act, row_id=row_id, **{f"part-{row_id}": str(meant.key), f"why-{row_id}": "Công văn 12 của ngân hàng"}
    )
    assert "Cần người thứ hai xác nhận" in said.words
    assert f"{act}/confirm" not in said.actions()
    with quarter.world.session() as session:
        receipt = str(session.exec(select(AmountReceived)).one().key)
    assert "cần người thứ hai" in quarter.economy.post(f"{act}/confirm", status=403, receipt_id=receipt).words
    other = quarter.world.browser(quarter.world.there.officers[Role.economy])
    other.post(f"{act}/confirm", status=404, receipt_id=receipt)
    assert f"{act}/confirm" in quarter.second.get(page.url.removeprefix("http://testserver")).actions()
    quarter.second.post(f"{act}/confirm", receipt_id=receipt)
    assert _transfers(quarter)[0].state == TransferState.RETURNED
    assert "Chỉ nhận được" in _transfers(quarter)[0].return_reason
    quarter.second.post(f"{act}/confirm", status=409, receipt_id=receipt)


def test_who_holds_a_payment_cannot_release_it(quarter: Quarter) -> None:
    quarter.decide()
    held = _transfers(quarter)[0]
    url = f"/payment/transfers/{held.key}"
    quarter.economy.get(url)
    quarter.economy.post(f"{url}/hold", status=422, hold_reason="")
    page = quarter.economy.post(f"{url}/hold", hold_reason="Chờ xác minh tài khoản")
    assert f"{url}/release" not in page.actions()
    assert "cần người thứ hai" in quarter.economy.post(f"{url}/release", status=403).words
    quarter.second.get(url)
    quarter.second.post(f"{url}/release")
    assert _transfers(quarter)[0].state == TransferState.PLANNED


def test_no_page_shows_an_account_number(quarter: Quarter) -> None:
    number = quarter.decide()
    quarter.economy.get(f"/payment/{number}")
    quarter.economy.post(f"/payment/{number}/prepare")
    accounts = [row.account_no for row in _transfers(quarter)]
    assert all(accounts)
    for path in (f"/payment/{number}", f"/payment/transfers/{_transfers(quarter)[0].key}"):
        for browser in (quarter.economy, quarter.chairman):
            text = browser.get(path).text
            assert not [account for account in accounts if account and account in text]


def test_a_village_head_sees_the_own_thon_s_payments_without_the_sums(quarter: Quarter) -> None:
    number = quarter.decide()
    own = quarter.world.role(Role.village_head)
    other = quarter.world.browser(quarter.world.here.heads[1])
    assert "3 khoản chi" in own.get(f"/payment/{number}").words
    assert "Tổng dự kiến" not in own.get(f"/payment/{number}").words
    assert "0 khoản chi" in other.get(f"/payment/{number}").words
    own.get(f"/payment/transfers/{_transfers(quarter)[0].key}", status=403)


def test_a_death_reported_by_the_thon_ends_the_support(quarter: Quarter) -> None:
    quarter.decide()
    person_id = _transfers(quarter)[0].person_id
    own = quarter.world.role(Role.village_head)
    own.get(f"/changes/{person_id}")
    own.post(f"/changes/{person_id}", status=422, reason="DEATH", happened_on="40/07/2026")
    own.post(f"/changes/{person_id}", status=403, reason="AGE_LIMIT", happened_on="19/07/2026")
    own.post(f"/changes/{person_id}", reason="DEATH", happened_on="19/07/2026")
    with quarter.world.session() as session:
        assert session.get_one(Person, person_id).died_on == date(2026, 7, 19)
        assert all(g.to_month for g in session.exec(select(Grant).where(Grant.person_id == person_id)))
    other = quarter.world.browser(quarter.world.here.heads[1])
    other.get(f"/changes/{_transfers(quarter)[1].person_id}", status=404)


def _sent_to_bhxh(quarter: Quarter) -> tuple[Browser, list[Person]]:
    """The batch is on its way; BHXH's browser and the people in it."""
    quarter.decide()
    with quarter.world.session() as session:
        batch = session.exec(select(InsuranceBatch)).one().key
        people = [session.get_one(Person, row.person_id) for row in session.exec(select(Registration))]
    quarter.economy.get("/insurance")
    quarter.economy.post(f"/insurance/batches/{batch}/sent")
    office = quarter.world.role(Role.insurance)
    office.get("/insurance")
    return office, people


def test_a_salary_known_after_the_file_was_sent_is_shown_by_month_and_settled_once(quarter: Quarter) -> None:
    office, people = _sent_to_bhxh(quarter)
    path = "/insurance/differences"
    assert "Không có chênh lệch" in office.get(path).words
    reference = Reference("99/2026/NĐ-CP", "Chính phủ", "Điều 3")
    with quarter.world.session() as session:
        for key, value, since in (
            ("BHYT.salary_month_rule", "MONTH_BY_MONTH", date(2026, 1, 1)),
            ("BHYT.base_salary", 2_800_000, date(2026, 10, 1)),
        ):
            new = law.NewValue(key, value, since, reference, LawStatus.CONFIRMED, is_demo=True)
            here, now = quarter.world.here, clock.now()
            row = law.propose(session, commune_id=here.commune.key, new=new, actor=here[Role.economy], now=now)
            law.confirm(session, revision_id=row.key, actor=here[Role.culture], now=now)
        session.commit()
    page = office.get(path)
    assert people[0].full_name in page.words
    assert f"{path}/settle" not in page.actions()
    assert quarter.chairman.get(f"{path}/export").content[:2] == b"PK"
    quarter.economy.get(path)
    quarter.economy.post(f"{path}/settle", status=422, document="", settled_on="40/07/2026")
    done = quarter.economy.post(f"{path}/settle", document="12/BHXH", settled_on="15/07/2026")
    assert "Không có chênh lệch" in done.words
    assert "12/BHXH" in done.words
    quarter.economy.post(f"{path}/settle", status=409, document="13/BHXH", settled_on="15/07/2026")
    other = quarter.world.browser(quarter.world.there.officers[Role.economy])
    assert people[0].full_name not in other.get(path).words


def test_who_is_taken_off_stands_with_the_next_file_by_name_and_month(quarter: Quarter) -> None:
    office, people = _sent_to_bhxh(quarter)
    own = quarter.world.role(Role.village_head)
    gone = next(one for one in people if one.village_id == quarter.world.here.villages[0].key)
    own.get(f"/changes/{gone.key}")
    own.post(f"/changes/{gone.key}", reason="DEATH", happened_on="19/07/2026")
    page = office.get("/insurance")
    assert "Đợt 2: 1 người giảm" in page.words
    assert f"{gone.full_name} : Chết, thôi từ tháng 08/2026" in page.words
    assert "Công văn đề nghị báo giảm BHYT, hồ sơ số 2" in page.words


def _cards(people: list[Person]) -> bytes:
    """Cards for two, a refusal for the third, and somebody nobody asked for."""
    rows: list[list[object]] = [
        [one.full_name, one.citizen_id, f"GD431{n:010d}", "02/03/1960", "01/08/2026", "31/12/2026", ""]
        for n, one in enumerate(people[:2])
    ]
    rows.append([people[2].full_name, people[2].citizen_id, "", "02/03/1960", "", "", "Không cấp: đã có thẻ khác"])
    rows.append(["Người Không Biết", "031150999999", "GD1", "02/03/1960", "01/08/2026", "31/12/2026", ""])
    return sheet(CARDS, rows)


def _registrations(quarter: Quarter) -> list[str]:
    with quarter.world.session() as session:
        return sorted(row.state for row in session.exec(select(Registration)))


def test_cards_are_shown_before_anything_is_written(quarter: Quarter) -> None:
    office, people = _sent_to_bhxh(quarter)
    path, files = f"/insurance/{quarter.cycle_id}/cards", upload(_cards(people), "d10a.xlsx")
    page = office.post(f"{path}/preview", status=200, files=files)
    assert "Sẽ ghi thẻ 2" in page.words
    assert "Sẽ ghi từ chối 1" in page.words
    assert "Người Không Biết" in page.words
    assert _registrations(quarter) == [RegistrationState.SENT] * 3
    with quarter.world.session() as session:
        assert not session.exec(select(CardAnswer)).all()
    office.post(f"{path}/confirm", status=422, sha256="f" * 64, file_name="x")
    assert _registrations(quarter) == [RegistrationState.SENT] * 3


def test_cards_come_back_from_bhxh_once(quarter: Quarter) -> None:
    office, people = _sent_to_bhxh(quarter)
    path, files = f"/insurance/{quarter.cycle_id}/cards", upload(_cards(people), "d10a.xlsx")
    for _ in range(2):
        page = office.hand_in(path, files)
        assert "Thẻ đã ghi 2" in page.words
        assert "Không khớp 1" in page.words
    assert _registrations(quarter) == [RegistrationState.CARD, RegistrationState.CARD, RegistrationState.REFUSED]
    with quarter.world.session() as session:
        assert len(session.exec(select(CardAnswer)).all()) == 1
    assert "Tệp này đã nhập lúc" in office.post(f"{path}/preview", status=200, files=files).words
    for act in ("preview", "confirm"):
        assert quarter.economy.post(f"{path}/{act}", status=403, files=files).heading == "Không được phép"


def test_an_empty_answer_is_refused_and_nothing_is_kept(quarter: Quarter) -> None:
    office, _ = _sent_to_bhxh(quarter)
    files = upload(sheet(CARDS, []), "trong.xlsx")
    page = office.post(f"/insurance/{quarter.cycle_id}/cards/preview", status=422, files=files)
    assert page.errors == ["Tệp kết quả không có dòng nào."]
