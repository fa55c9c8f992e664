"""A quyết định for each commune, every one with a long annex, beside the bare filling of the same Word template."""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from functools import partial
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import Environment
from pydantic import TypeAdapter

from adapters.letters import FORMS, write_letter
from models.base import canonical_json
from rules.papers import DecisionPaper, DecisionRow, Head

COMMUNES = int(os.environ.get("ANSINH_BENCH_COMMUNES", "114"))
ROWS = int(os.environ.get("ANSINH_BENCH_ROWS", "260"))
FORM = FORMS["decision"]


def main() -> None:
    """Write them both ways, in turns so that a busy machine hits both alike, and print the ratio."""
    ours = floor = 0.0
    size = 0
    for number in range(1, COMMUNES + 1):
        said = _frozen(number)
        took, data = _timed(partial(write_letter, FORM, said))
        ours, size = ours + took, size + len(data)
        context = FORM.context(TypeAdapter(DecisionPaper).validate_python(said))
        floor += _timed(partial(_bare, context))[0]
    print(f"{COMMUNES} quyết định, {ROWS} người mỗi quyết định, {size / 1e6:.1f} MB")
    print(f"An Sinh {ours:6.2f} s ({ours / COMMUNES * 1000:.0f} ms mỗi văn bản)")
    print(f"docxtpl {floor:6.2f} s ({floor / COMMUNES * 1000:.0f} ms mỗi văn bản)")
    print(f"tỷ lệ   {ours / floor:6.2f}")


def _timed(work: Callable[[], bytes]) -> tuple[float, bytes]:
    begun = time.process_time()  # of the processor: a machine at other work shows the same
    made = work()
    return time.process_time() - begun, made


def _bare(context: dict[str, Any]) -> bytes:
    """The floor: the template is opened, filled and packed, and nothing is checked."""
    written = io.BytesIO()
    template = DocxTemplate(str(FORM.path))
    template.render(context, jinja_env=Environment(autoescape=True))
    template.save(written)
    return written.getvalue()


def _frozen(number: int) -> dict[str, Any]:
    """What the record of one commune's decision holds."""
    body = f"Ủy ban nhân dân xã Hư Cấu {number}"
    paper = DecisionPaper(
        head=Head(
            body=body,
            issuer_lines=("ỦY BAN NHÂN DÂN", f"XÃ HƯ CẤU {number}"),
            place=f"Hư Cấu {number}",
            symbol="QĐ-UBND",
            recipients=("Như Điều 3", "Trưởng các thôn", "Lưu: VT, KT"),
            resolution="Nghị quyết số 04/2026/NQ-HĐND",
            authority_lines=("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
            signer_name="Lê Văn Hư Cấu",
            number=number,
            issued_on=date(2026, 7, 22),
        ),
        subject="Phê duyệt danh sách người được hỗ trợ Quý III/2026",
        authority_title=body,
        bases=("Căn cứ Nghị quyết số 04/2026/NQ-HĐND", "Theo đề nghị của Trưởng phòng Kinh tế"),
        cycle_label="Quý III/2026",
        policy="quy định chính sách hỗ trợ",
        rows=tuple(
            DecisionRow(
                full_name=f"Nguyễn Thị Hư Cấu {row}",
                birth_year=str(1940 + row % 60),
                village=f"Thôn {row % 10 + 1}",
                household_status="Hộ thoát cận nghèo",
                group="Người cao tuổi không có lương hưu, trợ cấp",
                monthly_amount=1_500_000,
                from_month="07/2026",
                bhyt="30%",
            )
            for row in range(1, ROWS + 1)
        ),
        audit_head="ab" * 32,
    )
    frozen: dict[str, Any] = json.loads(canonical_json(asdict(paper)))
    return frozen
