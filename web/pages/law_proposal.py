"""One proposed law value as the second person reads it: what changes, by which document, for whom; the answer."""

from __future__ import annotations

from fastapi import Response

from models.law import LawEvidence, LawRevision
from rules.law_conflicts import effect_words
from rules.parameters import LawBook, Reference, Value
from services import law, law_proposals, papers_of_person, what_if
from web.pages.law import CONFIRMERS, account_names, words_for
from web.pages.law_propose import chosen_scan
from web.problems import FormError
from web.registry import STAFF, Scope, get, post
from web.uploads import open_photo
from web.visit import Visit

MONTHS = 3


@get("/law/proposals/{revision_id:int}", roles=STAFF, scope=Scope.COMMUNE)
def proposal_page(visit: Visit, revision_id: int) -> Response:
    """The value beside those it would stand over, its document and scan, and who has said what."""
    row = visit.own(LawRevision, revision_id)
    book = law.book_for(visit.db, row.commune_id)
    effects = _effects(visit, row) if "thu" in visit.request.query_params and visit.has(*CONFIRMERS) else None
    may_answer = visit.has(*CONFIRMERS) and row.confirmed_by is None and row.refused_by is None
    return visit.render(
        "law/proposal.html",
        title="Giá trị pháp lý được đề xuất",
        row=row,
        parameter=law.parameter_of(row.param_key),
        reference=Reference(**row.reference),
        values=_others(book, row),
        accounts=account_names(visit, {row.proposed_by, row.confirmed_by, row.refused_by}),
        scan=law_proposals.scans(visit.db, row.commune_id).get(row.reference.get("evidence", "")),
        scans=law_proposals.scans(visit.db, row.commune_id),
        may_answer=may_answer,
        may_try=visit.has(*CONFIRMERS),
        is_mine=row.proposed_by == visit.actor.account_id,
        effects=effects,
        totals=what_if.total(effects or ()),
        names=what_if.names(visit.db, effects or ()),
        **words_for(book, visit.now.date()),
    )


def _others(book: LawBook, row: LawRevision) -> list[tuple[Value, str]]:
    """The parameter's other values, each with what becomes of it when this one is confirmed."""
    new = law.value_of(row)
    return [(one, effect_words(new, one)) for one in book.values_of(row.param_key) if one.version != row.key]


def _effects(visit: Visit, row: LawRevision) -> list[what_if.Effect]:
    new = law.NewValue(
        key=row.param_key,
        value=row.value,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        scope=row.scope,
        reference=Reference(**row.reference),
    )
    return what_if.of_proposal(visit.db, commune_id=row.commune_id, new=new, months=MONTHS)


@post("/law/proposals/{revision_id:int}/confirm", roles=CONFIRMERS, scope=Scope.COMMUNE, redisplay=proposal_page)
def confirm(visit: Visit, revision_id: int) -> Response:
    """The second person's word; of what an operator brought in the first one only takes it over."""
    revision = visit.own(LawRevision, revision_id)
    row = law.confirm(visit.db, revision_id=revision.key, actor=visit.actor, now=visit.now)
    said = "Đã xác nhận giá trị." if row.confirmed_by else "Đã nhận đề xuất; cần người thứ hai xác nhận."
    return visit.redirect("/law", said)


@post("/law/proposals/{revision_id:int}/refuse", roles=CONFIRMERS, scope=Scope.COMMUNE, redisplay=proposal_page)
def refuse(visit: Visit, revision_id: int) -> Response:
    """Refuse it, or take one's own back, with the reason."""
    revision = visit.own(LawRevision, revision_id)
    reason = visit.form.text("reason", need="Ghi lý do.", most=400)
    visit.form.check()
    law_proposals.refuse(visit.db, revision_id=revision.key, reason=reason, actor=visit.actor, now=visit.now)
    return visit.redirect("/law", "Đã ghi lý do; đề xuất không được áp dụng.")


@post("/law/proposals/{revision_id:int}/scan", roles=CONFIRMERS, scope=Scope.COMMUNE, redisplay=proposal_page)
def attach(visit: Visit, revision_id: int) -> Response:
    """Attach the scanned document while the proposal waits; for one that stands, only bring in the scan it names."""
    row = visit.own(LawRevision, revision_id)
    named = row.reference.get("evidence", "")
    scan = chosen_scan(visit, Reference(**row.reference))
    visit.form.check()
    if scan is None:
        raise FormError({"scan_file": "Chọn ảnh hoặc tệp PDF của văn bản."})
    if scan.content_sha256 != named:
        law_proposals.attach(visit.db, revision_id=row.key, scan=scan, actor=visit.actor, now=visit.now)
    return visit.redirect(f"/law/proposals/{row.key}", "Đã gắn bản quét văn bản.")


@get("/law/scans/{scan_id:int}/file", roles=STAFF, scope=Scope.COMMUNE)
def scan_file(visit: Visit, scan_id: int) -> Response:
    """The scanned document, as it was sent."""
    scan = visit.own(LawEvidence, scan_id)
    ending = papers_of_person.MEDIA_TYPES[scan.media_type]
    return visit.download(open_photo(visit, scan.file_sha256), f"van-ban-{scan.key}.{ending}", scan.media_type)
