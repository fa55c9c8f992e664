"""The village list without Excel: one person after the other on a phone, then handed in as the workbook would be."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Response

from adapters.filestore import make_filestore
from adapters.workbooks import read_workbook
from adapters.workbooks.request import write_request_workbook
from models.lists import ListEntry, VillageList
from models.places import Village
from rules.categories import labels
from rules.lookups import banks
from rules.traits import read_traits, trait_labels, write_traits
from rules.village_sheet import HEADINGS, read_village_sheet
from rules.village_sheet.form import ASKED
from rules.workflow import Role
from services import law, list_diff, list_form, list_reading, lists
from services.village_workbook import village_request
from web.pages.lists import list_page
from web.problems import FormError
from web.registry import Scope, get, post
from web.visit import Visit

HEAD = (Role.village_head,)
CHOICES: dict[str, tuple[str, ...]] = {
    "sex": ("Nam", "Nữ"),
    "residence": ("Thường trú", "Tạm trú"),
    "household_status": ("Nghèo", "Cận nghèo", "Thoát nghèo", "Thoát cận nghèo"),
    "disability": ("Không", "Nhẹ", "Nặng", "Đặc biệt nặng"),
    "pay_method": ("Tài khoản", "Tiền mặt", "VNeID", "Nhận thay"),
}
HINTS = {
    "birth_date": "Ngày/tháng/năm, ví dụ 05/09/1950; chỉ biết năm thì ghi năm",
    "citizen_id": "12 chữ số trên căn cước",
    "old_id": "9 chữ số, nếu có: để nhận ra người chưa nhớ số định danh",
    "status_decision_date": "Ngày/tháng/năm",
    "income": "Không; hoặc Có – lương, lương hưu, trợ cấp BHXH",
    "other_allowance": "Không; hoặc Có – tên trợ cấp và số tiền",
    "medical_papers": "Chỉ Trạm Y tế đọc được",
    "account_no": "Chỉ khi nhận qua tài khoản",
    "note": "Chỉ Trạm Y tế đọc được",
}
BLOCKS = (
    ("Người đề nghị", ("full_name", "birth_date", "sex", "citizen_id", "old_id", "phone")),
    ("Hộ gia đình", ("head_name", "relation", "household_code", "residence")),
    ("Diện hộ", ("household_status", "status_decision_no", "status_decision_date")),
    ("Hoàn cảnh", ("group_text", "disability", "circumstances", "income", "other_allowance")),
    ("Y tế, bảo hiểm", ("medical_papers", "bhyt_object", "facility")),
    ("Nhận tiền", ("pay_method", "account_no", "bank_name", "account_holder", "note")),
)


@get("/lists/{list_id:int}/form", roles=HEAD, scope=Scope.VILLAGE)
def form_page(visit: Visit, list_id: int) -> Response:
    """Everybody of the form with what is still to answer, and the button that hands the whole list in."""
    asked = visit.own(VillageList, list_id)
    found = list_form.entries(visit.db, village_list_id=asked.key, actor=visit.actor)
    return visit.render(
        "lists/form.html",
        title="Điền danh sách trên trang",
        asked=asked,
        village=visit.db.get_one(Village, asked.village_id),
        entries=found,
        named=sum(not one.row.left_out for one in found),
        seen=sum(one.row.seen_at is not None for one in found),
        known=list_form.known_outside(visit.db, village_list_id=asked.key, actor=visit.actor, now=visit.now),
    )


@post("/lists/{list_id:int}/form", roles=HEAD, scope=Scope.VILLAGE, redisplay=form_page)
def begin(visit: Visit, list_id: int) -> Response:
    """Fill in the people already known; pressed twice it adds nobody twice."""
    asked = visit.own(VillageList, list_id)
    count = list_form.begin(visit.db, village_list_id=asked.key, actor=visit.actor, now=visit.now)
    return visit.redirect(f"/lists/{asked.key}/form", f"Đã đưa {count} người đã biết vào biểu mẫu.")


@post("/lists/{list_id:int}/form/new", roles=HEAD, scope=Scope.VILLAGE, redisplay=form_page)
def add(visit: Visit, list_id: int) -> Response:
    """A blank for somebody new."""
    asked = visit.own(VillageList, list_id)
    row = list_form.add(visit.db, village_list_id=asked.key, actor=visit.actor)
    return visit.redirect(f"/lists/form/{row.key}")


@get("/lists/form/{entry_id:int}", roles=HEAD, scope=Scope.VILLAGE)
def entry_page(visit: Visit, entry_id: int) -> Response:
    """One person: a question in each block, what is known filled in."""
    row = visit.own(ListEntry, entry_id)
    one = list_form.entry(visit.db, entry_id=row.key, actor=visit.actor)
    book, today = law.book_for(visit.db, row.commune_id), visit.now.date()
    groups, traits = labels(book, today), trait_labels(book, today)
    choices = {
        **CHOICES,
        "group_text": tuple(groups.values()),
        "bank_name": tuple(bank.name for bank in banks() if bank.transfer),
    }
    return visit.render(
        "lists/entry.html",
        title=one.name,
        row=row,
        said=one.said,
        doubtful=_doubtful(visit, one),
        blocks=BLOCKS,
        headings=HEADINGS,
        hints=HINTS,
        choices=choices,
        traits=traits,
        ticked=read_traits(one.said.get("circumstances", ""), traits)[0],
    )


def _doubtful(visit: Visit, one: list_form.Entry) -> dict[str, str]:
    """What to look at again in answers that were saved; nothing is asked about those still to come."""
    if one.row.seen_at is None or one.row.left_out:
        return {}
    return list_form.check(visit.db, entry_id=one.row.key, said=one.said, now=visit.now)[1]


@post("/lists/form/{entry_id:int}", roles=HEAD, scope=Scope.VILLAGE, redisplay=entry_page)
def save(visit: Visit, entry_id: int) -> Response:
    """Keep one person's answers. "Lưu tạm" keeps them as they are; otherwise what is wrong is shown at its question."""
    row = visit.own(ListEntry, entry_id)
    said = {name: visit.form.text(name, most=500) for name in ASKED}
    said["circumstances"] = _circumstances(visit, row)
    as_word = visit.form.choice("as", ("checked", "draft", "left_out"))
    doubtful: dict[str, str] = {}
    visit.form.check()
    if as_word in {"", "checked"}:
        visit.form.text("full_name", need="Ghi họ tên, hoặc bỏ người này khỏi biểu mẫu.")
        visit.form.check()
        wrong, doubtful = list_form.check(visit.db, entry_id=row.key, said=said, now=visit.now)
        if wrong:
            raise FormError(wrong)
    list_form.keep(
        visit.db, entry_id=row.key, said=said, left_out=as_word == "left_out", actor=visit.actor, now=visit.now
    )
    if doubtful:
        return visit.redirect(f"/lists/form/{row.key}", "Đã lưu. Có điều nên xem lại ở ngay dưới đây.")
    return visit.redirect(f"/lists/{row.village_list_id}/form", "Đã lưu. Chọn người tiếp theo.")


