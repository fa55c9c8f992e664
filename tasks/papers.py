"""How each kind of paper is written: the office says what stands on it, a door makes the file."""

from __future__ import annotations

from dataclasses import asdict

from sqlmodel import Session

from adapters.budget_sheet import write_budget_sheet
from adapters.d03ts import write_d03ts
from adapters.d03ts_layout import d03ts_layout
from adapters.filestore import make_filestore
from adapters.letters import FORMS, write_letter
from adapters.letters.head import MARK_DEMO
from adapters.papers import Template, read_template
from adapters.settings import get_settings
from adapters.workbooks.request import write_request_workbook
from models.base import canonical_json
from models.documents import Document
from models.insurance import InsuranceBatch
from models.places import Commune
from rules.papers.citation import cited_again
from rules.papers.d03ts import D03Header
from services import documents, insurance_papers, law, paper_heads
from services.staff import SYSTEM
from services.store import get
from services.village_workbook import village_request
from tasks import payment_files, vouchers
from tasks.paper import Paper, Writer, subject_number

__all__ = ["WRITERS", "Paper"]


def village_workbook(session: Session, document: Document) -> Paper:
    """The workbook sent to one thôn, with the people already known there."""
    said = village_request(session, village_list_id=subject_number(document), actor=SYSTEM, now=document.wanted_at)
    return Paper(write_request_workbook(said), asdict(said))


def d03ts(session: Session, document: Document) -> Paper:
    """Who comes in and who leaves with one batch, for BHXH. Codes that BHXH has not given yet are left for it."""
    batch = get(session, InsuranceBatch, subject_number(document), "hồ sơ D03-TS")
    commune = get(session, Commune, batch.commune_id, "đơn vị")
    book, made_on = law.book_for(session, commune.key), batch.made_at.date()
    header = D03Header(
        unit_name=f"UBND {commune.full_name}",
        unit_code="",
        object_name=f"Người được hỗ trợ theo {cited_again(paper_heads.resolution(session, commune, made_on))}",
        funding_source="Ngân sách thực hiện Nghị quyết nêu trên",
        number=str(batch.number),
        month=batch.made_at.month,
        year=batch.made_at.year,
        base_salary=paper_heads.legal_text(book, "BHYT.base_salary", made_on, None),
    )
    rows = insurance_papers.d03_rows(session, batch.key)
    leaving = insurance_papers.d03_decreases(session, batch.key)
    layout, template = d03ts_layout(get_settings().data_dir)
    mark = MARK_DEMO if commune.is_demo else ""
    made = write_d03ts(header, rows, leaving, mark=mark, layout=layout, template=template)
    people = {"rows": [asdict(row) for row in rows], "leaving": [asdict(row) for row in leaving]}
    form = Template("mau-d03ts.json", canonical_json(layout.model_dump()).encode())
    if template is not None:
        form = Template("mau-d03ts.xlsx", template)
    return Paper(made.data, {"header": asdict(header), "layout": layout.model_dump(), **people}, form)


def budget_sheet(_session: Session, document: Document) -> Paper:
    """The year's dự toán by month and thôn, from what was frozen when it was asked for."""
    made = write_budget_sheet(document.data, mark=MARK_DEMO if document.data["is_demo"] else "")
    return Paper(made.data, document.data)


def letter(session: Session, document: Document) -> Paper:
    """Any paper whose words were frozen with its record.

    The copy with number and day is printed with the template of the draft that was signed, whatever became of it since.
    """
    form = FORMS[document.kind]
    template = _template_of_draft(session, document) or read_template(form.path)
    return Paper(write_letter(form, document.data, template), document.data, template)


def _template_of_draft(session: Session, document: Document) -> Template | None:
    draft: Document | None = None
    if document.kind == "decision":
        draft = documents.find(session, kind="decision_draft", subject=document.subject)
    elif document.number and document.version > 1:
        draft = documents.find(session, kind=document.kind, subject=document.subject, version=document.version - 1)
    if draft is None or not draft.template_sha256:
        return None
    data = make_filestore(get_settings()).load(draft.template_sha256)
    return Template(FORMS[document.kind].path.name, data)


WRITERS: dict[str, Writer] = {
    "village_workbook": village_workbook,
    "budget_sheet": budget_sheet,
    "d03ts": d03ts,
    **payment_files.WRITERS,
    **dict.fromkeys(FORMS, letter),
    **vouchers.WRITERS,
}
