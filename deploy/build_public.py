"""The first Word templates of what goes to the public, to the thôn and to single persons."""

from __future__ import annotations

from collections.abc import Callable

from docx.document import Document as DocumentType

from deploy.page import (
    RESOLUTION,
    addressed,
    annex,
    annex_title,
    article,
    bases,
    heading,
    new_document,
    packed,
    repeated,
    signature,
    text,
    title,
    when,
)
from deploy.styles import Style
from deploy.tables import CENTER, RIGHT, Column, gap, list_table
from deploy.word import write


def posting_notice() -> bytes:
    """Thông báo niêm yết with the masked list (NĐ 30/2020, mẫu 1.4)."""
    document = new_document("Thông báo niêm yết danh sách")
    heading(document)
    title(
        document,
        "THÔNG BÁO",
        "Niêm yết công khai danh sách người dự kiến được hỗ trợ {{ cycle_label }}",
        after=10,
    )
    text(
        document,
        f"Thực hiện {RESOLUTION}, "
        "Ủy ban nhân dân thông báo niêm yết công khai danh sách {{ people }} người dự kiến "
        "được hỗ trợ {{ cycle_label }} (có danh sách kèm theo), như sau:",
    )
    text(document, "1. Thời gian niêm yết: từ {{ starts_on }} đến hết {{ ends_on }}.")
    text(document, "2. Địa điểm niêm yết: {{ posted_at }}.")
    text(
        document,
        "3. Tổ chức, cá nhân có ý kiến về danh sách đề nghị phản ánh đến {{ offices }} trước khi hết thời gian "
        "niêm yết. Ý kiến được tiếp nhận, xác minh và trả lời; trường hợp đang có ý kiến chưa giải quyết xong thì "
        "chưa đưa vào danh sách trình phê duyệt.",
    )
    text(
        document,
        "4. Danh sách được gỡ khi hết thời gian niêm yết. Không sao chụp, phát tán danh sách vào mục đích khác.",
    )
    text(
        document,
        "Ủy ban nhân dân đề nghị Trưởng các thôn, Ủy ban MTTQ và Trung tâm dịch vụ sự nghiệp công thông báo để "
        "Nhân dân biết./.",
    )
    signature(document)
    annex(document, landscape=False)
    annex_title(document, "DANH SÁCH NIÊM YẾT", "Người dự kiến được hỗ trợ {{ cycle_label }}")
    columns = (
        Column("STT", 1.3, "{{ r.stt }}", CENTER),
        Column("Họ và tên", 4.4, "{{ r.full_name }}"),
        Column("Năm sinh", 1.5, "{{ r.birth_year }}", CENTER),
        Column("Thôn", 3.2, "{{ r.village }}"),
        Column("Diện hộ", 3.2, "{{ r.household_status }}"),
        Column("Mức hỗ trợ/tháng (đồng)", 2.4, "{{ r.monthly }}", RIGHT),
    )
    list_table(document, columns)
    gap(document)
    text(document, "Danh sách niêm yết đến hết {{ ends_on }}.", italic=True)
    return packed(document)


def health_referral() -> bytes:
    """Phiếu chuyển to the health station (NĐ 30/2020, phiếu chuyển)."""
    document = new_document("Phiếu chuyển Trạm Y tế")
    heading(document, parent=True)
    title(document, "PHIẾU CHUYỂN", "Về việc đề nghị kết luận tình trạng sức khỏe {{ cycle_label }}")
    addressed(document, "Trạm Y tế")
    text(
        document,
        "Phòng Kinh tế chuyển Trạm Y tế danh sách {{ people }} người thuộc kỳ xét {{ cycle_label }} cần kết luận "
        f"về tình trạng sức khỏe để xét hỗ trợ theo {RESOLUTION} (có danh sách kèm theo).",
    )
    text(document, "Đề nghị Trạm Y tế kết luận từng người và trả kết quả chậm nhất {{ due_on }}.")
    text(
        document,
        "Chẩn đoán và giấy tờ y tế chỉ lưu tại Trạm Y tế; kết quả trả lại Phòng Kinh tế ghi đạt, không đạt hoặc "
        "chờ bổ sung giấy tờ và thời hạn của kết luận, không ghi chẩn đoán./.",
    )
    signature(document)
    annex(document, landscape=False)
    annex_title(document, "DANH SÁCH", "Người đề nghị Trạm Y tế kết luận {{ cycle_label }}")
    columns = (
        Column("STT", 1.3, "{{ r.stt }}", CENTER),
        Column("Họ và tên", 5.1, "{{ r.full_name }}"),
        Column("Ngày sinh", 2.6, "{{ r.birth }}", CENTER),
        Column("Giới tính", 1.7, "{{ r.sex }}", CENTER),
        Column("Thôn", 3.4, "{{ r.village }}"),
        Column("Ghi chú", 1.9, "", CENTER),
    )
    list_table(document, columns)
    return packed(document)