def _circumstances(visit: Visit, row: ListEntry) -> str:
    """The boxes of further facts as the workbook's column says them; nothing ticked says nothing."""
    known = trait_labels(law.book_for(visit.db, row.commune_id), visit.now.date())
    named = {code: visit.form.ticked(f"trait-{code}") for code in known}
    if visit.form.ticked("trait-none"):
        if any(named.values()):
            visit.form.errors["circumstances"] = "Chọn hoặc các hoàn cảnh đúng, hoặc “Không có hoàn cảnh nào”."
        return write_traits(dict.fromkeys(known, False), known)
    return write_traits(named, known) if any(named.values()) else ""


@post("/lists/form/{entry_id:int}/remove", roles=HEAD, scope=Scope.VILLAGE, redisplay=entry_page)
def remove(visit: Visit, entry_id: int) -> Response:
    """Take a new person out of the form again."""
    row = visit.own(ListEntry, entry_id)
    list_id = row.village_list_id
    list_form.remove(visit.db, entry_id=row.key, actor=visit.actor)
    return visit.redirect(f"/lists/{list_id}/form", "Đã bỏ người này khỏi biểu mẫu.")


@post("/lists/{list_id:int}/form/send", roles=HEAD, scope=Scope.VILLAGE, redisplay=form_page)
def send(visit: Visit, list_id: int) -> Response:
    """Hand the whole list in: written as the thôn's workbook, read and taken in by the same rules as a returned one."""
    asked = visit.own(VillageList, list_id)
    people = list_form.to_hand_in(visit.db, village_list_id=asked.key, actor=visit.actor)
    said = village_request(visit.db, village_list_id=asked.key, actor=visit.actor, now=visit.now)
    content = write_request_workbook(replace(said, people=people))
    stored = make_filestore(visit.settings).save(content, "bieu-mau.xlsx")
    today = visit.now.date()
    known = list_reading.known(visit.db, asked.commune_id, today)
    file = lists.receive_file(
        visit.db,
        village_list_id=asked.key,
        file_name=list_form.FILE_NAME,
        sha256=stored.sha256,
        size=len(content),
        reading=read_village_sheet(read_workbook(content), on=today, known=known),
        actor=visit.actor,
        now=visit.now,
    )
    visit.advance(asked.cycle_id)
    return visit.redirect(f"/lists/{asked.key}/files/{file.key}")


@post("/lists/{list_id:int}/diff", roles=HEAD, scope=Scope.VILLAGE, redisplay=list_page)
def confirm_diff(visit: Visit, list_id: int) -> Response:
    """The thôn's head confirms what the list changes against the quarter before."""
    asked = visit.own(VillageList, list_id)
    sha256 = visit.form.text("sha256", most=64)
    list_diff.confirm(visit.db, village_list_id=asked.key, sha256=sha256, actor=visit.actor, now=visit.now)
    return visit.redirect(f"/lists/{asked.key}", "Đã xác nhận thay đổi so với quý trước.")
