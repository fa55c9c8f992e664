"""Before the chairman: the frozen list on one page, his word on each person; the outcome for everybody else."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import Response
from sqlmodel import select

from models.approval import Decision, Submission, SubmissionLine, Verdict
from models.cycles import Cycle
from models.documents import RegisterEntry
from models.places import Village
from rules.names import fold_name, place_key, sort_key
from rules.parameters import LAW_STATUS_LABELS
from rules.workflow import PROPOSAL_LABELS, ProposalResult, Role, SubmissionState
from services import approval, cycles, decision_papers, issuing, submission_brief, submissions, todos
from services.approval import Ruling
from services.feedback import FEEDBACK_LABELS
from services.submission_changes import Change
from services.submission_view import LineView, SubmissionView, submission_view
from web import access
from web.export import NAME, VILLAGE, Column, export
from web.numbering import choices
from web.pages.documents import EVERY_DEPARTMENT, papers_of
from web.paging import Sort, cut_list, in_order
from web.registry import STAFF, Scope, get, post
from web.visit import Visit

PREPARERS = (Role.economy, Role.chairman)
COLUMNS = (
    NAME, Column("Năm sinh", 10), VILLAGE, Column("Diện hộ", 22), Column("Nhóm", 28), Column("Thay đổi", 24),
    Column("Đề nghị", 18), Column("Lý do đề nghị", 30), Column("Mức tháng", 16, "money"), Column("Quyết định", 18),
    Column("Lý do quyết định", 30),
)  # fmt: skip
CHANGES_FIRST = (Change.NEW, Change.AMOUNT, Change.STOPS, Change.NOTHING, Change.SAME)
SORTS = {
    "list": Sort("Như danh sách trình", lambda one: 0),
    "change": Sort("Có thay đổi trước", lambda one: CHANGES_FIRST.index(one.kind)),
    "name": Sort("Họ tên", lambda one: sort_key(one.line.snapshot["full_name"])),
    "village": Sort("Thôn", lambda one: place_key(one.line.snapshot["village"])),
    "amount": Sort("Mức cao trước", lambda one: -one.line.monthly_amount),
}
"""The first is the order in which the lines were frozen."""
WORDS = {"approve": "Phê duyệt", "refuse": "Không phê duyệt", "hold": "Tạm giữ"}


@get("/approval", roles=STAFF - {Role.admin, Role.health_station}, scope=Scope.VILLAGE)
def approval_page(visit: Visit) -> Response:
    """The cycle's newest submission: whole for Phòng Kinh tế and the chairman, the outcome for everybody else."""
    cycle = visit.cycle()
    latest = submissions.latest(visit.db, cycle.key) if cycle else None
    if latest is not None and visit.has(*PREPARERS):
        return submission_page(visit, latest.key)
    decision = _decision(visit, latest)
    return visit.render(
        "approval/outcome.html",
        title="Phê duyệt",
        cycle_label=cycles.label(cycle) if cycle else "",
        submission=latest,
        decision=decision,
        signed=_signed(visit, latest) if latest else "",
        papers=papers_of(visit, f"submission:{latest.key}") if latest and decision else [],
        lines=_village_lines(visit, latest) if latest and decision else [],
        words=WORDS,
    )


def _signed(visit: Visit, submission: Submission) -> str:
    """The address of the signed decision, for whom decisions are; empty when none was uploaded."""
    decision = _decision(visit, submission)
    may = decision is not None and decision.signed_file_sha256 and visit.has(*EVERY_DEPARTMENT)
    return f"/approval/{submission.key}/signed" if may else ""


def _decision(visit: Visit, submission: Submission | None) -> Decision | None:
    if submission is None:
        return None
    return visit.db.exec(select(Decision).where(Decision.submission_id == submission.key)).first()


def _village_lines(visit: Visit, submission: Submission) -> list[tuple[SubmissionLine, Verdict | None]]:
    """What was decided of the own thôn's people, for its head."""
    own = visit.villages(submission.commune_id)
    if not own:
        return []
    names = {visit.db.get_one(Village, number).name for number in own}
    verdicts = submissions.verdicts_of(visit.db, submission.key)
    lines = submissions.lines_of(visit.db, submission.key)
    return [(line, verdicts.get(line.key)) for line in lines if line.snapshot["village"] in names]


@get("/approval/{submission_id:int}", roles=PREPARERS, scope=Scope.COMMUNE)
def submission_page(visit: Visit, submission_id: int) -> Response:
    """One page: totals, what changed, doubts, every line, and what this person may do with it.

    While the chairman decides, every line stands in his form and can be put in order; at other times they are searched.
    """
    submission = visit.own(Submission, submission_id)
    asked = dict(visit.request.query_params)
    view = submission_view(visit.db, submission_id=submission.key, actor=visit.actor)
    decides = visit.has(Role.chairman) and submission.state == SubmissionState.SUBMITTED and not view.had_a_hand
    found = cut_list(view.lines if decides else _wanted(view, asked), asked, SORTS)
    is_open = submission.state != SubmissionState.ISSUED
    waits = submission.state == SubmissionState.SUBMITTED
    due_on = approval.due_on(visit.db, submission, visit.now) if waits else None
    return visit.render(
        "approval/submission.html",
        title="Danh sách trình Chủ tịch",
        cycle_label=cycles.label(visit.db.get_one(Cycle, submission.cycle_id)),
        view=view,
        brief=submission_brief.brief(visit.db, view=view, now=visit.now) if is_open else None,
        by_reason=submission_brief.by_reason,
        due_on=due_on,
        left=todos.days_left(visit.db, submission.commune_id, due_on, visit.now.date()),
        decides=decides,
        found=found,
        lines=in_order(view.lines, asked, SORTS) if decides else found.rows,
        asked=asked,
        villages=[(name, name) for name in sorted({one.line.snapshot["village"] for one in view.lines}, key=place_key)],
        signed=_signed(visit, submission),
        feedback_labels=FEEDBACK_LABELS,
        submission=submission,
        words=WORDS,
        papers=papers_of(visit, f"submission:{submission.key}"),
        law_status_labels=LAW_STATUS_LABELS,
        is_economy=visit.has(Role.economy),
        is_chairman=visit.has(Role.chairman),
        **number_choices(visit, submission),
    )


