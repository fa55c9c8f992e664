"""Village lists of a city read, checked and written, beside calamine and bare inserts; one file to its wrong cells."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine
from sqlmodel import SQLModel

from adapters.database import session_scope
from adapters.workbooks import read_workbook
from bench import city
from bench.city import NOW, City
from bench.workshop import Tables, compare, copy_of, insert_rows, load, product, rows_beyond, timed
from models.cycles import Case, Cycle, CycleStep
from models.ledger import AuditEntry
from models.lists import ListFile, ListRow, RowProblem, VillageList
from models.notices import Mail
from models.people import Household, HouseholdStatus, PayMethod, Person, PersonFact
from rules.village_sheet import read_village_sheet
from rules.workflow import Step
from services import lists
from services.staff import load_actor

FILES = int(os.environ.get("ANSINH_BENCH_FILES", "100"))
ROWS = 300
ON = date(2026, 7, 28)
OFFICER = 1
HEADINGS = (
    "STT", "Họ tên chủ hộ", "Họ tên người đề nghị", "Ngày sinh", "Giới tính", "Số định danh", "Diện hộ",
    "Số quyết định công nhận", "Ngày quyết định", "Nơi cư trú", "Mức độ khuyết tật", "Thu nhập ổn định",
    "Trợ cấp khác", "Giấy tờ y tế kèm theo", "Hình thức nhận", "Số tài khoản", "Ngân hàng", "Chủ tài khoản",
)  # fmt: skip
WRITTEN: tuple[type[SQLModel], ...] = (
    Household, HouseholdStatus, Person, ListFile, ListRow, PersonFact, PayMethod, Case, RowProblem, AuditEntry, Mail,
)  # fmt: skip


def main() -> None:
    """Every thôn of one commune returns three hundred people; then one thôn returns a file with wrong cells."""
    files = [_workbook(number, wrong=0) for number in range(FILES)]
    with product(NOW) as engine:
        _places(engine)
        before = {model: _last(engine, model) for model in WRITTEN}
        ground = copy_of(engine)
        _, took = timed(lambda: [_import(engine, number, content) for number, content in enumerate(files)])
        tables: Tables = [(model, rows_beyond(engine, model, before[model])) for model in WRITTEN]
        counts = {model.__name__: len(rows) for model, rows in tables if rows}
        _, floor = timed(lambda: _bare(ground, files, tables))
        print(f"{FILES} files: {counts}; {load()}")
        compare(f"read, check, de-duplicate, write {FILES * ROWS:,} rows", took, floor, "≤ 2 ×")
        wrong = _workbook(FILES, wrong=40)
        problems, one = timed(lambda: _import(engine, FILES, wrong))
        _, bare = timed(lambda: CalamineWorkbook.from_filelike(io.BytesIO(wrong)).get_sheet_by_index(0).to_python())
        compare(f"one file of {ROWS} rows to its {problems} wrong cells", one, bare, "< 1 s")


def _import(engine: Engine, number: int, content: bytes) -> int:
    """As the page does it: the file is read outside of the transaction, then taken in; returns the wrong cells."""
    reading = read_village_sheet(read_workbook(content), on=ON)
    with session_scope(engine) as opened:
        file = lists.receive_file(
            opened,
            village_list_id=number + 1,
            file_name="danh-sach.xlsx",
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            reading=reading,
            actor=load_actor(opened, OFFICER, on=ON),
            now=NOW,
        )
        return file.error_count


def _bare(ground: Engine, files: Sequence[bytes], tables: Tables) -> None:
    for content in files:
        CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    insert_rows(ground, tables, len(files))


def _last(engine: Engine, model: type[SQLModel]) -> int:
    rows = rows_beyond(engine, model, 0)
    return max((row["id"] for row in rows), default=0)


def _places(engine: Engine) -> None:
    """One commune whose thôn have all been asked."""
    size, thon = City(people=0, communes=-(-(FILES + 1) // city.THON), months=1), range(1, FILES + 2)
    with city.filling(engine) as connection:
        for model, rows in city.places(size):
            made = (row | {"commune_id": 1} if "commune_id" in row else row for row in rows)
            city.fill(connection, model, made)
        cycle = {"id": 1, "commune_id": 1, "year": 2026, "quarter": 3, "opened_on": NOW.date(), "opened_at": NOW}
        city.fill(connection, Cycle, iter([cycle]))
        steps = ({"cycle_id": 1, "step": step, "since": NOW, "state": _state(step)} for step in Step)
        city.fill(connection, CycleStep, steps)
        asked = ({"cycle_id": 1, "commune_id": 1, "village_id": n, "state": "REQUESTED", "requested_at": NOW,
                  "due_on": NOW.date()} for n in thon)  # fmt: skip
        city.fill(connection, VillageList, asked)


def _state(step: Step) -> str:
    return "WAITING" if step is Step.lists else "BLOCKED"


def _workbook(village: int, *, wrong: int) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("Danh sách")
    sheet.write(0, 0, "DANH SÁCH THỬ NGHIỆM – NGƯỜI HƯ CẤU")
    sheet.write_row(2, 0, HEADINGS)
    for place in range(ROWS):
        sheet.write_row(place + 3, 0, _row(village * ROWS + place, place, is_wrong=place < wrong))
    book.close()
    return stream.getvalue()


def _row(number: int, place: int, *, is_wrong: bool) -> tuple[Any, ...]:
    name, born = city.invented(number), date(1935, 1, 1) + timedelta(days=number * 7 % 18_000)
    by_account = number % 3 == 0
    return (
        place + 1, name, name, "31/02/1950" if is_wrong else f"{born:%d/%m/%Y}", "Nữ",
        f"0311{born:%y}{number:06d}",
        ("Thoát nghèo", "Cận nghèo", "Nghèo")[number % 3], "12/QĐ-UBND", "05/01/2025", "Thường trú",
        ("Không", "Nặng")[number % 2], "Không", "Không" if number % 5 else "Có – trợ cấp 500.000 đồng",
        "Giấy ra viện" if number % 4 == 0 else "", "Tài khoản" if by_account else "Tiền mặt",
        f"9999{number:09d}" if by_account else "", "Agribank" if by_account else "", name if by_account else "",
    )  # fmt: skip


if __name__ == "__main__":
    main()
