"""How each kind of paper is written: the office says what stands on it, a door makes the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel import Session, select

from adapters.bank_file import TransferRow, transfer_purpose, write_bank_xlsx
from adapters.cash_sheet import CashRow, CashSheet, write_cash_sheets
from adapters.d03ts import D03Header, D03Row, write_d03ts
from adapters.decision_paper import TEMPLATE, write_decision
from adapters.letters import FORMS, write_letter
from adapters.letters.head import MARK_DEMO
from adapters.papers import template_hash
from adapters.payment_sheet import PaymentDifference, PaymentRow, write_payment_list
from adapters.workbooks.request import VillageRequest, write_request_workbook
from models.documents import Document
from models.insurance import InsuranceBatch
from models.payment import PaymentList
from models.places import Commune, Village
from rules.months import Month
from services import decision_papers, insurance_papers, law, payment_list_papers, payment_papers
from services.staff import SYSTEM
from services.store import get
from services.village_workbook import workbook_data


@dataclass(frozen=True)
class Paper:
    """A file as written, what it was made from, and the fingerprint of its template, if it has one."""

    data: bytes
    source: Any
    template_sha256: str = ""


Writer = Callable[[Session, Document], Paper]


def village_workbook(session: Session, document: Document) -> Paper:
    """The workbook sent to one thôn, with the people already known there."""
    said = asdict(
        workbook_data(session, village_list_id=subject_number(document), actor=SYSTEM, now=document.wanted_at)
    )
    return Paper(write_request_workbook(VillageRequest(**said)), said)


def decision_draft(session: Session, document: Document) -> Paper:
    """The draft that goes to the chairman with the submission."""
    return _decision(session, document, draft=True)


def decision(session: Session, document: Document) -> Paper:
    """The quyết định as issued."""
    return _decision(session, document, draft=False)


def _decision(session: Session, document: Document, *, draft: bool) -> Paper:
    paper = decision_papers.paper_data(session, subject_number(document), draft=draft)
    return Paper(write_decision(paper), asdict(paper), template_hash(TEMPLATE))


def bank_file(session: Session, document: Document) -> Paper:
    """The month's transfers by bank."""
    payment_list = get(session, PaymentList, subject_number(document), "danh sách chi trả")
    month = Month.parse(payment_list.month)
    purpose = transfer_purpose(month)
    rows = [
        TransferRow(row.end_to_end_id, row.account_holder, row.account_no, row.bank_bin, row.amount, purpose)
        for row in payment_papers.bank_rows(session, payment_list.key)
    ]
    made = write_bank_xlsx(rows, month=month, list_ref=f"DS-{payment_list.key}")
    return Paper(made.data, {"list": payment_list.list_sha256, "count": made.count, "total": made.total})


def cash_sheet(session: Session, document: Document) -> Paper:
    """The month's cash of one thôn, to be signed for."""
    payment_list = get(session, PaymentList, subject_number(document), "danh sách chi trả")
    commune = get(session, Commune, payment_list.commune_id, "đơn vị")
    village = _village(session, commune.key, code=document.subject.rsplit(":", 1)[1])
    rows = tuple(
        CashRow(row.full_name, str(row.birth_year), row.amount, proxy=row.proxy_name)
        for row in payment_papers.cash_rows(session, payment_list.key, village.key)
    )
    made = write_cash_sheets(
        (CashSheet(village.name, rows),),
        month=Month.parse(payment_list.month),
        commune_name=commune.full_name,
        list_ref=f"DS-{payment_list.key}",
        mark=MARK_DEMO if commune.is_demo else "",
    )
    return Paper(made.data, {"list": payment_list.list_sha256, "count": made.count, "total": made.total})


def payment_sheet(session: Session, document: Document) -> Paper:
    """The month's list with its changes since the month before, to be signed and taken to the treasury."""
    payment_list = get(session, PaymentList, subject_number(document), "danh sách chi trả")
    commune = get(session, Commune, payment_list.commune_id, "đơn vị")
    rows = payment_list_papers.paid_rows(session, payment_list.key)
    changes = payment_list_papers.differences(session, payment_list.key)
    made = write_payment_list(
        [PaymentRow(**asdict(row)) for row in rows],
        [PaymentDifference(**asdict(row)) for row in changes],
        month=Month.parse(payment_list.month),
        commune_name=commune.full_name,
        list_ref=f"DS-{payment_list.key}",
        mark=MARK_DEMO if commune.is_demo else "",
    )
    return Paper(made.data, {"list": payment_list.list_sha256, "count": made.count, "total": made.total})


def d03ts(session: Session, document: Document) -> Paper:
    """The registrations of one batch, for BHXH. Codes that BHXH has not given yet are left for it to fill in."""
    batch = get(session, InsuranceBatch, subject_number(document), "hồ sơ D03-TS")
    commune = get(session, Commune, batch.commune_id, "đơn vị")
    policy = law.book_for(session, commune.key).get("NQ04.policy_name", on=batch.made_at.date()).value
    header = D03Header(
        unit_name=f"UBND {commune.full_name}",
        unit_code="",
        object_name=policy,
        funding_source="Ngân sách của chính sách nêu trên",
        number=str(batch.number),
        month=batch.made_at.month,
        year=batch.made_at.year,
    )
    rows = [D03Row(**asdict(row)) for row in insurance_papers.d03_rows(session, batch.key)]
    made = write_d03ts(header, rows, mark=MARK_DEMO if commune.is_demo else "")
    return Paper(made.data, {"batch": batch.key, "count": made.count, "total": made.total})


def letter(_session: Session, document: Document) -> Paper:
    """Any paper whose words were frozen with its record."""
    form = FORMS[document.kind]
    return Paper(write_letter(form, document.data), document.data, template_hash(form.template))


def _village(session: Session, commune_id: int, *, code: str) -> Village:
    return session.exec(select(Village).where(Village.commune_id == commune_id, Village.code == code)).one()


def subject_number(document: Document) -> int:
    """12 of "submission:12"."""
    return int(document.subject.split(":")[1])


WRITERS: dict[str, Writer] = {
    "village_workbook": village_workbook,
    "decision_draft": decision_draft,
    "decision": decision,
    "bank_file": bank_file,
    "cash_sheet": cash_sheet,
    "d03ts": d03ts,
    "payment_sheet": payment_sheet,
    **dict.fromkeys(FORMS, letter),
}
