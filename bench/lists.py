"""Village lists of a city read, checked and written, beside calamine and bare inserts; one file to its wrong cells."""

from __future__ import annotations

import hashlib
import io
import os
import resource
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

import openpyxl
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine
from sqlmodel import SQLModel

from adapters.database import session_scope
from adapters.workbooks import read_workbook, write_marked_copy
from bench import city
from bench.city import NOW, City
from bench.workshop import Tables, Took, compare, copy_of, insert_rows, load, product, rows_beyond, timed
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
ROWS, WRONG = 300, 40
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
        took, floor, counts = _in_turns(engine, copy_of(engine), files)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{FILES} files: {dict(counts)}; peak memory of this process {peak:.0f} MB; {load()}")
        compare(f"read, check, de-duplicate, write {FILES * ROWS:,} rows", took, floor, "≤ 2 ×")
        _wrong_file(engine)


def _wrong_file(engine: Engine) -> None:
    """From the bytes to the list of wrong cells, then to the copy in which each is coloured and explained."""
    content = _workbook(FILES, wrong=WRONG)
    file, took = timed(lambda: _import(engine, FILES, content))
    _, floor = timed(lambda: _values(content))
    compare(f"one file of {ROWS} rows to its {file.error_count} wrong cells", took, floor, "< 1 s")
    problems = read_village_sheet(read_workbook(content), on=ON).problems
    _, took = timed(lambda: write_marked_copy(content, problems))
    _, floor = timed(lambda: openpyxl.load_workbook(io.BytesIO(content)).save(io.BytesIO()))
    compare("the same file with its wrong cells coloured and explained", took, floor, "< 1 s")


def _in_turns(engine: Engine, ground: Engine, files: Sequence[bytes]) -> tuple[Took, Took, Counter[str]]:
    """Each file by the product, then by the floor, so that what else the machine does falls on both alike."""
    last = {model: max((row["id"] for row in rows_beyond(engine, model, 0)), default=0) for model in WRITTEN}
    took, floor, counts = Took(0, 0), Took(0, 0), Counter[str]()
    for number, content in enumerate(files):
        _, one = timed(partial(_import, engine, number, content))
        tables = [(model, rows_beyond(engine, model, last[model])) for model in WRITTEN]
        last |= {model: max(row["id"] for row in rows) for model, rows in tables if rows}
        _, bare = timed(partial(_bare, ground, content, tables))
        took, floor = _sum(took, one), _sum(floor, bare)
        counts += Counter({model.__name__: len(rows) for model, rows in tables})
    return took, floor, counts


def _sum(one: Took, other: Took) -> Took:
    return Took(one.clock + other.clock, one.computing + other.computing)


def _import(engine: Engine, number: int, content: bytes) -> ListFile:
    """As the page does it: the file is read outside of the transaction, then taken in."""
    reading = read_village_sheet(read_workbook(content), on=ON)
    with session_scope(engine) as opened:
        return lists.receive_file(
            opened,
            village_list_id=number + 1,
            file_name="danh-sach.xlsx",
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            reading=reading,
            actor=load_actor(opened, OFFICER, on=ON),
            now=NOW,
        )


def _bare(ground: Engine, content: bytes, tables: Tables) -> None:
    _values(content)
    insert_rows(ground, tables, 1)


def _values(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


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
