"""Writes docs/law.md: every value of the law files with its source and status, in Vietnamese."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from rules.code_lists import CodeList, code_lists
from rules.diseases import ITEMS_KEY, disease_list, evidence_kinds
from rules.law_files import LAW_FOLDER, PARAMETER_FILES, legal_documents, read_parameters
from rules.law_words import scope_words, shown, unit_words
from rules.parameters import LAW_STATUS_LABELS, LawBook, LawStatus, Parameter, Reference, Value

PAGE = Path(__file__).parents[1] / "docs" / "law.md"
TITLES = {
    "nq04.yaml": "Nghị quyết 04/2026/NQ-HĐND",
    "categories.yaml": "Nhóm đối tượng",
    "poverty.yaml": "Chuẩn nghèo",
    "poverty_review.yaml": "Rà soát hộ nghèo, hộ cận nghèo",
    "disability.yaml": "Mức độ khuyết tật",
    "diseases_tt50.yaml": "Danh mục bệnh hiểm nghèo",
    "bhyt.yaml": "Bảo hiểm y tế",
    "social_assistance.yaml": "Trợ giúp xã hội và hưu trí xã hội",
    "complaints.yaml": "Khiếu nại",
    "publication.yaml": "Công khai và dữ liệu cá nhân",
    "plan.yaml": "Mục tiêu của kế hoạch",
    "office.yaml": "Quy ước làm việc của cơ quan",
}
HEAD = """# Luật mà phần mềm biết

