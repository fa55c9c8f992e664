"""One row of a village list into one checked person, or into the exact cells that are wrong."""

from collections.abc import Sequence
from datetime import date

from rules.identity import CitizenNumber, check_citizen_number, old_identity_number, pad_if_valid
from rules.likeness import CERTAIN, Entry, likeness
from rules.names import fold_name
from rules.village_sheet.cells import (
    PAY_METHODS,
    SEXES,
    STATUSES,
    DateProblem,
    read_bhyt_object,
    read_choice,
    read_date,
)
from rules.village_sheet.columns import BIRTH_FEMALE, BIRTH_MALE
from rules.village_sheet.model import Known, VillageRow
from rules.village_sheet.scan import RowScan
from rules.village_sheet.stated import (
    stated_account,
    stated_allowance,
    stated_decision_date,
    stated_disability,
    stated_group,
    stated_income,
    stated_old_id,
    stated_phone,
    stated_residence,
    stated_traits,
)

Birth = tuple[date, str]
_STATUS_HELP = "Diện hộ: ghi nghèo, cận nghèo, thoát nghèo hoặc thoát cận nghèo."
_PAY_HELP = "Hình thức nhận: ghi tài khoản, tiền mặt, VNeID hoặc nhận thay."
_AS_WRITTEN = ("household_code", "relation", "status_decision_no", "medical_papers", "facility", "note")
_PADDED = "Số định danh thiếu số 0 ở đầu, đã thêm lại: cần người xác nhận."
_BY_OLD_ID = "Chỉ có số CMND cũ; đã nhận ra người trong hồ sơ theo CMND, họ tên, ngày sinh: cần người xác nhận."


def read_person(scan: RowScan, *, on: date, known: Known, default_village: str | None) -> VillageRow | None:
    """The person of the row, None when an error keeps it out; every problem stands in `scan.problems`."""
    full_name = _full_name(scan)
    sex, birth = _sex_and_birth(scan, on)
    old_id = stated_old_id(scan)
    said = Entry(full_name, birth[0] if birth else None, birth[1] if birth else "day", old_id=old_id or "")
    citizen_id = _known_number(scan, known.holders.get(said.old_id, ()), said) or _citizen_id(scan, sex, birth, on)
    head_name = _head_name(scan, full_name)
    status = _choice(scan, "household_status", STATUSES, _STATUS_HELP)
    pay_method = _choice(scan, "pay_method", PAY_METHODS, _PAY_HELP)
    account, bank = stated_account(scan, pay_method)
    group_code, group_text = stated_group(scan, known.groups)
    decision_date = stated_decision_date(scan, status, on)
    allowance, allowance_text = stated_allowance(scan)
    if scan.failed or birth is None or sex is None or citizen_id is None or status is None or pay_method is None:
        return None
    return VillageRow(
        sheet=scan.sheet.name,
        row_number=scan.row + 1,
        head_name=head_name,
        full_name=full_name,
        birth_date=birth[0],
        birth_precision=birth[1],
        sex=sex,
        citizen_id=citizen_id,
        old_id=old_id,
        village_name=scan.text("village_name") or default_village,
        residence=stated_residence(scan),
        household_status=status,
        status_decision_date=decision_date,
        group_code=group_code,
        group_text=group_text,
        disability=stated_disability(scan),
        income=stated_income(scan),
        other_allowance=allowance,
        other_allowance_text=allowance_text,
        bhyt_object=read_bhyt_object(scan.text("bhyt_object")),
        pay_method=pay_method,
        account_no=account,
        bank_name=bank.name if bank else scan.text("bank_name") or None,
        bank_bin=bank.bin if bank else None,
        account_holder=scan.name("account_holder") or None,
        phone=stated_phone(scan),
        repaired=tuple(scan.repaired),
        traits=stated_traits(scan, known.traits),
        **{name: scan.text(name) or None for name in _AS_WRITTEN},
    )


