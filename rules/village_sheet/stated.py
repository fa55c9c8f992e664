"""What a village list states besides who the person is: group, income, residence, decision, account.

None of it is guessed: what is blank or not understood stays unknown and a person is asked.
"""

from collections.abc import Mapping
from datetime import date

from rules.identity import check_bank_account, check_phone, old_identity_number
from rules.lookups import Bank, find_bank
from rules.names import fold_name
from rules.traits import read_traits
from rules.village_sheet.cells import (
    DISABILITIES,
    RESIDENCES,
    DateProblem,
    lost_digits,
    read_choice,
    read_date,
    read_group,
    read_income,
    read_yes_no,
)
from rules.village_sheet.scan import RowScan

KEEP_ACCOUNT = "Giữ số đã có"
"""Printed for a known account, whose number does not leave the office; read as no change."""


def stated_group(scan: RowScan, groups: Mapping[str, str] | None) -> tuple[str | None, str | None]:
    """(code, text) of the beneficiary group; a group that is not in the law in force is asked about."""
    code, text = read_group(scan.text("group_text"), groups)
    if text is None:
        scan.warn("group_text", "GROUP_MISSING", "Chưa ghi nhóm đối tượng theo Điều 3.")
    elif groups is not None and code is None:
        scan.warn("group_text", "GROUP_UNKNOWN", "Nhóm đối tượng không có trong danh mục; Phòng Kinh tế chọn lại.")
    return code, text


def stated_decision_date(scan: RowScan, status: str | None, on: date) -> date | None:
    """Day of the recognising decision; its lack is asked about for households that escaped poverty."""
    if not scan.text("status_decision_date"):
        if status in {"THOAT_NGHEO", "THOAT_CAN_NGHEO"}:
            message = "Chưa ghi ngày quyết định công nhận thoát nghèo, thoát cận nghèo."
            scan.warn("status_decision_date", "DECISION_DATE_MISSING", message)
        return None
    try:
        found, precision = read_date(scan.value("status_decision_date"), on=on)
    except DateProblem as problem:
        scan.report("status_decision_date", "DECISION_DATE_WRONG", f"Ngày quyết định: {problem}")
        return None
    if precision != "day":
        scan.warn("status_decision_date", "DECISION_DATE_PARTIAL", "Ngày quyết định phải có đủ ngày, tháng, năm.")
        return None
    return found


def stated_allowance(scan: RowScan) -> tuple[bool | None, str | None]:
    """(whether another allowance is drawn, which); unknown is asked about."""
    answer, kind = read_yes_no(scan.text("other_allowance"))
    if answer is None:
        scan.warn("other_allowance", "ALLOWANCE_MISSING", "Chưa ghi có hay không đang hưởng trợ cấp khác.")
    return answer, kind


def stated_disability(scan: RowScan) -> str | None:
    """Degree of disability as stated; a word outside the list is asked about."""
    text = scan.text("disability")
    answer = read_choice(text, DISABILITIES)
    if text and answer is None:
        scan.warn("disability", "DISABILITY_UNKNOWN", "Mức độ khuyết tật: ghi không, nhẹ, nặng hoặc đặc biệt nặng.")
    return answer


def stated_traits(scan: RowScan, known: Mapping[str, str]) -> tuple[tuple[str, bool], ...] | None:
    """The further facts that the row states as so or not so; what is not in the law's list is asked about."""
    text = scan.text("circumstances")
    if not text:
        return None
    said, whole = read_traits(text, known)
    if not whole:
        message = "Hoàn cảnh ngoài danh mục: ghi “Không” hoặc đúng tên trong danh mục, cách nhau bằng dấu chấm phẩy."
        scan.warn("circumstances", "CIRCUMSTANCES_UNKNOWN", message)
    return tuple(sorted(said.items()))


def stated_income(scan: RowScan) -> str | None:
    """Kind of stable monthly income; unknown is asked about."""
    answer = read_income(scan.text("income"))
    if answer is None:
        scan.warn("income", "INCOME_MISSING", "Chưa ghi có hay không thu nhập ổn định hằng tháng.")
    return answer


def stated_residence(scan: RowScan) -> str | None:
    """THUONG_TRU or TAM_TRU; unknown is asked about where the sheet has the column."""
    text = scan.text("residence")
    answer = read_choice(text, RESIDENCES)
    if answer is None and scan.has("residence"):
        scan.warn("residence", "RESIDENCE_UNKNOWN", "Cư trú: chưa rõ thường trú hay tạm trú.")
    return answer


def stated_old_id(scan: RowScan) -> str | None:
    """The nine digits of an old CMND, for matching, also where a list has it for the citizen number; else None."""
    number = old_identity_number(scan.text("old_id"))
    if scan.text("old_id") and number is None:
        scan.warn("old_id", "OLD_ID_WRONG", "Số CMND cũ phải có 9 chữ số; đã bỏ qua.")
    return number or old_identity_number(scan.text("citizen_id"))


def stated_account(scan: RowScan, pay_method: str | None) -> tuple[str | None, Bank | None]:
    """(account, bank) as far as they can be right; needed only of those paid by account."""
    bank = find_bank(scan.text("bank_name"))
    account = check_bank_account(scan.text("account_no"))
    if pay_method != "ACCOUNT":
        return account, bank
    if lost_digits(scan.value("account_no")):
        scan.report("account_no", "ACCOUNT_ROUNDED", "Số tài khoản đã bị Excel làm tròn; nhập lại ở dạng chữ.")
    elif account is None and not keeps_account(scan.text("account_no")):
        scan.report("account_no", "ACCOUNT_WRONG", "Nhận qua tài khoản thì phải có số tài khoản từ 6 đến 19 ký tự.")
    if bank is None:
        scan.warn(
            "bank_name" if scan.has("bank_name") else "account_no",
            "BANK_UNKNOWN",
            "Không nhận ra ngân hàng; ghi tên thường gọi, ví dụ Agribank.",
        )
    return account, bank


def keeps_account(text: str) -> bool:
    """Whether the cell still says what we printed there instead of a known account number."""
    return fold_name(text) == fold_name(KEEP_ACCOUNT)


def stated_phone(scan: RowScan) -> str | None:
    """Ten digits; anything else is left out and told."""
    text = scan.text("phone")
    phone = check_phone(text) if text else None
    if text and phone is None:
        scan.warn("phone", "PHONE_WRONG", "Số điện thoại phải có 10 chữ số; đã bỏ qua.")
    return phone
