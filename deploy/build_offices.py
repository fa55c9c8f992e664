"""The first Word templates of what goes to other offices: BHXH, the reports, the budget."""

from __future__ import annotations

from collections.abc import Callable

from docx.document import Document as DocumentType

from deploy.page import (
    RESOLUTION,
    addressed,
    caption,
    closed,
    fill_in,
    heading,
    new_document,
    opened,
    packed,
    signature,
    text,
    title,
    when,
)
from deploy.tables import CENTER, RIGHT, Column, gap, list_table


def insurance_letter() -> bytes:
    """Công văn to BHXH with the D03-TS (NĐ 30/2020, mẫu 1.5)."""
    document = new_document("Công văn gửi Bảo hiểm xã hội")
    asked = "{% if people and leaving %}cấp thẻ, báo giảm{% elif people %}cấp thẻ{% else %}báo giảm{% endif %}"
    heading(document, about=f"đề nghị {asked} bảo hiểm y tế {{{{ cycle_label }}}}")
    addressed(document, "{{ to }}")
    text(
        document,
        f"Thực hiện {RESOLUTION}, "
        "Ủy ban nhân dân lập danh sách "
        "{% if people %}người được ngân sách hỗ trợ đóng{% else %}báo giảm người được ngân sách hỗ trợ đóng{% endif %} "
        "bảo hiểm y tế {{ cycle_label }} (Mẫu D03-TS, hồ sơ số {{ batch }}, gửi kèm tệp {{ file_name }}), như sau:",
    )
    opened(document, "people")
    text(document, "1. Số người đề nghị cấp thẻ: {{ people }} người.")
    text(document, "2. Tổng số tiền ngân sách hỗ trợ: {{ total }} (bằng chữ: {{ total_in_words }}).")
    _periods(document)
    closed(document)
    when(
        document,
        "leaving",
        "{{ 3 if people else 1 }}. Số người đề nghị báo giảm: {{ leaving }} người ({{ leaving_reasons }}); "
        "tháng thôi tham gia của từng người ghi trong danh sách.",
        "{{ 4 if people else 2 }}. Số tiền tương ứng các tháng còn lại: {{ given_back }} "
        "(bằng chữ: {{ given_back_in_words }}).",
    )
    days = "{% if people and card_days %}, trong {{ card_days }} ngày làm việc kể từ ngày nhận đủ hồ sơ{% endif %}"
    wanted = "{% if people %}cấp thẻ{% if leaving %}, ghi giảm{% endif %}{% else %}ghi giảm{% endif %}"
    refused = "{% if people %}cấp{% else %}ghi giảm{% endif %}"
    text(
        document,
        f"Đề nghị {{{{ to }}}} kiểm tra, {wanted} và trả kết quả từng người, nêu lý do với trường hợp không {refused} "
        f"được{days}.",
    )
    text(document, "Đầu mối phối hợp: Phòng Kinh tế./.")
    signature(document)
    return packed(document)


def _periods(document: DocumentType) -> None:
    columns = (
        Column("STT", 1.4, "{{ r.stt }}", CENTER),
        Column("Thời hạn sử dụng thẻ", 8.2, "{{ r.label }}"),
        Column("Số người", 2.4, "{{ r.people }}", RIGHT, "{{ people }}"),
        Column("Số tiền hỗ trợ (đồng)", 4.0, "{{ r.amount }}", RIGHT, "{{ total_figures }}"),
    )
    list_table(document, columns, rows="periods", total="Tổng cộng", total_span=2)
    gap(document)


def activity_report() -> bytes:
    """Báo cáo of a month, a quarter, half a year or a year (NĐ 30/2020, mẫu 1.4)."""
    document = new_document("Báo cáo kết quả thực hiện")
    heading(document, parent=True)
    title(document, "BÁO CÁO", "Kết quả thực hiện chính sách hỗ trợ {{ period }}")
    addressed(document, "{{ to }}")
    text(
        document,
        f"Thực hiện {RESOLUTION}, Phòng Kinh tế báo cáo kết quả {{{{ period }}}} "
        "(từ {{ first_day }} đến {{ last_day }}), số liệu tổng hợp từ hồ sơ đã ghi nhận, như sau:",
    )
    caption(document, "I. SỐ LIỆU CHUNG")
    columns = (
        Column("STT", 1.4, "{{ r.stt }}", CENTER),
        Column("Chỉ tiêu", 9.0, "{{ r.label }}"),
        Column("Đơn vị", 2.4, "{{ r.unit }}", CENTER),
        Column("Số lượng", 3.2, "{{ r.value }}", RIGHT),
    )
    list_table(document, columns)
    caption(document, "II. CHI TRẢ THEO THÁNG")
    _report_table(document, "months", "Tháng", "Số khoản", "Đã chi trả (đồng)", "month")
    gap(document)
    text(document, "Tổng số đã chi trả bằng chữ: {{ paid_in_words }}.", italic=True)
    caption(document, "III. THEO THÔN")
    _report_table(document, "villages", "Thôn", "Người đang hưởng", "Đã chi trả trong kỳ (đồng)", "village")
    caption(document, "IV. THEO NHÓM ĐỐI TƯỢNG")
    _report_table(document, "groups", "Nhóm", "Người đang hưởng", "Mức/tháng cuối kỳ (đồng)", "group")
    caption(document, "V. KHÓ KHĂN, VƯỚNG MẮC VÀ KIẾN NGHỊ")
    fill_in(document, "1. Khó khăn, vướng mắc:")
    fill_in(document, "2. Kiến nghị:")
    text(document, "Phòng Kinh tế trân trọng báo cáo./.")
    signature(document)
    return packed(document)


