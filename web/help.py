"""What each page is for, in two sentences: shown on the page itself, on the help page and in the printed handbook."""

from __future__ import annotations

from rules.workflow import Role
from web import menu
from web.registry import PAGES, Page, Scope

HELP: dict[str, tuple[str, str, str]] = {
    "/": ("Việc cần làm", "Cho thấy việc đang chờ anh/chị, số lượng và hạn.", "Bấm vào từng việc để làm."),
    "/account": (
        "Tài khoản của tôi",
        "Xem vai trò được giao, chọn cách nhận thư và đổi mật khẩu.",
        "Đổi mật khẩu xong, các nơi khác đang đăng nhập bị đăng xuất.",
    ),
    "/lists": (
        "Danh sách thôn",
        "Cho thấy thôn nào đã nộp, thôn nào chưa, hạn đến bao giờ.",
        "Bấm tên thôn để xem hoặc nộp danh sách.",
    ),
    "/lists/{list_id:int}": (
        "Danh sách của một thôn",
        "Nộp danh sách của quý bằng tệp Excel, điền trên trang, hoặc báo không phát sinh.",
        "So với quý trước ai mới, ai không còn, ai thay đổi thì trưởng thôn xác nhận.",
    ),
    "/lists/{list_id:int}/files/{file_id:int}": (
        "Kết quả đọc tệp",
        "Dòng đúng đã được giữ, ô sai được chỉ rõ kèm lý do.",
        "Sửa các ô sai rồi gửi lại cả tệp; gửi hai lần không làm ai bị ghi hai lần.",
    ),
    "/lists/{list_id:int}/form": (
        "Điền danh sách trên trang",
        "Trả lời từng người ngay trên điện thoại, không cần Excel.",
        "Lưu dần từng người, xong thì bấm nộp cả danh sách.",
    ),
    "/lists/form/{entry_id:int}": (
        "Một người trong danh sách",
        "Trả lời từng câu; điều đã biết được điền sẵn.",
        "Chưa có đủ thông tin thì lưu tạm, câu bỏ trống không xóa điều đã biết.",
    ),
    "/papers": (
        "Giấy tờ cần bổ sung",
        "Trạm Y tế cần thêm giấy tờ của ai, giấy gì, hạn đến bao giờ.",
        "Bấm tên từng người để chụp và gửi giấy tờ.",
    ),
    "/papers/{person_id:int}": (
        "Giấy tờ của một người",
        "Gửi và xem ảnh chụp, bản quét giấy tờ.",
        "Giấy tờ y tế và khuyết tật chỉ Trạm Y tế mở được.",
    ),
    "/eligibility": (
        "Xét duyệt",
        "Xem kết quả đánh giá theo quy định của từng hồ sơ, đề xuất, lập và ký biên bản, niêm yết.",
        "Lọc theo thôn, tình trạng, kết quả; bấm tên để xem vì sao.",
    ),
    "/eligibility/cases/{case_id:int}": (
        "Hồ sơ một người",
        "Cho thấy dữ kiện, từng điều kiện đã xét với căn cứ, kết quả đối chiếu và quá trình.",
        "Phòng Kinh tế đề xuất hoặc để lại riêng người này tại đây.",
    ),
    "/cross-checks": (
        "Đối chiếu trợ cấp",
        "Nhập danh sách đang hưởng trợ giúp xã hội; máy tìm người trùng và nêu lý do trùng.",
        "Phòng Văn hóa - Xã hội kết luận từng trường hợp kèm lý do.",
    ),
    "/feedback": (
        "Phản ánh",
        "Nhận ý kiến, khiếu nại của người dân và theo dõi hạn trả lời.",
        "Ý kiến chưa trả lời về một người chỉ giữ lại hồ sơ của người đó.",
    ),
    "/feedback/{feedback_id:int}": (
        "Một ý kiến",
        "Xem nội dung và người gửi, rồi ghi trả lời.",
        "Ai mở xem đều được ghi lại.",
    ),
    "/posting": (
        "Niêm yết",
        "Cho biết niêm yết ở đâu, từ ngày nào đến ngày nào; tải danh sách để dán và bản tin để đọc.",
        "Dán xong thì chụp bảng tin và gửi ảnh tại đây làm bằng chứng.",
    ),
    "/health": (
        "Sức khỏe",
        "Hàng chờ của Trạm Y tế: ai cần kết luận, hạn đến bao giờ.",
        "Nơi khác chỉ thấy đạt hay không đạt, không thấy chẩn đoán.",
    ),
    "/health/{health_case_id:int}": (
        "Kết luận sức khỏe",
        "Xem ảnh giấy tờ, tra bệnh trong danh mục rồi bấm chọn, trả lời câu hỏi mức độ, ghi căn cứ và kết luận.",
        "Thiếu giấy tờ thì chọn yêu cầu bổ sung; các lần kết luận trước được giữ lại.",
    ),
    "/approval": (
        "Phê duyệt",
        "Danh sách trình Chủ tịch trên một trang, hoặc kết quả đã quyết định.",
        "Mỗi người chỉ thấy phần dành cho vai trò của mình.",
    ),
    "/approval/{submission_id:int}": (
        "Danh sách trình Chủ tịch",
        "Cho thấy ai mới, ai thôi, ai đổi mức và vì sao, so với kế hoạch, điều gì còn vướng.",
        "Chủ tịch quyết định cả danh sách hoặc tạm giữ từng người; Phòng Kinh tế in để ký, tải bản đã ký lên, vào số.",
    ),
    "/payment": (
        "Chi trả",
        "Các danh sách chi trả theo tháng.",
        "Bấm một tháng để lập, duyệt, nhập kết quả và đóng tháng.",
    ),
    "/payment/{list_id:int}": (
        "Chi trả một tháng",
        "Khoản bị trả lại và tạm giữ hiện trước; một người lập, người khác duyệt.",
        "Tệp kết quả của ngân hàng được xem trước, xác nhận rồi mới ghi.",
    ),
    "/payment/{list_id:int}/differences": (
        "Thay đổi của một tháng",
        "So với tháng trước: ai mới nhận, ai không nhận nữa, ai nhận khác số và vì sao.",
        "Người duyệt xem trang này trước khi duyệt danh sách chi trả.",
    ),
    "/payment/account": (
        "Tài khoản chi của đơn vị",
        "Tiền đi ra từ tài khoản nào, mã ngân sách nào in trên chứng từ, ngân hàng nhận mẫu tệp nào.",
        "Ghi tài khoản mới thì tài khoản cũ vẫn nằm trên giấy tờ đã lập.",
    ),
    "/payment/open": (
        "Khoản còn vướng của các tháng",
        "Gom mọi khoản của các tháng còn chờ người: chưa khớp, tạm giữ, đính chính, tiền quay về, kết quả đến muộn.",
        "Phòng Kinh tế ghi các khoản đã nộp trả kho bạc (Mẫu 08) tại đây.",
    ),
    "/payment/{list_id:int}/answers/{answer_id:int}": (
        "Kết quả chuyển tiền",
        "Cho thấy từng dòng của tệp kết quả đã ghi vào khoản nào.",
        "Dòng không khớp thì chọn khoản hoặc để riêng, ghi căn cứ; số thực nhận khác số phải chi cần hai người.",
    ),
    "/payment/transfers/{transfer_id:int}": (
        "Một khoản chi",
        "Mọi lần chuyển, dòng tiền và câu trả lời của ngân hàng cho một người.",
        "Tạm giữ, giải tỏa, ghi chi tiền mặt, đính chính kết quả ghi nhầm (hai người) hoặc đổi cách nhận tại đây.",
    ),
    "/changes": (
        "Biến động",
        "Báo người chết, chuyển đi, xin thôi hưởng hoặc cần tạm dừng ngay khi biết.",
        "Biến động đã ghi hiện ở dưới, việc đang chờ hiện trước.",
    ),
    "/changes/people": (
        "Ghi biến động của ai?",
        "Tìm người có biến động theo tên, không cần dấu.",
        "Bấm tên để ghi điều đã xảy ra và ngày xảy ra.",
    ),
    "/changes/{person_id:int}": (
        "Ghi biến động",
        "Ghi điều đã xảy ra và ngày xảy ra.",
        "Tháng thôi hưởng, tạm dừng do hệ thống tính theo quy định; cho hưởng lại cũng ghi ở đây.",
    ),
    "/changes/events/{event_id:int}": (
        "Một biến động",
        "Cho thấy điều đã xảy ra, dự thảo quyết định và ai đang phải làm gì.",
        "Chủ tịch đồng ý hoặc không, Phòng Kinh tế vào số; ghi nhầm người thì người thứ hai rút lại tại đây.",
    ),
    "/insurance/differences": (
        "Chênh lệch mức đóng",
        "Tháng đã đăng ký phải đóng khác đi vì lương cơ sở hoặc tỷ lệ đóng biết muộn.",
        "Quyết toán với BHXH cơ sở xong thì Phòng Kinh tế ghi số văn bản tại đây.",
    ),
    "/insurance/watch": (
        "Theo dõi thẻ",
        "Thẻ sắp hết hạn, thẻ gián đoạn, người đã gửi hồ sơ mà chưa có thẻ.",
        "Gia hạn trước ngày ghi ở mỗi dòng thì thẻ mới không phải chờ.",
    ),
    "/insurance/registrations/{registration_id:int}": (
        "Đăng ký thẻ của một người",
        "Tiền đóng từng tháng, thẻ nhận về hoặc lý do không có.",
        "Phát hiện người này đã có thẻ khác thì ghi tại đây, máy sẽ báo giảm.",
    ),
    "/budget": (
        "Kinh phí",
        "Dự toán được giao, đã chi, còn phải chi đến tháng 12; chi so với dự toán theo tháng và thôn.",
        "Nhập quyết định giao dự toán và lập dự toán năm sau tại đây.",
    ),
    "/households": (
        "Hộ nghèo, hộ cận nghèo",
        "So số hộ nghèo, cận nghèo, đã thoát nghèo theo tháng và theo thôn với mục tiêu của kế hoạch.",
        "Đếm theo quyết định công nhận mà thôn đã nêu; hộ chưa từng có người trong danh sách thì máy không biết.",
    ),
    "/insurance": (
        "Thẻ BHYT",
        "Gửi hồ sơ D03-TS cho BHXH và nhận thẻ về.",
        "Mỗi người hoặc có thẻ, hoặc có lý do không có.",
    ),
    "/insurance/answers/{answer_id:int}": (
        "Kết quả cấp thẻ",
        "Cho thấy tệp BHXH trả về đã ghi thẻ cho ai.",
        "Dòng không khớp không thay đổi gì và được nêu lý do.",
    ),
    "/documents": (
        "Văn bản",
        "Tờ trình, quyết định, biểu và tệp hệ thống đã lập.",
        "Tìm theo tên, loại, tình trạng rồi tải về.",
    ),
    "/documents/{document_id:int}": (
        "Một văn bản",
        "Tải văn bản, xem số, ngày và mã kiểm của tệp.",
        "Phòng Kinh tế nhập số, ngày, tải bản đã ký lên để máy so từng dòng; số trùng được báo trước.",
    ),
    "/register": (
        "Sổ văn bản đi",
        "Văn bản đã có số, ngày, người ký, nơi nhận.",
        "Tìm theo trích yếu, số, năm, tên loại rồi tải ra Excel.",
    ),
    "/runs": (
        "Tiến độ",
        "Mỗi kỳ đang ở đâu, ai giữ; máy đã chạy gì, lỗi vì sao; người và tiền theo tháng, theo thôn.",
        "Bấm tên kỳ để xem từng nơi giữ bao lâu và chạy lại khi lỗi.",
    ),
    "/runs/cycles/{cycle_id:int}": (
        "Tiến độ một kỳ",
        "Sáu bước của kỳ và thời gian mỗi nơi đã giữ.",
        "Nút Chạy lại bấm nhiều lần cũng chỉ là một lượt.",
    ),
    "/runs/history": (
        "Các lượt chạy của máy",
        "Mọi lượt máy đã chạy, lượt mới nhất trước.",
        "Lọc theo việc, kết quả, ngày; tải ra Excel.",
    ),
    "/runs/{run_id:int}": (
        "Một lượt chạy",
        "Từng bước máy đã làm, số lần thử và kết quả.",
        "Lỗi được ghi bằng lời để báo Quản trị.",
    ),
    "/law": (
        "Căn cứ pháp lý",
        "Mọi con số, hạn, danh mục pháp lý hệ thống dùng, kèm nguồn và mức tin cậy.",
        "Một người đề xuất giá trị mới, người thứ hai xác nhận rồi mới áp dụng.",
    ),
    "/law/propose": (
        "Đề xuất giá trị pháp lý",
        "Nhập giá trị mới của một tham số kèm số, năm văn bản và cơ quan ban hành.",
        "Bấm Xem ảnh hưởng để biết ai vào, ai ra, tốn bao nhiêu trước khi gửi.",
    ),
    "/law/proposals/{revision_id:int}": (
        "Một đề xuất pháp lý",
        "Giá trị được đề xuất, văn bản và bản quét, đặt cạnh giá trị đang có.",
        "Người thứ hai đối chiếu văn bản rồi xác nhận, hoặc từ chối kèm lý do.",
    ),
    "/law/diseases": (
        "Danh mục bệnh",
        "Danh mục bệnh hiểm nghèo Trạm Y tế dùng để kết luận và số mục còn thiếu.",
        "Tải bảng, điền theo phụ lục chính thức, gửi lại, xem trước rồi đề xuất.",
    ),
    "/law/groups": (
        "Nhóm đối tượng",
        "Sửa, thêm hoặc bỏ một nhóm được hỗ trợ bằng cách đánh dấu điều kiện.",
        "Xem ảnh hưởng trước khi gửi; người thứ hai xác nhận mới áp dụng.",
    ),
    "/staff": (
        "Tài khoản",
        "Mở tài khoản và giao việc theo vai trò, thời hạn.",
        "Thôi việc không xóa điều đã làm.",
    ),
    "/villages": ("Thôn", "Các thôn của đơn vị và khu vực của từng thôn.", "Ngưỡng thu nhập khác nhau theo khu vực."),
    "/villages/{village_id:int}": (
        "Sửa một thôn",
        "Đổi tên, khu vực kèm căn cứ, hoặc ghi thôn đã ngừng.",
        "Khu vực mới áp dụng cho mọi lần xét từ lúc lưu; điều cũ còn trong sổ nhật ký.",
    ),
    "/departments": (
        "Phòng, ban",
        "Tên và chữ viết tắt của từng phòng in trên văn bản, hộp thư chung nhận thư báo việc.",
        "Để trống hộp thư thì thư vẫn đến từng người giữ việc.",
    ),
    "/help": (
        "Trợ giúp",
        "Mỗi trang dùng để làm gì, cho từng vai trò của anh/chị.",
        "Mở sổ tay có ảnh chụp màn hình của từng vai trò để đọc hoặc in.",
    ),
    "/help/handbook": (
        "Sổ tay của một vai trò",
        "Một quý của vai trò này theo thứ tự việc, và từng trang với ảnh chụp màn hình.",
        "In trang này để phát cho người mới nhận việc.",
    ),
}
"""Path of a page → its name and its two sentences."""


def of_page(path: str) -> tuple[str, str, str] | None:
    """Name and sentences of the page of this path; None for acts and downloads."""
    return HELP.get(path)


def for_role(role: Role) -> list[tuple[str, tuple[str, str, str]]]:
    """Path, name and sentences of every page that somebody with this role opens, in the order of the work."""
    seen: dict[str, Page] = {page.path: page for page in PAGES if page.method == "GET"}
    return [(path, said) for path, said in HELP.items() if path in seen and _opens(seen[path], role)]


def _opens(page: Page, role: Role) -> bool:
    """Whether the page is this role's; who is only sent on from the review to the posting is not told of the review."""
    if page.path == "/eligibility" and role in menu.POSTERS:
        return False
    return page.scope is Scope.ACCOUNT or role in page.roles
