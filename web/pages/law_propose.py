"""One officer proposes a law value in a field that fits it, with its source and scan, and tries it out before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import Response

from rules.categories import labels
from rules.parameters import LawBook, Parameter, Reference
from services import law, law_proposals, what_if
from services.errors import not_found
from web.forms import Form
from web.law_inputs import input_kind, options_of, read_scope, read_value, scope_fields, typed_from
from web.pages.law import PROPOSERS, WORDS
from web.registry import Scope, get, post
from web.uploads import receive_photo
from web.visit import Visit

MONTHS = (3, 6, 12)


@get("/law/propose", roles=PROPOSERS, scope=Scope.COMMUNE, hidden="mở từ trang Căn cứ pháp lý")
def propose_page(visit: Visit, effects: Sequence[what_if.Effect] | None = None) -> Response:
    """One parameter: its values so far, and the form of a new one with an input that fits its unit."""
    book, parameter = _asked(visit)
    values = book.values_of(parameter.key)
    current = next((one for one in values if one.holds(visit.now.date())), values[0])
    typed = visit.form.values or typed_from(parameter.unit, current.value)
    return visit.render(
        "law/propose.html",
        title=parameter.description,
        parameter=parameter,
        values=values,
        kind=input_kind(parameter.unit),
        options=options_of(parameter.unit),
        scopes=_scopes(visit, book, parameter),
        typed=typed,
        **trial(visit, effects),
        **WORDS,
    )


def trial(visit: Visit, effects: Sequence[what_if.Effect] | None) -> dict[str, Any]:
    """What every page of a proposal shows: the scans to choose from, and what the value tried out would do."""
    return {
        "scans": law_proposals.scans(visit.db, visit.commune.key),
        "months": [(str(count), f"{count} tháng") for count in MONTHS],
        "effects": effects,
        "totals": what_if.total(effects or ()),
        "names": what_if.names(visit.db, effects or ()),
    }


def _asked(visit: Visit) -> tuple[LawBook, Parameter]:
    return parameter_asked(visit, lambda unit: input_kind(unit) != "page")


def parameter_asked(visit: Visit, fits: Callable[[str], bool]) -> tuple[LawBook, Parameter]:
    """The commune's law and the parameter asked for. Raises Problem NOT_FOUND unless its unit fits the page."""
    key = visit.form.values.get("key") or visit.request.query_params.get("key", "")
    book = law.book_for(visit.db, visit.commune.key)
    parameter = next((one for one in book.parameters if one.key == key), None)
    if parameter is None or not fits(parameter.unit):
        raise not_found("law_key", "Không có tham số này, hoặc tham số này có trang nhập riêng.")
    return book, parameter


def _scopes(visit: Visit, book: LawBook, parameter: Parameter) -> list[Any]:
    return scope_fields(parameter, book.values_of(parameter.key), labels(book, visit.now.date()))


@post("/law/what-if", roles=PROPOSERS, scope=Scope.COMMUNE, redisplay=propose_page)
def try_out(visit: Visit) -> Response:
    """Show whom the value would bring in or out and what it would cost, before it is proposed; writes nothing."""
    return propose_page(visit, effects_of(visit, _read(visit)))


def effects_of(visit: Visit, new: law.NewValue) -> list[what_if.Effect]:
    """Whom a value would bring in or out over the months asked for, and for how much."""
    months = visit.form.choice("months", [str(count) for count in MONTHS]) or str(MONTHS[0])
    return what_if.of_proposal(visit.db, commune_id=visit.commune.key, new=new, months=int(months))


@post("/law/proposals", roles=PROPOSERS, scope=Scope.COMMUNE, redisplay=propose_page)
def propose(visit: Visit) -> Response:
    """One officer's proposal; nothing is computed with it until a second person confirms."""
    return record(visit, _read(visit))


def record(visit: Visit, new: law.NewValue) -> Response:
    """Write the proposal down with the scan of its document, when one was chosen."""
    row = law.propose(visit.db, commune_id=visit.commune.key, new=new, actor=visit.actor, now=visit.now)
    scan = chosen_scan(visit, new.reference)
    if scan:
        law_proposals.attach(visit.db, revision_id=row.key, scan=scan, actor=visit.actor, now=visit.now)
    return visit.redirect("/law", "Đã ghi đề xuất. Cần người thứ hai xác nhận.")


def _read(visit: Visit) -> law.NewValue:
    """The new value as typed. Raises FormError with everything that cannot be read."""
    book, parameter = _asked(visit)
    value = read_value(visit.form, parameter.unit)
    return new_value(visit.form, parameter, value, read_scope(visit.form, _scopes(visit, book, parameter)))


def new_value(form: Form, parameter: Parameter, value: Any, scope: str = "") -> law.NewValue:
    """The value with the days and the document that the form gives it. Raises FormError with all that is wrong."""
    start, end = form.need_day("valid_from", "Nhập ngày bắt đầu áp dụng."), form.day("valid_to")
    reference = read_reference(form)
    form.check()
    return law.NewValue(
        key=parameter.key, value=value, valid_from=start, valid_to=end, reference=reference, scope=scope
    )


def read_reference(form: Form) -> Reference:
    """The document a value stands in."""
    return Reference(
        document=form.text("document", need="Ghi số, năm văn bản.", most=120),
        issuer=form.text("issuer", need="Ghi cơ quan ban hành.", most=120),
        article=form.text("article", most=120),
        note=form.text("reference_note", most=400),
        source=form.text("source", most=400),
        title=form.text("document_title", most=400),
    )


def chosen_scan(visit: Visit, reference: Reference) -> Any:
    """The scan sent with the form, or the kept one that was chosen; None when there is neither."""
    upload = visit.form.files.get("scan_file")
    if upload is None or not upload.name:
        kept = law_proposals.scans(visit.db, visit.commune.key)
        return kept.get(visit.form.choice("scan", kept))
    photo = receive_photo(visit, "scan_file")
    return law_proposals.keep_scan(
        visit.db,
        commune_id=visit.commune.key,
        document=reference.document,
        issuer=reference.issuer,
        media_type=photo.media_type,
        size=photo.size,
        content_sha256=photo.content_sha256,
        file_sha256=photo.file_sha256,
        actor=visit.actor,
        now=visit.now,
    )
