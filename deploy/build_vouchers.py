"""The first Word templates of the treasury's papers, with the fields of the forms of Nghị định 347/2025/NĐ-CP."""

from __future__ import annotations

from collections.abc import Callable

from docx.document import Document as DocumentType
from docx.shared import Cm

from deploy.page import new_document, packed, two_signatures
from deploy.tables import Column, list_table
from deploy.word import CENTER, LEFT, RIGHT, plain_table, write

COLUMNS = (
    Column("STT", 1.4, "{{ r.stt }}", CENTER),
    Column("Nội dung", 4.6, "{{ r.content }}"),
    Column("Mã NDKT", 1.8, "{{ r.item }}", CENTER),
    Column("Mã chương", 2.0, "{{ r.chapter }}", CENTER),
    Column("Mã ngành kinh tế", 1.8, "{{ r.sector }}", CENTER),
    Column("Mã nguồn", 1.7, "{{ r.source }}", CENTER),
    Column("Số tiền (đồng)", 2.7, "{{ r.amount }}", RIGHT, "{{ total_figures }}"),
)


def treasury_voucher() -> bytes:
    """Giấy rút dự toán (Mẫu số 13) or ủy nhiệm chi (Mẫu số 17): the same fields under the form's own name."""
    document = new_document("Chứng từ chi qua Kho bạc")
    _form_head(document, number="Số: ……………")
    _name(document, "Chi trả hỗ trợ hằng tháng, tháng {{ month }}")
    _line(document, "Chuyển khoản {{ by_transfer }}      Tiền mặt {{ by_cash }}", center=True)
    _payer(document, "Đơn vị chi")
    list_table(document, COLUMNS, total="Tổng cộng", total_span=6)
    _line(document, "Tổng số tiền bằng chữ: {{ total_in_words }}.", before=6, italic=True)
    _line(document, "Số khoản: {{ people }}, theo danh sách {{ list_ref }} kèm theo.")
    _line(document, "Đơn vị, người nhận tiền: {{ receiver or '………………………………………………………' }}")
    bank = "Tài khoản, ngân hàng của người nhận: theo danh sách kèm theo"
    paper = "Số định danh: …………………… Ngày cấp: …………… Nơi cấp: ………………"
    _line(document, f"{{% if receiver %}}{bank}{{% else %}}{paper}{{% endif %}}")
    _signatures(document)
    return packed(document)


def refund_voucher() -> bytes:
    """Giấy nộp trả kinh phí (Mẫu số 08)."""
    document = new_document("Giấy nộp trả kinh phí")
    _form_head(document, number="Số: {{ voucher_no }}")
    _name(document, "Nộp trả tiền hỗ trợ hằng tháng chưa chi được")
    _payer(document, "Đơn vị nộp trả")
    list_table(document, COLUMNS, total="Tổng cộng", total_span=6)
    _line(document, "Tổng số tiền bằng chữ: {{ total_in_words }}.", before=6, italic=True)
    _line(document, "Số khoản nộp trả: {{ people }}. Ngày nộp trả: {{ returned_on }}.")
    _line(document, "{% if note %}Ghi chú: {{ note }}{% endif %}")
    _signatures(document)
    return packed(document)


def _form_head(document: DocumentType, *, number: str) -> None:
    table = plain_table(document, (Cm(9.4), Cm(6.6)))
    left, right = table.rows[0].cells
    write(left.paragraphs[0], "{{ unit_name }}", LEFT, size=13, bold=True)
    write(left.add_paragraph(), "Mã ĐVQHNS: {{ unit_code }}", LEFT, size=12)
    write(right.paragraphs[0], "{{ form_number }}", CENTER, size=12, bold=True)
    write(right.add_paragraph(), "Ký hiệu: {{ form_code }}", CENTER, size=12)
    write(right.add_paragraph(), "({{ decree }})", CENTER, size=11, italic=True)
    write(right.add_paragraph(), number, CENTER, size=12)


def _name(document: DocumentType, about: str) -> None:
    write(document.add_paragraph(), "{{ form_name }}", CENTER, size=14, bold=True, before=14)
    write(document.add_paragraph(), about, CENTER, size=13, after=6)


def _payer(document: DocumentType, label: str) -> None:
    _line(document, f"{label}: {{{{ unit_name }}}}")
    _line(document, "Tài khoản: {{ account_no }}, tại {{ place_name }}")
    _line(document, "Mã chương trình mục tiêu, dự án: {{ programme_code }}", after=6)


def _line(
    document: DocumentType,
    words: str,
    *,
    center: bool = False,
    italic: bool = False,
    before: float = 0,
    after: float = 3,
) -> None:
    align = CENTER if center else LEFT
    write(document.add_paragraph(), words, align, size=13, italic=italic, before=before, after=after)


def _signatures(document: DocumentType) -> None:
    write(document.add_paragraph(), "Ngày ….. tháng ….. năm ………", RIGHT, size=13, italic=True, before=8)
    two_signatures(document, "KẾ TOÁN TRƯỞNG", "CHỦ TÀI KHOẢN")


VOUCHERS: dict[str, Callable[[], bytes]] = {
    "chung_tu_kho_bac": treasury_voucher,
    "giay_nop_tra_kinh_phi": refund_voucher,
}
