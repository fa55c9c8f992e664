"""The credit transfer initiation: the elements a bank's program asks for, in order; the same bytes twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from adapters.bank_file import TransferRow
from adapters.pain001 import NAMESPACE, Payer, write_pain001
from adapters.sheets import OutputError

FROZEN = datetime(2026, 7, 11, 9, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
PAYER = Payer("UBND đặc khu Cát Hải", "0031000111222", "970405")
ROWS = [
    TransferRow("HT2607-0001", "Nguyễn Văn Thử", "0012300045", "970405", 1_500_000, "HTTN T07/2026"),
    TransferRow("HT2607-0002-2", "Trần <Thị> & Mẫu", "9990001112", "970436", 500_000, "HTTN T07/2026"),
]


def message(**values: Any) -> Any:
    said: dict[str, Any] = {"payer": PAYER, "list_ref": "DS-12", "frozen_at": FROZEN, "pay_on": date(2026, 7, 14)}
    return write_pain001(values.pop("rows", ROWS), **(said | values))


def test_the_message_says_the_rows_with_their_count_and_sum() -> None:
    file = message()
    root = ET.fromstring(file.data)
    assert root.tag == f"{{{NAMESPACE}}}Document"

    def texts(name: str) -> list[str | None]:
        return [one.text for one in root.iter(f"{{{NAMESPACE}}}{name}")]

    assert texts("NbOfTxs") == ["2", "2"]
    assert texts("CtrlSum") == ["2000000", "2000000"]
    assert texts("CreDtTm") == ["2026-07-11T09:30:00+07:00"]
    assert texts("EndToEndId") == ["HT2607-0001", "HT2607-0002-2"]
    assert texts("InstdAmt") == ["1500000", "500000"]
    assert {one.get("Ccy") for one in root.iter(f"{{{NAMESPACE}}}InstdAmt")} == {"VND"}
    assert texts("Nm") == ["UBND DAC KHU CAT HAI", "UBND DAC KHU CAT HAI", "NGUYEN VAN THU", "TRAN THI MAU"]
    assert texts("MmbId") == ["970405", "970405", "970436"]
    assert (file.count, file.total) == (2, 2_000_000)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"rows": [replace(ROWS[0], holder="Ngô " * 17, purpose="y" * 60, amount=999_999_999_999)]},
        {"payer": replace(PAYER, name="Ủy ban nhân dân & <đặc khu> " * 9, account_no="1" * 19)},
        {"list_ref": "x" * 35},
    ],
)
def test_the_message_is_valid_with_every_element_in_its_place_and_within_its_length(values: dict[str, Any]) -> None:
    schema = etree.XMLSchema(etree.parse(Path(__file__).with_name("pain001_as_sent.xsd")))
    schema.assertValid(etree.fromstring(message(**values).data))


def test_the_same_list_gives_the_same_bytes() -> None:
    assert message().sha256 == message().sha256
    assert message().data == message().data


@pytest.mark.parametrize(
    "values",
    [
        {"rows": []},
        {"rows": [ROWS[0], ROWS[0]]},
        {"rows": [replace(ROWS[0], amount=0)]},
        {"payer": replace(PAYER, account_no="")},
        {"payer": replace(PAYER, name="“ ”")},
        {"payer": replace(PAYER, bank_bin="97")},
        {"list_ref": "x" * 36},
        {"frozen_at": FROZEN.replace(tzinfo=None)},
    ],
)
def test_what_no_bank_could_take_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(OutputError):
        message(**values)
