"""The first Word templates of the letters of the review: tờ trình and biên bản. The page is `deploy.page`'s."""

from __future__ import annotations

from collections.abc import Callable

from docx.document import Document as DocumentType

from deploy.page import (
    RESOLUTION,
    addressed,
    annex,
    annex_title,
    bases,
    caption,
    fill_in,
    heading,
    new_document,
    packed,
    signature,
    text,
    title,
    two_signatures,
    when,
)
from deploy.tables import CENTER, RIGHT, Column, list_table

TALLY_TOTAL = "Tổng cộng"
IN_WORDS = "(Tổng mức hỗ trợ hằng tháng bằng chữ: {{ total_in_words }})"


def submission_letter() -> bytes:
    """Tờ trình of Phòng Kinh tế to the chairman (NĐ 30/2020, mẫu 1.4)."""
    document = new_document("Tờ trình phê duyệt danh sách")
    heading(document, parent=True)
    title(
        document,
        "TỜ TRÌNH",
        "Về việc phê duyệt danh sách người được hỗ trợ {{ cycle_label }}",
    )
    addressed(document, "{{ to }}")
    bases(document, "legal_bases")
    text(
        document,
        "Phòng Kinh tế đã tổng hợp danh sách của các thôn, phối hợp xác minh, xét duyệt và kính trình {{ to }} "
        "xem xét, phê duyệt danh sách người được hỗ trợ {{ cycle_label }} theo {{ resolution_short }}, như sau:",
    )
    caption(document, "I. KẾT QUẢ RÀ SOÁT, XÉT DUYỆT")
    text(
        document,
        "1. Số người đã rà soát: {{ reviewed }} người. Trạm Y tế đã kết luận {{ health_people }} người; "
        "Phòng Văn hóa - Xã hội đã đối chiếu {{ matches }} trường hợp trùng với danh sách trợ giúp xã hội.",
    )
    when(document, "minutes_on", "2. Họp xét duyệt {{ minutes_on }}, có biên bản kèm theo.")
    when(
        document,
        "posted",
        "3. Niêm yết công khai từ {{ posted_from }} đến hết {{ posted_to }} tại {{ posted_at }}. "
        "{% if opinions %}Tiếp nhận {{ opinions }} ý kiến, {% if opinions_open %}còn {{ opinions_open }} ý kiến chưa "
        "trả lời{% else %}đã trả lời tất cả{% endif %}{% else %}Không có ý kiến{% endif %}.",
    )
    text(
        document,
        "4. Đề nghị hỗ trợ {{ people }} người, trong đó {{ bhyt_people }} người được hỗ trợ đóng bảo hiểm y tế; "
        "đề nghị không hỗ trợ {{ refused }} người; để lại xem xét {{ aside }} người.",
    )
    text(document, "5. Tổng mức hỗ trợ hằng tháng: {{ total }} (bằng chữ: {{ total_in_words }}).")
    _tally(document, "groups", "Nhóm đối tượng", 8.6)
    _changes(document)
    caption(document, "III. TỔNG HỢP THEO THÔN")
    _tally(document, "villages", "Thôn", 8.6)
    caption(document, "IV. KIẾN NGHỊ")
    text(
        document,
        "Phòng Kinh tế kính trình {{ to }} xem xét, phê duyệt danh sách {{ people }} người nêu trên "
        "(có dự thảo quyết định và danh sách kèm theo)./.",
    )
    signature(document)
    return packed(document)


def _changes(document: DocumentType) -> None:
    caption(document, "II. THAY ĐỔI SO VỚI QUYẾT ĐỊNH TRƯỚC")
    when(document, "not before", "Đây là danh sách đầu tiên của chính sách tại đơn vị.")
    when(document, "before", "Quyết định trước: {{ before }}.")
    when(document, "changes", "Trong danh sách này: {{ changes }}.")
    when(document, "stopped", "Đã thôi hưởng từ quyết định trước: {{ stopped }}.")


