"""The handbook of each role: its quarter in order, each page with its two sentences and a picture of the screen.

Shown by the product to be printed, and kept as Markdown in ``docs/handbook/``; both are made from the same texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rules.workflow import ROLE_LABELS, Role
from web import help

PICTURES = Path(__file__).parent / "static" / "handbook"
"""Pictures of the pages on the demonstration's data, made by ``make screenshots``."""
ROLES = tuple(role for role in Role if role is not Role.system)
STORIES: dict[Role, tuple[str, ...]] = {
    Role.village_head: (
        "Đầu quý nhận thư đề nghị lập danh sách. Mở trang Danh sách thôn và tải mẫu của thôn: người đã "
        "biết được điền sẵn.",
        "Rà soát, điền rồi gửi lại tệp; không có máy tính thì điền trên trang bằng điện thoại. Không có "
        "gì mới thì báo không phát sinh.",
        "Ô sai được chỉ rõ kèm lý do: sửa rồi gửi lại cả tệp. Sau đó xác nhận ai mới, ai không còn, ai "
        "thay đổi so với quý trước.",
        "Trạm Y tế cần thêm giấy tờ của ai thì mở trang Giấy tờ cần bổ sung, chụp bằng điện thoại và gửi.",
        "Khi có niêm yết: tải danh sách ở trang Niêm yết, dán ở nhà văn hóa, chụp ảnh và gửi lên trang ấy.",
        "Có người chết, chuyển đi hoặc xin thôi hưởng: ghi ngay ở trang Biến động, không chờ hết quý.",
    ),
    Role.health_station: (
        "Nhận thư báo có người chờ kết luận. Trang Sức khỏe xếp người có hạn gần nhất lên trước.",
        "Mở từng người, tra danh mục bệnh, trả lời câu hỏi mức độ, ghi giấy tờ làm căn cứ rồi ghi kết luận.",
        "Thiếu giấy tờ thì chọn chờ bổ sung và loại giấy cần; trưởng thôn được báo, gửi lên rồi thì danh sách "
        "ghi rõ.",
        "Chẩn đoán chỉ Trạm Y tế xem được; nơi khác chỉ thấy đạt, không đạt, hết hạn hoặc chờ.",
    ),
    Role.economy: (
        "Theo dõi thôn nào chưa nộp, nhắc hoặc gia hạn ở trang Danh sách thôn.",
        "Ở trang Xét duyệt: đọc vì sao, đề xuất từng người, để lại người còn thiếu dữ kiện, lập biên bản, "
        "ghi niêm yết.",
        "Ý kiến của dân chỉ giữ lại đúng hồ sơ đó: trả lời ý kiến, hoặc để lại riêng hồ sơ ấy cho những "
        "người khác đi tiếp.",
        "Trình Chủ tịch ở trang Phê duyệt; sau khi ký thì vào số, ngày và tải quyết định đã ký lên.",
        "Mỗi tháng ở trang Chi trả: lập danh sách, người thứ hai duyệt, chuyển tiền, nhập kết quả, đóng "
        "tháng; khoản còn vướng xem ở một trang riêng.",
        "Gửi D03-TS cho BHXH ở trang Thẻ BHYT và theo dõi đến khi mỗi người có thẻ hoặc có lý do.",
    ),
    Role.culture: (
        "Nhập danh sách đang hưởng trợ giúp xã hội ở trang Đối chiếu trợ cấp; máy tìm người trùng và nói vì sao.",
        "Kết luận từng trường hợp: giữ, loại, chọn mức cao hơn hoặc cần xác minh, kèm lý do.",
        "Ký biên bản họp xét duyệt cùng Phòng Kinh tế.",
        "Nhận và trả lời ý kiến của người dân trước hạn.",
    ),
    Role.chairman: (
        "Trang Phê duyệt cho thấy ai mới, ai thôi, ai đổi mức và vì sao, so với kế hoạch, điều gì còn vướng.",
        "Quyết định cả danh sách, hoặc mở “Theo đề nghị” ở người cần quyết định riêng; nhập lại mật khẩu để xác nhận.",
        "Chưa yên tâm thì trả lại Phòng Kinh tế kèm lý do.",
        "Có thể là người thứ hai duyệt danh sách chi trả; xem thay đổi so với tháng trước ngay trên danh sách.",
    ),
    Role.insurance: (
        "Nhận thư báo có đợt đăng ký. Tải D03-TS và công văn ở trang Thẻ BHYT.",
        "Trả kết quả bằng tệp D10a-TS: xem trước từng dòng ghi thẻ cho ai rồi mới xác nhận.",
        "Người bị từ chối phải có lý do để Phòng Kinh tế sửa và gửi lại.",
    ),
    Role.media: (
        "Nhận thư báo có đợt niêm yết. Tải bản tin phát thanh và danh sách ở trang Niêm yết.",
        "Phát trong thời gian niêm yết; gửi ảnh hoặc bản quét làm bằng chứng nếu có.",
    ),
    Role.front: (
        "Giám sát: xem danh sách niêm yết, quyết định và kết quả.",
        "Nhận ý kiến, khiếu nại của người dân ở trang Phản ánh; hệ thống tính hạn trả lời và nhắc nơi phải trả lời.",
    ),
    Role.admin: (
        "Mở tài khoản, giao vai trò theo văn bản và thời hạn ở trang Tài khoản; thôi việc không xóa điều đã làm.",
        "Khai thôn và khu vực của từng thôn; tên, hộp thư chung của từng phòng ở trang Phòng, ban.",
        "Theo dõi trang Tiến độ: lượt chạy lỗi nói rõ nguyên nhân và có nút Chạy lại. Quản trị không xem "
        "hồ sơ của người dân.",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One page in the handbook; ``picture`` is a file of `PICTURES`, "" where there is none."""

    name: str
    first: str
    second: str
    picture: str


def picture_name(path: str) -> str:
    """The picture's file for a page: "lists-one.png" for "/lists/{list_id:int}"."""
    parts = ["one" if part.startswith("{") else part for part in path.strip("/").split("/")]
    return ("-".join(part for part in parts if part) or "home") + ".png"


def entries(role: Role) -> list[Entry]:
    """Every page of the role, in the order of the work."""
    return [Entry(*said, picture=_picture(path)) for path, said in help.for_role(role)]


def _picture(path: str) -> str:
    name = picture_name(path)
    return name if (PICTURES / name).is_file() else ""


def markdown(role: Role) -> str:
    """The role's handbook as Markdown, as kept in ``docs/handbook/``."""
    lines = [f"# Sổ tay: {ROLE_LABELS[role]}", "", "## Một quý của anh/chị", ""]
    lines += [f"{place}. {step}" for place, step in enumerate(STORIES[role], start=1)]
    lines += ["", "## Từng trang", ""]
    for entry in entries(role):
        lines += [f"### {entry.name}", "", f"{entry.first} {entry.second}", ""]
        if entry.picture:
            lines += [f"![{entry.name}](../../web/static/handbook/{entry.picture})", ""]
    return "\n".join(lines).rstrip() + "\n"


def index() -> str:
    """The first page of the handbooks, as kept in ``docs/handbook.md``."""
    lines = ["# Sổ tay theo vai trò", ""]
    lines += ["Mỗi vai trò: một quý theo thứ tự việc, và từng trang với ảnh chụp màn hình.", ""]
    lines += [f"- [{ROLE_LABELS[role]}](handbook/{role}.md)" for role in ROLES]
    return "\n".join(lines) + "\n"
