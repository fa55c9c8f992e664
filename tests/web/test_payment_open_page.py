"""What payments leave open over all months has one page; a month says what it changes against the one before."""

from __future__ import annotations

import pytest
from sqlmodel import select

from models.payment import Transfer
from models.people import PayMethod, PayMethodKind
from models.receipts import CashCorrection
from models.treasury import TreasuryReturn
from rules.names import fold_name
from rules.workflow import Role, Step, TransferState
from tests.web.conftest import World
from tests.web.quarter import RESULTS, Quarter, july, reviewed
from tests.web.workbooks import read_sheet, sheet, upload


@pytest.fixture
def reach() -> Step:
    return Step.eligibility


@pytest.fixture
def quarter(world: World) -> Quarter:
    return reviewed(world)


def _sent(quarter: Quarter) -> int:
    """July's list on its way; returns its number."""
    number = quarter.decide()
    quarter.economy.get(f"/payment/{number}")
    quarter.economy.post(f"/payment/{number}/prepare")
    quarter.second.get(f"/payment/{number}")
    quarter.second.post(f"/payment/{number}/approve")
    quarter.economy.post(f"/payment/{number}/sent")
    return number


def _transfers(quarter: Quarter) -> list[Transfer]:
    with quarter.world.session() as session:
        return list(session.exec(select(Transfer).order_by(Transfer.id)))  # type: ignore[arg-type]


def test_a_row_that_waits_is_found_from_one_page_and_from_the_first_one(quarter: Quarter) -> None:
    number = _sent(quarter)
    rows: list[list[object]] = [["GHI-SAI-MA", _transfers(quarter)[1].amount, "Thành công", ""]]
    quarter.economy.hand_in(f"/payment/{number}/answers", upload(sheet(RESULTS, rows)))
    assert "Dòng kết quả chi trả chưa khớp 1" in quarter.economy.get("/").words
    page = quarter.economy.get("/payment/open")
    assert "1 dòng chờ người xử lý" in page.words
    assert any(f"/payment/{number}/answers/" in link and "#dong-" in link for link in page.links)


def test_a_hold_names_who_holds_it_and_that_another_must_release_it(quarter: Quarter) -> None:
    quarter.decide()
    held = _transfers(quarter)[0]
    quarter.economy.get(f"/payment/transfers/{held.key}")
    quarter.economy.post(f"/payment/transfers/{held.key}/hold", hold_reason="Chờ xác minh tài khoản")
    mine = quarter.economy.get("/payment/open")
    assert "Chờ xác minh tài khoản" in mine.words
    assert "cần người khác giải tỏa" in mine.words
    assert "cần người khác giải tỏa" not in quarter.second.get("/payment/open").words


def test_cash_recorded_for_the_wrong_person_is_put_right_by_two_people(quarter: Quarter) -> None:
    with quarter.world.session() as session:
        method = session.exec(select(PayMethod).order_by(PayMethod.id)).first()  # type: ignore[arg-type]
        assert method is not None
        method.kind, method.account_no, method.bank_bin = PayMethodKind.CASH, None, ""
        session.add(method)
        session.commit()
    number = _sent(quarter)
    cash = next(one for one in _transfers(quarter) if one.channel == PayMethodKind.CASH)
    url = f"/payment/transfers/{cash.key}"
    assert f"{url}/correction" not in quarter.economy.get(url).actions(), "nothing to put right yet"
    quarter.economy.post(f"{url}/cash", cash="paid")
    quarter.economy.post(f"{url}/correction", status=422, really="returned")
    said = quarter.economy.post(f"{url}/correction", really="returned", really_reason="Trùng tên, biên bản 21/07")
    assert "cần người khác xác nhận" in said.words
    assert f"{url}/correction/confirm" not in said.actions()
    with quarter.world.session() as session:
        receipt = str(session.exec(select(CashCorrection)).one().key)
    quarter.economy.post(f"{url}/correction/confirm", status=403, correction_id=receipt)
    quarter.economy.post(f"/payment/{number}/close", status=409)
    assert "Đính chính chi tiền mặt chờ người thứ hai 1" in quarter.second.get("/").words
    assert url in quarter.second.get("/payment/open").links
    rows = read_sheet(quarter.second.get("/payment/open/export").content)
    assert any("Đính chính chờ người thứ hai" in row and "Trùng tên, biên bản 21/07" in row for row in rows)
    other = next(one for one in _transfers(quarter) if one.key != cash.key)
    quarter.second.post(f"/payment/transfers/{other.key}/correction/confirm", status=404, correction_id=receipt)
    quarter.second.get(url)
    page = quarter.second.post(f"{url}/correction/confirm", correction_id=receipt)
    assert "Trùng tên, biên bản 21/07" in page.words
    assert next(one for one in _transfers(quarter) if one.key == cash.key).state == TransferState.RETURNED
    assert "chờ người thứ hai" not in quarter.second.get("/").words