def village_result() -> bytes:
    """Thông báo kết quả to one thôn."""
    document = new_document("Thông báo kết quả xét hỗ trợ")
    heading(document)
    title(document, "THÔNG BÁO", "Kết quả xét hỗ trợ {{ cycle_label }} của {{ village }}", after=10)
    text(
        document,
        "Căn cứ {{ decision }}, Ủy ban nhân dân thông báo kết quả xét hỗ trợ {{ cycle_label }} của {{ people }} "
        "người thuộc {{ village }}: {{ results }} (có danh sách kèm theo).",
    )
    text(
        document,
        "Đề nghị Trưởng thôn thông báo đến từng người. Người không được phê duyệt nhận văn bản trả lời riêng, có nêu "
        "lý do và quyền khiếu nại. Trưởng thôn báo ngay Phòng Kinh tế khi có người mất, chuyển đi hoặc thay đổi "
        "điều kiện hưởng./.",
    )
    signature(document)
    annex(document, landscape=False)
    annex_title(document, "DANH SÁCH", "Kết quả xét hỗ trợ {{ cycle_label }} của {{ village }}")
    columns = (
        Column("STT", 1.3, "{{ r.stt }}", CENTER),
        Column("Họ và tên", 3.9, "{{ r.full_name }}"),
        Column("Năm sinh", 1.4, "{{ r.birth_year }}", CENTER),
        Column("Kết quả", 3.5, "{{ r.result }}"),
        Column("Mức/tháng (đồng)", 2.3, "{{ r.monthly }}", RIGHT),
        Column("Từ tháng", 1.8, "{{ r.from_month }}", CENTER),
        Column("Hỗ trợ BHYT", 1.8, "{{ r.bhyt }}", CENTER),
    )
    list_table(document, columns)
    return packed(document)


def refusal_letter() -> bytes:
    """Công văn to a person who was not approved (NĐ 30/2020, mẫu 1.5)."""
    document = new_document("Trả lời kết quả xét hỗ trợ")
    heading(document, about="trả lời kết quả xét hỗ trợ {{ cycle_label }}")
    addressed(document, "Ông/Bà {{ full_name }}, sinh năm {{ birth_year }}, {{ village }}")
    text(
        document,
        f"Ủy ban nhân dân đã xét đề nghị hỗ trợ {{{{ cycle_label }}}} của Ông/Bà theo {RESOLUTION} và trả lời như sau:",
    )
    text(
        document,
        "1. Ông/Bà không có tên trong danh sách được phê duyệt tại {{ decision }}, vì lý do sau:",
    )
    repeated(document, "reason in reasons", "{{ reason }}")
    text(
        document,
        "2. Khi điều kiện thay đổi hoặc có thêm giấy tờ chứng minh, Ông/Bà nộp cho Trưởng thôn để được xét ở kỳ sau. "
        "Cần giải thích thêm, Ông/Bà liên hệ Phòng Kinh tế.",
    )
    text(
        document,
        "3. Không đồng ý với kết quả này, Ông/Bà có quyền khiếu nại đến Chủ tịch Ủy ban nhân dân (nộp đơn hoặc đến "
        "trình bày trực tiếp) theo Luật Khiếu nại{{ complaint_time }}.",
    )
    when(document, "complaint_handling", "{{ complaint_handling }}")
    text(document, "Ủy ban nhân dân trả lời để Ông/Bà được biết./.")
    signature(document)
    return packed(document)


