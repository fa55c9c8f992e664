"""The quarter as nine roles walk it through the pages: what each person does, in the order of the six steps."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from playwright.sync_api import Page

from cli.advance import advance
from cli.demo import outside
from cli.demo.eligibility import ASSISTANCE
from cli.demo.scene import at
from cli.demo.world import FOLDER
from tests.web.walk import Office, download, fits, panel

FAILING = {"9999000000013"}
"""Accounts that the bank does not know."""


def walk(office: Office, folder: Path) -> None:
    """From the opened cycle to the first month reconciled and the cards imported. ``folder`` takes downloads."""
    for act in (
        open_cycle,
        return_lists,
        name_those_on_assistance,
        conclude_health,
        conclude_matches,
        propose,
        post_the_list,
        object_and_answer,
        submit,
        decide,
        issue,
    ):
        act(office)
    pay_the_month(office, folder)
    get_the_cards(office, folder)


def machine() -> None:
    """The machine's part: every step as far as it goes, papers and mail."""
    advance(None)


# ---------------------------------------------------------------- 1. lists


def open_cycle(office: Office) -> None:
    """Phòng Kinh tế opens the quarter by hand."""
    office.at(at(1))
    with office.visit("kinhte1") as page:
        office.look(page)
        page.get_by_role("button", name=re.compile("^Mở kỳ")).click()
        page.get_by_text("Đã mở kỳ").wait_for()
    machine()


def return_lists(office: Office) -> None:
    """Two thôn return their workbooks from a phone, the third has nothing to report."""
    office.at(at(3, 10))
    for number in (1, 2):
        with office.visit(f"truongthon{number:02d}") as page:
            _hand_in(office, page, f"TM{number:02d}")
    with office.visit("truongthon11") as page:
        _own_list(office, page)
        _try_the_form(office, page)
        page.get_by_label("Thôn đã rà soát").check()
        office.press(page, "Báo không phát sinh", "Đã ghi nhận: không phát sinh.")
        assert fits(page)
    machine()


def _own_list(office: Office, page: Page) -> None:
    office.go(page, "Danh sách thôn")
    assert fits(page)
    page.get_by_role("rowheader").get_by_role("link").click()
    page.get_by_role("heading", level=1, name=re.compile("Danh sách Thôn Mẫu")).wait_for()
    office.look(page)
    assert fits(page)


def _try_the_form(office: Office, page: Page) -> None:
    """The form on the page is opened, somebody is added and taken out again."""
    page.get_by_role("link", name="Điền trên trang").click()
    office.press(page, "Thêm người mới", "Trả lời từng câu về một người.")
    assert fits(page)
    office.press(page, "Bỏ người này khỏi biểu mẫu", "Đã bỏ người này khỏi biểu mẫu.")
    assert fits(page)
    page.get_by_role("link", name="Về danh sách của thôn").click()


def _hand_in(office: Office, page: Page, code: str) -> None:
    _own_list(office, page)
    name, content = download(page, re.compile("^Mẫu danh sách"))
    assert name == f"danh-sach-{code}-2026-Q3.xlsx"
    assert content.startswith(b"PK")
    page.get_by_label("Tệp danh sách", exact=True).set_input_files(FOLDER / "villages" / f"{code}.xlsx")
    office.press(page, "Gửi danh sách", "Kết quả đọc tệp")
    assert _figure(page, "Dòng đúng đã giữ") == "7"
    assert _figure(page, "Lỗi phải sửa") == "0"
    assert fits(page)


def _figure(page: Page, label: str) -> str:
    """The number under a label of the figures at the top of a page."""
    pair = page.locator("dl > div").filter(has=page.locator("dt", has_text=label))
    return pair.locator("dd").first.inner_text().strip()


# ---------------------------------------------------------------- 2. health


def name_those_on_assistance(office: Office) -> None:
    """Phòng VH-XH hands in who receives social assistance."""
    office.at(at(8, 14))
    with office.visit("vanhoa") as page:
        office.go(page, "Đối chiếu trợ cấp")
        page.get_by_label("Tệp danh sách của tháng gần nhất").set_input_files(ASSISTANCE)
        office.press(page, "Gửi danh sách", "Đã nhận")
    machine()


def conclude_health(office: Office) -> None:
    """The station asks one person for papers, and concludes a day later."""
    for day, conclude in ((9, _ask_for_papers), (10, _met)):
        office.at(at(day, 9))
        with office.visit("yte") as page:
            office.go(page, "Sức khỏe")
            for row in range(page.get_by_role("rowheader").count()):
                page.get_by_role("rowheader").nth(row).get_by_role("link").click()
                conclude(office, page)
    machine()


def _ask_for_papers(office: Office, page: Page) -> None:
    page.get_by_label("Chờ bổ sung giấy tờ").check()
    page.get_by_label("Ghi chú").fill("Thiếu tóm tắt hồ sơ bệnh án")
    office.press(page, "Ghi kết luận", "Đã ghi kết luận.")


