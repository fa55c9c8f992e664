"""What keeps a row of a village list out, and what an officer should look at. No message repeats what a cell holds."""

from __future__ import annotations

from models.cycles import Case
from models.people import Person
from rules.names import fold_name
from rules.village_sheet import CellProblem, VillageRow
from services.list_ground import Ground, household_code

STATUS_MESSAGES = {
    "STATUS_CONFLICT": "Diện hộ ghi ở dòng này trái với quyết định đã có của hộ; Phòng Kinh tế kiểm tra.",
    "STATUS_DATE_DIFFERS": "Ngày quyết định ở dòng này khác ngày đã có của hộ; Phòng Kinh tế kiểm tra.",
}


def refusal(ground: Ground, row: VillageRow, taken: VillageRow | None) -> CellProblem | None:
    """Why the row may not be taken; None when it may. ``taken``: an earlier row of the file with the same number."""
    other = ground.other_village(row.village_name)
    if other:
        return error(row, "OTHER_VILLAGE", f"Dòng này ghi {other.name}; thôn đó nộp trong danh sách của mình.")
    if taken:
        return error(row, "DOUBLE", f"Người này đã có ở dòng {taken.row_number}; dòng này không được tính.")
    person = ground.by_citizen.get(row.citizen_id)
    if person is not None:
        return _refusal_of_known(person, row)
    if any(known.citizen_id for known in ground.of_that_cmnd(row)):
        message = "Đã có người cùng CMND cũ, họ tên, ngày sinh với số định danh khác; Phòng Kinh tế kiểm tra giấy tờ."
        return error(row, "CITIZEN_ID_CHANGED", message)
    if _same_with_other_number(ground, row):
        message = "Trong hộ đã có người cùng họ tên, ngày sinh với số định danh khác; Phòng Kinh tế kiểm tra giấy tờ."
        return error(row, "CITIZEN_ID_CHANGED", message)
    return None


def _refusal_of_known(person: Person, row: VillageRow) -> CellProblem | None:
    if person.name_key != fold_name(row.full_name):
        return error(row, "CITIZEN_ID_TAKEN", "Số định danh này đã ghi cho một người khác họ tên; kiểm tra lại số.")
    if person.died_on:
        return error(row, "PERSON_DEAD", "Người này đã được ghi nhận là đã chết; nếu sai, báo Phòng Kinh tế.")
    if person.left_on:
        return error(row, "PERSON_LEFT", "Người này đã được ghi nhận là chuyển đi; nếu đã về, báo Phòng Kinh tế.")
    return None


def _same_with_other_number(ground: Ground, row: VillageRow) -> bool:
    numbered = [person for person in _namesakes(ground, row) if person.citizen_id]
    home = ground.households.get(household_code(row)) if numbered else None
    return home is not None and any(person.household_id == home.key for person in numbered)


def look_at(ground: Ground, row: VillageRow) -> list[CellProblem]:
    """Warnings on a row that is taken."""
    found = []
    person = ground.by_citizen.get(row.citizen_id)
    if person is None and any(alike.citizen_id for alike in _namesakes(ground, row)):
        message = "Đã có người cùng họ tên, ngày sinh với số định danh khác; Phòng Kinh tế kiểm tra có phải một người."
        found.append(warning(row, "NAMESAKE", message))
    if any(known is not person for known in ground.by_old_id.get(row.old_id or "", [])):
        message = "Số CMND cũ ở dòng này đã ghi cho một người khác; Phòng Kinh tế kiểm tra có phải một người."
        found.append(warning(row, "OLD_ID_SHARED", message))
    if person is not None and person.village_id != ground.village.key and person.key not in ground.cases:
        message = "Người này trước đây thuộc thôn khác, nay chuyển về thôn ta; Phòng Kinh tế kiểm tra nơi cư trú."
        found.append(warning(row, "MOVED_IN", message))
    return found


def duplicate_problem(ground: Ground, row: VillageRow, case: Case) -> CellProblem:
    """For the second thôn: the person's case stands elsewhere."""
    first = ground.villages[case.village_id].name
    message = f"Người này đã có trong danh sách của {first}; hồ sơ giữ ở đó, dòng này không được tính."
    return error(row, "IN_OTHER_LIST", message)


def status_problem(code: str, row: VillageRow) -> CellProblem:
    """What a household's decisions say against the row."""
    return warning(row, code, STATUS_MESSAGES[code])


def error(row: VillageRow, code: str, message: str) -> CellProblem:
    """An error at the row's first cell."""
    return CellProblem(row.sheet, f"A{row.row_number}", code, message, "error", "text")


def warning(row: VillageRow, code: str, message: str) -> CellProblem:
    """Something to look at, at the row's first cell."""
    return CellProblem(row.sheet, f"A{row.row_number}", code, message, "warning", "text")


def _namesakes(ground: Ground, row: VillageRow) -> list[Person]:
    return ground.namesakes.get((fold_name(row.full_name), row.birth_date), [])
