"""Make the first Word templates of the official papers: `python -m deploy.build_templates [name …]`.

Staff then edit them in Word. It overwrites `templates/documents/<name>.docx`, so it is run once, or to start a paper
afresh: the templates named, or all of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from docx.document import Document as DocumentType

from deploy.build_letters import IN_WORDS, LETTERS
from deploy.build_offices import OFFICES
from deploy.build_public import PUBLIC
from deploy.build_vouchers import VOUCHERS
from deploy.page import annex, annex_title, article, bases, heading, new_document, packed, signature, text, title
from deploy.styles import Style
from deploy.tables import CENTER, RIGHT, Column, list_table
from deploy.word import write

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "documents"
SUPPORT = "hỗ trợ hằng tháng và hỗ trợ đóng bảo hiểm y tế"
COLUMNS = (
    Column("STT", 1.3, "{{ r.stt }}", CENTER),
    Column("Họ và tên", 4.4, "{{ r.full_name }}"),
    Column("Năm sinh", 1.5, "{{ r.birth_year }}", CENTER),
    Column("Thôn", 3.2, "{{ r.village }}"),
    Column("Diện hộ", 2.4, "{{ r.household_status }}"),
    Column("Nhóm", 4.6, "{{ r.group }}"),
    Column("Mức hỗ trợ/tháng (đồng)", 2.4, "{{ r.monthly }}", RIGHT, "{{ total_figures }}"),
    Column("Từ tháng", 1.8, "{{ r.from_month }}", CENTER),
    Column("Hỗ trợ BHYT", 1.8, "{{ r.bhyt }}", CENTER),
    Column("Ghi chú", 1.6, "{{ r.note }}"),
)
DUTIES = (
    "1. Phòng Kinh tế chủ trì chi trả kịp thời, công khai, đúng đối tượng, đúng mức, đúng thời gian; "
    "quản lý, quyết toán kinh phí và lập danh sách đề nghị cấp thẻ bảo hiểm y tế.",
    "2. Phòng Văn hóa - Xã hội phối hợp rà soát, đối chiếu người đang hưởng bảo trợ xã hội và công khai "
    "thông tin theo quy định.",
    "3. Bảo hiểm xã hội cơ sở cấp thẻ bảo hiểm y tế cho người có tên trong danh sách.",
    "4. Trạm Y tế, Trung tâm dịch vụ sự nghiệp công và Trưởng các thôn thông báo đến người được hỗ trợ; "
    "Trưởng các thôn kịp thời báo Phòng Kinh tế khi có người mất, chuyển đi hoặc thay đổi điều kiện hưởng.",
)


def build() -> bytes:
    """Return the template of the quyết định that approves a list."""
    document = new_document("Quyết định phê duyệt danh sách")
    heading(document)
    _body(document)
    signature(document)
    annex(document, landscape=True)
    _annex(document)
    return packed(document)


def _body(document: DocumentType) -> None:
    title(document, "QUYẾT ĐỊNH", "{{ subject }}")
    write(document.add_paragraph(), "{{ authority_title }}", Style.DECIDER)
    bases(document, "legal_bases")
    write(document.add_paragraph(), "QUYẾT ĐỊNH:", Style.DECIDES)
    article(
        document,
        "Điều 1.",
        f"Phê duyệt danh sách {{{{ people }}}} người được {SUPPORT} {{{{ cycle_label }}}} theo "
        "{{ resolution_short }} (có danh sách kèm theo), trong đó {{ bhyt_people }} người được hỗ trợ "
        "đóng bảo hiểm y tế.",
    )
    text(document, "Tổng mức hỗ trợ hằng tháng: {{ total }} (bằng chữ: {{ total_in_words }}).")
    text(document, "Thời điểm hưởng của từng người tính từ tháng ghi trong danh sách.")
    article(document, "Điều 2. Tổ chức thực hiện")
    for duty in DUTIES:
        text(document, duty)
    article(
        document,
        "Điều 3.",
        "Quyết định này có hiệu lực kể từ ngày ký. Trưởng các phòng, thủ trưởng các đơn vị nêu tại Điều 2, "
        "Trưởng các thôn và người có tên trong danh sách chịu trách nhiệm thi hành Quyết định này./.",
    )


def _annex(document: DocumentType) -> None:
    annex_title(document, "DANH SÁCH", f"Người được {SUPPORT} {{{{ cycle_label }}}}")
    list_table(document, COLUMNS, total="Tổng cộng: {{ people }} người", total_span=6, words=IN_WORDS)


TEMPLATES: dict[str, Callable[[], bytes]] = {
    "quyet_dinh_phe_duyet": build,
    **LETTERS,
    **PUBLIC,
    **OFFICES,
    **VOUCHERS,
}
"""File name without its ending → what builds it."""


def write_templates(names: list[str]) -> None:
    """Write the named templates, or all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names or list(TEMPLATES):
        path = FOLDER / f"{name}.docx"
        path.write_bytes(TEMPLATES[name]())
        print(f"{path.name}: {path.stat().st_size} byte")


if __name__ == "__main__":
    write_templates(sys.argv[1:])