def _full_name(scan: RowScan) -> str:
    name = scan.name("full_name")
    if not name:
        scan.report("full_name", "NAME_MISSING", "Thiếu họ tên người đề nghị.")
    elif len(name.split()) < 2 or any(char.isdigit() for char in name):
        scan.report("full_name", "NAME_WRONG", "Họ tên phải có ít nhất hai tiếng và không có chữ số.")
    return name


def _head_name(scan: RowScan, full_name: str) -> str | None:
    head = scan.name("head_name")
    if head or not scan.has("head_name"):
        return head or None
    if fold_name(scan.text("relation")) in {"chu ho", "ban than"}:
        return full_name
    scan.report("head_name", "HEAD_MISSING", "Thiếu họ tên chủ hộ.")
    return None


def _sex_and_birth(scan: RowScan, on: date) -> tuple[str | None, Birth | None]:
    if scan.has(BIRTH_MALE) or scan.has(BIRTH_FEMALE):
        return _under_sex(scan, on)
    return _choice(scan, "sex", SEXES, "Giới tính: ghi Nam hoặc Nữ."), _birth(scan, "birth_date", on)


def _under_sex(scan: RowScan, on: date) -> tuple[str | None, Birth | None]:
    """The "Nam | Nữ" layout: the birth year stands in the column of the person's sex."""
    filled = [name for name in (BIRTH_MALE, BIRTH_FEMALE) if scan.text(name)]
    if len(filled) != 1:
        column = BIRTH_MALE if scan.has(BIRTH_MALE) else BIRTH_FEMALE
        scan.report(column, "BIRTH_COLUMN", "Ghi năm sinh vào đúng một trong hai cột Nam hoặc Nữ.")
        return None, None
    return ("NAM" if filled[0] == BIRTH_MALE else "NU"), _birth(scan, filled[0], on)


def _birth(scan: RowScan, column: str, on: date) -> Birth | None:
    if not scan.text(column):
        scan.report(column, "BIRTH_MISSING", "Thiếu ngày sinh (ít nhất phải có năm sinh).")
        return None
    try:
        return read_date(scan.value(column), on=on)
    except DateProblem as problem:
        scan.report(column, "BIRTH_WRONG", f"Ngày sinh: {problem}")
        return None


def _known_number(scan: RowScan, holders: Sequence[Entry], said: Entry) -> str | None:
    """The citizen number of the one known person whose CMND, name and birth a row without a citizen number gives."""
    text = scan.text("citizen_id")
    if text and old_identity_number(text) is None:
        return None
    found = [holder.citizen_id for holder in holders if likeness(holder, said).score == CERTAIN]
    if len(found) != 1:
        return None
    scan.warn("citizen_id", "CITIZEN_ID_BY_OLD_ID", _BY_OLD_ID)
    return found[0]


def _citizen_id(scan: RowScan, sex: str | None, birth: Birth | None, on: date) -> str | None:
    text = scan.text("citizen_id")
    if not text:
        scan.report("citizen_id", "CITIZEN_ID_MISSING", "Thiếu số định danh (12 chữ số).")
        return None
    year = birth[0].year if birth else None
    checked = check_citizen_number(text, sex=sex, birth_year=year, on=on)
    if isinstance(checked, CitizenNumber):
        return checked.value
    padded = pad_if_valid(text, sex=sex, birth_year=year, on=on)
    if padded:
        scan.repaired.append(("citizen_id", text, padded.value))
        scan.warn("citizen_id", "CITIZEN_ID_PADDED", _PADDED)
        return padded.value
    for problem in checked:
        scan.report("citizen_id", f"CITIZEN_ID_{problem.code}", problem.message_vi)
    return None


def _choice(scan: RowScan, column: str, choices: dict[str, str], message: str) -> str | None:
    answer = read_choice(scan.text(column), choices)
    if answer is None:
        blank = not scan.text(column)
        scan.report(column, f"{column.upper()}_{'MISSING' if blank else 'WRONG'}", message)
    return answer
