"""The first Word templates of what goes to other offices: BHXH, the reports, the budget."""

from __future__ import annotations

from collections.abc import Callable

from deploy.page import Column, addressed, heading, list_table, new_document, packed, signature, text
from deploy.word import CENTER, RIGHT


def insurance_letter() -> bytes:
    """Công văn to BHXH with the D03-TS (NĐ 30/2020, mẫu 1.5)."""
    document = new_document("Công văn đề nghị cấp thẻ BHYT")
    heading(document, about="đề nghị cấp thẻ bảo hiểm y tế {{ cycle_label }}")
    addressed(document, "{{ to }}")
    text(
        document,
        "Thực hiện Nghị quyết số 04/2026/NQ-HĐND {{ policy }}, "
        "Ủy ban nhân dân lập danh sách người được ngân sách hỗ trợ đóng bảo hiểm y tế "
        "{{ cycle_label }} (Mẫu D03-TS, hồ sơ số {{ batch }}, gửi kèm tệp {{ file_name }}), như sau:",
    )
    text(document, "1. Số người đề nghị cấp thẻ: {{ people }} người.")
    text(document, "2. Tổng số tiền ngân sách hỗ trợ: {{ total }} (bằng chữ: {{ total_in_words }}).")
    columns = (
        Column("STT", 1.4, "{{ r.stt }}", CENTER),
        Column("Thời hạn sử dụng thẻ", 8.2, "{{ r.label }}"),
        Column("Số người", 2.4, "{{ r.people }}", RIGHT, "{{ people }}"),
        Column("Số tiền hỗ trợ (đồng)", 4.0, "{{ r.amount }}", RIGHT, "{{ total_figures }}"),
    )
    list_table(document, columns, rows="periods", total="Tổng cộng", total_span=2)
    after = text(
        document,
        "Đề nghị {{ to }} kiểm tra, cấp thẻ và trả kết quả từng người, nêu lý do với trường hợp không cấp được"
        "{% if card_days %}, trong {{ card_days }} ngày làm việc kể từ ngày nhận đủ hồ sơ{% endif %}.",
    )
    after.paragraph_format.space_before = after.paragraph_format.space_after
    text(document, "Đầu mối phối hợp: Phòng Kinh tế./.")
    signature(document)
    return packed(document)


OFFICES: dict[str, Callable[[], bytes]] = {
    "cong_van_bhxh": insurance_letter,
}
