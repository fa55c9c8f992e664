"""The commune's own account and the list that comes back to its preparer, through the pages."""

from __future__ import annotations

import pytest
from sqlmodel import select

from models.payer import PayerAccount
from models.payment import PaymentList
from rules.workflow import PaymentListState, Step
from tests.web.conftest import World
from tests.web.quarter import Quarter, reviewed

ACCOUNT = {
    "kind": "BANK",
    "holder": "UBND đặc khu Thử",
    "account_no": "0031000111222",
    "place_name": "Agribank chi nhánh Thử",
    "bank_bin": "970405",
    "bank_profile": "csv",
    "unit_code": "1099999",
}


@pytest.fixture
def reach() -> Step:
    return Step.eligibility


@pytest.fixture
def quarter(world: World) -> Quarter:
    return reviewed(world)


def test_the_account_is_entered_and_shown_again_and_what_is_missing_is_said_at_its_field(quarter: Quarter) -> None:
    page = quarter.economy.get("/payment/account")
    assert "Chưa ghi tài khoản nào" in page.words
    wrong = quarter.economy.post("/payment/account", status=422, **(ACCOUNT | {"account_no": ""}))
    assert wrong.errors == ["Ghi số tài khoản."]
    page = quarter.economy.post("/payment/account", **ACCOUNT)
    assert "Đang dùng từ" in page.words
    with quarter.world.session() as session:
        (account,) = session.exec(select(PayerAccount)).all()
    assert (account.account_no, account.bank_profile, account.unit_code) == ("0031000111222", "csv", "1099999")


def test_the_second_person_sends_a_list_back_and_its_preparer_reads_why(quarter: Quarter) -> None:
    number = quarter.decide()
    url = f"/payment/{number}"
    quarter.economy.get(url)
    page = quarter.economy.post(f"{url}/prepare")
    assert f"{url}/send-back" not in page.actions()
    quarter.second.get(url)
    quarter.second.post(f"{url}/send-back", status=422)
    quarter.second.post(f"{url}/send-back", send_back_reason="Một tài khoản chưa có căn cứ")
    page = quarter.economy.get(url)
    assert "Một tài khoản chưa có căn cứ" in page.words
    assert f"{url}/prepare" in page.actions()
    with quarter.world.session() as session:
        assert session.get_one(PaymentList, number).state == PaymentListState.DRAFT