def _tally(document: DocumentType, rows: str, label: str, width: float) -> None:
    columns = (
        Column("STT", 1.4, "{{ r.stt }}", CENTER),
        Column(label, width, "{{ r.label }}"),
        Column("Số người", 2.4, "{{ r.people }}", RIGHT, "{{ people }}"),
        Column("Mức hỗ trợ/tháng (đồng)", 3.6, "{{ r.amount }}", RIGHT, "{{ total_figures }}"),
    )
    list_table(document, columns, rows=rows, total=TALLY_TOTAL, total_span=2, whole=rows == "groups")


def review_minutes() -> bytes:
    """Biên bản họp xét duyệt, signed by two departments (NĐ 30/2020, mẫu 1.9)."""
    document = new_document("Biên bản họp xét duyệt")
    heading(document, parent=True, dated=False)
    title(document, "BIÊN BẢN", "Họp xét duyệt danh sách người được hỗ trợ {{ cycle_label }}", after=10)
    text(document, "Thời gian bắt đầu: ….. giờ ….. phút, {{ held_on }}.")
    text(document, "Địa điểm: {{ held_at }}.")
    fill_in(document, "Thành phần tham dự: {{ departments[1] }}, {{ departments[0] }},")
    fill_in(document, "Chủ trì (chủ tọa):", lines=1)
    fill_in(document, "Thư ký (người ghi biên bản):", lines=1)
    text(
        document,
        "Nội dung (theo diễn biến cuộc họp): xét duyệt danh sách người đề nghị hỗ trợ {{ cycle_label }} "
        f"theo {RESOLUTION}.",
    )
    caption(document, "1. Kết quả xác minh, đối chiếu")
    when(document, "health", "Trạm Y tế kết luận: {{ health }}.")
    when(document, "not health", "Không có người cần Trạm Y tế kết luận.")
    when(document, "matches", "Đối chiếu với danh sách trợ giúp xã hội: {{ matches }}.")
    when(document, "not matches", "Không có trường hợp trùng với danh sách trợ giúp xã hội.")
    caption(document, "2. Kết quả xét duyệt")
    text(document, "Xét {{ reviewed }} người: {{ results }} (có danh sách kèm theo).")
    text(document, "Tổng mức hỗ trợ hằng tháng đề nghị: {{ total }} (bằng chữ: {{ total_in_words }}).")
    caption(document, "3. Kết luận")
    when(document, "conclusion", "{{ conclusion }}.")
    fill_in(document, "Ý kiến khác:")
    text(
        document,
        "Cuộc họp kết thúc vào ….. giờ ….. phút cùng ngày. Biên bản đã được đọc cho những người dự họp nghe, "
        "thống nhất và lập thành hai bản có giá trị như nhau, mỗi phòng giữ một bản./.",
    )
    two_signatures(document, "ĐẠI DIỆN {{ left_department }}", "ĐẠI DIỆN {{ right_department }}", sent=True)
    annex(document, landscape=True)
    annex_title(document, "DANH SÁCH", "Người được xét duyệt {{ cycle_label }}")
    list_table(document, REVIEWED, total="Đề nghị hỗ trợ: {{ people }} người", total_span=7, words=IN_WORDS)
    return packed(document)


REVIEWED = (
    Column("STT", 1.3, "{{ r.stt }}", CENTER),
    Column("Họ và tên", 4.0, "{{ r.full_name }}"),
    Column("Năm sinh", 1.5, "{{ r.birth_year }}", CENTER),
    Column("Thôn", 2.9, "{{ r.village }}"),
    Column("Diện hộ", 2.4, "{{ r.household_status }}"),
    Column("Nhóm", 4.2, "{{ r.group }}"),
    Column("Kết quả xét", 2.6, "{{ r.result }}"),
    Column("Mức/tháng (đồng)", 2.4, "{{ r.monthly }}", RIGHT, "{{ total_figures }}"),
    Column("Lý do, ghi chú", 3.9, "{{ r.reason }}"),
)


LETTERS: dict[str, Callable[[], bytes]] = {
    "to_trinh": submission_letter,
    "bien_ban_xet_duyet": review_minutes,
}