def _report_table(document: DocumentType, rows: str, label: str, people: str, amount: str, sums: str) -> None:
    columns = (
        Column("STT", 1.4, "{{ r.stt }}", CENTER),
        Column(label, 7.6, "{{ r.label }}"),
        Column(people, 3.0, "{{ r.people }}", RIGHT, f"{{{{ {sums}_people }}}}"),
        Column(amount, 4.0, "{{ r.amount }}", RIGHT, f"{{{{ {sums}_total }}}}"),
    )
    list_table(document, columns, rows=rows, total="Tổng cộng", total_span=2, whole=rows == "groups")


def budget_need() -> bytes:
    """Dự toán kinh phí of a year."""
    document = new_document("Dự toán kinh phí")
    heading(document, parent=True)
    title(document, "BÁO CÁO", "Dự toán kinh phí thực hiện chính sách hỗ trợ năm {{ year }}")
    addressed(document, "{{ to }}")
    text(
        document,
        f"Thực hiện {RESOLUTION}, Phòng Kinh tế lập dự toán kinh phí năm {{{{ year }}}} "
        "trên cơ sở số người đang hưởng tính đến {{ counted_on }} và kế hoạch {{ plan_people }} người/năm, như sau:",
    )
    caption(document, "I. HỖ TRỢ HẰNG THÁNG")
    _budget_table(document, "income")
    caption(document, "II. HỖ TRỢ ĐÓNG BẢO HIỂM Y TẾ")
    _budget_table(document, "bhyt")
    caption(document, "III. DỰ KIẾN PHÁT SINH")
    _budget_table(document, "expected")
    caption(document, "IV. TỔNG HỢP")
    text(document, "1. Hỗ trợ hằng tháng: {{ income_total }}.")
    text(document, "2. Hỗ trợ đóng bảo hiểm y tế: {{ bhyt_total }}.")
    text(document, "3. Dự kiến phát sinh: {{ expected_total }}.")
    text(document, "Tổng dự toán năm {{ year }}: {{ total }} (bằng chữ: {{ total_in_words }}).", bold=True)
    text(
        document,
        "Mục I và II tính cho người đang hưởng, từng tháng theo mức và điều kiện của tháng đó, trừ người dự kiến thôi "
        "hưởng (bảng theo tháng, theo thôn kèm theo). Khi quy định của năm {{ year }} thay đổi thì tính lại.",
    )
    text(document, "Phòng Kinh tế kính đề nghị {{ to }} xem xét, bố trí kinh phí./.")
    signature(document)
    return packed(document)


def _budget_table(document: DocumentType, part: str) -> None:
    people = "Số người" if part == "expected" else "Số người hiện nay"
    columns = (
        Column("STT", 1.2, "{{ r.stt }}", CENTER),
        Column("Nội dung", 6.2, "{{ r.label }}"),
        Column(people, 2.2, "{{ r.people }}", RIGHT, f"{{{{ {part}_people }}}}"),
        Column("Số lượt người, tháng", 2.6, "{{ r.months }}", RIGHT, f"{{{{ {part}_months }}}}"),
        Column("Cả năm (đồng)", 3.8, "{{ r.yearly }}", RIGHT, f"{{{{ {part}_figures }}}}"),
    )
    list_table(document, columns, rows=f"{part}_rows", total="Cộng", total_span=2, whole=True)


OFFICES: dict[str, Callable[[], bytes]] = {
    "cong_van_bhxh": insurance_letter,
    "bao_cao": activity_report,
    "du_toan": budget_need,
}