def _met(office: Office, page: Page) -> None:
    page.get_by_label("Mã ICD-10, số mục hoặc tên bệnh").fill("C34")
    office.press(page, "Tra", "Chọn bệnh này")
    page.get_by_role("link", name="Chọn bệnh này: 5 - C34").click()
    page.wait_for_url(re.compile("ma="))
    page.get_by_label("Đạt", exact=True).check()
    assert page.get_by_label("Danh mục bệnh hiểm nghèo").is_checked()
    page.get_by_label("Có, đạt mức độ mà danh mục nêu").check()
    page.get_by_label("Giấy tờ làm căn cứ").select_option("GIAY_RA_VIEN")
    page.get_by_label("Số, ngày, nơi cấp giấy tờ").fill("Giấy ra viện trình diễn")
    page.get_by_label("Kết luận có giá trị đến ngày").fill("30/06/2027")
    office.press(page, "Ghi kết luận", "Đã ghi kết luận.")


# ---------------------------------------------------------------- 3. eligibility


def conclude_matches(office: Office) -> None:
    """Who receives assistance already is kept, match by match."""
    office.at(at(13, 8))
    with office.visit("vanhoa") as page:
        office.go(page, "Đối chiếu trợ cấp")
        matches = page.get_by_role("region").filter(has_text="Vì sao trùng")
        assert matches.count() >= 1
        for _ in range(matches.count()):  # the one that waits stands first
            matches.first.get_by_label("Kết luận", exact=True).select_option("KEEP")
            office.press(matches.first, "Ghi kết luận", "Đã ghi kết luận.")
    machine()


def propose(office: Office) -> None:
    """Phòng Kinh tế reads one dossier, leaves nobody out, and writes the minutes; two people sign."""
    office.at(at(13, 14))
    with office.visit("kinhte1") as page:
        office.go(page, "Xét duyệt")
        page.get_by_role("rowheader").get_by_role("link").first.click()
        panel(page, "Kết quả đánh giá và vì sao").wait_for()
        office.look(page)
        office.go(page, "Xét duyệt")
        office.press(page, "Đề xuất theo kết quả đánh giá cho mọi hồ sơ đã rõ", "Đã đề xuất 14 hồ sơ")
    office.at(at(14, 9))
    with office.visit("kinhte1") as page:
        office.go(page, "Xét duyệt")
        minutes = panel(page, "Biên bản họp xét duyệt")
        minutes.get_by_label("Ngày họp").fill("14/07/2026")
        minutes.get_by_label("Nơi họp").fill("Hội trường UBND (trình diễn)")
        minutes.get_by_label("Kết luận").fill("Thống nhất danh sách đề xuất")
        office.press(minutes, "Lập biên bản", "Đã lập biên bản.")
        office.press(page, "Ký biên bản", "Đã ký biên bản.")
    with office.visit("vanhoa") as page:
        office.go(page, "Xét duyệt")
        office.press(page, "Ký biên bản", "Đã ký biên bản.")


def post_the_list(office: Office) -> None:
    """The list is posted; the thôn, Mặt trận and the broadcaster see where and until when."""
    office.at(at(14, 16))
    with office.visit("kinhte1") as page:
        office.go(page, "Xét duyệt")
        posting = panel(page, "Niêm yết")
        posting.get_by_label("Niêm yết từ ngày").fill("15/07/2026")
        posting.get_by_label("Nơi niêm yết").fill("Nhà văn hóa thôn (trình diễn)")
        office.press(posting, "Ghi niêm yết", "Đã ghi niêm yết")
    machine()
    office.at(at(15, 8))
    for username in ("truyenthanh", "truongthon01"):
        with office.visit(username) as page:
            office.go(page, "Niêm yết")
            page.get_by_text("Nhà văn hóa thôn (trình diễn)").wait_for()
            assert "từ 15/07/2026" in page.get_by_role("main").inner_text()
            assert fits(page)


def object_and_answer(office: Office) -> None:
    """Mặt trận takes an opinion about one person in; Phòng Kinh tế answers it."""
    office.at(at(16, 10))
    with office.visit("mattran") as page:
        office.go(page, "Phản ánh")
        page.get_by_role("radio").first.check()
        page.get_by_label("Về hồ sơ của ai").select_option(index=1)
        page.get_by_label("Nội dung").fill("Đề nghị kiểm tra lại hoàn cảnh của hộ này (ý kiến trình diễn)")
        office.press(page, "Ghi nhận", "Đã nhận ý kiến")
    office.at(at(17, 15))
    with office.visit("kinhte1") as page:
        office.go(page, "Phản ánh")
        page.get_by_role("rowheader").get_by_role("link").first.click()
        page.get_by_label("Nội dung trả lời").fill("Đã xác minh tại thôn: hộ đúng đối tượng")
        office.look(page)
        office.press(page, "Ghi trả lời", "Đã ghi trả lời.")


# ---------------------------------------------------------------- 4. approval


def submit(office: Office) -> None:
    """The posting window is over; another officer of Phòng Kinh tế puts the frozen list before the chairman."""
    office.at(at(20, 9))
    machine()
    with office.visit("kinhte2") as page:
        office.go(page, "Phê duyệt")
        office.press(page, "Trình Chủ tịch", "Đã trình Chủ tịch.")


