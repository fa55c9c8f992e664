"""The D03-TS as the office hands it over: in BHXH's own workbook once it lies in the data folder."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sqlmodel import Session

from adapters.d03ts_layout import FILE, FOLDER
from adapters.sheets import OutputError
from services import documents
from tasks.paper import Paper
from tasks.papers import WRITERS
from tests.services.money import Desk
from tests.services.test_insurance import batch_of, insurance_desk, register, with_grants


@pytest.fixture
def desk(session: Session) -> Desk:
    return insurance_desk(session)


def _written(desk: Desk) -> Paper:
    document = documents.find(desk.session, kind="d03ts", subject=f"insurance_batch:{batch_of(desk).key}")
    assert document is not None
    return WRITERS["d03ts"](desk.session, document)


def test_the_workbook_of_bhxh_in_the_data_folder_is_filled_and_a_fault_never_falls_back(
    desk: Desk, data_dir: Path
) -> None:
    (person,) = with_grants(desk, 1)
    register(desk)
    shipped = load_workbook(io.BytesIO(_written(desk).data))
    assert shipped["D03-TS"]["B15"].value == person.full_name
    folder = data_dir / FOLDER
    folder.mkdir(parents=True)
    book = Workbook()
    book.worksheets[0].title = "Mẫu BHXH"
    book.worksheets[0]["A1"] = "MẪU ĐANG DÙNG CỦA BHXH"
    book.save(folder / "mau bhxh.xlsx")
    own = (
        "template: mau bhxh.xlsx\nsheet: Mẫu BHXH\nfirst_data_row: 5\n"
        "columns:\n  - {field: full_name}\n  - {field: citizen_no}\n  - {field: amount, kind: money}\n"
    )
    (folder / FILE).write_text(own, encoding="utf-8")
    made = _written(desk)
    sheet = load_workbook(io.BytesIO(made.data))["Mẫu BHXH"]
    assert (sheet["A1"].value, sheet["A5"].value) == ("MẪU ĐANG DÙNG CỦA BHXH", person.full_name)
    assert made.template is not None
    assert made.template.data == (folder / "mau bhxh.xlsx").read_bytes(), "kept with the paper made from it"
    (folder / "mau bhxh.xlsx").unlink()
    with pytest.raises(OutputError, match="không thấy tệp mẫu"):
        _written(desk)
