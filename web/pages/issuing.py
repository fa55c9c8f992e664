"""The decision's number and day: the signed PDF held against what was decided, the văn thư's entry, the signed file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Response
from sqlmodel import select

from adapters.filestore import make_filestore
from models.approval import Decision, Submission
from rules.workflow import Role
from services import decision_papers, issuing, signed_papers
from services.errors import not_found
from services.register_entry import Numbered, SignedFile
from services.signed_papers import SignedCheck
from web.numbering import given_number
from web.pages.approval import number_choices, submission_page
from web.pages.documents import EVERY_DEPARTMENT, paper_parts
from web.registry import Scope, get, post
from web.uploads import Received, accept_signed, receive_signed, receive_signed_again
from web.visit import Visit

if TYPE_CHECKING:
    from adapters.signed_pdf import SignedPdf

ENTERS = (Role.economy,)


def _read(visit: Visit, submission_id: int) -> Received[SignedPdf]:
    visit.own(Submission, submission_id)
    return receive_signed(visit)


def _read_again(visit: Visit, submission_id: int) -> Received[SignedPdf] | None:
    visit.own(Submission, submission_id)
    return receive_signed_again(visit)


def _again(visit: Visit, submission_id: int) -> Response:
    """After a refusal: the check again when a file was checked and is still wanted, else the list."""
    received, submission = _read_again(visit, submission_id), visit.own(Submission, submission_id)
    decision = _decision(visit, submission)
    if received is None or (decision is not None and decision.signed_file_sha256):
        return submission_page(visit, submission_id)
    return _shown(visit, submission, received)


def _decision(visit: Visit, submission: Submission) -> Decision | None:
    return visit.db.exec(select(Decision).where(Decision.submission_id == submission.key)).first()


@post(
    "/approval/{submission_id:int}/signed/check",
    roles=ENTERS,
    scope=Scope.COMMUNE,
    redisplay=submission_page,
    prepare=_read,
)
def check_signed(visit: Visit, submission_id: int) -> Response:
    """Read the signed PDF and show whose signatures it carries and where its text differs; nothing is written.

    Before number and day are entered, or after, where they came without a file.
    """
    submission = visit.own(Submission, submission_id)
    return _shown(visit, submission, visit.prepared)


def _shown(visit: Visit, submission: Submission, received: Received[SignedPdf]) -> Response:
    return visit.render(
        "approval/signed.html",
        title="Kiểm tra quyết định đã ký",
        submission=submission,
        received=received,
        pdf=received.reading,
        check=_check(visit, submission, received.reading),
        decision=_decision(visit, submission),
        has_roots=visit.settings.trusted_roots is not None,
        **number_choices(visit, submission),
    )


def _check(visit: Visit, submission: Submission, pdf: SignedPdf) -> SignedCheck:
    copy = signed_papers.copy_to_compare(visit.db, submission)
    return signed_papers.check_decision(
        visit.db,
        submission_id=submission.key,
        uploaded=pdf,
        actor=visit.actor,
        ours=paper_parts(visit, copy) if copy else None,
    )


@post("/approval/{submission_id:int}/issue", roles=ENTERS, scope=Scope.COMMUNE, redisplay=_again, prepare=_read_again)
def issue(visit: Visit, submission_id: int) -> Response:
    """Enter the văn thư's number and date; what the signed file says otherwise must be seen and accepted first."""
    submission = visit.own(Submission, submission_id)
    received: Received[SignedPdf] | None = visit.prepared
    form = visit.form
    given = given_number(form)
    signed_file = _accepted(visit, submission, received)
    other = decision_papers.other_month(visit.db, submission, given.issued_on) if "issued_on" not in form.errors else ""
    if other and not form.ticked("other_month"):
        form.errors["other_month"] = other
    if _is_taken(visit, submission, given) and not form.ticked("even_if_taken"):
        form.errors["even_if_taken"] = issuing.TAKEN
    form.check()
    issuing.issue(
        visit.db,
        submission_id=submission.key,
        given=given,
        actor=visit.actor,
        now=visit.now,
        signed_file=signed_file,
        other_month_seen=form.ticked("other_month"),
        even_if_taken=form.ticked("even_if_taken"),
    )
    visit.advance(submission.cycle_id)
    return visit.redirect(f"/approval/{submission.key}", "Quyết định đã ban hành; các phòng và thôn được báo.")


def _is_taken(visit: Visit, submission: Submission, given: Numbered) -> bool:
    """Whether a paper of the year has the number just typed; the form then names it."""
    year = given.issued_on.year
    return bool(issuing.same_number(visit.db, submission, number=given.number, symbol=given.symbol, year=year))


def _accepted(visit: Visit, submission: Submission, received: Received[SignedPdf] | None) -> SignedFile | None:
    """The file that comes with the form, held against the list again; its differences must have been seen."""
    return accept_signed(visit, received, _check(visit, submission, received.reading)) if received else None


@post(
    "/approval/{submission_id:int}/signed/attach",
    roles=ENTERS,
    scope=Scope.COMMUNE,
    redisplay=_again,
    prepare=_read_again,
)
def attach(visit: Visit, submission_id: int) -> Response:
    """Keep the signed file of a decision that got its number and day without one; those stay as they are."""
    submission = visit.own(Submission, submission_id)
    signed_file = _accepted(visit, submission, visit.prepared)
    if signed_file is None:
        visit.form.errors["file"] = "Chọn tệp quyết định đã ký."
    visit.form.check()
    if signed_file:
        issuing.attach_signed(
            visit.db, submission_id=submission.key, signed_file=signed_file, actor=visit.actor, now=visit.now
        )
    return visit.redirect(f"/approval/{submission.key}", "Đã nhận bản đã ký.")


@post("/approval/{submission_id:int}/print", roles=ENTERS, scope=Scope.COMMUNE, redisplay=submission_page)
def print_again(visit: Visit, submission_id: int) -> Response:
    """Ask for the paper to be signed anew, where it names another month than a decision issued today gives."""
    submission = visit.own(Submission, submission_id)
    issuing.print_again(visit.db, submission_id=submission.key, actor=visit.actor, now=visit.now)
    return visit.redirect(f"/approval/{submission.key}", "Dự thảo để ký đang được lập lại.")


@get("/approval/{submission_id:int}/signed", roles=EVERY_DEPARTMENT, scope=Scope.COMMUNE)
def signed_file(visit: Visit, submission_id: int) -> Response:
    """The decision as it was signed, byte for byte as the văn thư uploaded it."""
    submission = visit.own(Submission, submission_id)
    decision = _decision(visit, submission)
    if decision is None or decision.signed_file_sha256 is None:
        raise not_found("no_signed_file", "Quyết định này chưa có bản đã ký.")
    content = make_filestore(visit.settings).load(decision.signed_file_sha256)
    return visit.download(content, f"quyet-dinh-{decision.number}-{decision.issued_year}.pdf", "application/pdf")