def number_choices(visit: Visit, submission: Submission) -> dict[str, Any]:
    """What the form that gives the decision its number offers; the chairman who decided is who signs it."""

    def same_number(number: int, symbol: str, issued_on: date) -> list[RegisterEntry]:
        return issuing.same_number(visit.db, submission, number=number, symbol=symbol, year=issued_on.year)

    return choices(visit, decision_papers.SYMBOL, same_number)


def _wanted(view: SubmissionView, asked: dict[str, str]) -> list[LineView]:
    words, proposal, village = fold_name(asked.get("q", "")), asked.get("proposal", ""), asked.get("village", "")
    return [
        one
        for one in view.lines
        if words in fold_name(one.line.snapshot["full_name"])
        and proposal in {"", one.line.proposal}
        and village in {"", one.line.snapshot["village"]}
    ]


@get("/approval/{submission_id:int}/export", roles=PREPARERS, scope=Scope.COMMUNE, logs_read=True)
def submission_export(visit: Visit, submission_id: int) -> Response:
    """The lines that the same question finds as a workbook: what is proposed and what was decided of each person."""
    submission, asked = visit.own(Submission, submission_id), dict(visit.request.query_params)
    view = submission_view(visit.db, submission_id=submission.key, actor=visit.actor)
    return export(
        visit,
        title=f"Danh sách trình Chủ tịch, lần {submission.round}",
        file_name=f"danh-sach-trinh-{submission.key}.xlsx",
        subject=f"submission:{submission.key}",
        columns=COLUMNS,
        rows=(
            (one.line.snapshot["full_name"], str(one.line.snapshot["birth_year"]), one.line.snapshot["village"],
             one.line.snapshot["household_status"], one.line.snapshot["group"], one.change,
             PROPOSAL_LABELS[ProposalResult(one.line.proposal)], one.reason, one.line.monthly_amount,
             WORDS[one.verdict.word] if one.verdict else "", one.verdict.reason if one.verdict else "")
            for one in in_order(_wanted(view, asked), asked, SORTS)
        ),
    )  # fmt: skip


@post("/approval/{submission_id:int}/submit", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=submission_page)
def submit(visit: Visit, submission_id: int) -> Response:
    """Put the frozen list before the chairman."""
    submission = visit.own(Submission, submission_id)
    approval.submit(visit.db, submission_id=submission.key, actor=visit.actor, now=visit.now)
    return _done(visit, submission, "Đã trình Chủ tịch.")


@post("/approval/{submission_id:int}/send-back", roles=(Role.chairman,), scope=Scope.COMMUNE, redisplay=submission_page)
def send_back(visit: Visit, submission_id: int) -> Response:
    """The whole list goes back with the reason."""
    submission = visit.own(Submission, submission_id)
    note = visit.form.text("note", need="Ghi lý do trả lại.", most=1000)
    visit.form.check()
    approval.send_back(visit.db, submission_id=submission.key, note=note, actor=visit.actor, now=visit.now)
    return _done(visit, submission, "Đã trả lại Phòng Kinh tế.")


@post("/approval/{submission_id:int}/decide", roles=(Role.chairman,), scope=Scope.COMMUNE, redisplay=submission_page)
def decide(visit: Visit, submission_id: int) -> Response:
    """Every line as proposed, but for those with a word of their own; the password is asked again."""
    submission = visit.own(Submission, submission_id)
    rulings = _read_rulings(visit, submission)
    visit.form.check()
    assert visit.signed_in is not None  # noqa: S101 - the scope says so; for the type checker
    account, field = visit.signed_in.account, "confirm_password"
    if wrong := access.confirm_password(visit.db, account, visit.form, field, client=visit.client, now=visit.now):
        return visit.again(submission_page, wrong, submission_id)
    approval.decide(visit.db, submission_id=submission.key, rulings=rulings, actor=visit.actor, now=visit.now)
    return _done(visit, submission, "Đã quyết định. Chờ văn thư vào số, ngày.")


def _read_rulings(visit: Visit, submission: Submission) -> dict[int, Ruling]:
    rulings: dict[int, Ruling] = {}
    for line in submissions.lines_of(visit.db, submission.key):
        word = visit.form.choice(f"word-{line.key}", WORDS)
        reason = visit.form.text(f"reason-{line.key}", most=500)
        if word:
            rulings[line.key] = Ruling(word, reason)
            if word != "approve" and not reason:
                visit.form.errors[f"reason-{line.key}"] = "Ghi lý do khi không phê duyệt hoặc tạm giữ."
        elif reason:
            visit.form.errors[f"word-{line.key}"] = "Đã ghi lý do: chọn không phê duyệt hay tạm giữ, hoặc xóa lý do."
    return rulings


def _done(visit: Visit, submission: Submission, note: str) -> Response:
    visit.advance(submission.cycle_id)
    return visit.redirect(f"/approval/{submission.key}", note)