def decide(office: Office) -> None:
    """The chairman decides the whole list, with the password."""
    office.at(at(21, 10))
    with office.visit("chutich") as page:
        page.get_by_role("link", name="Danh sách chờ quyết định").click()
        page.get_by_label("Mật khẩu của anh/chị để xác nhận").fill(office.password)
        office.press(page, "Quyết định danh sách", "Đã quyết định.")


def issue(office: Office) -> None:
    """Number and date."""
    office.at(at(22, 8))
    with office.visit("kinhte1") as page:
        office.go(page, "Phê duyệt")
        numbering = panel(page, "Vào số, ngày")
        numbering.get_by_label("Số", exact=True).fill("35")
        numbering.get_by_label("Ngày ban hành").fill("22/07/2026")
        office.press(numbering, "Ban hành", "Quyết định đã ban hành")
    machine()


# ---------------------------------------------------------------- 5. payment


def pay_the_month(office: Office, folder: Path) -> None:
    """Prepared by one, approved by another, sent, answered by the bank, handed out in cash, closed."""
    office.at(at(23, 9))
    _month(office, "kinhte1", "Lập và khóa danh sách", "Cần người thứ hai duyệt.")
    office.at(at(23, 14))
    _month(office, "kinhte2", "Duyệt danh sách", "Đã duyệt.")
    machine()
    office.at(at(24, 9))
    sent = _month(office, "kinhte1", "Đã chuyển tiền đi", "Đã ghi: tiền đã chuyển đi.", take="Tệp chuyển khoản")
    answer = folder / "ket-qua-2026-07.xlsx"
    answer.write_bytes(outside.bank_answer(sent, refuses=FAILING.__contains__))
    office.at(at(26, 9))
    with office.visit("kinhte1") as page:
        _open_month(office, page)
        page.get_by_label("Tệp kết quả của ngân hàng").set_input_files(answer)
        office.press(page, "Xem trước rồi mới ghi", "Sẽ ghi đã nhận")
        assert _figure(page, "Sẽ ghi trả lại") == "1"
        office.press(page, "Xác nhận ghi kết quả", "Kết quả chuyển tiền")
        assert _figure(page, "Trả lại") == "1"
        assert _figure(page, "Không khớp") == "0"
        _hand_out_cash(office, page)
    office.at(at(27, 9))
    _month(office, "kinhte1", "Đóng tháng", "Đã đối soát và đóng tháng.")
    machine()


def _open_month(office: Office, page: Page) -> None:
    office.go(page, "Chi trả")
    page.get_by_role("link", name="07/2026").first.click()
    page.get_by_role("heading", level=1, name="Chi trả tháng 07/2026").wait_for()
    office.look(page)


def _month(office: Office, username: str, button: str, then: str, take: str = "") -> bytes:
    with office.visit(username) as page:
        _open_month(office, page)
        content = download(page, re.compile(f"^{take}"))[1] if take else b""
        office.press(page, button, then)
    return content


def _hand_out_cash(office: Office, page: Page) -> None:
    """Each payment by hand is signed for, until none waits any more."""
    for _ in range(30):
        _open_month(office, page)
        page.get_by_label("Tình trạng", exact=True).select_option("SENT")
        page.get_by_role("button", name="Lọc").click()
        page.wait_for_url(re.compile("state=SENT"))
        waiting = page.get_by_role("rowheader").get_by_role("link")
        if waiting.count() == 0:
            return
        waiting.first.click()
        page.get_by_label("Đã ký nhận").check()
        office.press(page, "Ghi kết quả", "Đã ghi kết quả chi tiền mặt.")
    raise AssertionError("cash payments never end")


# ---------------------------------------------------------------- 6. insurance


def get_the_cards(office: Office, folder: Path) -> None:
    """The D03-TS goes out as it was downloaded; BHXH answers it with cards."""
    office.at(at(28, 10))
    machine()
    office.at(at(28, 15))
    with office.visit("kinhte1") as page:
        office.go(page, "Thẻ BHYT")
        name, content = download(page, re.compile("D03-TS"))
        assert name.startswith("D03-TS")
        office.press(page, "Đã gửi BHXH", "Đã ghi: hồ sơ đã gửi BHXH.")
    answer = folder / "D10a-TS.xlsx"
    span: dict[str, date] = {"valid_from": date(2026, 8, 1), "valid_to": date(2027, 1, 31)}
    answer.write_bytes(outside.card_answer(content, **span, refuses=_nobody))
    office.at(at(3, 10, month=8))
    with office.visit("bhxh") as page:
        office.go(page, "Thẻ BHYT")
        page.get_by_label("Tệp D10a-TS").set_input_files(answer)
        office.press(page, "Xem trước rồi mới ghi", "Sẽ ghi thẻ")
        assert _figure(page, "Không khớp") == "0"
        office.press(page, "Xác nhận ghi kết quả", "Kết quả cấp thẻ")
        assert _figure(page, "Từ chối") == "0"
    machine()


def _nobody(_number: str) -> str:
    return ""