def test_money_that_came_back_is_given_back_to_the_treasury_once(quarter: Quarter) -> None:
    number = _sent(quarter)
    back = _transfers(quarter)[0]
    content = quarter.results(number, **{back.end_to_end_id: "Sai số tài khoản"})
    quarter.economy.hand_in(f"/payment/{number}/answers", upload(content))
    quarter.go_to(july(24))
    quarter.economy.get(f"/payment/{number}")
    quarter.economy.post(f"/payment/{number}/close")
    page = quarter.economy.get("/payment/open")
    assert "Sai số tài khoản" in page.words
    voucher = {"voucher_no": "NT-01", "returned_on": "24/07/2026", "note": ""}
    refused = quarter.economy.post("/payment/open/refund", status=422, **voucher)
    assert refused.errors == ["Đánh dấu ít nhất một khoản đã nộp trả."]
    chosen = {f"khoan-{back.key}": "1"}
    done = quarter.economy.post("/payment/open/refund", **voucher, **chosen)
    assert "Đã nộp trả kho bạc" in done.words
    quarter.economy.post("/payment/open/refund", status=409, **voucher, **chosen)
    with quarter.world.session() as session:
        assert session.exec(select(TreasuryReturn.amount)).all() == [back.amount]
    assert _transfers(quarter)[0].state == TransferState.RETURNED


def test_only_who_pays_records_a_refund(quarter: Quarter) -> None:
    quarter.decide()
    chairman = quarter.chairman
    assert "/payment/open/refund" not in chairman.get("/payment/open").actions()
    chairman.post("/payment/open/refund", status=403)
    quarter.world.role(Role.village_head).get("/payment/open", status=403)


def test_a_first_month_is_all_new_people(quarter: Quarter) -> None:
    number = quarter.decide()
    page = quarter.chairman.get(f"/payment/{number}/differences")
    assert "Đây là danh sách đầu tiên" in page.words
    assert "Mới nhận 3 người" in page.words
    assert "Mới chi trả" in page.words


def test_what_is_stuck_is_found_by_name_and_taken_out_without_an_account(quarter: Quarter) -> None:
    quarter.decide()
    held, other = _transfers(quarter)[:2]
    quarter.economy.get(f"/payment/transfers/{held.key}")
    quarter.economy.post(f"/payment/transfers/{held.key}/hold", hold_reason="Chờ xác minh tài khoản")
    name = held.payee["full_name"]
    assert name in quarter.economy.get(f"/payment/open?q={fold_name(name).replace(' ', '+')}").words
    assert "Không có khoản nào bị giữ" in quarter.economy.get("/payment/open?q=khong+co+ai").words
    rows = read_sheet(quarter.economy.get("/payment/open/export").content)
    assert any(row[1:3] == ["Đang tạm giữ", name] and row[4] == held.amount for row in rows)
    assert not [cell for row in rows for cell in row if other.payee["full_name"] == cell]
    assert not [cell for row in rows for cell in row if held.account_no and held.account_no in str(cell)]
