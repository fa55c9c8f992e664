"""The first Word templates of the treasury's papers, with the fields of the forms of Nghị định 347/2025/NĐ-CP."""

from __future__ import annotations

from collections.abc import Callable

from docx.document import Document as DocumentType
from docx.shared import Cm

from deploy.page import new_document, packed, two_signatures
from deploy.styles import Style
from deploy.tables import CENTER, RIGHT, Column, list_table
from deploy.word import plain_table, write

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
    _line(document, "Chuyển khoản {{ by_transfer }}      Tiền mặt {{ by_cash }}", Style.FORM_CHOICE)
    _payer(document, "Đơn vị chi")
    list_table(document, COLUMNS, total="Tổng cộng", total_span=6)
    _line(document, "Tổng số tiền bằng chữ: {{ total_in_words }}.", Style.FORM_WORDS)
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
    _line(document, "Tổng số tiền bằng chữ: {{ total_in_words }}.", Style.FORM_WORDS)
    _line(document, "Số khoản nộp trả: {{ people }}. Ngày nộp trả: {{ returned_on }}.")
    _line(document, "{% if note %}Ghi chú: {{ note }}{% endif %}")
    _signatures(document)
    return packed(document)


def _form_head(document: DocumentType, *, number: str) -> None:
    table = plain_table(document, (Cm(9.4), Cm(6.6)))
    left, right = table.rows[0].cells
    write(left.paragraphs[0], "{{ unit_name }}", Style.FORM_UNIT)
    write(left.add_paragraph(), "Mã ĐVQHNS: {{ unit_code }}", Style.FORM_CODE)
    write(right.paragraphs[0], "{{ form_number }}", Style.FORM_NUMBER)
    write(right.add_paragraph(), "Ký hiệu: {{ form_code }}", Style.FORM_NOTE)
    write(right.add_paragraph(), "({{ decree }})", Style.FORM_DECREE)
    write(right.add_paragraph(), number, Style.FORM_NOTE)


def _name(document: DocumentType, about: str) -> None:
    write(document.add_paragraph(), "{{ form_name }}", Style.FORM_NAME)
    write(document.add_paragraph(), about, Style.FORM_ABOUT)


def _payer(document: DocumentType, label: str) -> None:
    _line(document, f"{label}: {{{{ unit_name }}}}")
    _line(document, "Tài khoản: {{ account_no }}, tại {{ place_name }}")
    _line(document, "Mã chương trình mục tiêu, dự án: {{ programme_code }}", Style.FORM_LAST)


def _line(document: DocumentType, words: str, style: Style = Style.FORM_LINE) -> None:
    write(document.add_paragraph(), words, style)


def _signatures(document: DocumentType) -> None:
    write(document.add_paragraph(), "Ngày ….. tháng ….. năm ………", Style.FORM_DAY)
    two_signatures(document, "KẾ TOÁN TRƯỞNG", "CHỦ TÀI KHOẢN")


VOUCHERS: dict[str, Callable[[], bytes]] = {
    "chung_tu_kho_bac": treasury_voucher,
    "giay_nop_tra_kinh_phi": refund_voucher,
}
