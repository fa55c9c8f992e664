"""One person's dossier: facts, the law's answer with its "vì sao", matches, papers, the whole history, the proposal."""

from __future__ import annotations

from fastapi import Response
from sqlmodel import select

from models.approval import SubmissionLine
from models.changes import LifeEvent
from models.cycles import Case, Cycle
from models.people import PAPER_KIND_LABELS, PaperKind, PersonPaper
from rules.law_words import shown
from rules.parameters import LAW_STATUS_LABELS
from rules.workflow import CASE_STATUS_LABELS, ProposalResult, Role
from services import cycles, dossiers, health_views, person_traits, review
from services.cross_checks import STILL_OPEN
from web.pages.documents import papers_of
from web.pages.eligibility import READERS
from web.registry import Scope, get, post
from web.visit import Visit


@get("/eligibility/cases/{case_id:int}", roles=READERS, scope=Scope.COMMUNE)
def case_page(visit: Visit, case_id: int) -> Response:
    """One person: facts, the law's answer rule by rule, matches, opinions, history, and what may be proposed."""
    case = visit.own(Case, case_id)
    dossier = dossiers.dossier(visit.db, case_id=case.key, actor=visit.actor)
    traits = person_traits.known(visit.db, case, visit.now.date())
    return visit.render(
        "eligibility/case.html",
        title=f"Hồ sơ {dossier.person.full_name}",
        case=case,
        dossier=dossier,
        health_word=health_views.shown_result(dossier.health, visit.now.date()) if dossier.health else "",
        cycle_label=cycles.label(visit.db.get_one(Cycle, case.cycle_id)),
        law_status_labels=LAW_STATUS_LABELS,
        law_shown=shown,
        paper_kinds=_paper_kinds(visit, case.person_id),
        papers=papers_of(visit, *_line_subjects(visit, case)),
        traits=traits,
        is_open=case.status in STILL_OPEN,
        trait_options=[(code, one.label) for code, one in traits.items()],
        may_act=visit.has(Role.economy),
        statuses=CASE_STATUS_LABELS,
    )


def _paper_kinds(visit: Visit, person_id: int) -> list[str]:
    """What kinds of photos and scans there are of the person's papers, one entry each."""
    kinds = visit.db.exec(select(PersonPaper.kind).where(PersonPaper.person_id == person_id))
    return [PAPER_KIND_LABELS[PaperKind(kind)].lower() for kind in kinds]


def _line_subjects(visit: Visit, case: Case) -> list[str]:
    """What papers about this one person are filed under."""
    lines = visit.db.exec(select(SubmissionLine.id).where(SubmissionLine.case_id == case.key))
    events = visit.db.exec(select(LifeEvent.id).where(LifeEvent.person_id == case.person_id))
    return [*(f"submission_line:{number}" for number in lines), *(f"life_event:{number}" for number in events)]


@post("/eligibility/cases/{case_id:int}/propose", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=case_page)
def propose(visit: Visit, case_id: int) -> Response:
    """Phòng Kinh tế's proposal for one person."""
    case = visit.own(Case, case_id)
    result = visit.form.word("result", ProposalResult, need="Chọn đề nghị hỗ trợ hoặc không hỗ trợ.")
    reason = visit.form.text("reason", most=500)
    visit.form.check()
    review.propose(visit.db, case_id=case.key, result=result, reason=reason, actor=visit.actor, now=visit.now)
    return _done(visit, case, "Đã ghi đề xuất.")


@post("/eligibility/cases/{case_id:int}/set-aside", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=case_page)
def set_aside(visit: Visit, case_id: int) -> Response:
    """Leave one person out of this submission without refusing them."""
    case = visit.own(Case, case_id)
    reason = visit.form.text("aside_reason", need="Ghi lý do để lại.", most=500)
    visit.form.check()
    review.set_aside(visit.db, case_id=case.key, reason=reason, actor=visit.actor, now=visit.now)
    return _done(visit, case, "Đã để lại hồ sơ này, các hồ sơ khác vẫn đi tiếp.")


@post("/eligibility/cases/{case_id:int}/resume", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=case_page)
def resume(visit: Visit, case_id: int) -> Response:
    """Take a case that was left aside back into review."""
    case = visit.own(Case, case_id)
    review.resume(visit.db, case_id=case.key, actor=visit.actor, now=visit.now)
    return _done(visit, case, "Đã đưa hồ sơ trở lại xét duyệt; máy sẽ đánh giá lại.")


@post("/eligibility/cases/{case_id:int}/traits", roles=(Role.economy,), scope=Scope.COMMUNE, redisplay=case_page)
def record_trait(visit: Visit, case_id: int) -> Response:
    """Write down whether one of the law's further facts is so, from a day on."""
    case = visit.own(Case, case_id)
    known = person_traits.known(visit.db, case, visit.now.date())
    code = visit.form.choice("trait", known, need="Chọn hoàn cảnh.")
    so = visit.form.choice("trait_so", ("1", "0"), need="Chọn có hay không.")
    since = visit.form.need_day("since", "Nhập ngày bắt đầu.")
    visit.form.check()
    is_new = person_traits.record(
        visit.db, case_id=case.key, code=code, so=so == "1", since=since, actor=visit.actor, now=visit.now
    )
    return _done(visit, case, "Đã ghi hoàn cảnh; máy sẽ đánh giá lại." if is_new else "Điều này đã được ghi từ trước.")


def _done(visit: Visit, case: Case, note: str) -> Response:
    visit.advance(case.cycle_id)
    return visit.redirect(f"/eligibility/cases/{case.key}", note)
