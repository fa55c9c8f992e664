"""Another commune's rows do not exist for anybody here, whatever the role and the page."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest

from rules.workflow import Role
from tests import factories
from tests.web.conftest import Browser, World
from tests.web.everything import Everything, Rows, path_to
from web.export import XLSX
from web.pages import load_all
from web.registry import PAGES, STAFF, Page

load_all()
NUMBERED = [page for page in PAGES if "{" in page.path]
THEIRS = "Xã Khác Hẳn"
OURS = "Xã Ở Đây"


def _fill(world: World, office: factories.Office, word: str) -> Rows:
    with world.session() as session:
        rows = Everything(session, office, world.settings, word).rows()
        session.commit()
    return rows


@pytest.mark.parametrize("role", sorted(STAFF))
def test_rows_of_another_commune_are_not_found(world: World, role: Role) -> None:
    """Every route that names a row × this role: 404 for whom the page is, 403 for everybody else."""
    rows = _fill(world, world.there, THEIRS)
    browser = world.role(role)
    answered = {page: _status(browser, page, rows) for page in NUMBERED}
    assert len(answered) == len(NUMBERED)
    for page, status in answered.items():
        allowed = {404, 422} if page.prepare else {404}
        assert status in (allowed if role in page.roles else {403}), f"{role} {page.method} {page.path}: {status}"


def _status(browser: Browser, page: Page, rows: Rows) -> int:
    values: dict[str, Any] = {"data": {"csrf": browser.csrf}} if page.method == "POST" else {}
    status: int = browser.client.request(page.method, path_to(page.path, rows), **values).status_code
    return status


def test_own_rows_are_found(world: World) -> None:
    """The other side of the test above: the same pages and files open for whoever they are made for."""
    rows = _fill(world, world.here, OURS)
    opened = 0
    for role in sorted(STAFF):
        browser = world.role(role)
        for page in NUMBERED:
            if page.method == "GET" and role in page.roles and not _not_for(page, role):
                assert _status(browser, page, rows) == 200, f"{role} {page.path}"
                opened += 1
    assert opened > len([page for page in NUMBERED if page.method == "GET"])


def _not_for(page: Page, role: Role) -> bool:
    """The decision is a paper of the offices: other roles that have papers of their own are refused this one."""
    offices = {Role.economy, Role.chairman, Role.culture, Role.front, Role.insurance}
    return page.path.startswith("/documents/") and role not in offices


@pytest.mark.parametrize("path", ["/lists", "/eligibility", "/approval", "/insurance", "/cross-checks", "/posting"])
def test_the_cycle_of_another_commune_cannot_be_asked_for(world: World, path: str) -> None:
    page = world.role(Role.economy).get(f"{path}?cycle={world.there.cycle.key}", status=404)
    assert page.heading == "Không tìm thấy"


@pytest.mark.parametrize("role", sorted(STAFF))
def test_nothing_of_another_commune_changes_a_letter_here(world: World, role: Role) -> None:
    """Lists, counts, filters, drop-downs, exports and files say the same before and after the others have rows."""
    rows = _fill(world, world.here, OURS)
    paths = _paths(role, rows, world)
    before = {path: _said(world.role(role), path) for path in paths}
    _fill(world, world.there, THEIRS)
    after = {path: _said(world.role(role), path) for path in paths}
    assert len(paths) > 5
    assert [path for path in paths if before[path].startswith("5")] == []
    assert [path for path in paths if THEIRS in after[path] or "Khác Hẳn" in after[path]] == []
    assert [path for path in paths if before[path] != after[path]] == []


def _paths(role: Role, rows: Rows, world: World) -> list[str]:
    """Every page to look at that this role has; plain ones with questions too, which some do not know."""
    mine = [page.path for page in PAGES if page.method == "GET" and role in page.roles]
    questions = ("", "?q=khac+han&state=all", f"?sort=village&village={world.there.villages[0].key}")
    plain = [path + question for path in mine if "{" not in path for question in questions]
    return plain + [path_to(path, rows) for path in mine if "{" in path]


def _said(browser: Browser, path: str) -> str:
    """Status and content; the form's token, which is another each time, left out."""
    response = browser.client.get(path)
    if response.headers.get("content-type") == XLSX:
        sheets = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets
        return "\n".join(str(row) for sheet in sheets for row in sheet.iter_rows(values_only=True))
    text = re.sub(r'name="csrf" value="[^"]*"', "", response.text)
    return f"{response.status_code}\n{text}"


def test_an_export_holds_as_many_rows_as_its_page_counts(world: World) -> None:
    _fill(world, world.here, OURS)
    _fill(world, world.there, THEIRS)
    compared = 0
    for role in sorted(STAFF):
        browser = world.role(role)
        for page in PAGES:
            if page.method == "GET" and "{" not in page.path and role in page.roles:
                for count, link in re.findall(
                    r'<a href="([^"]*/export[^"]*)">Tải cả (\d+) dòng', browser.client.get(page.path).text
                ):
                    said, number = _said(browser, count.replace("&amp;", "&")), int(link)
                    assert len(re.findall(r"^\(\d+, ", said, re.MULTILINE)) == number, f"{role} {page.path}"
                    compared += 1
    assert compared > 10


def test_a_form_that_names_a_row_of_another_commune_is_refused(world: World) -> None:
    """Numbers in the body of a form are held to the same scope as those in its address."""
    ours, theirs = _fill(world, world.here, OURS), _fill(world, world.there, THEIRS)
    economy, admin = world.role(Role.economy), world.role(Role.admin)
    said = {"kind": "KHIEU_NAI", "content": "x", "received_on": "06/07/2026"}
    economy.post("/feedback", status=404, case_id=theirs["/eligibility case_id"], **said)
    answers = f"/payment/{ours['/payment list_id']}/answers/{ours['/payment answer_id']}/rows"
    economy.post(answers, status=404, **{"row_id": "1", "transfer-1": theirs["/payment transfer_id"], "note-1": "x"})
    refund = {f"khoan-{theirs['/payment transfer_id']}": "1", "voucher_no": "1", "returned_on": "06/07/2026"}
    refused = economy.client.post("/payment/open/refund", data={"csrf": economy.csrf} | refund)
    assert refused.status_code in {404, 409, 422}
    account = ours["/staff account_id"]
    said = {"role": "village_head", "village_id": str(world.there.villages[0].key), "reference": "x"}
    head = {f"{name}-{account}": text for name, text in said.items()}
    page = admin.post(f"/staff/{account}/mandates", status=422, **head)
    assert "không thuộc đơn vị" in page.words