def change_decision() -> bytes:
    """Quyết định thôi hưởng, tạm dừng, cho hưởng lại or điều chỉnh mức (NĐ 30/2020, mẫu 1.2)."""
    document = new_document("Quyết định thôi hưởng, điều chỉnh")
    heading(document)
    title(document, "QUYẾT ĐỊNH", "Về việc {{ kind }} {{ support }}")
    write(document.add_paragraph(), "{{ authority_title }}", Style.DECIDER)
    bases(document, "legal_bases")
    write(document.add_paragraph(), "QUYẾT ĐỊNH:", Style.DECIDES)
    article(
        document,
        "Điều 1.",
        "{{ kind_begins }} {{ support }} theo {{ resolution_short }} đối với {{ people }} người "
        "(có danh sách kèm theo)."
        "{% if ends or rests %}{% if before %} Tổng mức hỗ trợ hằng tháng "
        "{% if rests %}tạm dừng{% else %}thôi{% endif %} chi: {{ before_total }} {{ before_words }}.{% endif %}"
        "{% elif resumes %} Tổng mức hỗ trợ hằng tháng được chi trở lại: {{ after_total }} {{ after_words }}."
        "{% else %} Tổng mức hỗ trợ hằng tháng trước khi điều chỉnh: {{ before_total }} {{ before_words }}; "
        "sau khi điều chỉnh: {{ after_total }} {{ after_words }}.{% endif %}",
    )
    _duties(document)
    signature(document)
    annex(document, landscape=True)
    annex_title(document, "DANH SÁCH", "Người {% if not ends and not rests %}được {% endif %}{{ kind }} {{ support }}")
    columns = (
        Column("STT", 1.2, "{{ r.stt }}", CENTER),
        Column("Họ và tên", 4.8, "{{ r.full_name }}"),
        Column("Năm sinh", 1.6, "{{ r.birth_year }}", CENTER),
        Column("Thôn", 3.2, "{{ r.village }}"),
        Column("Mức cũ/tháng (đồng)", 2.5, "{{ r.before }}", RIGHT, "{{ before_figures }}"),
        Column("Mức mới/tháng (đồng)", 2.5, "{{ r.after }}", RIGHT, "{{ after_figures }}"),
        Column("Từ tháng", 1.8, "{{ r.from_month }}", CENTER),
        Column("Lý do", 3.8, "{{ r.reason }}"),
        Column("Đang hưởng theo", 3.6, "{{ r.basis }}"),
    )
    list_table(document, columns, total="Tổng cộng: {{ people }} người", total_span=4)
    return packed(document)


def _duties(document: DocumentType) -> None:
    article(
        document,
        "Điều 2.",
        "{% if ends %}Phòng Kinh tế thôi chi trả từ tháng ghi trong danh sách, thu hồi số tiền đã chi quá (nếu có) và "
        "báo giảm bảo hiểm y tế với Bảo hiểm xã hội cơ sở"
        "{% elif rests %}Phòng Kinh tế tạm dừng chi trả từ tháng ghi trong danh sách cho đến khi có quyết định cho "
        "hưởng lại, thu hồi số tiền đã chi quá (nếu có); thẻ bảo hiểm y tế giữ nguyên"
        "{% elif resumes %}Phòng Kinh tế chi trả lại từ tháng ghi trong danh sách, chi bổ sung các tháng đã tạm dừng "
        "kể từ tháng đó (nếu có)"
        "{% else %}Phòng Kinh tế chi trả theo mức mới từ tháng ghi "
        "trong danh sách, thu hồi hoặc chi bổ sung phần chênh lệch (nếu có){% endif %}. "
        "Trưởng thôn thông báo đến người có tên trong danh sách hoặc thân nhân.",
    )
    article(
        document,
        "Điều 3.",
        "Quyết định này có hiệu lực kể từ ngày ký. Trưởng phòng Kinh tế, Trưởng phòng Văn hóa - Xã hội, Bảo hiểm xã "
        "hội cơ sở, Trưởng các thôn và người có tên trong danh sách chịu trách nhiệm thi hành Quyết định này./.",
    )


PUBLIC: dict[str, Callable[[], bytes]] = {
    "thong_bao_niem_yet": posting_notice,
    "phieu_chuyen_tram_y_te": health_referral,
    "thong_bao_ket_qua_thon": village_result,
    "cong_van_tra_loi": refusal_letter,
    "quyet_dinh_thoi_huong": change_decision,
}
