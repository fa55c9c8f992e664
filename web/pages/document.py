"""One paper: its files and fingerprints, its number after signing, the signed file held against it and kept."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from fastapi import Response

from adapters.filestore import make_filestore
from models.documents import Document, RegisterEntry
from rules.workflow import Role
from services import paper_signers, register, signed_files, signed_papers
from services.errors import not_found
from services.register import KEEPERS
from services.register_entry import TYPE_NAMES, SignedFile
from services.signed_papers import SignedCheck
from web.numbering import choices, given_number
from web.pages.documents import KINDS, ROLES, paper_parts, readable
from web.registry import Scope, get, post
from web.uploads import Received, accept_signed, receive_signed, receive_signed_again
from web.visit import Visit

if TYPE_CHECKING:
    from adapters.signed_pdf import SignedPdf


@get("/documents/{document_id:int}", roles=ROLES, scope=Scope.VILLAGE)
def document_page(visit: Visit, document_id: int) -> Response:
    """One paper: its files, what it was made from, its place in the register, or the form that gives it a number."""
    document = readable(visit, document_id)
    entry = signed_files.entry_of(visit.db, document)
    signed = bool(entry and entry.signed_file_sha256)
    numbers = visit.has(Role.economy)
    return visit.render(
        "documents/document.html",
        title=document.title,
        document=document,
        kind=KINDS.get(document.kind, "Văn bản"),
        entry=entry if visit.has(*KEEPERS) else None,
        signed=signed,
        may_number=numbers and register.takes_number(document),
        may_attach=numbers and entry is not None and not signed,
        **number_choices(visit, document),
    )


def number_choices(visit: Visit, document: Document) -> dict[str, Any]:
    """What the form that gives a paper its number offers, to whom may fill it in."""
    head = document.data.get("head", {}) if isinstance(document.data, dict) else {}
    signers = _signers(visit, document) if visit.has(Role.economy) else []

    def same_number(number: int, symbol: str, issued_on: date) -> list[RegisterEntry]:
        if document.number or document.kind not in TYPE_NAMES or not visit.has(Role.economy):
            return []
        return register.same_number(visit.db, document, number=number, symbol=symbol, year=issued_on.year)

    drafted = head.get("signer_name", "")
    return choices(visit, head.get("symbol", ""), same_number, signers=signers, drafted=drafted)


def _signers(visit: Visit, document: Document) -> list[tuple[int, str]]:
    """Who may sign this paper today, by mandate."""
    found = paper_signers.signers(visit.db, document, on=visit.now.date())
    return [(one.mandate_id, f"{one.name} – {one.lines[-1]}") for one in found if one.mandate_id and one.lines]


def _read(visit: Visit, document_id: int) -> Received[SignedPdf]:
    readable(visit, document_id)
    return receive_signed(visit)


def _read_again(visit: Visit, document_id: int) -> Received[SignedPdf] | None:
    readable(visit, document_id)
    return receive_signed_again(visit)


def _again(visit: Visit, document_id: int) -> Response:
    """After a refusal: the check again when a file was checked and is still wanted, else the paper."""
    document = readable(visit, document_id)
    received, entry = receive_signed_again(visit), signed_files.entry_of(visit.db, document)
    if received is None or (entry is not None and entry.signed_file_sha256):
        return document_page(visit, document_id)
    return signed_check_page(visit, document, received)


@post(
    "/documents/{document_id:int}/signed/check",
    roles=(Role.economy,),
    scope=Scope.COMMUNE,
    redisplay=document_page,
    prepare=_read,
)
def check_signed(visit: Visit, document_id: int) -> Response:
    """Read the signed PDF and show whose signatures it carries and where its text differs; nothing is written."""
    return signed_check_page(visit, readable(visit, document_id), visit.prepared)


def signed_check_page(visit: Visit, document: Document, received: Received[SignedPdf]) -> Response:
    """What the signed file says beside our paper, and the form that keeps it: with its number, or after it."""
    return visit.render(
        "documents/signed.html",
        title="Kiểm tra bản đã ký",
        document=document,
        received=received,
        pdf=received.reading,
        check=_check(visit, document, received.reading),
        has_roots=visit.settings.trusted_roots is not None,
        action=_numbered_at(document),
        **number_choices(visit, document),
    )


def _numbered_at(document: Document) -> str:
    """Where the paper gets its number: a decision on a change stands with it, so at the change."""
    table, _, number = document.subject.partition(":")
    if document.kind in register.BY_ITS_ACT and table == "life_event":
        return f"/changes/events/{number}/issue"
    return f"/documents/{document.key}/number"


def _check(visit: Visit, document: Document, pdf: SignedPdf) -> SignedCheck:
    ours = paper_parts(visit, signed_files.copy_to_compare(visit.db, document))
    return signed_papers.check_paper(document, ours=ours, uploaded=pdf, actor=visit.actor)


def accepted(visit: Visit, document: Document, received: Received[SignedPdf] | None) -> SignedFile | None:
    """The file that comes with the form, held against the paper again; its differences must have been seen."""
    return accept_signed(visit, received, _check(visit, document, received.reading)) if received else None


@post(
    "/documents/{document_id:int}/number",
    roles=(Role.economy,),
    scope=Scope.COMMUNE,
    redisplay=_again,
    prepare=_read_again,
)
def enter_number(visit: Visit, document_id: int) -> Response:
    """Enter the văn thư's number and day; one that is taken only when it is said to be meant."""
    document = readable(visit, document_id)
    given, signed_file = given_number(visit.form), accepted(visit, document, visit.prepared)
    visit.form.check()
    register.enter(
        visit.db,
        document_id=document.key,
        given=given,
        actor=visit.actor,
        now=visit.now,
        even_if_taken=visit.form.ticked("even_if_taken"),
        signed_file=signed_file,
    )
    return visit.redirect(f"/documents/{document.key}", "Đã vào sổ. Bản có số, ngày đang được lập.")


@post(
    "/documents/{document_id:int}/signed/attach",
    roles=(Role.economy,),
    scope=Scope.COMMUNE,
    redisplay=_again,
    prepare=_read_again,
)
def attach(visit: Visit, document_id: int) -> Response:
    """Keep the signed file of a paper that got its number and day without one; those stay as they are."""
    document = readable(visit, document_id)
    signed_file = accepted(visit, document, visit.prepared)
    if signed_file is None:
        visit.form.errors["file"] = "Chọn tệp văn bản đã ký."
    visit.form.check()
    if signed_file:
        signed_files.attach_signed(
            visit.db, document_id=document.key, signed_file=signed_file, actor=visit.actor, now=visit.now
        )
    return visit.redirect(f"/documents/{document.key}", "Đã nhận bản đã ký.")


@get("/documents/{document_id:int}/signed", roles=ROLES, scope=Scope.VILLAGE)
def signed_file(visit: Visit, document_id: int) -> Response:
    """The paper as it was signed, byte for byte as the văn thư uploaded it."""
    document = readable(visit, document_id)
    entry = signed_files.entry_of(visit.db, document)
    if entry is None or entry.signed_file_sha256 is None:
        raise not_found("no_signed_file", "Văn bản này chưa có bản đã ký.")
    content = make_filestore(visit.settings).load(entry.signed_file_sha256)
    stem = document.file_name.removeprefix("du-thao-").rpartition(".")[0]
    return visit.download(content, f"{stem}-da-ky.pdf", "application/pdf")