<!-- written from rules/law/*.yaml by `make docs`; change the YAML, not this page -->

Trang này được viết ra từ các tệp trong `rules/law/`. Không con số, danh mục hay thời hạn nào của luật nằm ở chỗ khác.

- **Đã xác nhận**: có nguồn nêu giá trị đó. Trước khi dùng thật, cán bộ vẫn phải đối chiếu với văn bản gốc.
- **Giả định – chưa đối chiếu**: suy từ văn bản tương tự hoặc theo hiểu biết chung; số tính từ đó mang dấu "DỰ THẢO".
- **Chưa biết**: máy không tính khi gặp, và nêu tên khóa còn thiếu.

Văn bản Nghị quyết 04/2026/NQ-HĐND **chưa có trong tay**: không giá trị nào dưới đây là của Nghị quyết ấy.
Đơn vị bổ sung giá trị trên trang "Căn cứ pháp lý": một người đề xuất kèm căn cứ, người thứ hai xác nhận.
"""


def page() -> str:
    """The whole page."""
    files = {name: read_parameters(LAW_FOLDER / name) for name in PARAMETER_FILES}
    parts = [HEAD, *_counts(files.values())]
    for name, parameters in files.items():
        parts += [f"\n## {TITLES[name]}\n", f"Tệp `rules/law/{name}`."]
        for parameter in parameters:
            parts += _parameter(parameter)
    parts += _lists(LawBook(parameter for parameters in files.values() for parameter in parameters))
    return "\n".join(parts) + "\n"


def _counts(files: Iterable[list[Parameter]]) -> Iterator[str]:
    parameters = [parameter for file in files for parameter in file]
    statuses = Counter(value.status for parameter in parameters for value in parameter.values)
    yield f"Hiện có {len(parameters)} tham số, {sum(statuses.values())} giá trị:\n"
    yield from _table(("Trạng thái", "Số giá trị"), ((LAW_STATUS_LABELS[one], str(statuses[one])) for one in LawStatus))
    yield "\nCòn thiếu, theo khóa:\n"
    unknown = [(parameter, value) for parameter in parameters for value in parameter.values]
    rows = [
        (f"`{parameter.key}`", parameter.description, _days(value))
        for parameter, value in unknown
        if value.status is LawStatus.UNKNOWN
    ]
    yield from _table(("Khóa", "Nội dung", "Thời gian"), sorted(rows))


def _parameter(parameter: Parameter) -> Iterator[str]:
    yield f"\n### `{parameter.key}`\n"
    reviewed = f"{parameter.reviewed_until:%d/%m/%Y}"
    yield f"{parameter.description}. Đơn vị tính: {unit_words(parameter.unit)}. Đã rà soát đến {reviewed}.\n"
    head = ("Thời gian", "Phạm vi", "Giá trị", "Trạng thái", "Căn cứ")
    yield from _table(head, (_row(value) for value in parameter.values))


def _row(value: Value) -> tuple[str, ...]:
    scope = scope_words(value.scope) or "mọi trường hợp"
    said = "bảng ở cuối trang" if value.key == ITEMS_KEY else "; ".join(shown(value.unit, value.value))
    return (_days(value), scope, said, LAW_STATUS_LABELS[value.status], _source(value.reference))


def _days(value: Value) -> str:
    until = f" đến {value.valid_to:%d/%m/%Y}" if value.valid_to else ""
    return f"từ {value.valid_from:%d/%m/%Y}{until}"


def _source(reference: Reference) -> str:
    link = f" ([nguồn]({reference.source}))" if reference.source else ""
    note = f" – {reference.note}" if reference.note else ""
    return f"{reference}{note}{link}"


def _lists(book: LawBook) -> Iterator[str]:
    yield "\n## Danh mục\n"
    (items,) = book.values_of(ITEMS_KEY)
    diseases = disease_list(book, items.valid_from)
    known = f"{len(diseases.items)}/{diseases.total}"
    rows: list[tuple[str, ...]] = [(diseases.title, known, "`diseases_tt50.yaml`", "theo từng mục", diseases.reference)]
    rows += [_lookup(name) for name in ("banks.yaml", "provinces.yaml", "bhyt_objects.yaml")]
    yield from _table(("Danh mục", "Số mục", "Tệp", "Trạng thái", "Căn cứ"), rows)
    if diseases.gap:
        yield f"\nDanh mục bệnh còn {diseases.gap}; mục chưa có không được đoán, đơn vị nhập từ phụ lục chính thức."
    yield f"\n### {diseases.title}\n"
    yield from _table(
        ("Mục", "Tên bệnh", "Mã ICD-10", "Mức độ", "Trạng thái"),
        (
            (str(item.number), item.name, item.icd, item.severity or "không nêu", LAW_STATUS_LABELS[item.status])
            for item in diseases.items
        ),
    )
    yield "\n### Giấy tờ làm căn cứ\n"
    kinds = evidence_kinds().values()
    yield from _table(
        ("Mã", "Giấy tờ", "Trạng thái", "Căn cứ"),
        ((f"`{kind.code}`", kind.label, LAW_STATUS_LABELS[kind.status], str(kind.reference)) for kind in kinds),
    )
    for listed in code_lists().values():
        yield from _code_list(listed)
    yield "\n### Văn bản được dẫn\n"
    yield from _table(
        ("Số, năm", "Cơ quan ban hành", "Tên văn bản", "Trạng thái của tên"),
        ((one.document, one.issuer, one.title, LAW_STATUS_LABELS[one.status]) for one in legal_documents()),
    )


def _lookup(name: str) -> tuple[str, ...]:
    table = yaml.safe_load((LAW_FOLDER / name).read_text("utf-8"))
    reference = Reference(*(str(table["source"].get(part, "")) for part in ("document", "issuer", "article", "note")))
    status = LAW_STATUS_LABELS[LawStatus(table["status"])]
    return (table["title"], str(len(table["entries"])), f"`{name}`", status, _source(reference))


def _code_list(listed: CodeList) -> Iterator[str]:
    yield f"\n### {listed.title}\n"
    yield f"{LAW_STATUS_LABELS[listed.status]}: {_source(Reference(**listed.reference.model_dump()))}.\n"
    yield from _table(("Mã", "Nghĩa"), ((f"`{code}`", words) for code, words in listed.entries.items()))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"


def main() -> int:
    """Write the page; return the exit status."""
    PAGE.write_text(page(), "utf-8")
    print(f"written: docs/{PAGE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
